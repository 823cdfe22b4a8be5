"""Words that an office edits lie in its own folder, go out in its letters, and an upgrade tells what both changed."""

from pathlib import Path

import pytest

from infra.letter_samples import SAMPLES
from infra.rendering import LetterRenderer
from infra.settings import TEMPLATES
from tasks.domain.letterbox import LetterKind
from tests.flows.conftest import House

BODY = "letters/request/body.txt"


@pytest.fixture
def copied(house: House) -> House:
    house.run("init")
    assert f"du-lieu/mau/{BODY}" in house.run("templates", "copy", BODY)
    return house


def edit(house: House, name: str, old: str, new: str) -> None:
    file = house.folder / "du-lieu" / "mau" / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def first_line(house: House) -> str:
    return (house.folder / "du-lieu" / "mau" / BODY).read_text(encoding="utf-8").splitlines()[0]


def test_the_offices_words_win_and_what_it_has_not_copied_stays_the_programs(copied: House) -> None:
    edit(copied, BODY, first_line(copied), f"{first_line(copied)}\nLời của cơ quan.")
    own = LetterRenderer(TEMPLATES, copied.folder / "du-lieu" / "mau")
    letter = own(LetterKind.REQUEST, SAMPLES[LetterKind.REQUEST][0])
    assert "Lời của cơ quan." in letter.text
    assert "Lời của cơ quan." not in letter.html
    said = copied.run("templates", "list")
    assert f"{BODY}  (của cơ quan)" in said
    assert "letters/request/body.html  (kèm chương trình)" in said
    assert "hãy sửa tệp ấy" in copied.run("templates", "copy", BODY, expect=1)


def test_check_reads_the_offices_words_as_it_reads_the_programs(copied: House) -> None:
    edit(copied, BODY, first_line(copied), "{{ khong_co_dau }}")
    said = copied.run("check", "--offline", expect=1)
    assert "letters/request/body.txt, dòng 1" in said
    assert "khong_co_dau" in said


def test_after_an_upgrade_both_changes_are_told_and_the_line_that_both_changed(copied: House) -> None:
    """What the copy was made of is kept beside it: here it is older than the program, as after an upgrade."""
    line = first_line(copied)
    edit(copied, f"goc/{BODY}", line, "Bản cũ của chương trình")
    edit(copied, BODY, line, "Bản của cơ quan")
    assert "bản kèm chương trình nay đã đổi" in copied.run("templates", "list")
    said = copied.run("templates", "diff")
    assert f"+{line}" in said
    assert "+Bản của cơ quan" in said
    assert "Cả hai cùng đổi ở dòng 1 của bản gốc" in said


@pytest.mark.parametrize("name", ["letters/la/body.txt", "../kiemtra.toml", "letters/../../x", "laws.toml", "letters"])
def test_what_is_no_template_is_not_copied(house: House, name: str) -> None:
    house.run("init")
    assert "kiemtra templates list" in house.run("templates", "copy", name, expect=1)
    assert not Path(house.folder / "du-lieu" / "mau").exists()
