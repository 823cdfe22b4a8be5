"""Sample letters: what the templates of each kind are told, and the branches they must be able to say."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tasks.domain.letterbox import LetterKind

DIGEST = "digest"

_DUE = "trước ngày 31/10/2025 (chậm nhất hết thứ Năm, ngày 30/10/2025)"
_TITLE = "Báo cáo thực hiện dân chủ ở cơ sở năm 2025"
_FILE = "Phieu-bao-cao-nam-ubnd-xa-vinh-thuy.xlsx"
_COMMON: Mapping[str, Any] = {
    "authority": "UBND huyện Vĩnh Linh",
    "office": "Phòng Nội vụ",
    "superior": "UBND tỉnh Quảng Trị",
    "contact": "chuyên viên phụ trách, điện thoại 0233 3820 000",
    "today": date(2025, 11, 4),
    "recipient_name": "Nguyễn Thị Hoa",
    "case_code": "DCCS-2025-004217-K7QX",
}
_UNIT: Mapping[str, Any] = {**_COMMON, "unit_name": "Xã Vĩnh Thủy", "addressee": "UBND xã Vĩnh Thủy", "title": _TITLE}
_MISSING = [
    {"code": "XA07", "question": "Số hội nghị đối thoại với Nhân dân đã tổ chức trong năm?"},
    {"code": "XA12", "question": "Đã niêm yết công khai dự toán ngân sách năm 2025 tại trụ sở chưa?"},
]
_FAULTS = [
    {"cell": "D14", "sentence": "cần một số, đang là chữ “mười hai”"},
    {"cell": "D21", "sentence": "cần một ngày dạng ngày/tháng/năm, ví dụ 05/02/2025; đang là “đầu năm”"},
]
_REQUEST: Mapping[str, Any] = {
    **_UNIT,
    "round_kind": "Báo cáo năm",
    "period_words": "từ ngày 01/01/2025 đến ngày 31/12/2025",
    "due_words": _DUE,
    "cut_off_words": "15/10/2025",
    "estimate_words": "đến hết ngày 31/12/2025",
    "working_days_left": 22,
    "checklist_title": "Phiếu báo cáo thực hiện dân chủ ở xã, thị trấn",
    "item_count": 42,
    "file_name": _FILE,
    "legal_bases": [
        "Luật Thực hiện dân chủ ở cơ sở số 10/2022/QH15",
        "Nghị định số 59/2023/NĐ-CP ngày 14/08/2023 của Chính phủ",
    ],
    "urgent": False,
}
_REMINDER: Mapping[str, Any] = {
    **_UNIT,
    "due_words": _DUE,
    "working_days_left": 5,
    "overdue": False,
    "partial": False,
    "missing": [],
    "missing_count": 42,
    "faults": [],
    "faults_count": 0,
    "more_faults": 0,
    "rung_title": "nhắc lần 1, trước hạn 5 ngày làm việc",
    "obligation": "assignment",
    "number": "",
    "what": "",
    "file_name": _FILE,
}
_LATE: Mapping[str, Any] = {"overdue": True, "working_days_left": -3, "rung_title": "nhắc lần 3, quá hạn"}
_PARTIAL: Mapping[str, Any] = {
    "partial": True,
    "missing": _MISSING,
    "missing_count": 14,
    "faults": _FAULTS,
    "faults_count": 2,
    "more_faults": 0,
}
_OF_FINDING: Mapping[str, Any] = {
    "title": "Khắc phục kiến nghị sau kiểm tra",
    "due_words": "đến hết ngày 28/11/2025",
    "obligation": "finding",
    "number": "2025-03",
    "what": "Chưa niêm yết công khai quyết toán ngân sách năm 2024\ntại trụ sở và nhà văn hóa thôn.",
    "missing_count": 0,
    "file_name": "",
}
_ESCALATION: Mapping[str, Any] = {
    **_REMINDER,
    **_LATE,
    "file_name": "",
    "rung_title": "báo trưởng phòng, quá hạn 3 ngày làm việc",
    "recipient_name": "Trần Văn Nam",
    "role_words": "trưởng phòng",
    "recipient_title": "Trưởng phòng Nội vụ",
    "unit_is_recipient": False,
    "history": [
        "01/10/2025: gửi phiếu tới dccs@vinhthuy.example; máy chủ thư đã nhận",
        "23/10/2025: nhắc tới dccs@vinhthuy.example; máy chủ thư đã nhận",
    ],
}
_UNIT_HEAD: Mapping[str, Any] = {
    "recipient_name": "Lê Văn Bình",
    "role_words": "lãnh đạo đơn vị",
    "unit_is_recipient": True,
    "rung_title": "báo lãnh đạo đơn vị, quá hạn 1 ngày làm việc",
}
_CAME = ["Tệp gửi kèm IMG_0042.jpg (ảnh) đã được lưu cùng thư; chương trình không đọc nội dung"]
_RECEIPT: Mapping[str, Any] = {
    "came": [],
    **_UNIT,
    "received_words": "14:05 ngày 28/10/2025",
    "recorded_words": "42/42 mục và 226 ô của các bảng, đề cương",
    "anything_recorded": True,
    "accepted_count": 42,
    "total_count": 42,
    "late": False,
    "flags": [],
    "remarks": [],
    "more_remarks": 0,
    "file_name": _FILE,
    "known_sender": True,
}
_RETURNED: Mapping[str, Any] = {
    "came": [],
    **_UNIT,
    "due_words": _DUE,
    "received_words": "14:05 ngày 28/10/2025",
    "recorded_words": "28/42 mục và 226 ô của các bảng, đề cương",
    "anything_recorded": True,
    "accepted_count": 28,
    "total_count": 42,
    "faults": _FAULTS,
    "more_faults": 3,
    "missing": _MISSING,
    "more_missing": 7,
    "reason": "",
    "remarks": [],
    "more_remarks": 0,
    "file_name": _FILE,
}
_NOTHING_READ: Mapping[str, Any] = {
    "faults": [],
    "more_faults": 0,
    "missing": [],
    "more_missing": 0,
    "reason": "Thư trả lời không kèm tệp phiếu.",
}
_FINDING: Mapping[str, Any] = {
    **_UNIT,
    "title": "Kiểm tra thực hiện dân chủ ở cơ sở năm 2025",
    "number": "2025-03",
    "what": _OF_FINDING["what"],
    "basis": "khoản 2 Điều 11 Luật Thực hiện dân chủ ở cơ sở số 10/2022/QH15",
    "remedy": "Niêm yết bổ sung và gửi ảnh chụp nơi niêm yết.",
    "raised_words": "12/09/2025",
    "due_words": "đến hết ngày 28/11/2025",
}


def _line(words: str, case_code: str) -> Mapping[str, str]:
    return {"unit_name": "Xã Vĩnh Thủy", "words": words, "case_code": case_code}


_DIGEST: Mapping[str, Any] = {
    **_COMMON,
    "case_code": "",
    "addressee": "UBND xã Vĩnh Thủy",
    "several_units": False,
    "recipient_title": "",
    "groups": [
        {"title": _TITLE, "due_words": _DUE, "lines": [_line("quá hạn 3 ngày làm việc", "DCCS-2025-004217-K7QX")]},
        {
            "title": "Khắc phục kiến nghị sau kiểm tra",
            "due_words": "đến hết ngày 05/11/2025",
            "lines": [_line("còn 1 ngày làm việc", "DCCS-2025-009001-3M0T")],
        },
    ],
    "lines_count": 2,
    "most_urgent": "Quá hạn 3 ngày làm việc",
    "unit_is_recipient": True,
}
_ALERT: Mapping[str, Any] = {
    **_COMMON,
    "authority": "",
    "recipient_name": "",
    "case_code": "",
    "as_of_words": "08:15 ngày 04/11/2025",
    "problems": [
        {
            "what": "Không đọc được hộp thư đến từ 06:00 ngày 04/11/2025",
            "do": "Xem lại mật khẩu hộp thư rồi chạy: kiemtra check",
        },
        {
            "what": "3 thư chờ gửi đã quá giờ hẹn hơn một giờ",
            "do": "Xem luồng gửi thư có đang chạy không",
        },
    ],
}
_EXTENSION: Mapping[str, Any] = {
    **_UNIT,
    "number": "",
    "due_words": "đến hết thứ Sáu, ngày 07/11/2025 (đã được gia hạn)",
    "asked_words": "thêm 5 ngày làm việc",
    "day_is_known": True,
    "why": "đơn vị đang khắc phục hậu quả bão số 10",
    "decision": "granted",
    "settled_words": "",
    "owing": True,
    "asked_by": "",
    "decided_why": "",
    "lines": [],
    "requested": True,
    "past": False,
    "locked": False,
}
_MOVED: Mapping[str, Any] = {
    **_UNIT,
    "number": "",
    "due_words": "đến hết thứ Tư, ngày 03/09/2025",
    "old_words": "đến hết thứ Sáu, ngày 29/08/2025",
    "why": "thay đổi lịch nghỉ lễ Quốc khánh năm 2025",
    "working_days_left": 12,
}
_VISIT: Mapping[str, Any] = {
    **_UNIT,
    "day_words": "thứ Ba, ngày 20/05/2025",
    "hours_words": "từ 8 giờ 00 đến 11 giờ 00",
    "place": "Trụ sở UBND xã Vĩnh Thủy",
    "team": ["Trưởng đoàn: Lê Thị Minh Châu", "Thư ký: Trần Văn Nam"],
    "report_words": "chậm nhất ngày 13/05/2025",
    "act": "kiểm tra",
    "answered": False,
    "file_name": _FILE,
    "cancelled": False,
    "moved": False,
    "why": "",
}
_TOLD: Mapping[str, Any] = {
    **_UNIT,
    "received_words": "14:05 ngày 28/10/2025",
    "sender": "hoa.ca.nhan@thudientu.example",
    "who_words": "địa chỉ không có trong danh sách",
    "recorded_words": "42/42 mục và 226 ô của các bảng, đề cương",
    "anything_recorded": True,
    "accepted_count": 42,
    "total_count": 42,
    "remarks": [],
    "more_remarks": 0,
    "due_words": "",
    "file_name": _FILE,
}
_LINES = [
    "Dòng “GIA HẠN: 0 ngày” chưa được nhận: số ngày xin thêm phải từ 1 đến 60. Hãy viết như: “GIA HẠN: 5 ngày, lý do …”"
]
_NOTED: Mapping[str, Any] = {**_COMMON, "received_words": "14:05 ngày 28/10/2025", "came": [], "owing": False}
_ACT: Mapping[str, Any] = {
    "by": "Nguyễn Thị Hà",
    "at_words": "14:05 ngày 28/10/2025",
    "why": "Đầu mối báo qua điện thoại số hội nghị đúng",
    "undone": False,
    "changes": [
        {**_MISSING[0], "item": "XA07", "old": "3", "new": "5"},
        {**_MISSING[1], "item": "XA12", "old": "", "new": "Có"},
    ],
    "more_changes": 0,
}
_UNDONE: Mapping[str, Any] = {
    **_ACT,
    "undone": True,
    "why": "Nghe nhầm",
    "changes": [{**_MISSING[1], "item": "XA12", "old": "Có", "new": ""}],
}
_CORRECTED: Mapping[str, Any] = {
    **_UNIT,
    "acts": [_ACT],
    "undone": False,
    "due_words": "",
    "file_name": _FILE,
}
_ENTERED: Mapping[str, Any] = {
    **_UNIT,
    "how_words": "bản giấy nhận ngày 28/10/2025",
    "by": "Nguyễn Thị Hà",
    "at_words": "14:05 ngày 28/10/2025",
    "recorded_words": "42/42 mục và 226 ô của các bảng, đề cương",
    "anything_recorded": True,
    "accepted_count": 42,
    "total_count": 42,
    "late": False,
    "faults": [],
    "more_faults": 0,
    "missing": [],
    "more_missing": 0,
    "remarks": [],
    "more_remarks": 0,
    "signed_copy": "Không phải gửi thêm bản giấy.",
    "due_words": "",
    "file_name": _FILE,
}
_NO_NAMES: Mapping[str, Any] = {"recipient_name": "", "contact": "", "authority": ""}

SAMPLES: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    LetterKind.REQUEST: (
        _REQUEST,
        {**_REQUEST, **_NO_NAMES, "cut_off_words": "", "estimate_words": "", "legal_bases": []},
        {**_REQUEST, "urgent": True, "working_days_left": 0, "due_words": "chậm nhất 16 giờ thứ Ba, ngày 04/11/2025"},
    ),
    LetterKind.REMINDER: (
        _REMINDER,
        {**_REMINDER, **_PARTIAL},
        {**_REMINDER, **_LATE},
        {**_REMINDER, **_LATE, **_PARTIAL, "recipient_name": ""},
        {**_REMINDER, "working_days_left": 0, "rung_title": "", "file_name": ""},
        {**_REMINDER, **_LATE, "working_days_left": 0},
        {**_REMINDER, **_OF_FINDING},
        {**_REMINDER, **_LATE, **_OF_FINDING},
    ),
    LetterKind.ESCALATION: (
        _ESCALATION,
        {**_ESCALATION, **_PARTIAL, "recipient_name": "", "history": []},
        {**_ESCALATION, **_OF_FINDING, "role_words": "phó chủ tịch"},
        {**_ESCALATION, **_UNIT_HEAD},
        {**_ESCALATION, **_UNIT_HEAD, **_PARTIAL, "history": []},
        {**_ESCALATION, **_UNIT_HEAD, **_OF_FINDING, "recipient_name": ""},
    ),
    LetterKind.RECEIPT: (
        _RECEIPT,
        {
            **_RECEIPT,
            "came": _CAME,
            "accepted_count": 40,
            "late": True,
            "flags": [{**_MISSING[0], "sentence": "“khong” được hiểu là 0"}],
            "remarks": ["Dòng 47: có nội dung nhưng không có mã mục nên không đọc"],
            "known_sender": False,
            "file_name": "",
        },
    ),
    LetterKind.RETURNED: (
        _RETURNED,
        {**_RETURNED, "faults": [], "more_faults": 0, "anything_recorded": False, "accepted_count": 0, "came": _CAME},
        {**_RETURNED, **_NOTHING_READ},
        {
            **_RETURNED,
            **_NOTHING_READ,
            "anything_recorded": False,
            "accepted_count": 0,
            "file_name": "",
            "received_words": "",
        },
        {**_RETURNED, "remarks": ["Trang “Tính” không thuộc phiếu nên không đọc"], "more_remarks": 3},
    ),
    LetterKind.FINDING: (_FINDING, {**_FINDING, **_NO_NAMES, "title": "", "basis": "", "remedy": ""}),
    LetterKind.ALERT: (_ALERT, {**_ALERT, "recipient_name": "Hồ Văn Quý"}),
    LetterKind.EXTENSION: (
        _EXTENSION,
        {**_EXTENSION, "decision": "asked", "due_words": _DUE},
        {
            **_EXTENSION,
            "decision": "asked",
            "why": "",
            "asked_words": "chưa nói rõ đến ngày nào",
            "day_is_known": False,
            "recipient_name": "",
        },
        {**_EXTENSION, "decision": "refused", "due_words": _DUE, "decided_why": "Số liệu phải gửi tỉnh trước 05/11."},
        {**_EXTENSION, "asked_by": "ke.toan@noikhac.example"},
        {**_EXTENSION, "requested": False},
        {**_EXTENSION, "lines": _LINES},
        {**_EXTENSION, "past": True},
        {**_EXTENSION, "past": True, "locked": True},
        {**_EXTENSION, "decision": "settled", "settled_words": "hạn hiện nay đã là hết ngày 07/11/2025"},
        {**_EXTENSION, "decision": "settled", "settled_words": "phiếu này: đã trả lời đủ", "owing": False},
        {**_EXTENSION, "title": "Khắc phục kiến nghị sau kiểm tra", "number": "2025-03"},
    ),
    LetterKind.MOVED: (
        _MOVED,
        {**_MOVED, "title": "Khắc phục kiến nghị sau kiểm tra", "number": "2025-03", "working_days_left": 0},
    ),
    LetterKind.VISIT: (
        _VISIT,
        {**_VISIT, "moved": True, "recipient_name": "", "act": "giám sát", "answered": True},
        {**_VISIT, **_NO_NAMES, "cancelled": True, "moved": True, "why": "bão số 4"},
        {**_VISIT, "cancelled": True},
    ),
    LetterKind.TOLD: (
        _TOLD,
        {**_TOLD, "who_words": "", "accepted_count": 28, "due_words": _DUE, "recipient_name": ""},
    ),
    LetterKind.CORRECTED: (
        _CORRECTED,
        {**_CORRECTED, "acts": [{**_ACT, "more_changes": 3}, _UNDONE], "due_words": _DUE, "recipient_name": ""},
        {**_CORRECTED, "acts": [_UNDONE], "undone": True},
    ),
    LetterKind.ENTERED: (
        _ENTERED,
        {
            **_ENTERED,
            "how_words": "điện thoại nhận ngày 28/10/2025",
            "recorded_words": "28/42 mục",
            "accepted_count": 28,
            "late": True,
            "faults": _FAULTS,
            "more_faults": 2,
            "missing": _MISSING,
            "more_missing": 7,
            "remarks": ["Mục XA07: hai phiếu trong một thư ghi khác nhau"],
            "more_remarks": 1,
            "signed_copy": "Đề nghị đơn vị gửi bản có chữ ký, đóng dấu của thủ trưởng đơn vị để lưu hồ sơ.",
            "due_words": _DUE,
            "recipient_name": "",
        },
    ),
    LetterKind.NOTED: (
        _NOTED,
        {**_NOTED, **_NO_NAMES},
        {**_NOTED, "came": _CAME},
        {**_NOTED, "came": _LINES, "owing": True},
    ),
    DIGEST: (
        _DIGEST,
        {**_DIGEST, "recipient_name": ""},
        {**_DIGEST, "addressee": "Phòng Tư pháp; Phòng Nông nghiệp", "several_units": True},
        {**_DIGEST, "unit_is_recipient": False, "recipient_title": "Trưởng phòng Nội vụ"},
        {**_DIGEST, "unit_is_recipient": False, "recipient_name": ""},
    ),
}
