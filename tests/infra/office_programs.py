"""LibreOffice and Gnumeric for the tests that ask for them; each run has a profile of its own and is ended by us."""

import json
import os
import shutil
import subprocess
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SECONDS = 120
FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "ods": "calc8", "xls": "MS Excel 97"}
GNUMERIC_TYPES = {
    "xlsx": "Gnumeric_Excel:xlsx2",
    "ods": "Gnumeric_OpenCalc:odf",
    "xls": "Gnumeric_Excel:excel_biff8",
}
SYSTEM_PYTHON = "/usr/bin/python3"  # Debian's `uno` belongs to it
_TYPING = Path(__file__).with_name("typing_in_office.py")
_LOCALE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{}</value></prop>
</item>
</oor:items>
"""


def program(name: str, package: str) -> str:
    if found := shutil.which(name):
        return found
    if os.environ.get("KIEMTRA_REQUIRE_SERVERS") == "1":
        pytest.fail(f"KIEMTRA_REQUIRE_SERVERS=1, nhưng chưa cài {package} ({name})")
    pytest.skip(f"chưa cài {package} ({name})")


def need_uno() -> None:
    if subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode == 0:
        return
    if os.environ.get("KIEMTRA_REQUIRE_SERVERS") == "1":
        pytest.fail("KIEMTRA_REQUIRE_SERVERS=1, nhưng chưa cài python3-uno")
    pytest.skip("chưa cài python3-uno")


@dataclass(frozen=True)
class Job:
    """What a clerk does with one form: type these cells, save it as these formats.

    `struck`: so many letters of these cells are struck through, from the left.
    """

    data: bytes
    typed: Sequence[tuple[str, str]] = ()
    ordinary: bool = False  # type into cells of General format instead of text cells
    formats: tuple[str, ...] = ("xlsx",)
    password: str = ""
    struck: Sequence[tuple[str, int]] = ()


def worked(folder: Path, jobs: Sequence[Job], locale: str = "vi-VN") -> list[dict[str, bytes]]:
    """All jobs in one LibreOffice; for each the saved files by format."""
    need_uno()
    profile, pipe = folder / "profile", f"kiemtra-{uuid.uuid4().hex[:12]}"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_LOCALE.format(locale), encoding="utf-8")
    command = [program("soffice", "LibreOffice"), f"-env:UserInstallation={profile.as_uri()}", "--headless"]
    command += ["--norestore", "--nologo", f"--accept=pipe,name={pipe};urp;"]
    office = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        order = {"pipe": pipe, "seconds": SECONDS, "jobs": [_order(folder, n, job) for n, job in enumerate(jobs)]}
        subprocess.run([SYSTEM_PYTHON, str(_TYPING)], input=json.dumps(order), text=True, check=True, timeout=SECONDS)
        office.wait(timeout=30)
    finally:
        if office.poll() is None:
            os.killpg(office.pid, 9)  # the launcher and the program it started
            office.wait()
    return [{kind: _saved(folder, n, kind).read_bytes() for kind in job.formats} for n, job in enumerate(jobs)]


def _order(folder: Path, number: int, job: Job) -> dict[str, Any]:
    source = folder / f"phieu-{number}.xlsx"
    source.write_bytes(job.data)
    saves = [(_saved(folder, number, kind).as_uri(), FILTERS[kind], job.password) for kind in job.formats]
    done = {"typed": list(job.typed), "ordinary": job.ordinary, "struck": list(job.struck)}
    return {"source": source.as_uri(), **done, "saves": saves}


def _saved(folder: Path, number: int, kind: str) -> Path:
    return folder / f"da-luu-{number}.{kind}"


def saved_by_gnumeric(folder: Path, data: bytes, kind: str) -> bytes:
    source, target = folder / "phieu.xlsx", folder / f"gnumeric.{kind}"
    source.write_bytes(data)
    command = [program("ssconvert", "Gnumeric"), "-T", GNUMERIC_TYPES[kind], str(source), str(target)]
    subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
    return target.read_bytes()
