"""The letters people read: whole, courteous in form, the same in text and HTML, and deaf to tricks in user text."""

import html
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.letter_samples import DIGEST, SAMPLES
from infra.rendering import FILES, KINDS, BrokenTemplate, LetterRenderer
from tasks.domain.letterbox import LetterKind
from tasks.domain.vietnamese import nfc

TEMPLATES = Path(__file__).parents[2] / "templates"
EVERY_SAMPLE = [
    pytest.param(kind, sample, id=f"{kind}-{number}") for kind in KINDS for number, sample in enumerate(SAMPLES[kind])
]
TRICK = "<script>alert(1)</script> {{ 7 * 7 }} {% if %} & “ngoặc”"


@pytest.fixture(scope="module")
def render() -> LetterRenderer:
    return LetterRenderer(TEMPLATES)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copytree(TEMPLATES / "letters", tmp_path / "letters")
    return tmp_path


def letters_of(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def seen_in(page: str) -> str:
    return html.unescape(re.sub(r"<!--.*?-->|<title>.*?</title>|<[^>]*>", " ", page, flags=re.S))


def tricked(value: Any) -> Any:
    """The same context with a trick in every text a person could have written."""
    if isinstance(value, str):
        return f"{value} {TRICK}" if value else value
    if isinstance(value, Mapping):
        return {key: tricked(one) for key, one in value.items()}
    return [tricked(one) for one in value] if isinstance(value, list) else value


def unwrapped(text: str) -> str:
    return " ".join(text.split())


def paragraphs(text: str) -> Iterator[str]:
    for line in re.split(r"\n(?! )", text):
        yield re.sub(r"^\d+\. ", "", line)


def test_every_kind_of_letter_has_templates_and_samples() -> None:
    assert {kind.value for kind in LetterKind} | {DIGEST} == set(KINDS) == {str(kind) for kind in SAMPLES}
    assert all((TEMPLATES / "letters" / kind / file).is_file() for kind in KINDS for file in FILES)


def test_the_templates_of_the_house_are_whole(render: LetterRenderer) -> None:
    assert render.check() == []


@pytest.mark.parametrize(("kind", "sample"), EVERY_SAMPLE)
def test_every_sample_renders_into_a_decent_letter(
    render: LetterRenderer, kind: str, sample: Mapping[str, Any]
) -> None:
    letter = render(kind, sample)
    assert letter.subject.endswith(f" [{sample['case_code'] or 'DCCS'}]")
    assert "\n" not in letter.subject
    assert letter.text.startswith("Kính gửi: ")
    assert "Trân trọng./." in letter.text
    for said in (letter.subject, letter.text, letter.html):
        assert said == nfc(said)
        assert not re.search(r"[{}]|None|Undefined", said)
        assert "!" not in seen_in(said)


@pytest.mark.parametrize(("kind", "sample"), EVERY_SAMPLE)
def test_the_text_part_reads_well_in_a_plain_mail_program(
    render: LetterRenderer, kind: str, sample: Mapping[str, Any]
) -> None:
    text = render(kind, sample).text
    assert all(len(line) <= 78 for line in text.splitlines())
    assert all(line == line.rstrip() for line in text.splitlines())
    assert "\n\n\n" not in text
    assert not re.search(r"\S  +\S|\.\.|\( |,\s*,|;\s*\.|–\s*\n", text)
    assert text.endswith("\n")


@pytest.mark.parametrize(("kind", "sample"), EVERY_SAMPLE)
def test_the_html_part_says_the_same(render: LetterRenderer, kind: str, sample: Mapping[str, Any]) -> None:
    letter = render(kind, sample)
    shown = letters_of(seen_in(letter.html))
    for said in paragraphs(letter.text):
        assert letters_of(said) in shown


@pytest.mark.parametrize(("kind", "sample"), EVERY_SAMPLE)
def test_the_html_part_loads_nothing_from_outside(render: LetterRenderer, kind: str, sample: Mapping[str, Any]) -> None:
    page = render(kind, sample).html
    assert not re.search(r"https?:|<img|<script|<link|<style|url\(", page)
    assert set(re.findall(r'href="(\w+):', page)) <= {"mailto"}


@pytest.mark.parametrize(("kind", "sample"), EVERY_SAMPLE)
def test_tricks_in_user_text_stay_text(render: LetterRenderer, kind: str, sample: Mapping[str, Any]) -> None:
    fixed = {"case_code", "obligation", "round_kind"}
    letter = render(kind, {key: value if key in fixed else tricked(value) for key, value in sample.items()})
    assert "<script" not in letter.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7 * 7 }} {% if %} &amp; “ngoặc”" in letter.html
    assert "&amp;lt;" not in letter.html, "escaped twice"
    assert "{{ 7 * 7 }}" in letter.text
    assert "49" not in letter.text.replace("004217", "")
    assert "&lt;" not in letter.text
    assert "&lt;" not in letter.subject


def test_a_long_unbroken_word_does_not_stop_a_letter(render: LetterRenderer) -> None:
    sample = SAMPLES[LetterKind.FINDING][0]
    assert "x" * 500 in render("finding", {**sample, "what": "x" * 500}).text


def test_a_line_break_in_a_title_does_not_break_the_subject(render: LetterRenderer) -> None:
    sample = SAMPLES[LetterKind.REQUEST][0]
    subject = render("request", {**sample, "title": "Báo cáo\r\nBcc: x@y.vn"}).subject
    assert subject == "Báo cáo Bcc: x@y.vn – đề nghị trả lời phiếu [DCCS-2025-004217-K7QX]"


def test_an_urgent_request_says_so_first(render: LetterRenderer) -> None:
    calm, urgent = ({**SAMPLES[LetterKind.REQUEST][0], "urgent": flag} for flag in (False, True))
    assert render("request", urgent).subject.startswith("KHẨN: ")
    assert "KHẨN" in render("request", urgent).text
    assert "KHẨN" not in render("request", calm).subject + render("request", calm).text


REMINDER = SAMPLES[LetterKind.REMINDER][0]


@pytest.mark.parametrize(
    ("overdue", "days", "words"),
    [
        (False, 5, "còn 5 ngày làm việc"),
        (False, 0, "đến hạn hôm nay"),
        (True, 0, "đã quá hạn"),
        (True, -3, "đã quá hạn 3 ngày làm việc"),
    ],
)
@pytest.mark.parametrize("kind", [LetterKind.REMINDER, LetterKind.ESCALATION])
def test_a_reminder_counts_its_days_in_subject_and_body(
    render: LetterRenderer, kind: LetterKind, overdue: bool, days: int, words: str
) -> None:
    letter = render(kind, {**SAMPLES[kind][0], "overdue": overdue, "working_days_left": days})
    assert letter.subject.casefold().startswith(f"{words.removeprefix('đã ')} – ")
    assert f"Tình trạng: {words}\n" in letter.text


def test_a_reminder_before_the_day_does_not_accuse(render: LetterRenderer) -> None:
    before, after = (unwrapped(render("reminder", {**REMINDER, "overdue": late}).text) for late in (False, True))
    assert "xin nhắc" in before
    assert "chưa nhận được" not in before
    assert "chưa nhận được phiếu" in after


def test_a_partial_answer_is_acknowledged_and_its_gaps_are_named(render: LetterRenderer) -> None:
    missing = [{"code": f"XA{number:02}", "question": "Câu hỏi"} for number in range(10)]
    partial = {**REMINDER, "partial": True, "missing": missing, "missing_count": 1250}
    letter = render("reminder", partial)
    assert "Nhắc bổ sung phiếu" in letter.subject
    assert "đã nhận một phần trả lời của đơn vị; còn 1.250 mục chưa trả lời." in unwrapped(letter.text)
    assert "- Mục XA03: Câu hỏi\n" in letter.text
    assert "- và 1.240 mục khác" in letter.text
    assert "ô cần sửa" not in letter.text


def test_a_reminder_about_a_finding_asks_for_its_remedy_not_for_a_form(render: LetterRenderer) -> None:
    sample = next(one for one in SAMPLES[LetterKind.REMINDER] if one["obligation"] == "finding")
    letter = render("reminder", sample)
    assert "kiến nghị số 2025-03" in letter.subject
    assert "tài liệu minh chứng" in unwrapped(letter.text)
    assert ".xlsx" not in letter.text


def test_an_escalation_speaks_to_the_unit_or_about_it(render: LetterRenderer) -> None:
    officer = SAMPLES[LetterKind.ESCALATION][0]
    about, to = (render("escalation", {**officer, "unit_is_recipient": flag}) for flag in (False, True))
    assert "Xã Vĩnh Thủy: " in about.subject
    assert about.text.startswith("Kính gửi: Đồng chí Trần Văn Nam, Trưởng phòng Nội vụ\n")
    assert "Kính đề nghị đồng chí xem xét" in unwrapped(about.text)
    assert "01/10/2025: gửi phiếu" in about.text
    assert "Đề nghị chỉ đạo" in to.subject
    assert to.text.startswith("Kính gửi: UBND xã Vĩnh Thủy (")


def test_a_digest_names_every_matter_with_its_code(render: LetterRenderer) -> None:
    group = SAMPLES[DIGEST][0]["groups"][0]
    lines = [{**group["lines"][0], "case_code": f"DCCS-2025-{number:06}-K7QX"} for number in range(12)]
    letter = render(DIGEST, {**SAMPLES[DIGEST][0], "groups": [{**group, "lines": lines}], "lines_count": 12})
    assert letter.text.count(group["due_words"]) == 1
    assert "12 việc" in letter.subject
    for line in lines:
        assert f"[{line['case_code']}]" in letter.text
        assert f"[{line['case_code']}]" in letter.html


def test_a_receipt_tells_a_stranger_politely(render: LetterRenderer) -> None:
    known = {**SAMPLES[LetterKind.RECEIPT][0], "known_sender": True}
    assert "chưa có trong danh sách" in unwrapped(render("receipt", {**known, "known_sender": False}).text)
    assert "chưa có trong danh sách" not in unwrapped(render("receipt", known).text)


def test_a_returned_form_gives_its_reason_in_the_first_lines(render: LetterRenderer) -> None:
    sample = {**SAMPLES[LetterKind.RETURNED][3], "reason": "Không mở được tệp “a.xls”."}
    assert "Không mở được tệp “a.xls”." in render("returned", sample).text.split("\n\n")[1]


def test_what_a_template_is_not_told_stops_the_letter_and_names_the_line(render: LetterRenderer) -> None:
    told = {key: value for key, value in REMINDER.items() if key != "due_words"}
    with pytest.raises(BrokenTemplate, match=r"letters/reminder/body.txt, dòng \d+: không có “due_words”"):
        render("reminder", told)


def test_an_unknown_kind_is_a_missing_template(render: LetterRenderer) -> None:
    with pytest.raises(BrokenTemplate, match=r"letters/postcard/subject\.txt: thiếu tệp"):
        render("postcard", {})


@pytest.mark.parametrize(
    ("file", "source", "expected"),
    [
        ("request/subject.txt", None, "letters/request/subject.txt: thiếu tệp mẫu thư này"),
        ("_signature.txt", None, "letters/_signature.txt: thiếu tệp mẫu thư này"),
        ("alert/body.txt", "Kính gửi\n{% if %}", "letters/alert/body.txt, dòng 2: không đúng cú pháp"),
        ("alert/body.txt", "{{ as_of_words | ngay }}", "letters/alert/body.txt, dòng 1: không đúng cú pháp"),
        ("alert/body.txt", "a\n\n{{ deadline }}", "letters/alert/body.txt, dòng 3: không có “deadline”"),
        (
            "alert/body.txt",
            "{% if false %}{{ unit_name }}{% endif %}a",
            "body.txt, dòng 1: không có “unit_name”",
        ),
        (
            "alert/body.txt",
            "{% for p in problems %}\n{{ p.how }}{% endfor %}",
            "body.txt, dòng 2: không có “how”",
        ),
        ("alert/body.txt", "{{ as_of_words | day }}", "letters/alert/body.txt, dòng 1: không soạn được thư"),
        ("alert/body.txt", "{ as_of_words }", "letters/alert/body.txt: còn dấu ngoặc nhọn"),
        ("alert/body.txt", " ", "letters/alert/body.txt: không có nội dung"),
        ("alert/subject.txt", "Xin chào", "letters/alert/subject.txt: tiêu đề phải có chữ và “[DCCS]”"),
        ("request/subject.txt", "[{{ case_code }}]", "request/subject.txt: tiêu đề phải có chữ"),
        ("alert/body.html", '<img src="a.png">', "letters/alert/body.html: thư không được có hình"),
        ("alert/body.html", '<a href="ftp:x">x</a>', "letters/alert/body.html: thư không được có hình"),
        ("_signature.html", "<p>\n{{ ofice }}</p>", "letters/_signature.html, dòng 2: không có “ofice”"),
    ],
)
def test_check_names_every_mistake_by_file_and_line(copied: Path, file: str, source: str | None, expected: str) -> None:
    place = copied / "letters" / file
    place.unlink()
    if source is not None:
        place.write_text(source, encoding="utf-8")
    assert any(expected in str(problem) for problem in LetterRenderer(copied).check())


def test_check_reports_all_mistakes_at_once(copied: Path) -> None:
    (copied / "letters/alert/body.txt").write_text("{{ a }}", encoding="utf-8")
    (copied / "letters/finding/subject.txt").unlink()
    (copied / "letters/_signature.txt").write_bytes("Trân trọng".encode("utf-16"))
    places = [problem.where for problem in LetterRenderer(copied).check()]
    assert places == ["letters/_signature.txt", "letters/alert/body.txt, dòng 1", "letters/finding/subject.txt"]


def test_a_template_saved_by_notepad_is_read(copied: Path) -> None:
    for place in (copied / "letters").rglob("*.*"):
        place.write_bytes(b"\xef\xbb\xbf" + place.read_bytes().replace(b"\n", b"\r\n"))
    notepad, house = LetterRenderer(copied), LetterRenderer(TEMPLATES)
    assert notepad.check() == []
    assert all(notepad(kind, sample) == house(kind, sample) for kind in KINDS for sample in SAMPLES[kind])
