"""Text files as Windows saves them: read where one can tell what was meant, else refused with what to do."""

from pathlib import Path

import pytest

from infra.text_file import NotText, read_text

WORDS = "title = “Kế hoạch năm 2027”\ncode = 'vĩnh-linh'\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_what_notepad_calls_utf_8_and_unicode_is_read(tmp_path: Path, encoding: str, line_end: str) -> None:
    file = tmp_path / "tep.toml"
    file.write_bytes(WORDS.replace("\n", line_end).encode(encoding))
    assert read_text(file) == WORDS


@pytest.mark.parametrize("encoding", ["cp1258", "cp1252"])
def test_an_ansi_file_is_refused_with_what_to_do(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "tep.toml"
    file.write_bytes("title = 'Ê à, xã'\n".encode(encoding, "replace"))
    with pytest.raises(NotText, match=r"Encoding .* chọn UTF-8"):
        read_text(file)


def test_a_file_that_is_gone_is_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(NotText, match="không đọc được"):
        read_text(tmp_path / "khong-co.toml")
