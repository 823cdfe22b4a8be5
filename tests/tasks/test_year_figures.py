"""What the compiled year says is true: played by mail over a real database, read in the workbook and the Word file."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from tasks.approval import approve, awaiting_approval
from tasks.domain.assignment import AssignmentState
from tasks.domain.checklist import UnitKind
from tasks.domain.extension import Wish
from tasks.domain.register import UnitEntry
from tasks.domain.vietnamese import number_text, percent_text
from tasks.exemption import exempt
from tasks.extension import extend
from tasks.inspection import close_finding
from tasks.moves import move, take_back
from tasks.records import Answer
from tests.servers import SqliteFiles
from tests.tasks.compiled import REPORT_ROUND, compiled, report_round, reports
from tests.tasks.world import ANSWERS, FIVE_BEFORE, ONE_AFTER, PLAN, THREE_AFTER, UNITS, World, find_assignment, moment

AFTER = "2025-12-01 08:00"
OFFICE = "Ủy ban nhân dân huyện Vĩnh Linh"


@pytest.fixture
def databases(sqlite: SqliteFiles) -> SqliteFiles:
    """What the figures mean does not depend on the database; that both agree is tested where rows are read."""
    return sqlite


@pytest.fixture
def reporting(begun: World) -> World:
    return report_round(begun)


def given_until(world: World, unit: str, day: date, when: str, round_: str = REPORT_ROUND) -> None:
    with world.sessions.begin() as session:
        extend(session, find_assignment(session, unit, round_), Wish(until=day), world.tools, moment(when), "Lê Văn A")


# --- one bad value never stops a year --------------------------------------------------------------------------------


def test_not_applicable_in_a_date_item_is_an_answer_and_no_day(reporting: World) -> None:
    reports(reporting, "xa-vinh-o", "2025-10-20 09:00", {**ANSWERS, "DX03": "Không áp dụng"})
    reports(reporting, "xa-vinh-ha", "2025-10-20 10:00", dict(ANSWERS))
    year = compiled(reporting, AFTER)
    column = next(caption for caption in year.rows("Trả lời")[0] if str(caption).startswith("DX03"))
    assert year.row("Trả lời", Mã="xa-vinh-o")[column] == "Không áp dụng"
    assert year.row("Trả lời", Mã="xa-vinh-ha")[column] == date(2025, 3, 5)


@pytest.mark.parametrize(("item", "broken"), [("DX03", "2025-31-12"), ("DX02", "ba vụ"), ("DX01", "Có lẽ")])
def test_a_value_that_cannot_be_read_stops_nobody_and_is_named(reporting: World, item: str, broken: str) -> None:
    reports(reporting, "xa-vinh-o", "2025-10-20 09:00", dict(ANSWERS))
    reports(reporting, "xa-vinh-ha", "2025-10-20 10:00", dict(ANSWERS))
    with reporting.sessions.begin() as session:
        first = session.scalars(select(Answer).where(Answer.item == item).order_by(Answer.id)).first()
        assert first is not None
        first.value = broken
    year = compiled(reporting, AFTER)
    noted = year.row("Lưu ý số liệu", Mã="xa-vinh-o", Mục=item)
    assert noted["Giá trị"] == broken
    assert "không được tính" in str(noted["Lưu ý"])
    assert year.row("Theo mục", Mã=item)["Đã trả lời"] == 1
    assert any("Xã Vĩnh Ô" in line and item in line for line in year.report.lines)


# --- a due moment as a day -------------------------------------------------------------------------------------------


def test_a_day_that_ends_at_midnight_is_printed_as_that_day_and_not_the_next(reporting: World) -> None:
    given_until(reporting, "ptp", date(2025, 11, 7), "2025-10-20 09:00")
    for when in ("2025-10-31 07:30", "2025-11-10 07:30"):
        reporting.climb(when)
        reporting.send(when)
    year = compiled(reporting, AFTER)
    assert year.row("Đôn đốc", Mã="xa-vinh-o", Đợt="Báo cáo năm 2025")["Hạn"] == date(2025, 10, 30)
    assert year.row("Đôn đốc", Mã="ptp", Đợt="Báo cáo năm 2025")["Hạn"] == date(2025, 11, 7)
    extension = year.row("Gia hạn", Mã="ptp")
    assert (extension["Hạn ban đầu"], extension["Hạn sau gia hạn"]) == (date(2025, 10, 30), date(2025, 11, 7))
    assert "chậm nhất hết thứ Năm, ngày 30/10/2025" in year.prose


# --- the moment of an edition ----------------------------------------------------------------------------------------


def test_a_unit_whose_day_has_not_come_is_neither_silent_nor_lacking(reporting: World) -> None:
    """On 3 November, the timetable's own day, two still have time, one of them has begun; three are silent."""
    reports(reporting, "xa-vinh-o", "2025-10-20 09:00", dict(ANSWERS))
    given_until(reporting, "ptp", date(2025, 11, 10), "2025-10-20 09:00")
    given_until(reporting, "pnn-mt", date(2025, 11, 10), "2025-10-20 09:00")
    reports(reporting, "pnn-mt", "2025-10-21 09:00", {"DX01": "Có"})
    year = compiled(reporting, "2025-11-03 08:00")
    for unit in ("ptp", "pnn-mt"):
        assert year.row("Gia hạn", Mã=unit)["Kết quả"] == "Chưa đến hạn"
    assert year.row("Gia hạn", Mã="ptp")["So với hạn ban đầu"] == "Không trả lời"
    counted = year.row("Tổng hợp", Nội_dung="Báo cáo năm 2025")
    assert (counted["Được giao"], counted["Đúng hạn"], counted["Không trả lời"]) == (6, 1, 3)
    assert (counted["Chưa đến hạn"], counted["Chưa đủ"]) == (2, 0)
    assert counted["Tỷ lệ trả lời"] == 1 / 4
    assert "1/4 đơn vị trả lời (25,0%), trong đó đúng hạn 1 đơn vị (25,0%); 2 đơn vị chưa đến hạn" in year.prose
    blamed = year.line("- Còn 3 đơn vị không trả lời")
    assert "Tư pháp" not in blamed
    assert "Nông nghiệp" not in blamed
    assert "trả lời chưa đủ nội dung" not in year.prose
    assert "2 đơn vị chưa đến hạn, không tính vào tỷ lệ: Phòng Nông nghiệp và Môi trường, Phòng Tư pháp." in year.prose
    later = compiled(reporting, "2025-11-11 08:00")
    assert later.edition == year.edition + 1, "that a day is over is news"
    assert later.row("Gia hạn", Mã="ptp")["Kết quả"] == "Không trả lời"
    assert later.row("Gia hạn", Mã="pnn-mt")["Kết quả"] == "Chưa đủ"


@pytest.mark.parametrize(
    ("when", "outcome"), [("2025-10-30 23:59", "Chưa đến hạn"), ("2025-10-31 00:00", "Không trả lời")]
)
def test_the_day_is_over_with_its_last_moment(reporting: World, when: str, outcome: str) -> None:
    assert compiled(reporting, when).row("Tổng hợp", Nội_dung="Báo cáo năm 2025")[outcome] == 6


def test_what_came_after_the_moment_is_not_known_yet(begun: World) -> None:
    begun.answer("xa-vinh-o", "2025-04-22 09:00")
    begun.answer("xa-vinh-ha", "2025-05-06 09:00")
    given_until(begun, "ptp", date(2025, 5, 23), "2025-05-07 09:00", "kiem-tra")
    begun.climb(FIVE_BEFORE)
    begun.send(FIVE_BEFORE)
    begun.raise_finding("tt-ho-xa", date(2025, 7, 18))
    begun.clock.now = moment("2025-06-20 09:00")
    with begun.sessions.begin() as session:
        exempt(session, "tt-ben-quan", "kiem-tra", "Sáp nhập", begun.clock.now)
        close_finding(session, "KN-2025-001", "Lê Văn A", begun.tools)
    report_round(begun)
    then = compiled(begun, "2025-04-30 08:00")
    assert [row["Nội dung"] for row in then.rows("Tổng hợp")][:1] == ["Kiểm tra đợt 1 năm 2025"]
    assert "Báo cáo năm 2025" not in then.texts("Tổng hợp")
    counted = then.row("Tổng hợp", Nội_dung="Kiểm tra đợt 1 năm 2025")
    assert (counted["Đúng hạn"], counted["Chưa đến hạn"], counted["Được miễn"]) == (1, 5, 0)
    assert "Gia hạn" not in then.book.sheetnames
    assert "không phải đôn đốc" in then.texts("Đôn đốc")
    assert "không ghi nhận tồn tại" in then.texts("Kiến nghị")
    now = compiled(begun, "2025-11-20 08:00")
    counted = now.row("Tổng hợp", Nội_dung="Kiểm tra đợt 1 năm 2025")
    assert (counted["Đúng hạn"], counted["Được miễn"], counted["Không trả lời"]) == (2, 1, 3)
    assert now.rows("Kiến nghị")[0]["Tình trạng"] == "Đã khắc phục"
    assert compiled(begun, "2025-04-30 08:00").edition == then.edition, "a moment that was compiled is the same edition"


def test_an_answer_that_was_taken_back_stood_until_then(reporting: World) -> None:
    reports(reporting, "xa-vinh-o", "2025-10-20 09:00", dict(ANSWERS))
    with reporting.sessions.begin() as session:
        one = find_assignment(session, "xa-vinh-o", REPORT_ROUND)
        one.replies[0].taken_back_at = moment("2025-11-05 09:00")
        take_back(session, one, AssignmentState.OPEN, answered_at=None)
    for when, outcome in (("2025-11-04 08:00", "Đúng hạn"), ("2025-11-06 08:00", "Không trả lời")):
        assert compiled(reporting, when).row("Theo đơn vị", Mã="xa-vinh-o")["Đợt 2. Báo cáo năm 2025"] == outcome


def test_a_finding_that_becomes_overdue_makes_a_new_edition(begun: World) -> None:
    begun.raise_finding("xa-vinh-o", date(2025, 7, 18))
    first = compiled(begun, "2025-07-18 08:00")
    assert compiled(begun, "2025-07-18 23:00").edition == first.edition
    second = compiled(begun, "2025-07-19 08:00")
    assert (first.edition, second.edition) == (1, 2)
    assert (first.rows("Kiến nghị")[0]["Quá hạn"], second.rows("Kiến nghị")[0]["Quá hạn"]) == (None, "Quá hạn")


@pytest.mark.parametrize("word", ["thực hiện dân chủ", "Vĩnh Linh", "Thái Văn Thành", "Sở Nội vụ"])
def test_a_changed_word_of_the_plan_is_a_new_edition(reporting: World, word: str) -> None:
    first = compiled(reporting, AFTER)
    reporting.take_in_plan(PLAN.replace(word, f"{word} A"), "2025-12-02 08:00")
    assert compiled(reporting, AFTER).edition == first.edition + 1


# --- steps, letters, mails -------------------------------------------------------------------------------------------


def test_a_step_a_letter_and_a_mail_are_three_numbers(begun: World) -> None:
    """Before the day one mail to each of five contacts (two units share one), after it another, and one to each head;
    then one digest about all six to the head of the office."""
    for when in (FIVE_BEFORE, ONE_AFTER, THREE_AFTER):
        begun.climb(when)
        with begun.sessions.begin() as session:
            for letter in awaiting_approval(session):
                approve(session, letter, moment(when), begun.tools)
        begun.send(when)
    year = compiled(begun, "2025-05-22 08:00")
    first = year.row("Đôn đốc", Mã="xa-vinh-o")
    assert (first["Số bước"], first["Trong đó sau hạn"], first["Số thư"]) == (3, 2, 4)
    assert first["Các bước đã đôn đốc"] == "Nhắc trước hạn 5 ngày; Quá hạn 1 ngày; Quá hạn 3 ngày"
    assert year.row("Theo đơn vị", Mã="xa-vinh-o")["Số bước đôn đốc"] == 3
    assert "Trước hạn, đã gửi 5 thư nhắc về 6 lượt đơn vị." in year.prose
    told = year.line("Đối với đơn vị quá hạn")
    assert "đã đôn đốc 6 lượt đơn vị bằng 9 thư" in told
    assert "Quá hạn 1 ngày (6 lượt đơn vị, 8 thư)" in told
    assert "Quá hạn 3 ngày (6 lượt đơn vị, 1 thư)" in told


# --- means, shares, flags, rounding ----------------------------------------------------------------------------------

REAL_LISTS = PLAN.replace(
    'kinds = ["xa", "thi_tran", "co_quan"]\nchecklist = "dot-xuat"\nladder = "mac-dinh"\n',
    'kinds = ["xa", "thi_tran", "co_quan"]\nladder = "mac-dinh"\n'
    '[round.checklists]\nxa = "bao-cao-xa"\nthi_tran = "bao-cao-xa"\nco_quan = "bao-cao-co-quan"\n',
)
COMMUNES = ("xa-vinh-o", "xa-vinh-ha", "tt-ho-xa", "tt-ben-quan")


@pytest.fixture
def with_real_lists(begun: World) -> World:
    begun.take_in_plan(REAL_LISTS, "2025-09-01 08:00")
    return report_round(begun)


def typed(world: World, unit: str, more: dict[str, object]) -> None:
    """Cells of the annex, which the clerk types on its own sheet of the form."""
    with world.sessions.begin() as session:
        reply = find_assignment(session, unit, REPORT_ROUND).replies[0]
        for code, value in more.items():
            reply.answers.append(Answer(assignment_id=reply.assignment_id, item=code, value=value))


def test_a_mean_is_of_the_units_that_gave_a_number_and_a_share_of_all_is_weighed(with_real_lists: World) -> None:
    world = with_real_lists
    given = {"xa-vinh-o": ("100%", 2, 2), "xa-vinh-ha": ("50%", 5, 10), "tt-ho-xa": ("25,5%", 3, 12)}
    for number, (unit, (share, met, villages)) in enumerate(given.items()):
        reports(
            world, unit, f"2025-10-20 09:0{number}", {"XA39": share, "XA44": "90%" if number == 0 else "Không áp dụng"}
        )
        typed(world, unit, {"BVIII.xa.mot_lan": met, "BVIII.xa.tong": villages})
    year = compiled(world, AFTER)
    met_in = year.row("Theo mục - Xã, thị trấn", Mã="XA39")
    assert (met_in["Số đơn vị có số"], met_in["Bình quân"]) == (3, 58.5)
    assert (met_in["Tính chung"], met_in["Số đơn vị tính chung"]) == (10 / 24, 3)
    letters = year.row("Theo mục - Xã, thị trấn", Mã="XA44")
    assert (letters["Đã trả lời"], letters["Không áp dụng"]) == (3, 2)
    assert (letters["Số đơn vị có số"], letters["Bình quân"]) == (1, 90)
    told = year.line("- Tại kỳ cuối năm gần nhất, bình quân 58,5% thôn")
    assert "(trung bình cộng của 3 đơn vị có số liệu, từ 25,5% đến 100%)" in told
    assert "tính chung: 10/24 (41,7%) theo số liệu của 3 đơn vị" in told
    assert "90% kiến nghị" in (line := year.line("- Bình quân 90%"))
    assert "(trung bình cộng của 1 đơn vị có số liệu; 2 đơn vị không áp dụng)" in line


def test_a_flag_stands_beside_the_figure_in_the_sheets_and_in_the_report(with_real_lists: World) -> None:
    world = with_real_lists
    reports(world, "xa-vinh-o", "2025-10-20 09:00", {"XA40": "38 thành viên"})
    reports(world, "xa-vinh-ha", "2025-10-20 09:01", {"XA40": 3})
    reports(world, "tt-ho-xa", "2025-10-20 09:02", {"XA40": 7})
    year = compiled(world, AFTER)
    assert year.row("Theo mục - Xã, thị trấn", Mã="XA40")["Cần xem lại"] == 2
    assert [row["Ô cần xem lại"] for row in year.rows("Trả lời - Xã, thị trấn")] == [1, 1, None, None]
    notes = {row["Mã"]: row["Lưu ý"] for row in year.rows("Lưu ý số liệu") if row["Mục"] == "XA40"}
    assert "được hiểu là 38" in notes["xa-vinh-o"]
    assert "không ít hơn 5" in notes["xa-vinh-ha"]
    assert "48 thành viên (3 đơn vị có số liệu, từ 3 đến 38; 2 số liệu cần xem lại)" in year.prose


HALVES = [(13, 16, "81,3%"), (1, 16, "6,3%"), (1, 80, "1,3%"), (9, 16, "56,3%")]
TYPED = [(2.675, 2, "2,68"), (0.25, 1, "0,3"), (1.005, 2, "1,01"), (-0.25, 1, "-0,3")]


@pytest.mark.parametrize(("part", "whole", "words"), HALVES)
def test_a_half_is_rounded_up(part: int, whole: int, words: str) -> None:
    assert percent_text(part, whole) == words


@pytest.mark.parametrize(("value", "decimals", "words"), TYPED)
def test_a_typed_number_is_rounded_as_it_was_typed(value: float, decimals: int, words: str) -> None:
    assert number_text(value, decimals) == words


# --- periods and estimates -------------------------------------------------------------------------------------------


def test_period_cut_off_and_moment_are_three_days_and_all_are_told(reporting: World) -> None:
    reports(reporting, "xa-vinh-o", "2025-10-20 09:00", dict(ANSWERS))
    with reporting.sessions.begin() as session:
        for answer in session.scalars(select(Answer).where(Answer.item == "DX02")):
            answer.estimate = 4.5
    year = compiled(reporting, "2025-11-17 08:00")
    opening = year.line("Thực hiện Kế hoạch")
    assert "số liệu từ 15/12/2024 đến 15/10/2025, chốt ngày 15/10/2025;" in opening
    assert "tổng hợp từ phiếu nhận được đến 08:00 ngày 17/11/2025" in opening
    line = year.row("Tổng hợp", Nội_dung="Báo cáo năm 2025")
    assert (line["Kỳ số liệu"], line["Ngày chốt"]) == ("từ 15/12/2024 đến 15/10/2025", date(2025, 10, 15))
    assert "kỳ số liệu từ 01/01/2024 đến 31/03/2025, mở ngày 08/04/2025" in year.prose
    assert "; ước cả năm 4,5 vụ việc (theo 1 đơn vị có ước)" in year.prose


# --- which units -----------------------------------------------------------------------------------------------------


def test_who_was_never_asked_and_who_has_gone_into_another_is_not_counted_again(begun: World) -> None:
    before = UNITS[1]
    heir = replace(
        before,
        code="xa-moi",
        name="Xã Vĩnh Mới",
        addresses=("moi@vinhmoi.example",),
        predecessors=(before.code,),
        valid_from=date(2025, 7, 1),
    )
    firm = UnitEntry("htx", "Hợp tác xã Tiêu", UnitKind.DOANH_NGHIEP, 9, "Lê Văn B", ("b@htx.example",))
    begun.take_in((replace(before, valid_to=date(2025, 6, 30)), heir, firm), "2025-07-01 08:00")
    begun.clock.now = moment("2025-05-10 09:00")
    with begun.sessions.begin() as session:
        exempt(session, before.code, "kiem-tra", "Đang sắp xếp đơn vị", begun.clock.now)
    report_round(begun)
    year = compiled(begun, AFTER)
    assert "triển khai 2 đợt kiểm tra, giám sát, báo cáo đối với 6 đơn vị" in year.prose
    changed = year.line("Đơn vị thay đổi trong năm")
    assert "Xã Vĩnh Hà thôi hoạt động sau ngày 30/06/2025, nhập vào Xã Vĩnh Mới" in changed
    assert "Xã Vĩnh Mới có từ ngày 01/07/2025, trên cơ sở Xã Vĩnh Hà" in changed
    let_off = year.line("Đơn vị được miễn:")
    assert let_off == "Đơn vị được miễn: Xã Vĩnh Hà được miễn “Kiểm tra đợt 1 năm 2025” (Đang sắp xếp đơn vị)."
    note = str(year.row("Theo đơn vị", Mã="xa-vinh-ha")["Ghi chú"])
    assert "nhập vào Xã Vĩnh Mới" in note
    assert "Đang sắp xếp" in note
    assert year.row("Theo đơn vị", Mã="htx")["Đợt 2. Báo cáo năm 2025"] == "–"


# --- own words, praise and quotes ------------------------------------------------------------------------------------


def test_what_units_say_of_their_own_time_stands_beside_what_was_measured(with_real_lists: World) -> None:
    world = with_real_lists
    reports(world, "xa-vinh-o", "2025-10-20 09:00", {"XA45": "Đạt"})
    reports(world, "xa-vinh-ha", "2025-10-20 09:01", {"XA45": "Đạt"})
    reports(world, "tt-ho-xa", "2025-10-20 09:02", {"XA45": "Không đạt"})
    with world.sessions.begin() as session:  # two of them have answered all
        for unit in ("xa-vinh-o", "tt-ho-xa"):
            one = find_assignment(session, unit, REPORT_ROUND)
            move(session, one, AssignmentState.ANSWERED, answered_at=moment("2025-10-21 09:00"))
    told = compiled(world, AFTER).line("- Xã, thị trấn tự trả lời “Việc gửi báo cáo năm")
    assert "2/3 đơn vị “Đạt”; cũng các đơn vị này, hệ thống ghi nhận đúng hạn 2/3." in told
    assert "Tự ghi “Đạt” nhưng hệ thống không ghi nhận đúng hạn: Xã Vĩnh Hà." in told
    assert "Không tự ghi “Đạt” nhưng hệ thống ghi nhận đúng hạn: Thị trấn Hồ Xá." in told


def test_praise_says_whose_it_is_of_how_many_and_compares_within_one_list(with_real_lists: World) -> None:
    world = with_real_lists
    for number, unit in enumerate(COMMUNES):
        said: dict[str, object] = dict.fromkeys(("XA01", "XA02", "XA03", "XA05", "XA06"), "Có")
        level = "Đạt" if number else "Không đạt"
        reports(world, unit, f"2025-10-20 09:0{number}", {**said, "XA07": "Đạt", "XA08": level})
    year = compiled(world, AFTER)
    lists = year.row("Theo mục - Xã, thị trấn", Mã="XA08")
    assert (lists["Có/Đạt"], lists["Không/Không đạt"]) == (3, 1)
    strong = year.line("- Xã, thị trấn: 6/7 nội dung được đánh giá được thực hiện tốt")
    assert strong.endswith("(từ 90% đơn vị trở lên), tiêu biểu 5 nội dung:")
    weak = year.line("- Xã, thị trấn: 1/7 nội dung được đánh giá có tỷ lệ thực hiện còn thấp")
    assert weak.endswith("(dưới 80% đơn vị), gồm 1 nội dung:")
    ahead = year.line("- Xã, thị trấn: tập trung khắc phục")
    assert "trước hết là: Việc công khai dự án" in ahead


def test_quotes_are_taken_from_all_who_wrote_and_a_wish_is_no_cause(with_real_lists: World) -> None:
    world = with_real_lists
    for number, unit in enumerate(COMMUNES):
        reports(world, unit, f"2025-10-20 09:0{number}", {"XA01": "Có"})
        wish, cause = f"Đề nghị cấp thêm kinh phí lần {number}", f"Cán bộ kiêm nhiệm nhiều việc {number}"
        typed(world, unit, {"DC8a": wish, "DC5c": cause})
    year = compiled(world, AFTER)
    assert "(trích lời 3 trong 4 đơn vị có nêu)" in year.line("- Nguyên nhân do đơn vị nêu")
    causes, wishes = year.prose.split("3. Nguyên nhân")[1].split("V. PHƯƠNG HƯỚNG")
    assert "Đề nghị" not in causes
    assert "Đề nghị cấp thêm kinh phí" in wishes
    assert [unit.name for unit in UNITS if f"+ {unit.name}:" in causes] == [UNITS[at].name for at in (0, 2, 3)]


def test_what_the_units_wrote_leaves_no_gap_but_what_a_person_alone_can_write(with_real_lists: World) -> None:
    world = with_real_lists
    for number, unit in enumerate(COMMUNES):
        level = "Đạt" if number else "Không đạt"
        reports(world, unit, f"2025-10-20 09:0{number}", {"XA01": "Có", "XA07": level})
        causes = f"Khách quan: địa bàn rộng, đi lại khó {number}. Nguyên nhân chủ quan: cán bộ chưa sâu sát {number}"
        words = dict.fromkeys(("DC2a", "DC2b", "DC4a", "DC5a", "DC5b", "DC7a", "DC8a"), "Đã làm đủ các việc được giao")
        typed(world, unit, {**words, "DC5c": causes})
    year = compiled(world, AFTER)
    gaps = [run.text for one in year.word.paragraphs for run in one.runs if run.font.highlight_color]
    assert "".join(gaps) == (
        f"[Nêu các văn bản {OFFICE} đã ban hành trong năm; việc kiện toàn Ban Chỉ đạo, phân công nhiệm vụ.]"
        "[Nêu số đoàn, số cuộc kiểm tra trực tiếp, thành phần, thời gian kiểm tra.]"
        f"[Nêu nhiệm vụ trọng tâm năm sau của {OFFICE}.]"
    )
    outer, own = year.prose.split("Nguyên nhân khách quan do")[1].split("Nguyên nhân chủ quan do")
    assert "“Địa bàn rộng, đi lại khó 0”" in outer
    assert "“Cán bộ chưa sâu sát 0”" in own.split("V. PHƯƠNG HƯỚNG")[0]


# --- every round -----------------------------------------------------------------------------------------------------


def test_every_round_has_its_sheet_of_answers_and_a_finding_its_remedy(begun: World) -> None:
    begun.answer("xa-vinh-o", "2025-04-22 09:00", {**ANSWERS, "DX02": 3, "DX03": "Không áp dụng"})
    begun.raise_finding("xa-vinh-o", date(2025, 7, 18))
    begun.clock.now = moment("2025-07-01 09:00")
    with begun.sessions.begin() as session:
        close_finding(session, "KN-2025-001", "Lê Văn A", begun.tools)
    report_round(begun)
    year = compiled(begun, AFTER)
    answered = year.row("Trả lời đợt 1", Mã="xa-vinh-o")
    by_item = {str(caption)[:4]: value for caption, value in answered.items()}
    assert (by_item["DX01"], by_item["DX02"], by_item["DX03"]) == ("Có", 3, "Không áp dụng")
    assert year.row("Theo mục đợt 1", Mã="DX02")["Tổng"] == 3
    assert year.row("Theo mục", Mã="DX02")["Tổng"] is None
    (finding,) = year.rows("Kiến nghị")
    assert (finding["Kiến nghị khắc phục"], finding["Người đóng"]) == ("Niêm yết trong 10 ngày.", "Lê Văn A")
    assert (finding["Hạn ban đầu"], finding["Hạn"]) == (date(2025, 7, 18), date(2025, 7, 18))


def test_an_answer_after_the_books_were_closed_is_marked_as_such(begun: World) -> None:
    begun.lock("2025-07-01 08:00")
    begun.answer("xa-vinh-o", "2025-07-10 09:00")
    begun.answer("xa-vinh-ha", "2025-07-10 10:00", {"DX01": "Có"})
    year = compiled(begun, AFTER)
    marked = {row["Mã"]: row["Ghi chú"] for row in year.rows("Theo đơn vị") if row["Ghi chú"]}
    assert marked == {"xa-vinh-o": "trả lời “Kiểm tra đợt 1 năm 2025” sau khi khóa sổ"}


def test_a_report_in_the_name_of_an_office_that_has_ended_says_so_to_who_drafts_it(begun: World) -> None:
    ends = PLAN.replace('code = "vinh-linh"\n', 'code = "vinh-linh"\nvalid_to = 2025-06-30\n', 1)
    begun.take_in_plan(ends, "2025-04-10 08:00")
    before, after = compiled(begun, "2025-06-30 12:00"), compiled(begun, "2025-07-01 12:00")
    assert "hết ngày 30/06/2025" not in "\n".join((before.prose, *before.report.lines))
    assert "hết ngày 30/06/2025" in "\n".join(after.report.lines)
    notes = [one.text for one in after.word.paragraphs if one.text.startswith("[Người soạn lưu ý")]
    assert [note for note in notes if "hết ngày 30/06/2025" in note]
    assert "valid_to" not in after.prose
