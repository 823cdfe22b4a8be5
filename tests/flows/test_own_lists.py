"""A list that the office edits lies in its own folder and wins; after an upgrade both changes are told."""

import pytest

from tests.flows.conftest import House


@pytest.fixture
def copied(house: House) -> House:
    house.run("init")
    assert "du-lieu/bang-kiem/xa.toml" in house.run("checklist", "copy", "xa")
    return house


def edit(house: House, folder: str, old: str, new: str) -> None:
    file = house.folder / "du-lieu" / "bang-kiem" / folder / "xa.toml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_copied_list_is_used_once_it_is_edited_and_nothing_is_copied_over_it(copied: House) -> None:
    edit(copied, "", 'code = "XA01"\nsection = "A"\nquestion = "', 'code = "XA01"\nsection = "A"\nquestion = "Của ta: ')
    assert "Của ta: " in copied.run("checklist", "show", "xa")
    assert "hãy sửa tệp ấy" in copied.run("checklist", "copy", "xa", expect=1)
    assert "bang-kiem/xa.toml của cơ quan: thay bảng kiểm kèm chương trình" in copied.run("checklist", "check")


def test_after_an_upgrade_both_changes_are_told_and_what_both_changed_is_named(copied: House) -> None:
    """What the copy was made of is kept beside it: here it is older than the program, as after an upgrade."""
    edit(copied, "goc", 'code = "XA01"\nsection = "A"\nquestion = "', 'code = "XA01"\nsection = "A"\nquestion = "Cũ: ')
    edit(copied, "", 'code = "XA01"\nsection = "A"\nquestion = "', 'code = "XA01"\nsection = "A"\nquestion = "Của ta: ')
    assert "bản kèm chương trình nay đã đổi" in copied.run("checklist", "check")
    said = copied.run("checklist", "diff", "xa")
    assert "Chương trình đã đổi" in said
    assert "Cơ quan đã đổi" in said
    assert "Cả hai cùng đổi, cần người xem: XA01" in said


def test_a_mistake_in_the_offices_list_is_told_with_its_file(copied: House) -> None:
    edit(copied, "", "points = 3", "points = -3")
    assert "bang-kiem/xa.toml, dòng" in copied.run("checklist", "check", expect=1)
    edit(copied, "", "points = -3", "points = 3")
    edit(copied, "", 'code = "xa"', 'code = "xa-khac"')
    assert "phải có code = “xa”" in copied.run("checklist", "check", expect=1)


def test_who_has_no_list_of_the_own_is_told_how_to_make_one(house: House) -> None:
    house.run("init")
    assert "kiemtra checklist copy xa" in house.run("checklist", "diff", "xa", expect=1)


def test_one_misspelt_word_is_one_mistake_whatever_rests_on_its_list(copied: House) -> None:
    """The key is missing and unknown at once, and another list extends this one."""
    edit(copied, "", 'code = "XA01"\nsection = "A"\nquestion = "', 'code = "XA01"\nsection = "A"\nquesion = "')
    said = copied.run("checklist", "check", expect=1)
    assert "Có 1 chỗ cần sửa" in said
    assert "không hiểu “quesion”; có lẽ là “question”, đang thiếu" in said


def test_an_edited_list_that_kept_its_version_is_reminded(copied: House) -> None:
    assert "vẫn ghi version" not in copied.run("checklist", "check")
    edit(copied, "", 'code = "XA01"\nsection = "A"\nquestion = "', 'code = "XA01"\nsection = "A"\nquestion = "Của ta: ')
    assert "đã sửa nội dung nhưng vẫn ghi version = “2026.2”" in copied.run("checklist", "check")
    edit(copied, "", 'version = "2026.2"', 'version = "2026.2a"')
    assert "vẫn ghi version" not in copied.run("checklist", "check")
