"""What a person of the office may have done, as the audit log names it."""

from collections.abc import Mapping
from enum import StrEnum


class AuditAct(StrEnum):
    CORRECTED = "corrected"
    CORRECTION_UNDONE = "correction_undone"
    ENTERED = "entered"
    ENTRY_UNDONE = "entry_undone"
    ASKED = "asked"
    ROUND_OPENED = "round_opened"
    EXTENDED = "extended"
    EXTENSION_GRANTED = "extension_granted"
    EXTENSION_REFUSED = "extension_refused"
    EXEMPTED = "exempted"
    EXEMPTION_UNDONE = "exemption_undone"
    APPROVED = "approved"
    DROPPED = "dropped"
    RESENT = "resent"
    ARRIVED = "arrived"
    VISIT_PLANNED = "visit_planned"
    VISIT_MOVED = "visit_moved"
    VISIT_CANCELLED = "visit_cancelled"
    DESK_FILED = "desk_filed"
    DESK_BOUNCE = "desk_bounce"
    DESK_NOTED = "desk_noted"
    DESK_IGNORED = "desk_ignored"
    DESK_UNDONE = "desk_undone"
    UNIT_ADDED = "unit_added"
    UNIT_CHANGED = "unit_changed"
    UNIT_REACHED = "unit_reached"
    SENT_OPEN = "sent_open"
    FINDING_RAISED = "finding_raised"
    FINDING_CLOSED = "finding_closed"
    MAIL_STOPPED = "mail_stopped"
    MAIL_STARTED = "mail_started"
    PLAN_TAKEN_IN = "plan_taken_in"
    LADDER_APPLIED = "ladder_applied"
    CALENDAR_CHANGED = "calendar_changed"
    CALENDAR_APPLIED = "calendar_applied"
    MISSED_SENT = "missed_sent"
    MISSED_SKIPPED = "missed_skipped"
    RESTORED = "restored"


AUDIT_NAMES: Mapping[AuditAct, str] = {
    AuditAct.CORRECTED: "sửa câu trả lời",
    AuditAct.CORRECTION_UNDONE: "lấy lại việc sửa câu trả lời",
    AuditAct.ENTERED: "nhập phiếu thay đơn vị",
    AuditAct.ENTRY_UNDONE: "lấy lại việc nhập phiếu",
    AuditAct.ASKED: "giao phiếu của đợt đang chạy",
    AuditAct.ROUND_OPENED: "mở đợt đột xuất",
    AuditAct.EXTENDED: "gia hạn",
    AuditAct.EXTENSION_GRANTED: "cho gia hạn theo đề nghị",
    AuditAct.EXTENSION_REFUSED: "không cho gia hạn",
    AuditAct.EXEMPTED: "miễn trả lời",
    AuditAct.EXEMPTION_UNDONE: "thôi miễn trả lời",
    AuditAct.APPROVED: "duyệt thư",
    AuditAct.DROPPED: "bỏ thư chờ duyệt",
    AuditAct.RESENT: "gửi lại thư",
    AuditAct.ARRIVED: "ghi thư đã đến nơi",
    AuditAct.VISIT_PLANNED: "xếp lịch kiểm tra",
    AuditAct.VISIT_MOVED: "đổi lịch kiểm tra",
    AuditAct.VISIT_CANCELLED: "hủy lịch kiểm tra",
    AuditAct.DESK_FILED: "xếp thư đến vào phiếu",
    AuditAct.DESK_BOUNCE: "xác nhận thư bị trả lại",
    AuditAct.DESK_NOTED: "ghi dòng theo lời đơn vị",
    AuditAct.DESK_IGNORED: "bỏ qua thư đến",
    AuditAct.DESK_UNDONE: "hoàn tác ở bàn thư đến",
    AuditAct.UNIT_ADDED: "thêm đơn vị vào danh sách",
    AuditAct.UNIT_CHANGED: "sửa đơn vị trong danh sách",
    AuditAct.UNIT_REACHED: "ghi đơn vị nhận được thư trở lại",
    AuditAct.SENT_OPEN: "gửi lại phiếu, kiến nghị còn nợ",
    AuditAct.FINDING_RAISED: "ghi kiến nghị",
    AuditAct.FINDING_CLOSED: "đóng kiến nghị",
    AuditAct.MAIL_STOPPED: "dừng gửi thư",
    AuditAct.MAIL_STARTED: "mở lại việc gửi thư",
    AuditAct.PLAN_TAKEN_IN: "nhận kế hoạch",
    AuditAct.LADDER_APPLIED: "chuyển sang các bước đôn đốc mới",
    AuditAct.CALENDAR_CHANGED: "sửa lịch làm việc",
    AuditAct.CALENDAR_APPLIED: "dời hạn theo lịch làm việc mới",
    AuditAct.MISSED_SENT: "gửi bù thư bị lỡ",
    AuditAct.MISSED_SKIPPED: "bỏ qua thư bị lỡ",
    AuditAct.RESTORED: "khôi phục từ bản sao lưu",
}
