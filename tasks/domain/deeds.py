"""What a run can have done: a code for the program, a sentence with its number for the office."""

from collections.abc import Mapping
from enum import StrEnum

from tasks.domain.triage import VERDICT_NAMES
from tasks.domain.vietnamese import number_text


class Deed(StrEnum):
    OPENED = "opened"
    ASSIGNED = "assigned"
    MISSED = "missed"
    LOCKED = "locked"
    REMINDED = "reminded"
    AWAITS_CONSENT = "awaits_consent"
    AWAITS_APPROVAL = "awaits_approval"
    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"
    DOUBTFUL = "doubtful"
    PROVEN = "proven"
    REPEATED = "repeated"
    RECEIVED = "received"
    COMPILED = "compiled"
    UNCHANGED = "unchanged"
    CHECKED = "checked"


# In the order in which a sentence names them: what was done, then what it met.
SENTENCES: Mapping[StrEnum, str] = {
    Deed.OPENED: "mở {} đợt",
    Deed.ASSIGNED: "giao {} phiếu",
    Deed.MISSED: "ghi {} đợt bị lỡ",
    Deed.LOCKED: "khóa sổ {} đợt",
    Deed.REMINDED: "soạn thư nhắc, báo cấp trên về {} phiếu, kiến nghị",
    Deed.AWAITS_CONSENT: "giữ thư về {} phiếu, kiến nghị chờ đồng ý gửi bù",
    Deed.AWAITS_APPROVAL: "trình {} thư báo cấp trên đã chờ người đọc thư của đơn vị",
    Deed.SENT: "gửi {} thư",
    Deed.DEFERRED: "{} thư hẹn gửi lại",
    Deed.REFUSED: "{} thư bị từ chối",
    Deed.DOUBTFUL: "{} thư chưa rõ đã đi hay chưa",
    Deed.PROVEN: "biết rõ {} thư trước đó chưa rõ là đã đi",
    Deed.REPEATED: "cho {} thư chưa rõ kết quả đi lại một lần",
    Deed.RECEIVED: "nhận {} thư",
    **{verdict: f"{{}} {name}" for verdict, name in VERDICT_NAMES.items()},
    Deed.COMPILED: "lập {} bản tổng hợp mới",
    Deed.UNCHANGED: "{} bản tổng hợp đã có, số liệu không đổi",
    Deed.CHECKED: "{} điều kiểm tra đạt",
}


def told(counts: Mapping[StrEnum, int]) -> list[str]:
    """'mở 1 đợt', 'giao 52 phiếu': nothing of what did not happen."""
    return [words.format(number_text(counts[deed])) for deed, words in SENTENCES.items() if counts.get(deed)]
