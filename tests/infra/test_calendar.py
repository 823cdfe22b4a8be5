"""Calendars from the law's rules, from Excel and .ics: nothing casual enters, nothing enters unseen, all comes back."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from openpyxl import Workbook, load_workbook

from infra.calendar import (
    draft,
    forgotten_holidays,
    read_calendar_file,
    save_years,
    unlike_the_rules,
    write_calendar_file,
)
from infra.calendar.rules import rule_days
from infra.definitions import FileDefinitions
from infra.settings import TEMPLATES
from tasks.domain.calendar import Calendar, DecidedYear
from tasks.domain.errors import DefinitionError, KiemtraError
from tasks.domain.vietnamese import day_text
from tests.domain.test_calendar_file import calendars


def shipped(name: str = "cong-chuc") -> Calendar:
    return FileDefinitions(TEMPLATES).calendar(name)


def days(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


# --- rules -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2024, 2025])
def test_the_rules_and_the_notices_agree_on_every_day_of_a_past_year(year: int) -> None:
    by_rules = shipped().with_year(draft(year))
    assert [day for day in days(year) if by_rules.is_working(day) != shipped().is_working(day)] == []
    assert unlike_the_rules(shipped(), year) == []


@pytest.mark.parametrize(
    ("year", "tet", "hung"),
    [
        (2024, date(2024, 2, 10), date(2024, 4, 18)),
        (2025, date(2025, 1, 29), date(2025, 4, 7)),
        (2026, date(2026, 2, 17), date(2026, 4, 26)),
        (2027, date(2027, 2, 6), date(2027, 4, 16)),
        (2028, date(2028, 1, 26), date(2028, 4, 4)),
    ],
)
def test_the_lunar_holidays_are_known_without_anybody_entering_them(year: int, tet: date, hung: date) -> None:
    assert rule_days(year)[tet] == "Tết Nguyên Đán"
    assert "Giỗ Tổ" in rule_days(year)[hung]


def test_a_draft_is_provisional_and_names_where_it_comes_from() -> None:
    year = draft(2027)
    assert year.provisional
    assert "Tạm tính" in year.source
    assert not shipped().with_year(year).is_working(date(2027, 5, 3)), "the day in lieu of Saturday 1 May"


def test_who_works_on_saturday_gets_no_day_in_lieu_of_it_and_no_swapped_day() -> None:
    sunday_only = frozenset({6})
    assert date(2027, 5, 3) not in rule_days(2027, sunday_only)
    assert "nghỉ bù" in rule_days(2026, sunday_only)[date(2026, 4, 27)]
    assert date(2025, 5, 2) not in rule_days(2025, sunday_only)
    assert draft(2025, sunday_only).make_up == {}
    assert unlike_the_rules(shipped("doanh-nghiep"), 2026) == []


def test_a_holiday_of_the_law_that_was_forgotten_is_pointed_out() -> None:
    year = shipped().decided(2025)
    without = DecidedYear(2025, {day: name for day, name in year.off.items() if day != date(2025, 4, 7)}, year.make_up)
    (warning,) = unlike_the_rules(shipped().with_year(without), 2025)
    assert warning.startswith("thứ Hai, ngày 07/04/2025: theo quy tắc là ngày nghỉ")


@pytest.mark.parametrize("year", range(2024, 2027))
@pytest.mark.parametrize("name", ["cong-chuc", "doanh-nghiep", "truong-hoc"])
def test_the_shipped_calendars_and_every_draft_have_the_holidays_of_the_law(name: str, year: int) -> None:
    assert forgotten_holidays(shipped(name), year) == []
    later = draft(year + 3, shipped(name).weekend)
    assert forgotten_holidays(shipped(name).with_year(later), later.year) == []


def test_only_what_the_law_itself_fixes_is_forgotten() -> None:
    """Which days around Tết and Quốc khánh are off is the notice's to say."""
    none = Calendar("x", frozenset({2025}), {})
    assert forgotten_holidays(none, 2025) == [
        "thứ Tư, ngày 01/01/2025 (Tết Dương lịch)",
        "thứ Ba, ngày 28/01/2025 (Giao thừa Tết Nguyên Đán)",
        "thứ Tư, ngày 29/01/2025 (Tết Nguyên Đán)",
        "thứ Năm, ngày 30/01/2025 (Mùng hai Tết Nguyên Đán)",
        "thứ Sáu, ngày 31/01/2025 (Mùng ba Tết Nguyên Đán)",
        "thứ Hai, ngày 07/04/2025 (Ngày Giỗ Tổ Hùng Vương)",
        "thứ Tư, ngày 30/04/2025 (Ngày Chiến thắng)",
        "thứ Năm, ngày 01/05/2025 (Ngày Quốc tế Lao động)",
        "thứ Ba, ngày 02/09/2025 (Quốc khánh)",
    ]


def test_a_year_that_no_rule_reaches_is_refused() -> None:
    with pytest.raises(KiemtraError, match="không phải 1999"):
        draft(1999)


# --- out and in again ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".xlsx", ".ics"])
@pytest.mark.parametrize("name", ["cong-chuc", "doanh-nghiep", "truong-hoc"])
def test_an_exported_calendar_comes_back_the_same(tmp_path: Path, suffix: str, name: str) -> None:
    one = shipped(name).with_year(draft(2027))
    write_calendar_file(tmp_path / f"lich{suffix}", one)
    proposal = read_calendar_file(tmp_path / f"lich{suffix}", None)
    assert list(proposal.years) == [one.decided(year) for year in sorted(one.years)]
    assert proposal.left_out == ()


@pytest.mark.parametrize("suffix", [".xlsx", ".ics"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=calendars())
def test_any_calendar_comes_back_the_same(tmp_path: Path, suffix: str, one: Calendar) -> None:
    file = tmp_path / f"lich{suffix}"
    write_calendar_file(file, one)
    filled = [one.decided(year) for year in sorted(one.years) if one.decided(year).off or one.decided(year).make_up]
    if filled:
        assert list(read_calendar_file(file, None).years) == filled
    else:
        with pytest.raises(KiemtraError, match="không có ngày"):
            read_calendar_file(file, None)


def test_a_stretch_over_the_turn_of_the_year_is_two_years_days(tmp_path: Path) -> None:
    file = sheet(tmp_path, ["31/12/2025", "02/01/2026", "nghỉ", "bão"])
    assert [sorted(year.off) for year in read_calendar_file(file, None).years] == [
        [date(2025, 12, 31)],
        [date(2026, 1, 1), date(2026, 1, 2)],
    ]


# --- Excel -----------------------------------------------------------------------------------------------------------


def sheet(
    folder: Path, *rows: list[object], headings: tuple[str, ...] = ("Từ ngày", "Đến ngày", "Loại", "Nội dung")
) -> Path:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["LỊCH NGHỈ NĂM 2026"])
    page.append(list(headings))
    for row in rows:
        page.append(row)
    book.save(folder / "lich.xlsx")
    return folder / "lich.xlsx"


def test_days_are_read_as_people_type_them(tmp_path: Path) -> None:
    file = sheet(
        tmp_path,
        [datetime(2026, 10, 5), None, "NGHỈ BÙ", "bão"],  # noqa: DTZ001 - as Excel has it
        ["06/10/2026", "2026-10-07", "Nghỉ", "bão"],
        ["10.10.2026", "", "Làm bù", "làm bù ngày 05/10"],
    )
    (year,) = read_calendar_file(file, None).years
    assert sorted(year.off) == [date(2026, 10, 5), date(2026, 10, 6), date(2026, 10, 7)]
    assert year.make_up == {date(2026, 10, 10): "làm bù ngày 05/10"}


def test_all_mistakes_of_a_sheet_come_at_once_with_their_cells(tmp_path: Path) -> None:
    file = sheet(
        tmp_path,
        ["32/10/2026", None, "nghỉ", "a"],
        ["05/10/2026", None, "", "b"],
        ["05/10/2026", "01/10/2026", "nghỉ", "c"],
        ["06/10/2026", None, "nghỉ", ""],
        ["06/10/2026", None, "nghỉ", "d"],
        ["10/10/2026", "11/10/2026", "làm bù", "e"],
    )
    with pytest.raises(DefinitionError) as caught:
        read_calendar_file(file, None)
    assert [str(one) for one in caught.value.problems] == [
        "ô A3: “32/10/2026” không phải một ngày, ví dụ 31/10/2025",
        "ô C4: ghi “nghỉ” hoặc “làm bù”, đang là “(trống)”",
        "ô A5: khoảng từ 05/10/2026 đến 01/10/2026 không hợp lệ",
        "ô D6: chưa ghi nội dung, ví dụ “Tết Nguyên đán”",
        "ô A7: ngày 06/10/2026 đã có ở ô A6",
        "ô B8: ngày làm bù ghi từng ngày một dòng",
    ]


def test_a_file_that_is_no_calendar_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(KiemtraError, match="Không thấy tệp"):
        read_calendar_file(tmp_path / "khong-co.xlsx", None)
    (tmp_path / "x.pdf").write_bytes(b"%PDF")
    with pytest.raises(KiemtraError, match=r"\.xlsx.*\.ics"):
        read_calendar_file(tmp_path / "x.pdf", None)
    (tmp_path / "x.xlsx").write_bytes(b"no zip")
    with pytest.raises(KiemtraError, match="Không mở được"):
        read_calendar_file(tmp_path / "x.xlsx", None)
    (tmp_path / "x.ics").write_bytes(b"no calendar")
    with pytest.raises(KiemtraError, match=r"\.ics"):
        read_calendar_file(tmp_path / "x.ics", None)
    with pytest.raises(KiemtraError, match="hàng tiêu đề"):
        read_calendar_file(sheet(tmp_path, headings=("Ngày", "Tên")), None)
    with pytest.raises(DefinitionError, match="không có ngày nào"):
        read_calendar_file(sheet(tmp_path), None)


def test_a_text_that_begins_with_an_equals_sign_is_no_formula(tmp_path: Path) -> None:
    one = Calendar("x", frozenset({2026}), {date(2026, 10, 5): "=1+1"})
    write_calendar_file(tmp_path / "ra.xlsx", one)
    page = load_workbook(tmp_path / "ra.xlsx").active
    assert page is not None
    assert page["D2"].data_type == "s"


# --- .ics of strangers -----------------------------------------------------------------------------------------------


def ics(folder: Path, *events: str) -> Path:
    body = "".join(f"BEGIN:VEVENT\r\nUID:{n}@x.example\r\n{event}END:VEVENT\r\n" for n, event in enumerate(events))
    file = folder / "nguoi-khac.ics"
    file.write_bytes(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//\r\n{body}END:VCALENDAR\r\n".encode())
    return file


def event(start: str, name: str, end: str = "", more: str = "") -> str:
    last = f"DTEND;VALUE=DATE:{end}\r\n" if end else ""
    return f"DTSTART;VALUE=DATE:{start}\r\n{last}SUMMARY:{name}\r\n{more}"


def test_casual_days_of_a_strangers_calendar_never_enter_and_each_is_named(tmp_path: Path) -> None:
    """T60."""
    file = ics(
        tmp_path,
        event("20270902", "Quốc khánh", "20270904"),
        event("20271020", "Ngày Phụ nữ Việt Nam"),
        event("20271224", "Đêm Giáng sinh", "20271226"),
        event("20270214", "Lễ tình nhân"),
    )
    proposal = read_calendar_file(file, shipped())
    (year,) = proposal.years
    assert sorted(year.off) == [date(2027, 9, 2), date(2027, 9, 3)]
    assert len(proposal.left_out) == 4
    assert "--take 20/10/2027" in "\n".join(proposal.left_out)


def test_a_person_may_take_a_casual_day_by_name(tmp_path: Path) -> None:
    file = ics(tmp_path, event("20261020", "Nghỉ họp mặt"))
    (year,) = read_calendar_file(file, shipped(), {date(2026, 10, 20)}).years
    assert year.off[date(2026, 10, 20)] == "Nghỉ họp mặt"


def test_a_strangers_calendar_only_adds_to_a_year_that_is_known(tmp_path: Path) -> None:
    file = ics(tmp_path, event("20261005", "Nghỉ bù bão"), event("20261010", "Làm bù ngày 05/10"))
    (year,) = read_calendar_file(file, shipped()).years
    before = shipped().decided(2026)
    assert year.off == before.off | {date(2026, 10, 5): "Nghỉ bù bão"}
    assert year.make_up == before.make_up | {date(2026, 10, 10): "Làm bù ngày 05/10"}
    assert year.source == before.source


TET = {date(2027, 2, day) for day in range(5, 12)}
"""From Friday to Thursday: five days of the law, Thursday in lieu of the second of two on a weekend."""


@pytest.mark.parametrize(
    "events",
    [
        [event("20270205", "Nghỉ Tết Nguyên đán", "20270212")],
        [event("20270205", "Tết Nguyên đán Đinh Mùi", "20270212")],
        [event(f"202702{day:02}", "Nghỉ Tết Nguyên đán") for day in range(5, 12)],
        [event("20270205", "Tết Nguyên đán", "20270211"), event("20270211", "Nghỉ Tết")],
    ],
)
def test_days_in_lieu_that_a_file_has_in_or_beside_a_holiday_are_days_off(tmp_path: Path, events: list[str]) -> None:
    proposal = read_calendar_file(ics(tmp_path, *events), shipped())
    (year,) = proposal.years
    assert year.off.keys() == TET
    assert proposal.left_out == ()


@pytest.mark.parametrize(
    ("stretch", "taken", "named"),
    [
        (event("20270205", "Học sinh nghỉ Tết", "20270222"), range(5, 11), 11),  # two weeks: not the law's five days
        (event("20270208", "Mùng ba", "20270213"), range(8, 13), 0),
        (event("20270212", "Nghỉ Tết muộn"), (), 1),  # beside no day of the file's own
    ],
)
def test_no_more_days_in_lieu_enter_than_the_law_gives(tmp_path: Path, stretch: str, taken: range, named: int) -> None:
    proposal = read_calendar_file(ics(tmp_path, stretch, event("20270902", "Quốc khánh")), shipped())
    assert [day for day in proposal.years[0].off if day.month == 2] == [date(2027, 2, day) for day in taken]
    assert len(proposal.left_out) == named


def test_the_second_day_of_the_national_day_and_its_day_in_lieu_are_the_files_to_say(tmp_path: Path) -> None:
    """2028: Saturday 2 and Sunday 3 September, made up for on Monday and Tuesday; the rules know Friday 1 September."""
    (year,) = read_calendar_file(ics(tmp_path, event("20280902", "Nghỉ Quốc khánh", "20280906")), None).years
    assert sorted(year.off) == [date(2028, 9, day) for day in (2, 3, 4, 5)]


def test_who_works_on_saturday_is_given_no_day_in_lieu_of_it(tmp_path: Path) -> None:
    proposal = read_calendar_file(ics(tmp_path, event("20270205", "Nghỉ Tết", "20270212")), shipped("doanh-nghiep"))
    assert date(2027, 2, 11) not in proposal.years[0].off
    assert "11/02/2027" in proposal.left_out[0]


def test_a_holiday_that_recurs_every_year_is_taken_for_the_years_of_the_file(tmp_path: Path) -> None:
    file = ics(
        tmp_path,
        event("20200101", "Tết Dương lịch", more="RRULE:FREQ=YEARLY\r\n"),
        event("20200430", "Ngày Chiến thắng", "20200502", more="RRULE:FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=30\r\n"),
        event("20200902", "Quốc khánh", more="RRULE:FREQ=YEARLY;UNTIL=20270902\r\n"),
        event("20200308", "Ngày Quốc tế Phụ nữ", more="RRULE:FREQ=YEARLY\r\n"),
        event("20270416", "Giỗ Tổ Hùng Vương"),
        event("20280404", "Giỗ Tổ Hùng Vương"),
    )
    proposal = read_calendar_file(file, shipped())
    assert [year.year for year in proposal.years] == [2027, 2028]
    assert {date(2027, 1, 1), date(2027, 4, 30), date(2027, 5, 1), date(2027, 9, 2)} < proposal.years[0].off.keys()
    assert date(2028, 9, 2) not in proposal.years[1].off
    assert [one.partition(" “")[0] for one in proposal.left_out] == [
        "thứ Hai, ngày 08/03/2027",
        "thứ Tư, ngày 08/03/2028",
    ]


def test_a_file_of_nothing_but_days_that_recur_is_about_the_year_in_which_they_begin(tmp_path: Path) -> None:
    file = ics(tmp_path, event("20270101", "Tết Dương lịch", more="RRULE:FREQ=YEARLY\r\n"))
    assert [sorted(year.off) for year in read_calendar_file(file, shipped()).years] == [[date(2027, 1, 1)]]


def test_what_is_no_whole_day_or_repeats_or_was_cancelled_is_left_out_and_named(tmp_path: Path) -> None:
    file = ics(
        tmp_path,
        "DTSTART:20260902T010000Z\r\nSUMMARY:Họp\r\n",
        event("20260902", "Quốc khánh", more="RRULE:FREQ=WEEKLY\r\n"),
        event("20260901", "Quốc khánh", more="STATUS:CANCELLED\r\n"),
        event("20260101", "Cả quý", "20260401"),
    )
    with pytest.raises(KiemtraError) as caught:
        read_calendar_file(file, shipped())
    said = str(caught.value)
    for word in ("không phải sự kiện cả ngày", "lặp lại", "đã bị hủy", "dài quá một tháng"):
        assert word in said


def test_further_days_of_one_event_are_taken(tmp_path: Path) -> None:
    file = ics(tmp_path, event("20270902", "Nghỉ lễ Quốc khánh", "20270903", "RDATE;VALUE=DATE:20270901,20270903\r\n"))
    proposal = read_calendar_file(file, shipped())
    (year,) = proposal.years
    said = "\n".join(proposal.left_out)
    days = {date(2027, 9, 1), date(2027, 9, 2), date(2027, 9, 3)}
    assert all(day in year.off or day_text(day) in said for day in days), "off, or named with why"
    assert {date(2027, 9, 2), date(2027, 9, 3)} <= set(year.off)


def test_a_name_in_two_languages_is_taken_in_ours(tmp_path: Path) -> None:
    two = "SUMMARY;LANGUAGE=en:National Day\r\nSUMMARY;LANGUAGE=vi:Quốc khánh\r\n"
    (year,) = read_calendar_file(ics(tmp_path, f"DTSTART;VALUE=DATE:20270902\r\n{two}"), shipped()).years
    assert year.off[date(2027, 9, 2)] == "Quốc khánh"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Làm việc bù cho ngày nghỉ 02/5/2025", "Làm việc bù cho ngày nghỉ 02/5/2025"),
        ("Ngày Quốc tế Lao động(Làm)", "Ngày Quốc tế Lao động"),
        ("Special Working Day", "Special Working Day"),
        ("Ngày làm việc (hoán đổi 02/5)", "Ngày làm việc (hoán đổi 02/5)"),
    ],
)
def test_a_saturday_that_is_worked_is_known_by_its_name(tmp_path: Path, name: str, kept: str) -> None:
    (year,) = read_calendar_file(ics(tmp_path, event("20250426", name)), shipped()).years
    assert year.make_up[date(2025, 4, 26)] == kept
    assert date(2025, 4, 26) not in year.off


def test_a_day_off_whose_name_speaks_of_the_day_worked_for_it_is_off(tmp_path: Path) -> None:
    (year,) = read_calendar_file(ics(tmp_path, event("20250502", "Nghỉ bù (đã đi làm 26/4)")), shipped()).years
    assert date(2025, 5, 2) in year.off


def test_work_on_a_day_that_is_worked_anyhow_is_left_out_and_named(tmp_path: Path) -> None:
    file = ics(tmp_path, event("20270902", "Quốc khánh"), event("20271020", "Ngày làm việc từ xa"))
    proposal = read_calendar_file(file, shipped())
    assert "20/10/2027 “Ngày làm việc từ xa”: vốn là ngày làm việc, bỏ qua" in "\n".join(proposal.left_out)


def test_a_whole_day_as_outlook_marks_it_is_a_whole_day(tmp_path: Path) -> None:
    outlook = (
        "DTSTART:20270901T170000Z\r\nDTEND:20270902T170000Z\r\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE\r\n"
        "SUMMARY:Quốc khánh\r\n"
    )
    (year,) = read_calendar_file(ics(tmp_path, outlook), shipped()).years
    assert sorted(year.off) == [date(2027, 9, 2)]


def test_years_on_several_sheets_are_all_read(tmp_path: Path) -> None:
    book = Workbook()
    for number, year in enumerate((2027, 2028)):
        sheet = book.active if number == 0 else book.create_sheet()
        assert sheet is not None
        sheet.title = str(year)
        sheet.append(["Từ ngày", "Loại", "Nội dung"])
        sheet.append([f"01/01/{year}", "nghỉ", "Tết Dương lịch"])
    book.save(tmp_path / "hai-nam.xlsx")
    assert [year.year for year in read_calendar_file(tmp_path / "hai-nam.xlsx", shipped()).years] == [2027, 2028]


# --- the office's own file -------------------------------------------------------------------------------------------


def test_what_the_office_decided_lies_over_what_was_shipped_and_only_for_its_years(tmp_path: Path) -> None:
    year = DecidedYear(2026, {date(2026, 10, 5): "bão số 10"}, {}, "Công điện 12/CĐ-UBND")
    file = save_years(tmp_path, shipped(), [year])
    assert file == tmp_path / "lich" / "cong-chuc.toml"
    own = FileDefinitions(TEMPLATES, tmp_path).calendar("cong-chuc")
    assert own.decided(2026) == year
    assert own.decided(2025) == shipped().decided(2025)
    assert FileDefinitions(TEMPLATES).calendar("cong-chuc").decided(2026) == shipped().decided(2026)


def test_a_school_follows_what_the_office_decided_for_the_state(tmp_path: Path) -> None:
    save_years(tmp_path, shipped(), [draft(2027)])
    definitions = FileDefinitions(TEMPLATES, tmp_path)
    assert definitions.calendar("truong-hoc").decided(2027) == draft(2027)
    assert 2027 not in definitions.calendar("doanh-nghiep").years


def test_a_second_decision_keeps_the_first(tmp_path: Path) -> None:
    save_years(tmp_path, shipped(), [draft(2027)])
    own = FileDefinitions(TEMPLATES, tmp_path).calendar("cong-chuc")
    save_years(tmp_path, own, [draft(2028)])
    assert FileDefinitions(TEMPLATES, tmp_path).calendar("cong-chuc").years == {*range(2024, 2029)}
    assert list((tmp_path / "lich").iterdir()) == [tmp_path / "lich" / "cong-chuc.toml"]


def test_a_calendar_of_the_offices_own_needs_no_shipped_one(tmp_path: Path) -> None:
    save_years(tmp_path, Calendar("benh-vien", frozenset(), {}, title="Bệnh viện"), [draft(2027)])
    assert FileDefinitions(TEMPLATES, tmp_path).calendar("benh-vien").years == {2027}


def test_a_mistake_in_the_offices_file_is_told_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "lich"
    folder.mkdir()
    (folder / "cong-chuc.toml").write_text('name = "cong-chuc"\n[[year]]\nyear = "nam nay"\n', encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"lich/cong-chuc\.toml, dòng 3"):
        _ = FileDefinitions(TEMPLATES, tmp_path).calendars


def test_a_calendar_that_extends_an_unknown_one_is_a_mistake(tmp_path: Path) -> None:
    folder = tmp_path / "lich"
    folder.mkdir()
    (folder / "x.toml").write_text('name = "x"\nextends = "khong-co"\n', encoding="utf-8")
    with pytest.raises(DefinitionError, match="không có lịch “khong-co”"):
        _ = FileDefinitions(TEMPLATES, tmp_path).calendars


def test_calendars_that_extend_each_other_are_a_mistake_and_no_endless_loop(tmp_path: Path) -> None:
    folder = tmp_path / "lich"
    folder.mkdir()
    for one, other in (("a", "b"), ("b", "a")):
        (folder / f"{one}.toml").write_text(f'name = "{one}"\nextends = "{other}"\n', encoding="utf-8")
    with pytest.raises(DefinitionError, match="thành vòng: a, b"):
        _ = FileDefinitions(TEMPLATES, tmp_path).calendars
