"""A house that is left to itself: `kiemtra serve` as a process, and only looked at: mailboxes, rows, Prefect's runs.

Everything waits for what happens, never for a time: on a busy machine a run takes half a minute to start.
"""

import email
import email.policy
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from infra.database import open_engine, session_maker
from infra.house_clock import clock_of
from infra.sandbox.form_filling import filled
from infra.sandbox.post_office import PostOffice, mailbox_folder
from infra.settings import Settings, load_settings
from tasks.domain.calendar import ZONE
from tests.flows.conftest import REGISTER, House

PATIENCE = 1200.0
"""Of whoever waits for an effect; on a machine with nothing else to do it comes in a tenth of it."""
ENDED = ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"]
Run = dict[str, Any]


class LivedHouse(House):
    """A house whose clock nobody helps."""

    def found(self, plan: str, sandbox: str = "") -> None:
        """By the commands of the README: settings, register, plan."""
        self.run("init")
        file = self.folder / "kiemtra.toml"
        played = f"[sandbox]\n{sandbox}\n\n" if sandbox else ""
        text = file.read_text(encoding="utf-8").replace("port = 4200", f"port = {self.port}")
        file.write_text(text.replace("[prefect]", f"{played}[prefect]"), encoding="utf-8")
        self.run("units", "import", str(REGISTER), "--yes")
        (self.folder / "ke-hoach.toml").write_text(plan, encoding="utf-8")
        self.run("plan", "import", "ke-hoach.toml")

    def run(self, *words: str, expect: int = 0) -> str:
        done = subprocess.run(
            self.command(*words),
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == expect, f"kiemtra {' '.join(words)}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def start(self) -> "subprocess.Popen[bytes]":
        """`kiemtra serve`, as systemd starts it: nobody waits for what it says."""
        with (self.folder / "serve.log").open("ab") as out:
            process = subprocess.Popen(
                self.command("serve"),
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._serving.append(process)
        return process

    def close(self) -> None:
        """Whatever a failed test left running, with all that it started."""
        for process in self._serving:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(90)
                except subprocess.TimeoutExpired:
                    kill(family(process.pid))
                    process.wait(30)

    def said(self) -> str:
        """The end of what `serve` and its server have said."""
        logs = [self.folder / "serve.log", self.folder / "du-lieu" / "prefect" / "server.log"]
        tails = [log.read_text(encoding="utf-8", errors="replace")[-3000:] for log in logs if log.is_file()]
        return "\n--- the server:\n".join(tails)

    def api(self, path: str, body: Any | None = None) -> Any:
        """A server that takes its time is asked again."""
        for _ in range(10):
            with suppress(TimeoutError):
                return super().api(path, body)
        raise AssertionError(f"Prefect's server does not answer: {path}")

    # --- looking -----------------------------------------------------------------------------------------------

    @cached_property
    def settings(self) -> Settings:
        return load_settings(self.folder / "kiemtra.toml", {})

    @contextmanager
    def rows(self) -> Iterator[Session]:
        engine = open_engine(self.settings.database)
        try:
            with session_maker(engine)() as session:
                yield session
        finally:
            engine.dispose()

    def deployments(self) -> dict[str, str]:
        """Id -> name."""
        return {str(one["id"]): str(one["name"]) for one in self.api("deployments/filter", {})}

    def runs(self, name: str = "", *states: str) -> list[Run]:
        """What Prefect's database knows, in the order in which it was planned."""
        names = {"deployments": {"name": {"any_": [name]}}} if name else {}
        chosen = {"flow_runs": {"state": {"type": {"any_": list(states)}}}} if states else {}
        found: list[Run] = self.api("flow_runs/filter", {**names, **chosen, "sort": "EXPECTED_START_TIME_ASC"})
        return found

    def ended(self, name: str = "", since: datetime | None = None) -> list[Run]:
        """Runs that came by themselves, began since then and are over."""
        over = [run for run in self.runs(name, *ENDED) if run["auto_scheduled"]]
        return [run for run in over if since is None or moment(run["start_time"]) > since]


def moment(text: str | None) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else datetime.max.replace(tzinfo=ZONE)


def wait_for(condition: Callable[[], object], told: Callable[[], str], seconds: float = PATIENCE) -> None:
    """Looks again and again; a server that does not answer right now is no answer."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if condition():
                return
        except OSError:
            pass
        assert time.monotonic() < deadline, told()
        time.sleep(1)


# --- the people of a unit ------------------------------------------------------------------------------------------


@dataclass
class Clerk:
    """Sees only what lies in its mailbox, and answers by mail to where the letter says."""

    house: LivedHouse
    address: str
    answered: list[str] = field(default_factory=list)

    def look(self) -> None:
        for letter in self.letters():
            if str(letter["Message-ID"]) not in self.answered and not letter["In-Reply-To"]:
                self._answer(letter)

    def letters(self) -> list[EmailMessage]:
        return letters_of(self.house, self.address)

    def _answer(self, letter: EmailMessage) -> None:
        forms = [part for part in letter.iter_attachments() if (part.get_filename() or "").endswith(".xlsx")]
        if not forms:
            return
        now = clock_of(self.house.settings)
        chance = random.Random(self.address)
        data = forms[0].get_payload(decode=True)
        form = filled(data, chance, now().date(), self.address)  # type: ignore[arg-type]
        mail = EmailMessage(policy=email.policy.SMTP)
        mail["From"], mail["To"] = self.address, letter["Reply-To"]
        mail["Subject"] = f"Re: {letter['Subject']}"
        mail["Date"] = now()
        mail["Message-ID"] = f"<tra-loi-{len(self.answered)}.{self.address}>"
        mail["In-Reply-To"] = mail["References"] = str(letter["Message-ID"])
        mail.set_content("Đơn vị gửi phiếu trả lời.")
        sheet = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        mail.add_attachment(form.data, maintype="application", subtype=sheet, filename="Phieu-da-dien.xlsx")
        to = email.utils.parseaddr(str(letter["Reply-To"]))[1]
        PostOffice(self.house.settings.mail_folder, now).accept(self.address, to, mail.as_bytes())
        self.answered.append(str(letter["Message-ID"]))


def letters_of(house: LivedHouse, address: str) -> list[EmailMessage]:
    """What lies in a mailbox of this machine, in the order in which it came."""
    folder = mailbox_folder(house.settings.mail_folder, address) / "new"
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    parsed = (email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files)
    return [one for one in parsed if isinstance(one, EmailMessage)]


# --- bad days --------------------------------------------------------------------------------------------------------


def family(pid: int) -> dict[int, str]:
    """A process and all that it has started, with their command lines."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    children: dict[int, list[int]] = {}
    words: dict[int, str] = {}
    for line in listed.splitlines():
        number, parent, args = line.split(None, 2)
        children.setdefault(int(parent), []).append(int(number))
        words[int(number)] = args
    found, todo = {}, [pid]
    while todo:
        one = todo.pop()
        found[one] = words.get(one, "")
        todo += children.get(one, [])
    return found


def kill(pids: "dict[int, str] | list[int]") -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


@dataclass
class BadDays:
    """Kills what `serve` has started, and `serve` itself, and starts it anew where it has ended, as systemd does."""

    house: LivedHouse
    dice: random.Random
    serving: "subprocess.Popen[bytes]"
    done: Counter[str] = field(default_factory=Counter)

    def strike(self, what: str) -> datetime:
        """Kills at a moment that the dice choose; returns when."""
        time.sleep(self.dice.uniform(0, self.house.settings.sandbox.every_seconds))
        around = family(self.serving.pid)
        kill(_chosen(what, self.serving.pid, around))
        self.done[what] += 1
        return datetime.now(ZONE)

    def goes_on(self, since: datetime) -> None:
        """Some clock has come by itself and run to a good end since then."""

        def a_run_came() -> bool:
            if self.serving.poll() is not None:
                self.serving = self.house.start()
            return any(run["state_type"] == "COMPLETED" for run in self.house.ended(since=since))

        wait_for(a_run_came, lambda: f"the clock stands still after {dict(self.done)}\n{self.house.said()}")


WAYS = ("all", "server", "runs", "serve")


def _chosen(what: str, serve: int, around: dict[int, str]) -> list[int]:
    """The plug is pulled; or only the server, only the runs, or only `serve` with its runner dies."""
    others = {pid: words for pid, words in around.items() if pid != serve}
    servers = [pid for pid, words in others.items() if "prefect_app" in words or "prefect server" in words]
    return {
        "all": [*around],
        "server": servers,
        "runs": [pid for pid in others if pid not in servers],
        "serve": [serve],
    }[what]
