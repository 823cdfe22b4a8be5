"""The secret without which our own Prefect server answers nobody: made once, readable by its owner alone."""

import base64
import os
import secrets
from pathlib import Path

FILE = "api-secret"
USER = "kiemtra"


def secret_of(home: Path) -> str:
    """As Prefect wants it, user and password; an old folder without one gets one now."""
    file = home / FILE
    if not file.is_file():
        home.mkdir(parents=True, exist_ok=True)
        made = home / f"{FILE}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(f"{USER}:{secrets.token_urlsafe(32)}\n")
        try:
            os.link(made, file)  # whoever comes second takes the first one's
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return file.read_text().strip()


def basic(secret: str) -> str:
    """The header that carries it."""
    return f"Basic {base64.b64encode(secret.encode()).decode()}"
