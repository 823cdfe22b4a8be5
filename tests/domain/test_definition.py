"""Whoever writes a plan or a checklist hears all mistakes at once, each with its line."""

import tomllib
from collections.abc import Callable
from datetime import date, time
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.definition import Table, line_index
from tasks.domain.errors import DefinitionError, Problem

FILE = "ke-hoach.toml"


class Colour(StrEnum):
    RED = "do"
    BLUE = "xanh"


def wrongs(text: str, read: Callable[[Table], object]) -> list[str]:
    """What the author hears: every mistake as 'line: sentence'."""
    table = Table.of_toml(text, FILE)
    read(table)
    table.finish()
    with pytest.raises(DefinitionError) as caught:
        table.raise_if_wrong()
    return [str(problem).removeprefix(f"{FILE}").removeprefix(", dòng ") for problem in caught.value.problems]


# --- lines -----------------------------------------------------------------------------------------------------------

NESTED = '''# chú thích
title = "Kế hoạch" # 2

[authority]
name = "UBND" # 5
"khóa" = 1

[[round]] # 8
code = "a" # 9
[round.checklists]
xa = "xa" # 11

[[round]]
code = "b" # 14
note = """
[[round]]
code = "không phải khóa"
[authority]
"""
after = 1 # 20

[[ladder]]
[[ladder.rung]] # 23
name = "một"
[[ladder.rung]]
name = "hai" # 26
[[ladder]] # 27
[[ladder.rung]]
name = "ba" # 29
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("authority",), 4),
        (("authority", "name"), 5),
        (("authority", "khóa"), 6),
        (("round", 0), 8),
        (("round", 0, "code"), 9),
        (("round", 0, "checklists"), 10),
        (("round", 0, "checklists", "xa"), 11),
        (("round", 1, "code"), 14),
        (("round", 1, "note"), 15),
        (("round", 1, "after"), 20),
        (("ladder", 0, "rung", 0), 23),
        (("ladder", 0, "rung", 1, "name"), 26),
        (("ladder", 1), 27),
        (("ladder", 1, "rung", 0, "name"), 29),
    ],
)
def test_every_table_and_key_is_found_on_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert line_index(NESTED)[path] == line


def test_text_over_several_lines_adds_no_tables() -> None:
    assert ("round", 2) not in line_index(NESTED)


@pytest.mark.parametrize("quotes", ['"""', "'''"])
def test_a_text_that_opens_and_closes_on_one_line_hides_nothing(quotes: str) -> None:
    assert line_index(f"a = {quotes}x{quotes}\nb = 2\n") == {("a",): 1, ("b",): 2}


def test_windows_line_ends_count_like_others() -> None:
    assert line_index(NESTED.replace("\n", "\r\n")) == line_index(NESTED)


def test_a_line_separator_pasted_from_word_does_not_shift_the_lines() -> None:
    text = 'a = "một\u2028hai\x85ba"\nb = true\n'
    assert wrongs(text, lambda table: (table.text("a"), table.integer("b"))) == [
        "2: “b” phải là một số nguyên, đang là True"
    ]


@given(st.lists(st.sampled_from(["x = 1", "", "# y = 2", "[a]", "[[b]]", "[[b.c]]", "[b.d]"]), max_size=12))
def test_no_line_number_lies_outside_the_file(lines: list[str]) -> None:
    assert all(1 <= line <= len(lines) for line in line_index("\n".join(lines)).values())


# --- syntax ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = 1\nb =\n", 2), ("a = 1\n\na = 2\n", 3), ("[x\n", 1), ("a = 2025-02-30\n", 1), ('a = "x"\nb = "y\n', 2)],
)
def test_broken_syntax_is_named_by_its_line(text: str, line: int) -> None:
    with pytest.raises(DefinitionError) as caught:
        Table.of_toml(text, FILE)
    (problem,) = caught.value.problems
    assert problem.where == f"{FILE}, dòng {line}"
    assert "không đúng cú pháp TOML" in problem.what


def test_a_file_that_ends_too_early_is_named_too() -> None:
    with pytest.raises(DefinitionError) as caught:
        Table.of_toml('a = """x', FILE)
    assert caught.value.problems[0].where == FILE


def test_the_mark_that_notepad_puts_first_is_no_mistake() -> None:
    table = Table.of_toml("\ufeffa = 5\nb = 6\n", FILE)
    assert (table.integer("a"), table.integer("b")) == (5, 6)
    assert table.where("b") == f"{FILE}, dòng 2"


# --- values ----------------------------------------------------------------------------------------------------------

Read = Callable[[Table], Any]
GOOD: list[tuple[str, Read, Any]] = [
    ('x = "  Vĩnh\u00a0Thủy "', lambda t: t.text("x"), "Vĩnh Thủy"),
    ("x = 5", lambda t: t.integer("x"), 5),
    ("x = 5", lambda t: t.number("x"), 5),
    ("x = 2.5", lambda t: t.number("x"), 2.5),
    ("x = true", lambda t: t.flag("x"), True),
    ("x = 2025-10-31", lambda t: t.day("x"), date(2025, 10, 31)),
    ('x = "2025-10-31"', lambda t: t.day("x"), date(2025, 10, 31)),
    ("x = 10:00:00", lambda t: t.clock("x"), time(10)),
    ('x = "07:30"', lambda t: t.clock("x"), time(7, 30)),
    ('x = "xanh"', lambda t: t.choice("x", Colour), Colour.BLUE),
    ('x = ["a ", "b"]', lambda t: t.texts("x"), ["a", "b"]),
]


@pytest.mark.parametrize(("text", "read", "value"), GOOD, ids=[text for text, _, _ in GOOD])
def test_a_right_value_is_taken_without_a_word(text: str, read: Read, value: Any) -> None:
    table = Table.of_toml(text, FILE)
    assert read(table) == value
    table.finish()
    table.raise_if_wrong()


BAD: list[tuple[str, Read, str]] = [
    ("x = 5", lambda t: t.text("x"), "“x” phải là một đoạn chữ, đang là 5"),
    ('x = " "', lambda t: t.text("x"), "“x” đang để trống"),
    ('x = "5"', lambda t: t.integer("x"), "“x” phải là một số nguyên, đang là '5'"),
    ("x = 5.0", lambda t: t.integer("x"), "“x” phải là một số nguyên, đang là 5.0"),
    ("x = true", lambda t: t.integer("x"), "“x” phải là một số nguyên, đang là True"),
    ("x = false", lambda t: t.number("x"), "“x” phải là một số, đang là False"),
    ("x = 1", lambda t: t.flag("x"), "“x” phải là true hoặc false, đang là 1"),
    ('x = "31/13/2025"', lambda t: t.day("x"), "“x” phải là một ngày, ví dụ 2025-10-31; đang là “31/13/2025”"),
    ('x = "2025-02-31"', lambda t: t.day("x"), "“x” phải là một ngày, ví dụ 2025-10-31; đang là “2025-02-31”"),
    ("x = 2025-10-31T10:00:00", lambda t: t.day("x"), "“x” phải là một ngày, ví dụ 2025-10-31; đang có cả giờ"),
    ("x = 20251031", lambda t: t.day("x"), "“x” phải là một ngày, ví dụ 2025-10-31, đang là 20251031"),
    ('x = "giờ 10"', lambda t: t.clock("x"), "“x”: “giờ 10” không phải giờ; ví dụ 8:00, 14h30 hoặc 16 giờ"),
    ("x = 10", lambda t: t.clock("x"), "“x” phải là giờ và phút, ví dụ 07:30:00, đang là 10"),
    ('x = "vàng"', lambda t: t.choice("x", Colour), "“x” phải là một trong do, xanh; đang là “vàng”"),
    ("x = 3", lambda t: t.choice("x", Colour), "“x” phải là một trong do, xanh, đang là 3"),
    ('x = ["a", 2]', lambda t: t.texts("x"), "“x” phải là danh sách toàn chữ"),
    ('x = "a"', lambda t: t.texts("x"), "“x” phải là một danh sách chữ, đang là 'a'"),
    ("x = 1", lambda t: t.table("x"), "“x” phải là bảng [x], đang là 1"),
    ("x = [1]", lambda t: t.tables("x"), "“x” phải là các bảng [[x]]"),
    ("x = 1", lambda t: t.tables("x"), "“x” phải là các bảng [[x]], đang là 1"),
]


@pytest.mark.parametrize(("text", "read", "sentence"), BAD, ids=[f"{text} #{n}" for n, (text, _, _) in enumerate(BAD)])
def test_a_wrong_value_is_named_with_its_line_and_what_would_be_right(text: str, read: Read, sentence: str) -> None:
    assert wrongs(f"# một\n{text}\n", read) == [f"2: {sentence}"]


@pytest.mark.parametrize(
    "read",
    [
        lambda t: t.text("x"),
        lambda t: t.integer("x"),
        lambda t: t.number("x"),
        lambda t: t.flag("x"),
        lambda t: t.day("x"),
        lambda t: t.clock("x"),
        lambda t: t.choice("x", Colour),
        lambda t: t.texts("x"),
        lambda t: t.table("x"),
        lambda t: t.tables("x", required=True),
    ],
)
def test_what_must_be_there_and_is_not_is_named_by_the_line_of_its_table(read: Read) -> None:
    (problem,) = wrongs("\n[[a]]\n[[a]]\n", lambda table: read(table.tables("a")[1]))
    assert problem.startswith("3: thiếu “x” (")


def test_what_may_be_left_out_has_its_default() -> None:
    table = Table.of_toml("", FILE)
    assert table.text("x", "") == ""
    assert table.day("x", None) is None
    assert table.clock("x", None) is None
    assert table.integer("x", None) is None
    assert table.choice("x", Colour, Colour.BLUE) is Colour.BLUE
    assert table.texts("x", []) == []
    assert table.tables("x") == []
    assert table.table("x", required=False).keys() == []
    table.raise_if_wrong()


# --- all at once -----------------------------------------------------------------------------------------------------


def test_all_mistakes_come_at_once_in_the_order_of_their_lines() -> None:
    text = """year = "2025"
[authority]
nmae = "UBND"
[[round]]
code = "a"
opens_on = 5
[[round]]
opens_on = 2025-01-01
extra = 1
[[other]]
x = 1
"""

    def read(table: Table) -> None:
        for one in reversed(table.tables("round")):
            one.text("code")
            one.day("opens_on")
            one.finish()
        authority = table.table("authority")
        authority.text("name")
        authority.finish()
        table.integer("year")

    assert wrongs(text, read) == [
        "1: “year” phải là một số nguyên, đang là '2025'",
        "3: không hiểu “nmae”; có lẽ là “name”, đang thiếu",
        "6: “opens_on” phải là một ngày, ví dụ 2025-10-31, đang là 5",
        "7: thiếu “code” (một đoạn chữ)",
        "9: không hiểu “extra”; xem lại chính tả hoặc bỏ dòng này",
        "10: không hiểu “other”; xem lại chính tả hoặc bỏ dòng này",
    ]


def test_one_mistake_seen_twice_is_told_once() -> None:
    def read(table: Table) -> None:
        table.integer("x")
        table.integer("x")

    assert len(wrongs('x = "a"\n', read)) == 1


def test_a_table_whose_keys_are_data_has_no_unknown_keys() -> None:
    table = Table.of_toml("[kinds]\nxa = 'a'\nla = 'b'\n", FILE)
    kinds = table.table("kinds")
    assert kinds.keys() == ["xa", "la"]
    kinds.finish()
    table.finish()
    table.raise_if_wrong()


def test_the_sentence_of_the_error_lists_everything_and_says_nothing_was_stored() -> None:
    error = DefinitionError([Problem("a.toml, dòng 2", "thiếu “x”"), Problem("a.toml, dòng 9", "sai “y”")])
    assert "Có 2 chỗ cần sửa, chưa ghi gì" in str(error)
    assert "- a.toml, dòng 2: thiếu “x”" in str(error)
    assert "- a.toml, dòng 9: sai “y”" in str(error)


def test_data_that_came_without_a_file_is_named_by_what_it_is() -> None:
    table = Table({"x": 1}, "đợt bao-cao-nam")
    table.text("x")
    assert table.problems == [Problem("đợt bao-cao-nam", "“x” phải là một đoạn chữ, đang là 1")]


@given(st.dictionaries(st.from_regex(r"[a-z]{1,5}", fullmatch=True), st.integers(), min_size=1, max_size=6))
def test_no_key_that_nobody_asked_for_is_ignored_in_silence(data: dict[str, int]) -> None:
    text = "\n".join(f"{key} = {value}" for key, value in data.items())
    assert tomllib.loads(text) == data
    found = wrongs(text, lambda table: None)
    assert found == [
        f"{line}: không hiểu “{key}”; xem lại chính tả hoặc bỏ dòng này" for line, key in enumerate(data, start=1)
    ]
