"""Every number of the year's workbook and of its Word report, reckoned a second time over random years.

A number that nobody has reckoned fails the test as a wrong one does: each is ticked off, by its caption in the
workbook, by its bookmark in Word, and at the end none may be left.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from docx.oxml.ns import qn
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.conftest import Templates
from tests.servers import SqliteFiles
from tests.tasks.compiled import Compiled, compiled
from tests.tasks.random_year import INSPECTION, REPORT, RandomYear
from tests.tasks.recomputed import (
    BEFORE,
    CHOICES,
    EXEMPT,
    KIND_ORDER,
    KIND_WORDS,
    LATE,
    MEANT,
    NOT_APPLICABLE,
    NOT_DUE,
    NUMBERS,
    ON_TIME,
    OUTCOMES,
    PARTIAL,
    RUNGS,
    SILENT,
    SUMMED,
    UNREACHABLE,
    Figures,
    Part,
    Recomputed,
    by_list,
    exact,
    half_up,
    last_day,
    percent,
    told,
)
from tests.tasks.world import new_world

TITLES = {INSPECTION: "Kiểm tra đợt 1 năm 2025", REPORT: "Báo cáo năm 2025"}
LISTS = {"xa-thu": "Bảng kiểm xã", "co-quan-thu": "Bảng kiểm cơ quan"}
NUMBERING = frozenset({"STT", "Đợt"})
SEEDS = st.integers(0, 10**9)
# A year of another seed is no simpler one: nothing can be made smaller by shrinking.
UNHURRIED = settings(
    deadline=None, suppress_health_check=list(HealthCheck), database=None, phases=(Phase.explicit, Phase.generate)
)


@settings(UNHURRIED, max_examples=10, derandomize=True)
@given(seed=SEEDS)
def test_ten_random_years_say_nothing_false(
    sqlite: SqliteFiles, templates: Templates, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    says_nothing_false(sqlite, templates, tmp_path_factory.mktemp("nam"), seed)


@pytest.mark.whole
@settings(UNHURRIED, max_examples=100)
@given(seed=SEEDS)
def test_a_hundred_random_years_say_nothing_false(
    sqlite: SqliteFiles, templates: Templates, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    says_nothing_false(sqlite, templates, tmp_path_factory.mktemp("nam"), seed)


def says_nothing_false(sqlite: SqliteFiles, templates: Templates, folder: Path, seed: int) -> None:
    with templates.copy(sqlite, "empty") as engine:
        world = new_world(engine, folder)
        as_of = RandomYear(world, folder, seed).play()
        year = compiled(world, as_of)
        truth = Recomputed(engine, as_of)
        _workbook_is_true(year, truth)
        _report_is_true(year, truth)


# --- the workbook ----------------------------------------------------------------------------------------------------


class Sheet:
    """One sheet by its captions, with what has been looked at."""

    def __init__(self, sheet: Any) -> None:
        self.title = sheet.title
        rows = list(sheet.iter_rows())
        head = next(at for at, row in enumerate(rows) if sum(cell.value is not None for cell in row) > 2)
        self.above = " ".join(str(cell.value) for row in rows[:head] for cell in row if cell.value)
        self.captions = [str(cell.value) for cell in rows[head]]
        self.rows = [row for row in rows[head + 1 :] if sum(cell.value is not None for cell in row) > 1]
        self._seen: set[str] = set()

    def row(self, **where: Any) -> Any:
        wanted = {self.captions.index(caption.replace("_", " ")): value for caption, value in where.items()}
        (found,) = [row for row in self.rows if all(row[at].value == value for at, value in wanted.items())]
        return found

    def says(self, row: Any, expected: Mapping[str, Any]) -> None:
        for caption, value in expected.items():
            cell = row[self.captions.index(caption)]
            self._seen.add(cell.coordinate)
            shown = cell.value.date() if isinstance(cell.value, datetime) else cell.value
            assert _same(shown, value), f"{self.title}!{cell.coordinate} ({caption}): {shown!r}, reckoned {value!r}"

    def unseen(self) -> list[str]:
        return [
            f"{self.title}!{cell.coordinate}"
            for row in self.rows
            for caption, cell in zip(self.captions, row, strict=True)
            if isinstance(cell.value, (int, float, datetime)) and caption not in NUMBERING
            if cell.coordinate not in self._seen
        ]


def _same(shown: Any, value: Any) -> bool:
    if isinstance(value, Fraction):
        return isinstance(shown, (int, float)) and abs(shown - float(value)) < 1e-9
    return (shown or None) == value or shown == value


def _workbook_is_true(year: Compiled, truth: Recomputed) -> None:
    sheets = [Sheet(sheet) for sheet in year.book.worksheets if sheet.title != "Ghi chú"]
    named = {sheet.title: sheet for sheet in sheets}
    _summary(named["Tổng hợp"], truth)
    _kinds(named["Theo loại hình"], truth)
    _units(named["Theo đơn vị"], truth)
    _chases(named["Đôn đốc"], truth)
    if "Chưa trả lời đủ" in named:
        _unfinished(named["Chưa trả lời đủ"], truth)
    if "Được miễn" in named:
        _exemptions(named["Được miễn"], truth)
    if "Gia hạn" in named:
        _extensions(named["Gia hạn"], truth)
    for number, round_ in enumerate(truth.rounds, start=1):
        for code, parts in by_list(truth.of(round_)).items():
            of_it = [one for one in sheets if one.above.find(f": {LISTS[code]}") > 0 and _round_of(one) in ("", number)]
            of_it = [one for one in of_it if (_round_of(one) == "") == (round_ == REPORT)]
            for sheet in of_it:
                _of_a_list(sheet, parts, truth)
    left = [where for sheet in sheets for where in sheet.unseen()]
    assert left == [], f"nobody has reckoned {left}"


def _round_of(sheet: Sheet) -> int | str:
    found = re.search(r"ĐỢT (\d+)", sheet.above)
    return int(found[1]) if found else ""


def _counted(truth: Recomputed, parts: Iterable[Part]) -> dict[str, Any]:
    counts = truth.counts(parts)
    owing = counts.pop("owing")
    rates = {"Tỷ lệ trả lời": counts["Đã trả lời"], "Tỷ lệ đúng hạn": counts[ON_TIME]}
    return counts | {caption: Fraction(part, owing) if owing else "–" for caption, part in rates.items()}


def _summary(sheet: Sheet, truth: Recomputed) -> None:
    days = {
        INSPECTION: {"Ngày mở": date(2025, 4, 8), "Ngày chốt": None},
        REPORT: {"Ngày mở": date(2025, 10, 1), "Ngày chốt": date(2025, 10, 15)},
    }
    for round_ in truth.rounds:
        sheet.says(sheet.row(Nội_dung=TITLES[round_]), days[round_] | _counted(truth, truth.of(round_)))
    if len(truth.rounds) > 1:
        sheet.says(sheet.row(Nội_dung="Cộng (lượt đơn vị)"), _counted(truth, truth.parts))


def _kinds(sheet: Sheet, truth: Recomputed) -> None:
    for round_ in truth.rounds:
        for kind in KIND_ORDER:
            if some := [part for part in truth.of(round_) if part.kind == kind]:
                sheet.says(sheet.row(Đợt=TITLES[round_], Loại_hình=KIND_WORDS[kind]), _counted(truth, some))
        sheet.says(sheet.row(Đợt=TITLES[round_], Loại_hình="Cộng"), _counted(truth, truth.of(round_)))


def _units(sheet: Sheet, truth: Recomputed) -> None:
    for code, *_ in truth.units:
        rows = [row for row in sheet.rows if row[sheet.captions.index("Mã")].value == code]
        own = [part for part in truth.parts if part.unit == code]
        if not rows:
            assert not own
            continue
        expected: dict[str, Any] = {"Số bước đôn đốc": sum(len(part.rungs) for part in own), "Kiến nghị chưa xong": 0}
        for number, round_ in enumerate(truth.rounds, start=1):
            part = next((one for one in own if one.round == round_), None)
            answered = part.answered_at.date() if part and part.answered_at else None
            expected[f"Đợt {number}. {TITLES[round_]}"] = part.outcome(truth.as_of) if part else "–"
            expected[f"Đợt {number}: ngày trả lời"] = answered
        sheet.says(rows[0], expected)


def _chases(sheet: Sheet, truth: Recomputed) -> None:
    climbed = [part for part in truth.parts if part.chases]
    assert len([row for row in sheet.rows if row[0].value]) == len(climbed)
    for part in climbed:
        expected = {
            "Hạn": last_day(part.due),
            "Số bước": len(part.rungs),
            "Trong đó sau hạn": sum(rung not in BEFORE for rung in part.rungs),
            "Số thư": len({mail for *_, mail in part.chases}),
            "Các bước đã đôn đốc": "; ".join(RUNGS[rung] for rung in part.rungs),
            "Kết quả": part.outcome(truth.as_of),
            "Ngày trả lời": part.answered_at.date() if part.answered_at else None,
        }
        sheet.says(sheet.row(Mã=part.unit, Đợt=TITLES[part.round]), expected)


def _unfinished(sheet: Sheet, truth: Recomputed) -> None:
    owing = [part for part in truth.parts if part.outcome(truth.as_of) not in (ON_TIME, LATE, EXEMPT)]
    assert len(sheet.rows) == len(owing)
    for part in owing:
        expected = {
            "Kết quả": part.outcome(truth.as_of),
            "Hạn": last_day(part.due),
            "Mục được hỏi": len(part.items),
            "Mục đã trả lời": len(part.values),
            "Ô cần sửa": part.to_mend,
        }
        sheet.says(sheet.row(Mã=part.unit, Đợt=TITLES[part.round]), expected)


def _exemptions(sheet: Sheet, truth: Recomputed) -> None:
    let_off = [part for part in truth.parts if part.exempt_at]
    assert len(sheet.rows) == len(let_off)
    for part in let_off:
        expected = {"Từ ngày": part.exempt_at and part.exempt_at.date(), "Lý do": "Đang sắp xếp đơn vị"}
        sheet.says(sheet.row(Mã=part.unit, Đợt=TITLES[part.round]), expected)


def _extensions(sheet: Sheet, truth: Recomputed) -> None:
    extended = [part for part in truth.parts if part.due > part.first_due]
    assert len(sheet.rows) == len(extended)
    for part in extended:
        expected = {
            "Hạn ban đầu": last_day(part.first_due),
            "Hạn sau gia hạn": last_day(part.due),
            "Kết quả": part.outcome(truth.as_of),
            "Ngày trả lời": part.answered_at.date() if part.answered_at else None,
            "So với hạn ban đầu": part.outcome(truth.as_of, part.first_due),
        }
        sheet.says(sheet.row(Mã=part.unit, Đợt=TITLES[part.round]), expected)


def _of_a_list(sheet: Sheet, parts: list[Part], truth: Recomputed) -> None:
    if "Tỷ lệ Có/Đạt" in sheet.captions:
        _items(sheet, parts)
    elif any(caption.endswith("ước cả năm") for caption in sheet.captions):
        _expected(sheet, parts)
    else:
        _answers(sheet, parts, truth)


def _answers(sheet: Sheet, parts: list[Part], truth: Recomputed) -> None:
    columns = {caption.partition(".")[0]: caption for caption in sheet.captions if re.match(r"[NC]\d\.", caption)}
    assert list(columns) == list(parts[0].items)
    for part in parts:
        expected: dict[str, Any] = {
            "Kết quả": part.outcome(truth.as_of),
            "Ngày trả lời": part.answered_at.date() if part.answered_at else None,
            "Ô cần sửa": part.to_mend or None,
            "Ô cần xem lại": len(part.flagged) or None,
            "Mục không áp dụng": list(part.values.values()).count(NOT_APPLICABLE) or None,
        }
        expected |= {caption: _cell(part.values.get(code)) for code, caption in columns.items()}
        sheet.says(sheet.row(Mã=part.unit), expected)


def _cell(value: Any) -> Any:
    return exact(value) if isinstance(value, (int, float)) else value


def _items(sheet: Sheet, parts: list[Part]) -> None:
    asked = [part for part in parts if not part.is_exempt]
    for code in parts[0].items:
        one = Figures(code, asked)
        given = one.given
        expected: dict[str, Any] = {"Phải trả lời": len(asked), "Đã trả lời": len(given)}
        expected |= {"Cần xem lại": one.flagged or None}
        if code in CHOICES:
            expected |= {
                "Có/Đạt": one.good,
                "Đạt một phần": given.count("Đạt một phần") if code == "N2" else None,
                "Không/Không đạt": given.count("Không") + given.count("Không đạt"),
                "Tỷ lệ Có/Đạt": Fraction(one.good, one.applicable) if one.applicable else "–",
            }
        if code != "N8":
            expected[NOT_APPLICABLE] = one.not_applicable
        if code in NUMBERS:
            mean = sum(one.numbers, Fraction()) / len(one.numbers) if one.numbers else None
            expected |= {
                "Số đơn vị có số": len(one.numbers),
                "Tổng": one.figure if code in SUMMED else None,
                "Bình quân": None if mean is None else Fraction(half_up(mean, 2)),
                "Thấp nhất": min(one.numbers, default=None),
                "Cao nhất": max(one.numbers, default=None),
                "Tính chung": one.share and Fraction(one.share[0], one.share[1]),
                "Số đơn vị tính chung": one.share and one.share[2],
            }
        if code == "N5":
            expected["Số đơn vị có số"] = 0
        if "Ước cả năm" in sheet.captions:
            figure, count = one.expected or (None, None)
            expected |= {"Ước cả năm": figure, "Số đơn vị ước": count}
        sheet.says(sheet.row(Mã=code), expected)


def _expected(sheet: Sheet, parts: list[Part]) -> None:
    rows = {row[sheet.captions.index("Mã")].value: row for row in sheet.rows}
    for part in parts:
        if part.unit not in rows:
            assert part.is_exempt
            continue
        expected = {}
        for caption in sheet.captions:
            code = caption.partition(" ")[0]
            if caption.endswith("ước cả năm"):
                expected[caption] = part.estimates.get(code)
            elif "đến ngày chốt" in caption:
                expected[caption] = _cell(part.values.get(code))
        sheet.says(rows[part.unit], expected)


# --- the report ------------------------------------------------------------------------------------------------------


class Bookmarks:
    """What each bookmark of the report stands around, with what has been looked at."""

    def __init__(self, report: Any) -> None:
        self.texts: dict[str, str] = {}
        for paragraph in report.paragraphs:
            open_: dict[str, str] = {}
            for one in paragraph._p:
                if one.tag == qn("w:bookmarkStart"):
                    open_[one.get(qn("w:id"))] = one.get(qn("w:name"))
                    self.texts[one.get(qn("w:name"))] = ""
                elif one.tag == qn("w:bookmarkEnd"):
                    del open_[one.get(qn("w:id"))]
                for name in open_.values():
                    self.texts[name] += "".join(part.text or "" for part in one.iter(qn("w:t")))
        self._seen: set[str] = set()

    def says(self, sentence: str, **figures: Any) -> None:
        """Every figure, and that a figure which is None is not told; the sentence stands there at all."""
        assert sentence in self.texts, f"no sentence {sentence}"
        for figure, value in figures.items():
            name = f"_{sentence}__{figure}"
            shown = self.texts.get(name)
            self._seen.add(name)
            assert shown == (None if value is None else str(value)), f"{name}: {shown!r}, reckoned {value!r}"

    def tells(self, sentence: str) -> bool:
        return sentence in self.texts

    def unseen(self) -> list[str]:
        left = {name: text for name, text in self.texts.items() if name.startswith("_") and name not in self._seen}
        return [f"{name}: {text}" for name, text in left.items() if re.fullmatch(r"[\d.,/%() –]+", text)]


def _report_is_true(year: Compiled, truth: Recomputed) -> None:
    marks = Bookmarks(year.word)
    _opening(marks, truth)
    _climbing(marks, truth)
    parts = truth.of(REPORT) if REPORT in truth.rounds else []
    if parts:
        _bases(marks, truth, parts)
        for code, some in by_list(parts).items():
            _list(marks, code, [part for part in some if not part.is_exempt])
        _judged(marks, truth, parts)
    else:
        marks.says("chua_co_dot", year="2025")
    _quotes(marks, truth)
    marks.says("ket", year="2025")
    assert marks.unseen() == [], f"nobody has reckoned {marks.unseen()}"
    _tables(year.word, truth)


def _opening(marks: Bookmarks, truth: Recomputed) -> None:
    has_report = REPORT in truth.rounds
    marks.says(
        "mo_dau",
        year="2025",
        as_of=f"{truth.as_of:%H:%M} ngày {truth.as_of:%d/%m/%Y}",
        period="từ 15/12/2024 đến 15/10/2025" if has_report else None,
        cut_off_on="15/10/2025" if has_report else None,
    )
    marks.says("cac_dot", rounds_length=len(truth.rounds), unit_count=truth.counted_units)
    for number, round_ in enumerate(truth.rounds, start=1):
        counts = truth.counts(truth.of(round_))
        marks.says(
            f"dot_{number}",
            number=number,
            cut_off_on="15/10/2025" if round_ == REPORT else None,
            opened_on={INSPECTION: "08/04/2025", REPORT: "01/10/2025"}[round_],
            counts_on_time=counts[ON_TIME] if counts["Đã trả lời"] else None,
            counts_on_time_share=percent(counts[ON_TIME], counts["owing"]) if counts["Đã trả lời"] else None,
            counts_not_due=counts[NOT_DUE] or None,
            counts_exempt=counts[EXEMPT] or None,
            **_answered(counts),
        )


def _climbing(marks: Bookmarks, truth: Recomputed) -> None:
    units, mails = truth.climbed(BEFORE)
    assert marks.tells("nhac") == (units > 0)
    if units:
        marks.says("nhac", all_units=units, all_mails=mails)
    after = [rung for rung in RUNGS if rung not in BEFORE and truth.climbed([rung])[0]]
    units, mails = truth.climbed(after)
    assert marks.tells("don_doc") == (units > 0)
    if units:
        marks.says("don_doc", all_units=units, all_mails=mails)
        for number, rung in enumerate(after, start=1):
            units, mails = truth.climbed([rung])
            again = f"_{number}" if number > 1 else ""
            marks.says("don_doc", **{f"name{again}": RUNGS[rung], f"units{again}": units, f"mails{again}": mails})


def _answered(counts: Mapping[str, int]) -> dict[str, Any]:
    """Where nobody owes an answer yet, nothing is said of how many gave one."""
    owing = counts["owing"]
    return {
        "counts_answered": counts["Đã trả lời"] if owing else None,
        "counts_owing": owing or None,
        "counts_answered_share": percent(counts["Đã trả lời"], owing) if owing else None,
    }


def _names(truth: Recomputed, parts: Iterable[Part], outcome: str) -> str:
    return ", ".join(part.name for part in parts if part.outcome(truth.as_of) == outcome)


def _bases(marks: Bookmarks, truth: Recomputed, parts: list[Part]) -> None:
    counts = truth.counts(parts)
    marks.says(
        "bao_cao_nam",
        **_answered(counts),
        counts_not_due=counts[NOT_DUE] or None,
        not_due_names=_few(truth, parts, NOT_DUE),
    )
    groups = [
        [part for part in parts if part.kind in kinds] for kinds in (("xa", "thi_tran"), ("co_quan", "truong_hoc"))
    ]
    for number, some in enumerate(filter(None, groups), start=1):
        base = truth.counts(some)
        marks.says(f"co_so_{number}", **_answered(base), counts_asked=None if base["owing"] else base["Được giao"])
        if not base["owing"]:
            continue
        kinds = [kind for kind in KIND_ORDER if any(part.kind == kind for part in some)]
        for place, kind in enumerate(kinds if len(kinds) > 1 else [], start=1):
            own = truth.counts(part for part in some if part.kind == kind)
            again = f"_{place}" if place > 1 else ""
            marks.says(f"co_so_{number}", **{f"answered{again}": own["Đã trả lời"], f"owing{again}": own["owing"]})


def _few(truth: Recomputed, parts: Iterable[Part], outcome: str) -> str | None:
    names = [part.name for part in parts if part.outcome(truth.as_of) == outcome]
    more = f" và {len(names) - 10} đơn vị khác" if len(names) > 10 else ""
    return ", ".join(names[:10]) + more if names else None


def _list(marks: Bookmarks, code: str, asked: list[Part]) -> None:
    marks.says(f"bang_kiem_{code.replace('-', '_')}", asked=len(asked))
    for item in asked[0].items if asked else ():
        one = Figures(item, asked)
        if item in CHOICES and one.applicable:
            marks.says(
                f"muc_{item}",
                yes=one.good,
                applicable=one.applicable,
                share=percent(one.good, one.applicable),
                not_applicable=one.not_applicable or None,
                flagged=one.flagged or None,
            )
        if item in NUMBERS and one.numbers:
            _number(marks, one)


def _number(marks: Bookmarks, one: Figures) -> None:
    several = len(one.numbers) > 1
    figure = one.figure
    assert figure is not None
    shown = told(figure) if one.code in SUMMED else told(half_up(figure, 1))
    assert re.search(rf"(?<![\d.,]){re.escape(shown)}(?![\d]|[.,]\d)", marks.texts[f"_muc_{one.code}__statement"])
    marks.says(
        f"muc_{one.code}",
        units=len(one.numbers),
        lowest=told(min(one.numbers)) if several else None,
        highest=told(max(one.numbers)) if several and min(one.numbers) < max(one.numbers) else None,
        not_applicable=one.not_applicable or None,
        flagged=one.flagged or None,
        share=_share(one),
        estimate=_estimate(one),
    )


def _share(one: Figures) -> str | None:
    if one.share is None:
        return None
    part, whole, units = one.share
    return f"{told(part)}/{told(whole)} ({percent(part, whole)}) theo số liệu của {units} đơn vị"


UNIT_WORDS = {"N3": "thành viên", "N4": "%", "N6": "thôn", "N7": "thôn", "N9": "triệu đồng", "C2": "ngày"}


def _estimate(one: Figures) -> str | None:
    if one.expected is None:
        return None
    figure, count = one.expected
    mean = "bình quân " if one.code in MEANT else ""
    return f"{mean}{told(half_up(figure, 1))} {UNIT_WORDS[one.code]} (theo {count} đơn vị có ước)"


def _judged(marks: Bookmarks, truth: Recomputed, parts: list[Part]) -> None:
    counts = truth.counts(parts)
    sentences = {
        "dung_han": ON_TIME,
        "khong_tra_loi": SILENT,
        "chua_du": PARTIAL,
        "muon": LATE,
        "khong_den": UNREACHABLE,
    }
    figures = {ON_TIME: "on_time", SILENT: "silent", PARTIAL: "partial", LATE: "late", UNREACHABLE: "unreachable"}
    for sentence, outcome in sentences.items():
        assert marks.tells(sentence) == (counts[outcome] > 0), sentence
        if counts[outcome]:
            marks.says(sentence, **{f"counts_{figures[outcome]}": counts[outcome]})
    if counts[ON_TIME]:
        marks.says(
            "dung_han", counts_owing=counts["owing"], counts_on_time_share=percent(counts[ON_TIME], counts["owing"])
        )
    for sentence, outcome in (("khong_tra_loi", SILENT), ("muon", LATE), ("khong_den", UNREACHABLE)):
        if counts[outcome]:
            name = {SILENT: "silent_names", LATE: "late_names", UNREACHABLE: "unreachable_names"}[outcome]
            marks.says(sentence, **{name: _few(truth, parts, outcome)})
    _praise(marks, "tot", parts, lambda rate: rate >= Fraction(9, 10))
    _praise(marks, "yeu", parts, lambda rate: rate < Fraction(8, 10))
    own = [part for part in parts if part.checklist == "co-quan-thu" and not part.is_exempt and "C1" in part.values]
    if own:
        yes = {part.unit for part in own if part.values["C1"] == "Có"}
        on_time = {part.unit for part in own if part.outcome(truth.as_of) == ON_TIME}
        marks.says(
            "tu_bao_C1",
            yes=len(yes),
            applicable=len(own),
            applicable_2=len(own),
            measured=len(on_time),
            boasting=", ".join(part.name for part in own if part.unit in yes - on_time) or None,
            modest=", ".join(part.name for part in own if part.unit in on_time - yes) or None,
        )


def _praise(marks: Bookmarks, sentence: str, parts: list[Part], fits: Any) -> None:
    """List by list: of the items of at least three units, those that fit, the best or worst five."""
    number = 0
    for some in by_list(parts).values():
        asked = [part for part in some if not part.is_exempt]
        items = [Figures(code, asked) for code in (asked[0].items if asked else ()) if code in CHOICES and code != "C1"]
        judged = [one for one in items if one.applicable >= 3]
        such = [one for one in judged if fits(Fraction(one.good, one.applicable))]
        if not such:
            continue
        number += 1
        marks.says(f"{sentence}_{number}", items_length=min(5, len(such)), such=len(such), judged=len(judged))
        for one in such:
            marks.says(
                f"{sentence}_{one.code}",
                yes=one.good,
                applicable=one.applicable,
                share=percent(one.good, one.applicable),
            )
    assert not marks.tells(f"{sentence}_{number + 1}")


def _quotes(marks: Bookmarks, truth: Recomputed) -> None:
    wrote = {part.unit for part in truth.parts if not part.is_exempt and "N8" in part.values}
    assert marks.tells("loi_models") == bool(wrote)
    if wrote:
        marks.says("loi_models", models_units=len(wrote), models_some_length=min(3, len(wrote)))


def _tables(report: Any, truth: Recomputed) -> None:
    """Table 1 and annex I, every cell."""
    grids = [[[cell.text for cell in row.cells] for row in table.rows] for table in report.tables]
    first = next(grid for grid in grids if grid[0][:2] == ["Đợt", "Nội dung"])
    rows = [(TITLES[round_], truth.of(round_)) for round_ in truth.rounds]
    rows += [("Cộng (lượt)", truth.parts)] if len(rows) > 1 else []
    assert [row[1:] for row in first[1:]] == [[title, *_shown(truth, parts)] for title, parts in rows]
    annex = next(grid for grid in grids if grid[0][:2] == ["STT", "Đơn vị"])
    outcomes = {(part.name, part.round): part.outcome(truth.as_of) for part in truth.parts}
    for row in annex[1:]:
        told_of = dict(zip(annex[0], row, strict=True))
        for round_ in truth.rounds:
            assert told_of[TITLES[round_]] == outcomes.get((told_of["Đơn vị"], round_), "–")


def _shown(truth: Recomputed, parts: Iterable[Part]) -> list[str]:
    counts = truth.counts(parts)
    asked = [counts["Được giao"], *(counts[outcome] for outcome in OUTCOMES)]
    return [*map(str, asked), percent(counts["Đã trả lời"], counts["owing"])]
