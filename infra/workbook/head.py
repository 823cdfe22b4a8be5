"""The words above the table of a form, who asks whom for what and how to answer, and below it, who signs."""

from infra.workbook.layout import CASE_CODE_LABEL
from tasks.domain.checklist import CHOICES, AnswerType, Form
from tasks.domain.plan import PERIOD_NAMES

Line = tuple[str, str]
# How every line above the table begins that begins alike in all forms, the steps of the guide without their number.
PRINTED_ABOVE = (
    *(
        "Đơn vị:",
        *(f"{words}:" for words in ("Thời kỳ", *PERIOD_NAMES.values())),
        "Số liệu chốt:",
        "Ước cả năm:",
        "Hạn gửi:",
        f"{CASE_CODE_LABEL}:",
    ),
    *("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "HƯỚNG DẪN"),
    *("Chỉ điền các ô nền", "Không phát sinh thì ghi 0", "Cột “Minh chứng”:", "Lưu tệp, bấm Trả lời", "Cần hỏi, xin"),
    *("Đã trả lời ", "Phiếu gửi lại:"),
)


def about(form: Form) -> list[Line]:
    """(text, look) from the top down."""
    lines = [
        (form.superior.upper(), "agency"),
        (form.authority.upper(), "agency strong"),
        (form.title.upper(), "title"),
        (f"Đơn vị: {form.unit_name}", "strong"),
        (f"{form.period_name}: {form.period_words}", "line"),
        (_figures(form), "line"),
        (f"Hạn gửi: {form.due_words}", "due"),
        (f"{CASE_CODE_LABEL}: {form.case_code}", "code"),
    ]
    return [(text, look) for text, look in lines if text]


def _figures(form: Form) -> str:
    parts = [f"Số liệu chốt: {form.cut_off_words}"] if form.cut_off_words else []
    parts += [f"Ước cả năm: {form.estimate_words}"] if form.estimate_words else []
    return "; ".join(parts)


def guide(form: Form) -> list[Line]:
    steps = [step for step in (_choices(form), _numbers(form), *_how_to_send(form)) if step]
    state = [("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "agency strong"), ("Độc lập - Tự do - Hạnh phúc", "agency strong")]
    return [*state, ("HƯỚNG DẪN", "guide title"), *((f"{n}. {step}", "guide") for n, step in enumerate(steps, start=1))]


TO_FILL_IN = ("GIA HẠN: … ngày, lý do …", "HẸN: ngày …")
"""The same lines as in our letters: more time, or the day of the answer."""


def signatures() -> list[tuple[Line, Line]]:
    """Below the table, left and right: the lines that act, filled in; then for the printed form, or the archive."""
    return [
        *(((words, "to fill in"), ("", "line")) for words in TO_FILL_IN),
        (("", "line"), ("………………, ngày …… tháng …… năm ………", "signed small")),
        (("NGƯỜI LẬP PHIẾU", "signed"), ("THỦ TRƯỞNG ĐƠN VỊ", "signed")),
        (("(Ký, ghi rõ họ tên)", "signed small"), ("(Ký, đóng dấu, ghi rõ họ tên)", "signed small")),
    ]


def _choices(form: Form) -> str:
    fill = "Chỉ điền các ô nền xanh nhạt; các ô khác đã khóa."
    if any(item.type in CHOICES for item in form.checklist.items):
        return f"{fill} Ô có danh sách: bấm mũi tên ▼ bên phải ô để chọn."
    return fill


def _numbers(form: Form) -> str:
    words = "Không phát sinh thì ghi 0; chưa có số liệu thì để trống."
    if any(item.type is AnswerType.NGAY for item in form.checklist.items):
        words += " Ngày ghi dạng 05/02/2025."
    if form.asks_estimate:
        words += " Cột “Ước cả năm” chỉ ghi cho mục lấy số."
    return words


def _how_to_send(form: Form) -> list[str]:
    return [
        "Cột “Minh chứng”: số, ký hiệu, ngày của văn bản hoặc tên tệp gửi kèm. Cột “Ghi chú”: điều cần nói thêm.",
        f"Lưu tệp, bấm Trả lời (Reply) thư giao phiếu, đính kèm tệp này và gửi tới {form.reply_to}."
        + (f" {form.signed_copy}" if form.signed_copy else ""),
        f"Cần hỏi, xin liên hệ: {form.contact_words}.",
    ]
