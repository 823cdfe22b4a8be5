"""Throw-away Dovecot and Postfix on free ports of 127.0.0.1: no service of the system is touched.

Each lives in one short folder (a unix socket's path has at most 107 bytes) and in a process group of its own, by which
it is ended. Needs root: mail is stored, and Postfix runs, under users of their own.
"""

import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from infra.receiver import free_port
from tests.infra.smtp_script import Certificates

PROGRAMS = {
    "dovecot": [Path("/usr/sbin/dovecot"), Path("/usr/lib/dovecot/lmtp"), Path("/usr/lib/dovecot/imap")],
    "postfix": [Path("/usr/lib/postfix/sbin/master"), Path("/usr/sbin/smtp-sink")],
}
PASSWORD = "mật-khẩu"
OWNER = "nobody"  # of the stored mail


def what_is_missing(server: str) -> str:
    """Why this server cannot be started here; '' when it can."""
    if os.geteuid() != 0:
        return f"{server} cần quyền root"
    lacking = [str(program) for program in PROGRAMS[server] if not program.exists()]
    return f"thiếu {', '.join(lacking)}" if lacking else ""


@contextmanager
def short_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="kt", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Server:
    """A program in the foreground, in a session of its own; ready when its port greets."""

    def __init__(self, folder: Path, command: list[str], port: int) -> None:
        self.folder, self._command, self._port = folder, command, port
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Tried anew while it ends at once: its port may be another's for a moment, as that of a caller's own line."""
        deadline = time.monotonic() + 20
        self._process = self._begin()
        while not (self._process.poll() is None and self._greets()):
            if time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"{self._command[0]} does not start:\n{self.logs()}")
            time.sleep(0.01)
            if self._process.poll() is not None:
                time.sleep(0.2)
                self._process = self._begin()

    def _begin(self) -> subprocess.Popen[bytes]:
        with (self.folder / "output").open("ab") as output:
            return subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )

    def _greets(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), 1) as line:
                return bool(line.recv(64))
        except OSError:
            return False

    def stop(self) -> None:
        """The whole group at once: a polite end of Dovecot takes a second, and leaves busy children behind."""
        if self._process is not None:
            with suppress(ProcessLookupError):  # it has ended by itself; what it said is told by who asked for it
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)
            self._process = None

    def logs(self) -> str:
        files = [path for path in self.folder.glob("*") if path.name == "output" or path.name.endswith(".log")]
        return "\n".join(path.read_text(errors="replace")[-4000:] for path in files)


class Dovecot(Server):
    """Every user exists and has the same password; mail lies in sdbox, where moving is fast."""

    def __init__(self, folder: Path, certificates: Certificates, imap_settings: str = "") -> None:
        self.imap, self.imaps, self.lmtp = free_port(), free_port(), free_port()
        self.login_socket = folder / "run" / "auth-smtpd"
        owner = pwd.getpwnam(OWNER)
        for name in ("run", "state", "mail"):
            (folder / name).mkdir()
        os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
        (folder / "dovecot.conf").write_text(self._configuration(folder, certificates, owner, imap_settings))
        super().__init__(folder, ["/usr/sbin/dovecot", "-F", "-c", str(folder / "dovecot.conf")], self.imap)

    def stop(self) -> None:
        super().stop()
        # Killed, it leaves its number behind, and would not start while any other process has that number.
        (self.folder / "run" / "master.pid").unlink(missing_ok=True)

    def _configuration(
        self, folder: Path, certificates: Certificates, owner: pwd.struct_passwd, imap_settings: str
    ) -> str:
        return f"""
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificates.server}
ssl_key = <{certificates.key}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_max_userip_connections = 100
first_valid_uid = 1
first_valid_gid = 1
mail_location = sdbox:{folder}/mail/%n
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={owner.pw_uid} gid={owner.pw_gid} home={folder}/mail/%n allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  inet_listener imap {{
    port = {self.imap}
  }}
  inet_listener imaps {{
    port = {self.imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {self.lmtp}
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  unix_listener auth-smtpd {{
    mode = 0666
  }}
}}
protocol imap {{
  {imap_settings}
}}
"""


SERVICES = """\
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class PostfixMaster(Server):
    """Postfix with its queue in the folder; what it does with letters, its settings and its listeners say."""

    def __init__(self, folder: Path, settings: str, listeners: str, port: int) -> None:
        postfix = pwd.getpwnam("postfix")
        for name in ("etc", "spool", "data"):
            (folder / name).mkdir()
        os.chown(folder / "data", postfix.pw_uid, postfix.pw_gid)
        etc = folder / "etc"
        (etc / "main.cf").write_text(self._common(folder) + settings)
        (etc / "master.cf").write_text(listeners + SERVICES)
        _make_queue(folder / "spool", postfix.pw_uid)
        # Postfix waits for a main.cf younger than a second, in case somebody is still writing it.
        for name in ("main.cf", "master.cf"):
            os.utime(etc / name, (time.time() - 60,) * 2)
        super().__init__(folder, ["/usr/lib/postfix/sbin/master", "-c", str(etc), "-d"], port)

    def stop(self) -> None:
        # The master ends its daemons, which have process groups of their own.
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def _common(self, folder: Path) -> str:
        return f"""
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
myhostname = localhost.localdomain
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
local_recipient_maps =
relay_domains =
disable_dns_lookups = yes
smtpd_client_connection_count_limit = 0
smtpd_error_sleep_time = 0
message_size_limit = 1000000
"""


class DiscardingPostfix(PostfixMaster):
    """Takes every letter into its queue on the disk, as a relay does, and then throws it away."""

    def __init__(self, folder: Path) -> None:
        self.plain = free_port()
        settings = "smtpd_relay_restrictions = permit_mynetworks, reject\ndefault_transport = discard:\n"
        super().__init__(folder, settings, f"127.0.0.1:{self.plain} inet n - n - - smtpd\n", self.plain)


class Postfix(PostfixMaster):
    """Takes letters after STARTTLS (or TLS) and login, asks Dovecot about the login, and delivers into Dovecot.

    What is for the domain `refused` goes on to a server that refuses every recipient: such a letter is taken, and
    comes back as a report.
    """

    def __init__(self, folder: Path, certificates: Certificates, dovecot: Dovecot, refused: str) -> None:
        self.plain, self.submission, self.submissions, self.refusing = (free_port() for _ in range(4))
        self._sink: subprocess.Popen[bytes] | None = None
        super().__init__(folder, self._settings(certificates, dovecot, refused), self._listeners(), self.plain)

    def start(self) -> None:
        refuse = ["-u", OWNER, "-f", "rcpt", "-B", "550 5.1.1 no such user", f"127.0.0.1:{self.refusing}", "10"]
        self._sink = subprocess.Popen(["/usr/sbin/smtp-sink", *refuse], stdin=subprocess.DEVNULL)
        super().start()

    def stop(self) -> None:
        if self._sink is not None:
            self._sink.kill()
            self._sink.wait(10)
        super().stop()

    def _settings(self, certificates: Certificates, dovecot: Dovecot, refused: str) -> str:
        return f"""
default_transport = lmtp:inet:127.0.0.1:{dovecot.lmtp}
transport_maps = inline:{{ {{ {refused} = smtp:[127.0.0.1]:{self.refusing} }} }}
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_tls_cert_file = {certificates.server}
smtpd_tls_key_file = {certificates.key}
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {dovecot.login_socket}
smtpd_sasl_security_options = noanonymous
"""

    def _listeners(self) -> str:
        return f"""
127.0.0.1:{self.plain} inet n - n - - smtpd
127.0.0.1:{self.submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
127.0.0.1:{self.submissions} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
"""


def _make_queue(spool: Path, postfix: int) -> None:
    """What `postfix check` makes in two seconds of shell."""
    postdrop = grp.getgrnam("postdrop").gr_gid
    queues = (
        "active",
        "bounce",
        "corrupt",
        "defer",
        "deferred",
        "flush",
        "hold",
        "incoming",
        "private",
        "saved",
        "trace",
    )
    for name in queues:
        (spool / name).mkdir(mode=0o700)
        os.chown(spool / name, postfix, 0)
    for name, mode in (("maildrop", 0o1730), ("public", 0o2710)):
        (spool / name).mkdir()
        os.chown(spool / name, postfix, postdrop)
        (spool / name).chmod(mode)
    (spool / "pid").mkdir()


@contextmanager
def running(server: Server) -> Iterator[None]:
    server.start()
    try:
        yield
    finally:
        server.stop()
