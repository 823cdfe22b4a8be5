"""What a basis cites is held against the text of the law: what was read is there, what was not read says why."""

import re
from dataclasses import replace
from datetime import date

import pytest

from infra.definitions import FileDefinitions
from infra.law_sources import LawSources
from infra.settings import TEMPLATES
from tasks.domain.checklist import Basis, CheckKind
from tasks.domain.citing import Unverified, as_it_goes_out, cited
from tasks.domain.clause import misplaced, parse_law_text, places, short_words
from tasks.domain.definition import Table
from tasks.domain.errors import DefinitionError

SOURCES = LawSources(TEMPLATES)
TEXTS = SOURCES.read_texts
LISTS = FileDefinitions(TEMPLATES).checklists
LAW, DECREE = "Luật 10/2022/QH15", "Nghị định 59/2023/NĐ-CP"
CITED = [(one.code, basis) for one in LISTS.values() for basis in [*cited(one)]]
EVERY = [(f"{list_} {code}", basis) for list_, (code, basis) in CITED]


def law(article: str, clause: str = "", point: str = "", *, verified: bool = True) -> Basis:
    return Basis(LAW, verified, article, clause, point)


# --- what is shipped -------------------------------------------------------------------------------------------------


def test_every_citation_of_a_text_that_was_read_stands_in_it() -> None:
    assert {basis.document for _, basis in EVERY} & set(TEXTS) == set(TEXTS)
    assert [f"{where}: {wrong}" for where, basis in EVERY if (wrong := misplaced(basis, TEXTS))] == []


def test_every_other_citation_of_a_law_is_unverified_and_says_why() -> None:
    for where, basis in EVERY:
        if not basis.plan and basis.document not in TEXTS:
            assert not basis.verified, f"{where}: {basis.name()}"
        if not basis.verified:
            assert basis.why, f"{where}: {basis.name()}"
        elif basis.document in TEXTS:
            assert short_words(basis, TEXTS), f"{where}: {basis.name()}"


def test_a_letter_or_document_that_names_a_clause_names_one_that_is_there() -> None:
    named = re.compile(r"(?:(điểm \w) )?(?:(khoản \d+) )?(Điều \d+) (?:Luật Thực hiện dân chủ|Luật 10/2022)")
    for file, lines in SOURCES.texts().items():
        for number, line in enumerate(lines, start=1):
            for point, clause, article in named.findall(line):
                assert misplaced(law(article, clause, point), TEXTS) == "", f"{file}, dòng {number}"


@pytest.mark.parametrize(
    ("article", "clauses"), [("Điều 11", 14), ("Điều 15", 6), ("Điều 25", 9), ("Điều 46", 12), ("Điều 53", 11)]
)
def test_the_table_holds_every_clause_of_an_article_and_none_more(article: str, clauses: int) -> None:
    held = [place for place in TEXTS[LAW].words if re.fullmatch(rf"{article} khoản \d+", place)]
    assert held == [f"{article} khoản {number}" for number in range(1, clauses + 1)]


@pytest.mark.parametrize(
    ("list_", "check", "kind", "limit"),
    [
        ("bao-cao-xa", "KC-I-1", CheckKind.WORKING_DAYS, 5),
        ("xa", "KC-XA23", CheckKind.AT_LEAST, 30),
        ("xa", "KC-XA48", CheckKind.AT_LEAST, 66.66),
        ("bao-cao-xa", "KC-III-3", CheckKind.DAYS, 20),
        ("co-quan", "KC-CQ18", CheckKind.AT_LEAST, 20),
        ("co-quan", "KC-CQ39", CheckKind.AT_LEAST, 66.66),
        ("doanh-nghiep-nha-nuoc", "KC-DN10", CheckKind.AT_MOST, 15),
        ("doanh-nghiep-nha-nuoc", "KC-DN27", CheckKind.AT_LEAST, 66.66),
        ("doanh-nghiep-nha-nuoc", "KC-DN30-1", CheckKind.AT_LEAST, 3),
        ("doanh-nghiep-nha-nuoc", "KC-DN30-2", CheckKind.AT_MOST, 9),
        ("ngoai-nha-nuoc", "KC-NN15", CheckKind.MORE_THAN, 70),
    ],
)
def test_a_limit_is_the_one_that_the_law_sets(list_: str, check: str, kind: CheckKind, limit: float) -> None:
    found = next(one for one in LISTS[list_].checks if one.code == check)
    assert (found.kind, found.limit) == (kind, limit)
    assert all(basis.verified for basis in found.basis)


@pytest.mark.parametrize(
    ("list_", "item", "place", "asked"),
    [
        ("xa", "XA14", "khoản 9 Điều 11", "gọi nhập ngũ"),
        ("xa", "XA21", "khoản 3 Điều 12", "05 ngày làm việc"),
        ("xa", "XA31", "khoản 2 Điều 21", "Ủy ban MTTQ Việt Nam cấp xã"),
        ("xa", "XA36", "khoản 1 Điều 28", "ít nhất 20 ngày"),
        ("xa", "XA46", "khoản 2 Điều 13", "từng quý"),
        ("xa", "XA47", "khoản 3 Điều 14", "báo cáo HĐND"),
        ("xa", "XA48", "khoản 1 Điều 21", "tổng số thôn, tổ dân phố"),
        ("xa", "XA49", "khoản 1 Điều 27", "trình bày ý kiến"),
        ("xa", "XA50", "điểm c khoản 1 Điều 40", "15 ngày"),
        ("xa", "XA37", "khoản 5 Điều 28", "(nơi có HĐND)"),
        ("xa", "XA51", "khoản 4 Điều 28", "cơ quan có thẩm quyền giao"),
        ("xa", "XA52", "điểm b khoản 1 Điều 45", "chậm nhất 45 ngày"),
        ("xa", "XA53", "điểm a khoản 2 Điều 35", "mức độ hài lòng"),
        ("doanh-nghiep-nha-nuoc", "DN27", "điểm c khoản 2 Điều 69", "có mặt"),
        ("doanh-nghiep-nha-nuoc", "DN28", "khoản 3 Điều 70", "06 tháng"),
        ("doanh-nghiep-nha-nuoc", "DN29", "khoản 1 Điều 73", "hội nghị đối thoại định kỳ"),
        ("doanh-nghiep-nha-nuoc", "DN30", "khoản 1 Điều 77", "bao nhiêu thành viên"),
        ("doanh-nghiep-nha-nuoc", "DN31", "điểm d khoản 1 Điều 81", "15 ngày"),
        ("co-quan", "CQ37", "điểm c khoản 1 Điều 59", "mất dân chủ"),
        ("ngoai-nha-nuoc", "NN25", "khoản 2 Điều 9", "đã được giải quyết"),
        ("co-quan", "CQ17", "khoản 2 Điều 47", "05 ngày làm việc"),
        ("co-quan", "CQ39", "điểm c khoản 2 Điều 51", "có mặt"),
        ("co-quan", "CQ33", "điểm c khoản 1 Điều 63", "15 ngày"),
        ("co-quan", "CQ33", "điểm đ khoản 2 Điều 63", "Công đoàn hỗ trợ kinh phí"),
        ("co-quan", "CQ40", "khoản 3 Điều 52", "06 tháng"),
    ],
)
def test_what_the_law_asks_is_asked_with_its_place(list_: str, item: str, place: str, asked: str) -> None:
    found = LISTS[list_].item(item)
    assert f"{place} {LAW}" in [basis.name() for basis in found.basis if basis.verified]
    assert asked in found.question


def test_an_article_that_was_amended_and_not_read_again_is_no_fact_since() -> None:
    """Điều 25 since Luật 47/2024/QH15."""
    day = date(2025, 7, 1)
    cited = [one for list_ in LISTS.values() for item in list_.items for one in item.current_basis(day)]
    assert [one for one in cited if one.article == "Điều 25" and one.document == LAW and one.verified] == []


# --- a citation ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("basis", "sentence"),
    [
        (law("Điều 11", "khoản 14"), ""),
        (law("Điều 11", "khoản 15"), f"{LAW} không có khoản 15 Điều 11"),
        (law("Điều 12", "khoản 1", "điểm z"), f"{LAW} không có điểm z khoản 1 Điều 12"),
        (law("Điều 99"), f"{LAW} không có Điều 99"),
        (law("Điều 25", "khoản 1 đến khoản 9"), ""),
        (law("Điều 25", "khoản 1 đến khoản 10"), f"{LAW} không có khoản 10 Điều 25"),
        (law("Điều 25", "khoản 8, khoản 9"), ""),
        (Basis(DECREE, True, "Phụ lục"), "ghi là đã đối chiếu, mà bản đã đọc không có Phụ lục"),
        (Basis(DECREE, False, "Phụ lục"), ""),
        (Basis("Nghị định 145/2020/NĐ-CP", True, "Điều 114"), "ghi là đã đối chiếu, mà bản đã đọc không có Điều 114"),
        (Basis("Nghị định 145/2020/NĐ-CP", False, "Điều 114"), ""),
        (Basis("Nghị định 145/2020/NĐ-CP", True, "Điều 38", "khoản 3", "điểm a"), None),
        (Basis("Nghị định 185/2026/NĐ-CP", True, "Điều 4"), None),
        (Basis("Luật Khiếu nại", True, "Điều 7"), ""),
    ],
)
def test_a_place_that_the_text_does_not_have_is_named(basis: Basis, sentence: str | None) -> None:
    found = misplaced(basis, TEXTS)
    assert found == sentence if sentence is not None else found


def test_a_range_of_clauses_is_all_of_them_and_what_they_say_stands_beside() -> None:
    assert places(law("Điều 25", "khoản 8 đến khoản 9")) == ["Điều 25 khoản 8", "Điều 25 khoản 9"]
    assert "05 ngày làm việc" in short_words(law("Điều 12", "khoản 3"), TEXTS)
    assert short_words(Basis("Luật Khiếu nại", False), TEXTS) == ""


def test_all_mistakes_of_a_table_of_clauses_come_at_once() -> None:
    text = (
        'document = "Luật A"\ntitle = "A"\n[[article]]\nnumber = "Điều 1"\n[[article]]\nnumber = "Điều 1"\nten = "x"\n'
    )
    with pytest.raises(DefinitionError) as caught:
        parse_law_text(Table.of_toml(text, "a.toml"))
    assert len(caught.value.problems) == 6


# --- what goes out ---------------------------------------------------------------------------------------------------


def test_what_was_not_read_goes_out_marked() -> None:
    shown = as_it_goes_out(LISTS["xa"], Unverified.MARK).item("XA26").basis_words(date(2026, 1, 1))
    assert (
        shown
        == "khoản 2 Điều 14 Luật 10/2022/QH15; khoản 1 Điều 23 Luật 104/2016/QH13 (Tiếp cận thông tin) (chưa đối chiếu)"
    )


def test_or_not_at_all() -> None:
    for list_ in LISTS.values():
        hidden = as_it_goes_out(list_, Unverified.HIDE)
        assert [code for code, basis in cited(hidden) if not basis.verified] == []
        assert [item.code for item in hidden.items] == [item.code for item in list_.items]
    shown = as_it_goes_out(LISTS["xa"], Unverified.HIDE).item("XA26").basis_words(date(2026, 1, 1))
    assert shown == "khoản 2 Điều 14 Luật 10/2022/QH15"
    only = as_it_goes_out(LISTS["truong-hoc"], Unverified.HIDE).item("TH02").basis_words(date(2026, 1, 1))
    assert only == ""


def test_a_check_that_rests_on_nothing_read_says_so_or_is_not_made() -> None:
    first, *others = LISTS["xa"].checks
    doubtful = replace(first, basis=(Basis("Luật mới", False, why="chưa đọc"),))
    edited = replace(LISTS["xa"], checks=(doubtful, *others))
    marked = as_it_goes_out(edited, Unverified.MARK)
    assert marked.checks[0].sentence == f"{first.sentence} (căn cứ chưa đối chiếu)"
    assert as_it_goes_out(marked, Unverified.MARK) == marked
    assert first.code not in [check.code for check in as_it_goes_out(edited, Unverified.HIDE).checks]
