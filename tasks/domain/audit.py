"""What a person of the office may have done, as the audit log names it."""

from collections.abc import Mapping
from enum import StrEnum


class AuditAct(StrEnum):
    CORRECTED = "corrected"
    CORRECTION_UNDONE = "correction_undone"
    ENTERED = "entered"
    ENTRY_UNDONE = "entry_undone"
    ASKED = "asked"


AUDIT_NAMES: Mapping[AuditAct, str] = {
    AuditAct.CORRECTED: "sửa câu trả lời",
    AuditAct.CORRECTION_UNDONE: "lấy lại việc sửa câu trả lời",
    AuditAct.ENTERED: "nhập phiếu thay đơn vị",
    AuditAct.ENTRY_UNDONE: "lấy lại việc nhập phiếu",
    AuditAct.ASKED: "giao phiếu của đợt đang chạy",
}
