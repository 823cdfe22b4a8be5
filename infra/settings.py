"""Settings: one commented TOML file, passwords from the environment or a file of their own; checked whole at start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from infra.backup.half_done import refuse_cut_short
from infra.text_file import NotText, read_text
from tasks.domain.calendar import ZONE
from tasks.domain.citing import Unverified
from tasks.domain.definition import Table
from tasks.domain.errors import KiemtraError
from tasks.domain.inbox.authentication import OwnServer
from tasks.domain.mime import address_is_sound
from tasks.domain.signed_copy import SignedCopy
from tasks.toolbox import House, Limits

PROJECT = Path(__file__).parents[1]
TEMPLATES = PROJECT / "templates"
DEFAULT_FILE = "kiemtra.toml"
THIS_MACHINE = "127.0.0.1"
FASTEST = 10_000
"""Of a played clock: a year in an hour."""
LATE_AFTER, LOOK_EVERY = 600, 60
"""Seconds: a planned moment so long past without its run is late; `serve` looks so often. Others only in play."""


class MailMode(StrEnum):
    SANDBOX = "sandbox"
    REAL = "real"


class Security(StrEnum):
    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class InboundKind(StrEnum):
    IMAP = "imap"
    MAILDIR = "maildir"
    DOOR = "door"


class DoorProtocol(StrEnum):
    LMTP = "lmtp"
    SMTP = "smtp"


@dataclass(frozen=True)
class Outgoing:
    host: str
    port: int
    security: Security
    user: str
    password: str
    ca_file: str = ""


@dataclass(frozen=True)
class Inbound:
    kind: InboundKind
    host: str = ""
    port: int = 993
    security: Security = Security.TLS
    user: str = ""
    password: str = ""
    folder: str = "INBOX"
    done_folder: str = "Da-xu-ly"
    path: str = ""
    ca_file: str = ""
    desk_folder: str = "Can-xem"
    idle: bool = False
    authserv_id: str = ""
    protocol: DoorProtocol = DoorProtocol.LMTP


@dataclass(frozen=True)
class Sent:
    """Where one can look whether a letter left: a folder of sent mail, or the log of a Postfix (wins)."""

    folder: str = ""
    log: str = ""
    append: bool = False
    """Whether we file a copy of each letter there; Gmail and Exchange Online do so themselves."""


@dataclass(frozen=True)
class Sandbox:
    """How a house is played whose letters stay on this machine; none of it is taken where mail is real."""

    port: int = 0
    virtual_clock: bool = False
    """Now is what a command is given as --as-of."""
    starts_at: datetime | None = None
    """The house has a clock of its own: it stands here until `serve` starts first, and goes on from there."""
    speed: int = 1
    """So many seconds of the house's own clock pass in one."""
    every_seconds: int = 0
    """Each flow runs once in so many real seconds; 0: by the timetable."""
    late_after: int = LATE_AFTER
    look_every: int = LOOK_EVERY


@dataclass(frozen=True)
class Settings:
    file: Path
    folder: Path
    database: str
    mode: MailMode
    house: House
    outgoing: Outgoing | None
    inbound: Inbound | None
    prefect_api: str
    prefect_port: int
    heartbeat_url: str
    health_port: int = 0
    sandbox: Sandbox = Sandbox()
    sent: Sent | None = None

    @property
    def mail_folder(self) -> Path:
        return self.folder / "thu"

    @property
    def door_folder(self) -> Path:
        """The Maildir into which the door of this house writes what it is handed."""
        return self.folder / "thu-den"


def settings_file() -> Path:
    return Path(os.environ.get("KIEMTRA_SETTINGS") or DEFAULT_FILE).resolve()


def load_settings(file: Path | None = None, env: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the settings; raises KiemtraError when there are none, DefinitionError with all mistakes."""
    settings = read_settings(file, env)
    refuse_cut_short(settings.folder)
    return settings


def read_settings(file: Path | None = None, env: Mapping[str, str] = os.environ) -> Settings:
    """The same, where the data folder may be missing because a restore was cut short."""
    file = (file or settings_file()).resolve()
    if not file.is_file():
        raise KiemtraError(f"Chưa có tệp cấu hình {file}. Hãy chạy: kiemtra init")
    try:
        text = read_text(file)
    except NotText as error:
        raise KiemtraError(f"Tệp cấu hình {file}: {error}.") from error
    return parse_settings(text, file, env)


def parse_settings(text: str, file: Path, env: Mapping[str, str]) -> Settings:
    table = Table.of_toml(text, file.name)
    data, mail = table.table("data", required=False), table.table("mail")
    folder = file.parent / data.text("folder", "du-lieu")
    written = data.text("database", "")
    database = env.get("KIEMTRA_DATABASE") or written or f"sqlite:///{folder / 'kiemtra.db'}"
    data.finish()
    mode = mail.choice("mode", MailMode, MailMode.SANDBOX)
    outgoing = _outgoing(mail.table("out"), file.parent, env) if _is_needed(mail, "out", mode) else None
    inbound = _inbound(mail.table("in"), file.parent, env) if _is_needed(mail, "in", mode) else None
    house = _house(mail, table.table("limits", required=False), folder)
    lists = table.table("checklists", required=False)
    house = replace(
        house,
        unverified_basis=lists.choice("unverified_basis", Unverified, Unverified.MARK),
        signed_copy=lists.choice("signed_copy", SignedCopy, SignedCopy.ENTERED),
    )
    lists.finish()
    prefect = table.table("prefect", required=False)
    prefect_port = _port(prefect, "port", 4200)
    api_url = prefect.text("api_url", "")
    settings = Settings(
        file=file,
        folder=folder,
        database=database,
        mode=mode,
        house=replace(house, mail_server=_own_server(inbound, house.reply_address)),
        outgoing=outgoing,
        inbound=inbound,
        prefect_api=env.get("PREFECT_API_URL") or api_url,
        prefect_port=prefect_port,
        heartbeat_url=prefect.text("heartbeat_url", ""),
        health_port=_health_port(table.table("serve", required=False), prefect_port),
        sandbox=_sandbox(table.table("sandbox", required=False), mode),
        sent=_sent(mail),
    )
    prefect.finish()
    mail.finish()
    table.finish()
    table.raise_if_wrong()
    return settings


def _house(mail: Table, limits: Table, folder: Path) -> House:
    sender = _address(mail, "sender_address")
    house = House(
        sender_name=mail.text("sender_name"),
        sender_address=sender,
        reply_address=_address(mail, "reply_address", sender),
        administrators=tuple(mail.texts("administrators", [])),
        results_folder=folder / "ket-qua",
        limits=Limits(
            per_day=_positive(limits, "per_day", 2_000),
            per_minute=_positive(limits, "per_minute", 30),
            connections=_positive(limits, "connections", 2),
            size_bytes=_positive(limits, "size_mb", 10) * 1024 * 1024,
            consent_above=_positive(limits, "consent_above", 20),
        ),
        plus_addressing=(plus := mail.flag("plus_addressing", True)),
        bounce_tags=mail.flag("bounce_tags", plus),
    )
    if house.bounce_tags and not plus:
        mail.wrong("bounce_tags", "“bounce_tags” cần “plus_addressing = true”")
    for address in house.administrators:
        if not address_is_sound(address):
            mail.wrong("administrators", f"“{address}” không phải là địa chỉ thư điện tử")
    limits.finish()
    return house


def _address(table: Table, key: str, default: str | None = None) -> str:
    address = table.text(key) if default is None else table.text(key, default)
    if address and address != default and not address_is_sound(address):
        table.wrong(key, f"“{address}” không phải là địa chỉ thư điện tử")
    return address


def _positive(table: Table, key: str, default: int) -> int:
    value = table.integer(key, default)
    if value < 1 and value == table.raw(key):  # else its being no number has been said
        table.wrong(key, f"“{key}” phải là số từ 1 trở lên")
    return value


def _health_port(table: Table, prefect_port: int) -> int:
    """Beside Prefect's where nothing is said, so that two houses of one machine that differ there differ here, too."""
    port = _port(table, "health_port", min(prefect_port + 1, 65_535), lowest=0)
    table.finish()
    return port


def _port(table: Table, key: str, default: int, lowest: int = 1) -> int:
    return _between(table, key, default, lowest, 65_535)


def _between(table: Table, key: str, default: int, lowest: int, highest: int) -> int:
    value = table.integer(key, default)
    if not lowest <= value <= highest and value == table.raw(key):
        table.wrong(key, f"“{key}” phải là số từ {lowest} đến {highest}")
    return value


def _sandbox(table: Table, mode: MailMode) -> Sandbox:
    sandbox = Sandbox(
        port=_port(table, "port", 0, lowest=0),
        virtual_clock=table.flag("virtual_clock", False),
        starts_at=_moment(table, "starts_at"),
        speed=_between(table, "speed", 1, 1, FASTEST),
        every_seconds=_between(table, "every_seconds", 0, 0, 3600),
        late_after=_positive(table, "late_after", LATE_AFTER),
        look_every=_positive(table, "look_every", LOOK_EVERY),
    )
    if sandbox.starts_at and sandbox.virtual_clock:
        table.wrong("virtual_clock", "“virtual_clock” và “starts_at” không đi cùng nhau; bỏ một dòng")
    if sandbox.speed > 1 and not sandbox.starts_at:
        table.wrong("speed", "“speed” cần “starts_at”: thời điểm mà giờ diễn tập bắt đầu")
    if mode is MailMode.REAL:
        for key in ("virtual_clock", "starts_at", "speed", "every_seconds", "late_after", "look_every"):
            if table.raw(key):
                table.wrong(key, f'“{key}” chỉ để diễn tập, mà thư đang đi thật (mode = "real"); hãy bỏ dòng này')
    table.finish()
    return sandbox


def _moment(table: Table, key: str) -> datetime | None:
    value = table.raw(key)
    if value is None:
        return None
    if not isinstance(value, datetime):
        table.wrong(key, f"“{key}” phải là ngày và giờ, ví dụ 2025-01-20T07:00:00; đang là {str(value)!r}")
        return None
    return value if value.tzinfo else value.replace(tzinfo=ZONE)


def _is_needed(mail: Table, key: str, mode: MailMode) -> bool:
    """Whether to read [mail.out] or [mail.in]: in sandbox mode they may stand there, in real mode they must."""
    there = mail.raw(key) is not None
    if mode is MailMode.REAL and not there:
        mail.wrong("mode", f'mode = "real" cần phần [mail.{key}]; xem mẫu do “kiemtra init” ghi ra')
    return mode is MailMode.REAL and there


def _outgoing(table: Table, beside: Path, env: Mapping[str, str]) -> Outgoing:
    outgoing = Outgoing(
        host=table.text("host"),
        port=_port(table, "port", 587),
        security=table.choice("security", Security, Security.STARTTLS),
        user=table.text("user", ""),
        password=_password(table, beside, env, "KIEMTRA_SMTP_PASSWORD"),
        ca_file=_file(table, "ca_file", beside),
    )
    table.finish()
    return outgoing


def _inbound(table: Table, beside: Path, env: Mapping[str, str]) -> Inbound:
    kind = table.choice("kind", InboundKind, InboundKind.IMAP)
    is_imap = kind is InboundKind.IMAP
    is_door = kind is InboundKind.DOOR
    inbound = Inbound(
        kind=kind,
        host=table.text("host") if is_imap else table.text("host", THIS_MACHINE if is_door else ""),
        port=_port(table, "port", 2524 if is_door else 993),
        security=table.choice("security", Security, Security.TLS),
        user=table.text("user") if is_imap else table.text("user", ""),
        password=_password(table, beside, env, "KIEMTRA_IMAP_PASSWORD"),
        folder=table.text("folder", "INBOX"),
        done_folder=table.text("done_folder", "Da-xu-ly"),
        path=table.text("path") if kind is InboundKind.MAILDIR else table.text("path", ""),
        ca_file=_file(table, "ca_file", beside),
        desk_folder=table.text("desk_folder", "Can-xem"),
        idle=table.flag("idle", False),
        authserv_id=table.text("authserv_id", ""),
        protocol=table.choice("protocol", DoorProtocol, DoorProtocol.LMTP),
    )
    _check_folders(table, inbound)
    table.finish()
    return inbound


def _own_server(inbound: Inbound | None, reply_address: str) -> OwnServer:
    """As the settings name it; else the host that we read from, its domain and that of our own address."""
    if inbound is not None and inbound.authserv_id:
        return OwnServer((inbound.authserv_id.lower(),), exact=True)
    host = inbound.host.lower() if inbound is not None and not inbound.host.replace(".", "").isdigit() else ""
    domain = host.partition(".")[2]
    names = (host, domain if "." in domain else "", reply_address.rpartition("@")[2].lower())
    return OwnServer(tuple(dict.fromkeys(one for one in names if one)))


def _sent(mail: Table) -> Sent | None:
    if mail.raw("sent") is None:
        return None
    table = mail.table("sent")
    sent = Sent(table.text("folder", ""), table.text("log", ""), table.flag("append", False))
    if bool(sent.folder) == bool(sent.log):
        table.wrong("folder", "ghi một trong hai: “folder” (thư mục thư đã gửi) hoặc “log” (nhật ký Postfix)")
    if sent.append and not sent.folder:
        table.wrong("append", "chỉ dùng cùng “folder”: bản sao của mỗi thư được lưu vào thư mục ấy")
    table.finish()
    return sent


def _check_folders(table: Table, inbound: Inbound) -> None:
    """A message that is moved must not come back into the folder it is read from, and a person must find the desk."""
    folder, done, desk = (one.casefold() for one in (inbound.folder, inbound.done_folder, inbound.desk_folder))
    if done == folder and inbound.kind is InboundKind.IMAP:
        table.wrong("done_folder", "“done_folder” phải khác “folder”, nếu không thư cũ được đọc lại mãi")
    if desk == folder and inbound.kind is InboundKind.IMAP:
        table.wrong("desk_folder", "“desk_folder” phải khác “folder”, nếu không thư cũ được đọc lại mãi")
    if desk == done:
        table.wrong("desk_folder", "“desk_folder” phải khác “done_folder”, để thấy thư nào còn chờ người xem")
    if inbound.idle and inbound.kind is not InboundKind.IMAP:
        table.wrong("idle", '“idle” chỉ dùng với kind = "imap"')


def _file(table: Table, key: str, beside: Path) -> str:
    """A file named in the settings, '' if none; like the data folder it is looked for from where they stand."""
    name = table.text(key, "")
    if not name:
        return ""
    file = beside / name
    if not file.is_file():
        table.wrong(key, f"không thấy tệp “{file}”")
    return str(file)


def _password(table: Table, beside: Path, env: Mapping[str, str], variable: str) -> str:
    """From the environment, or from a file of its own: a password has no place in the settings file."""
    if table.raw("password") is not None:
        table.wrong("password", f"không ghi mật khẩu ở đây; dùng password_file hoặc biến môi trường {variable}")
    if env.get(variable):
        table.raw("password_file")
        return env[variable]
    file = _file(table, "password_file", beside)
    if not Path(file).is_file():
        return ""
    try:
        return Path(file).read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeError) as error:
        table.wrong("password_file", f"không đọc được tệp mật khẩu “{file}” ({error})")
        return ""


SAMPLE = """\
# Cấu hình của kiemtra. Dòng bắt đầu bằng # là ghi chú. Sau khi sửa, chạy: kiemtra check

[data]
folder = "du-lieu"        # thư mục dữ liệu, tính từ chỗ tệp này
# database = "postgresql+psycopg://kiemtra:...@may-chu/kiemtra"   # để trống: SQLite trong thư mục dữ liệu
#   (mật khẩu nên đặt trong biến môi trường KIEMTRA_DATABASE, ghi cả chuỗi kết nối)

[mail]
mode = "sandbox"          # "sandbox": thư chỉ nằm trong máy này, để chạy thử; "real": gửi và nhận thật
sender_name = "Phòng Nội vụ huyện Vĩnh Linh"
sender_address = "dancho@vinhlinh.example"
# reply_address = "dancho@vinhlinh.example"   # nơi nhận trả lời; để trống: như địa chỉ gửi
plus_addressing = true    # máy chủ thư có nhận địa chỉ dạng ten+ma@... không
# bounce_tags = true      # ghi mã thư vào địa chỉ nhận thư trả lại; tắt nếu máy chủ không cho gửi từ địa chỉ có dấu +
administrators = ["quantri@vinhlinh.example"]   # ai được báo khi hệ thống có trục trặc

# Khi mode = "real" thì bỏ dấu # ở hai phần dưới và điền cho đúng.
# [mail.out]
# host = "smtp.vinhlinh.example"
# port = 587
# security = "starttls"   # "starttls" | "tls" | "none"
# user = "dancho@vinhlinh.example"
# password_file = "/duong/dan/mat-khau-gui"   # hoặc biến môi trường KIEMTRA_SMTP_PASSWORD
#
# [mail.in]
# kind = "imap"           # "imap" | "maildir" (path = thư mục) | "door" (tự nhận thư từ máy chủ thư trên máy này)
# host = "imap.vinhlinh.example"
# port = 993
# security = "tls"
# user = "dancho@vinhlinh.example"
# password_file = "/duong/dan/mat-khau-nhan"  # hoặc biến môi trường KIEMTRA_IMAP_PASSWORD
# folder = "INBOX"
# done_folder = "Da-xu-ly"    # thư đã xử lý xong được chuyển vào đây
# desk_folder = "Can-xem"     # thư cần người xem (kiemtra desk) được chuyển vào đây
# authserv_id = "mx.vinhlinh.example"   # tên máy chủ thư ghi trong Authentication-Results; để trống: host hoặc tên miền
# idle = false                # true: máy chủ IMAP báo ngay khi có thư, không đợi lượt năm phút
# protocol = "lmtp"           # chỉ cho kind = "door": máy chủ thư giao vào host, port này bằng "lmtp" hay "smtp"
#
# [mail.sent]             # không bắt buộc: nơi tra xem một thư bị ngắt giữa chừng đã đi hay chưa
# folder = "Sent"         # thư mục thư đã gửi của hộp thư trên; hoặc log = "/var/log/mail.log" (nhật ký Postfix)
# append = true           # máy chủ không tự lưu thư đã gửi (Gmail, Exchange Online tự lưu): lưu bản sao vào thư mục này

[limits]
per_day = 2000            # số thư nhiều nhất mỗi ngày (theo hạn mức của hộp thư)
per_minute = 30
connections = 2
size_mb = 10
consent_above = 20        # máy ngừng rồi chạy lại: lỡ quá ngần này lượt nhắc thì chờ người đồng ý (kiemtra catch-up)

[checklists]
unverified_basis = "mark" # căn cứ chưa đối chiếu văn bản: "mark" in kèm “(chưa đối chiếu)”, "hide" không in
signed_copy = "entered"   # bản có chữ ký phải gửi theo: "entered" khi cơ quan nhập thay; "always", "never"

[prefect]
# api_url = "http://may-chu:4200/api"         # để trống: kiemtra serve tự mở máy chủ Prefect trên máy này
port = 4200
# heartbeat_url = ""      # địa chỉ được gọi sau mỗi lần tự kiểm tra đạt

[serve]
# health_port = 4201      # trang http://127.0.0.1:4201/health: xanh (200) khi lịch tự chạy, đỏ (503) khi không; 0: tắt
#                           để trống: cổng Prefect cộng 1
"""
