"""What a backup says of itself: its last part, with the hash of every other."""

import json
import tomllib
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from infra.settings import PROJECT
from tasks.domain.errors import KiemtraError

FORMAT = 1
MANIFEST = "manifest.json"
SETTINGS, DATA, TEMPLATES_PART = "kiemtra.toml", "du-lieu", "templates"


@dataclass(frozen=True)
class Manifest:
    format: int
    program: str
    revision: str
    """Of the database."""
    database: str
    made_at: str
    files: dict[str, dict[str, Any]]

    @property
    def text(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)


def program_version() -> str:
    """The program runs from a checkout, where this file lies."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def _is_sound(whole: Manifest) -> bool:
    words = (whole.program, whole.revision, whole.database)
    return all(isinstance(one, str) for one in words) and isinstance(whole.files, dict)


def parse_manifest(text: bytes) -> Manifest:
    """Raises KiemtraError."""
    try:
        found = json.loads(text)
        if found["format"] > FORMAT:
            raise KiemtraError(
                f"Bản sao lưu do chương trình mới hơn ghi ra (kiemtra {found['program']}). "
                "Hãy cài bản mới ấy rồi khôi phục; chưa có gì thay đổi."
            )
        whole = Manifest(**found)
        if datetime.fromisoformat(whole.made_at).tzinfo is None or not _is_sound(whole):
            raise ValueError
        return whole
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise KiemtraError(
            "Tệp này không phải là bản sao lưu của kiemtra, hoặc đã hỏng (bảng kê không đọc được)."
        ) from error
