"""Replies in, against a bare loop that fetches the same messages from the same folder and parses them.

A reply is a workbook in a mail, so the reference parses both: the mail with the standard library, the cells with
openpyxl; it checks and keeps nothing. Parsing the mail alone is printed beside it, as what a collector of texts would
cost. Each side runs in a process of its own, so that each has its own peak of memory.
"""

import json
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from tasks.domain.calendar import ZONE
from tests.bench.measure import compare, own_peak_mb, seconds

MOMENT = datetime(2025, 1, 22, 9, tzinfo=ZONE)
XLSX = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def bench(size: int) -> None:
    from tests.bench.letters import prepare

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder, size, 1)
        _child("fill", folder)
        only_mail = _child("bare_mail", folder)
        with_file = _child("bare_file", folder)
        ours = _child("collect", folder)
    count = ours["replies"]
    compare("replies stored, filed, put away", count, ours["seconds"], with_file["seconds"])
    print("  (the bare loop reads the file, parses the mail and its workbook with openpyxl, and commits nothing)")
    compare("the same by processor time", count, ours["cpu"], with_file["cpu"])
    compare("the same, against parsing the mail alone", count, ours["seconds"], only_mail["seconds"])
    print(f"peak memory of the collector {ours['peak_mb']:.0f} MB, of the bare loop {with_file['peak_mb']:.0f} MB")
    if ours["answered"] != count:
        print(f"!! only {ours['answered']} of {count} were answered")


def _child(what: str, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.replies", what, str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


# --- the mail ------------------------------------------------------------------------------------------------------


def fill(folder: Path) -> dict[str, Any]:
    """A complete answer of every unit lies in the mailbox."""
    from dataclasses import replace

    from sqlalchemy import select

    from infra.maildir import deliver
    from infra.settings import load_settings
    from infra.toolbox import incoming_mailbox, open_toolbox
    from tasks.mailing.forms import form_of
    from tasks.records import Assignment
    from tasks.scheduling import cycle_checklist

    settings = load_settings(folder / "kiemtra.toml", {})
    mailbox: Any = incoming_mailbox(settings)
    with open_toolbox(settings, as_of=MOMENT) as tools, tools.sessions() as session:
        for number, assignment in enumerate(session.scalars(select(Assignment).order_by(Assignment.id))):
            checklist = cycle_checklist(assignment.cycle, assignment.checklist)
            form = replace(form_of(session, assignment, checklist, tools, MOMENT), accepted=_values(checklist))
            raw = _reply(assignment.code, assignment.unit.contacts[0].address, number, tools.workbooks.build(form))
            deliver(mailbox.path, f"{number:06d}.bench", raw, MOMENT)
    return {}


def _values(checklist: Any) -> dict[str, Any]:
    from tasks.domain.checklist import AnswerType, Value

    words: dict[AnswerType, Any] = {
        AnswerType.CO_KHONG: "Có",
        AnswerType.MUC: "Đạt",
        AnswerType.SO: 3,
        AnswerType.SO_THAP_PHAN: 3,
        AnswerType.NGAY: "2025-01-15",
        AnswerType.TY_LE: 90,
        AnswerType.VAN_BAN: "Đã thực hiện đầy đủ, đã niêm yết công khai.",
    }
    return {item.code: Value(item.code, words[item.type]) for item in checklist.items}


def _reply(code: str, sender: str, number: int, workbook: bytes) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = f"dancho+{code.lower()}@vinhlinh.example"
    mail["Subject"] = f"Re: [{code}] phiếu"
    mail["Message-ID"] = f"<tra-loi-{number}@donvi.example>"
    mail.set_content("Gửi phiếu trả lời.")
    mail.add_attachment(workbook, maintype="application", subtype=XLSX, filename="phieu.xlsx")
    return mail.as_bytes()


# --- the sides -----------------------------------------------------------------------------------------------------


def collect(folder: Path) -> dict[str, Any]:
    from sqlalchemy import func, select

    from infra.settings import load_settings
    from infra.toolbox import open_toolbox
    from tasks.collection.filing import file_all
    from tasks.collection.storing import clear_mailbox, store_mail
    from tasks.domain.assignment import AssignmentState
    from tasks.records import Assignment, Incoming

    settings = load_settings(folder / "kiemtra.toml", {})
    with open_toolbox(settings, as_of=MOMENT) as tools:
        before = time.process_time()
        with seconds() as spent:
            store_mail(tools)
            file_all(tools)
            clear_mailbox(tools)
        cpu = time.process_time() - before
        with tools.sessions() as session:
            replies = session.scalar(select(func.count()).select_from(Incoming))
            answered = select(func.count()).where(Assignment.state == AssignmentState.ANSWERED)
            return {"seconds": spent.value, "cpu": cpu, "replies": replies, "answered": session.scalar(answered)}


def bare_mail(folder: Path) -> dict[str, Any]:
    return _bare(folder, with_file=False)


def bare_file(folder: Path) -> dict[str, Any]:
    return _bare(folder, with_file=True)


def _bare(folder: Path, *, with_file: bool) -> dict[str, Any]:
    import email
    import email.policy
    import io

    from openpyxl import load_workbook

    from infra.settings import load_settings
    from infra.toolbox import incoming_mailbox

    mailbox: Any = incoming_mailbox(load_settings(folder / "kiemtra.toml", {}))
    before = time.process_time()
    with seconds() as spent:
        for path in sorted((mailbox.path / "new").iterdir()):
            for part in email.message_from_bytes(path.read_bytes(), policy=email.policy.compat32).walk():
                data: Any = part.get_payload(decode=True)
                if with_file and part.get_filename():
                    for row in load_workbook(io.BytesIO(data)).worksheets[0].iter_rows():
                        [cell.value for cell in row]
    return {"seconds": spent.value, "cpu": time.process_time() - before}


if __name__ == "__main__":
    sides = {"fill": fill, "collect": collect, "bare_mail": bare_mail, "bare_file": bare_file}
    found = sides[sys.argv[1]](Path(sys.argv[2]))
    print(json.dumps(found | {"peak_mb": own_peak_mb()}))
