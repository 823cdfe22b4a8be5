"""What the office edits under templates/: the shipped files are whole, and one file's mistakes hide no other's."""

import shutil
from pathlib import Path

import pytest

from infra.definitions import FileDefinitions
from infra.settings import TEMPLATES
from tasks.domain.errors import DefinitionError, KiemtraError


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    for kind in ("annexes", "checklists", "calendars"):
        shutil.copytree(TEMPLATES / kind, tmp_path / kind)
    return tmp_path


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_checklists_and_calendars_are_whole() -> None:
    shipped = FileDefinitions(TEMPLATES)
    assert {"xa", "co-quan", "truong-hoc", "dot-xuat"} <= set(shipped.checklists)
    assert all(checklist.items for checklist in shipped.checklists.values())
    assert 2025 in shipped.calendar("cong-chuc").years
    assert shipped.checklist("xa").code == "xa"


def test_a_name_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(KiemtraError, match="co-quan"):
        FileDefinitions(TEMPLATES).checklist("khong-co")
    with pytest.raises(KiemtraError, match="cong-chuc"):
        FileDefinitions(TEMPLATES).calendar("khong-co")


def test_the_mistakes_of_two_files_are_reported_together_each_with_its_file_and_line(copied: Path) -> None:
    change(copied / "checklists" / "dot-xuat.toml", 'type = "so"', 'type = "khong-co"')
    change(copied / "checklists" / "xa.toml", "effective_from = ", "effective_frm = ")
    with pytest.raises(DefinitionError) as raised:
        _ = FileDefinitions(copied).checklists
    places = " ".join(problem.where for problem in raised.value.problems)
    assert "templates/checklists/dot-xuat.toml, dòng" in places
    assert "templates/checklists/xa.toml, dòng" in places


@pytest.mark.parametrize("damage", [b'code = "khong dong', b"\xff\xfec\x00"])
def test_a_file_that_cannot_even_be_read_does_not_hide_the_mistakes_of_the_others(copied: Path, damage: bytes) -> None:
    (copied / "checklists" / "aa.toml").write_bytes(damage)
    change(copied / "checklists" / "dot-xuat.toml", 'type = "so"', 'type = "khong-co"')
    with pytest.raises(DefinitionError) as raised:
        _ = FileDefinitions(copied).checklists
    places = " ".join(problem.where for problem in raised.value.problems)
    assert "aa.toml" in places
    assert "dot-xuat.toml" in places


def test_two_files_with_the_same_name_are_a_mistake(copied: Path) -> None:
    shutil.copy(copied / "checklists" / "dot-xuat.toml", copied / "checklists" / "zz.toml")
    shutil.copy(copied / "calendars" / "cong-chuc.toml", copied / "calendars" / "zz.toml")
    definitions = FileDefinitions(copied)
    with pytest.raises(DefinitionError, match=r"zz\.toml.*dot-xuat"):
        _ = definitions.checklists
    with pytest.raises(DefinitionError, match=r"zz\.toml.*cong-chuc"):
        _ = definitions.calendars


def test_a_list_finds_its_base_whatever_the_files_are_called_and_however_deep(copied: Path) -> None:
    folder = copied / "checklists"
    (folder / "co-quan.toml").rename(folder / "zz.toml")
    shutil.copy(folder / "truong-hoc.toml", folder / "aa.toml")
    change(folder / "aa.toml", 'code = "truong-hoc"', 'code = "mam-non"')
    change(folder / "aa.toml", 'extends = "co-quan"', 'extends = "truong-hoc"')
    text = (folder / "aa.toml").read_text(encoding="utf-8")
    (folder / "aa.toml").write_text(
        text.replace('code = "TH', 'code = "MN').replace('code = "I"', 'code = "K"').replace('"I"', '"K"'),
        encoding="utf-8",
    )
    checklists = FileDefinitions(copied).checklists
    assert len(checklists["mam-non"].items) > len(checklists["truong-hoc"].items) > len(checklists["co-quan"].items)


def test_lists_that_extend_each_other_are_a_mistake_and_no_endless_loop(copied: Path) -> None:
    change(copied / "checklists" / "co-quan.toml", 'code = "co-quan"', 'code = "co-quan"\nextends = "truong-hoc"')
    with pytest.raises(DefinitionError, match="kế thừa"):
        _ = FileDefinitions(copied).checklists


def test_a_file_saved_by_notepad_is_read(copied: Path) -> None:
    file = copied / "calendars" / "cong-chuc.toml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert "cong-chuc" in FileDefinitions(copied).calendars
