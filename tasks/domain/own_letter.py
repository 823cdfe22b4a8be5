"""A letter that the house writes to itself: what its way tells of the mail server, and what will not work there."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Provider(StrEnum):
    GOOGLE = "google"
    EXCHANGE_ONLINE = "exchange_online"
    EXCHANGE = "exchange"
    ZIMBRA = "zimbra"
    MDAEMON = "mdaemon"
    POSTFIX = "postfix"
    EXIM = "exim"
    UNKNOWN = "unknown"


PROVIDER_NAMES: Mapping[Provider, str] = {
    Provider.GOOGLE: "Gmail hoặc Google Workspace",
    Provider.EXCHANGE_ONLINE: "Exchange Online (Microsoft 365) hoặc Outlook.com",
    Provider.EXCHANGE: "Microsoft Exchange đặt tại cơ quan",
    Provider.ZIMBRA: "Zimbra",
    Provider.MDAEMON: "MDaemon",
    Provider.POSTFIX: "Postfix (Zimbra cũng dùng Postfix)",
    Provider.EXIM: "Exim",
    Provider.UNKNOWN: "",
}

# What a server calls itself: its host name in the settings, its greeting, its answer to EHLO, its greeting over IMAP.
# The first that holds: a hosted service runs somebody's program, too.
_SIGNS: Sequence[tuple[Provider, re.Pattern[str]]] = (
    (Provider.GOOGLE, re.compile(r"\b(g(oogle)?mail|google)\.com\b|\bgsmtp\b|\bgimap\b", re.I)),
    (
        Provider.EXCHANGE_ONLINE,
        re.compile(r"\b(office365|outlook|hotmail)\.com\b|\bprod\.outlook\b|protection\.outlook", re.I),
    ),
    (Provider.ZIMBRA, re.compile(r"\bzimbra\b|\bzcs\b", re.I)),
    (Provider.MDAEMON, re.compile(r"\bmdaemon\b", re.I)),
    (Provider.EXCHANGE, re.compile(r"Microsoft (ESMTP MAIL|Exchange)|\bX-EXPS\b", re.I)),
    (Provider.POSTFIX, re.compile(r"\bpostfix\b", re.I)),
    (Provider.EXIM, re.compile(r"\bexim\b", re.I)),
)

_WONT_WORK: Mapping[Provider, str] = {
    Provider.GOOGLE: "chỉ nhận mật khẩu ứng dụng (bật xác minh hai bước rồi tạo), không nhận mật khẩu thường",
    Provider.EXCHANGE_ONLINE: (
        "không còn cho đăng nhập IMAP và SMTP bằng mật khẩu, chỉ bằng OAuth, mà kiemtra không dùng OAuth. Hãy gửi qua "
        'đầu nối (connector) theo địa chỉ IP và nhận bằng kind = "door" hoặc một hộp thư ở nơi khác'
    ),
    Provider.EXCHANGE: "địa chỉ có dấu + thường chưa bật; nếu thư thử không đến, đặt plus_addressing = false",
    Provider.ZIMBRA: "địa chỉ có dấu + chỉ dùng được khi quản trị máy chủ đã bật recipient_delimiter = +",
    Provider.MDAEMON: "thư tới địa chỉ có dấu + có thể rơi vào thư mục mang tên của phần sau dấu +",
}


@dataclass(frozen=True)
class Allowance:
    """What a provider lets one account send; 0: it says nothing."""

    per_day: int
    per_minute: int = 0
    connections: int = 0


_ALLOWED: Mapping[Provider, Allowance] = {
    Provider.GOOGLE: Allowance(2_000),
    Provider.EXCHANGE_ONLINE: Allowance(10_000, per_minute=30, connections=3),
}
_FREE_GMAIL = Allowance(500)


def provider_of(signs: Iterable[str]) -> Provider:
    said = "\n".join(signs)
    return next((provider for provider, sign in _SIGNS if sign.search(said)), Provider.UNKNOWN)


def wont_work(provider: Provider) -> str:
    """A sentence on what this provider is known to refuse; '' where nothing is."""
    words = _WONT_WORK.get(provider, "")
    return f"{PROVIDER_NAMES[provider]}: {words} (hướng dẫn, phần C10)" if words else ""


def too_much(provider: Provider, account: str, planned: Allowance) -> list[str]:
    """Where our [limits] are above what the provider lets an account send."""
    allowed = _FREE_GMAIL if domain_of(account) == "gmail.com" else _ALLOWED.get(provider)
    if allowed is None:
        return []
    pairs = (
        ("per_day", planned.per_day, allowed.per_day, "thư một ngày"),
        ("per_minute", planned.per_minute, allowed.per_minute, "thư một phút"),
        ("connections", planned.connections, allowed.connections, "kết nối cùng lúc"),
    )
    return [
        f"[limits] {key} = {ours}, nhưng {PROVIDER_NAMES[provider]} chỉ cho {theirs} {what}; hãy đặt {key} = {theirs} "
        "trở xuống"
        for key, ours, theirs, what in pairs
        if theirs and ours > theirs
    ]


# --- whose letter it seems to be -----------------------------------------------------------------------------------


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


def is_made_up(address: str) -> bool:
    """The addresses of our samples (RFC 2606): nobody has them."""
    domain = domain_of(address)
    return domain == "example" or domain.endswith(".example")


def aligned(one: str, other: str) -> bool:
    """Whether two domains belong together as DMARC sees it, told without a list of public suffixes.

    Under a country (gov.vn, com.vn) three names make a house of its own, elsewhere two do.
    """
    ours, theirs = one.lower().split("."), other.lower().split(".")
    names = 3 if len(ours[-1]) == 2 and len(ours) > 2 and len(ours[-2]) <= 3 else 2
    return ours[-names:] == theirs[-names:]


def envelope_doubt(sender: str, envelope: str) -> str:
    """What follows from an envelope of another domain than From; '' where they belong together."""
    ours, theirs = domain_of(sender), domain_of(envelope)
    if aligned(ours, theirs):
        return ""
    return (
        f"thư ghi người gửi ở {ours} nhưng phong bì ghi {theirs}: SPF không khớp người gửi, nơi nhận có DMARC sẽ bỏ "
        f"thư vào hộp rác hoặc từ chối, trừ khi máy chủ ký DKIM cho {ours}. Hãy cho reply_address cùng tên miền với "
        "sender_address, hoặc đặt bounce_tags = false"
    )


def reply_doubt(sender: str, reply: str) -> str:
    """The same of the address for answers: no rule breaks, but filters and people look twice."""
    if aligned(domain_of(sender), domain_of(reply)):
        return ""
    return (
        f"nơi nhận trả lời ({domain_of(reply)}) khác tên miền người gửi ({domain_of(sender)}): bộ lọc và người nhận dễ "
        "nghi là thư giả mạo; nên dùng chung một tên miền"
    )


# --- how it arrived ------------------------------------------------------------------------------------------------

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.I)
_FAILED = frozenset({"fail", "softfail", "permerror"})


def authentication(header: str) -> dict[str, str]:
    """Authentication-Results (RFC 8601) of the server that delivered: method -> result, the first of each."""
    found: dict[str, str] = {}
    for method, result in _RESULT.findall(_COMMENT.sub(" ", header)):
        found.setdefault(method.lower(), result.lower())
    return found


@dataclass(frozen=True)
class Arrival:
    """Where a letter to ourselves was found, after how long, and what the server that delivered it thought of it."""

    folder: str
    is_where_we_read: bool
    seconds: float
    authentication: Mapping[str, str] = field(default_factory=dict)
    is_junk: bool = False


def faults(arrival: Arrival, doubt: str) -> list[str]:
    """What must be mended although the letter came; `doubt` is what was feared of its envelope."""
    wrong = []
    if arrival.is_junk:
        wrong.append(
            f"thư thử rơi vào thư mục thư rác “{arrival.folder}”. Nhờ quản trị hộp thư cho địa chỉ của ta vào danh "
            "sách an toàn, và bật SPF, DKIM cho địa chỉ gửi"
        )
    elif not arrival.is_where_we_read:
        wrong.append(
            f"thư thử rơi vào thư mục “{arrival.folder}” mà chương trình không đọc. Hãy bỏ quy tắc lọc của hộp thư, "
            "hoặc đặt folder trong [mail.in] thành thư mục ấy"
        )
    failed = [f"{method}={result}" for method, result in arrival.authentication.items() if result in _FAILED]
    if failed:
        wrong.append(
            f"máy chủ nhận thấy thư của ta không được chứng thực ({', '.join(failed)}). Nhờ quản trị tên miền sửa "
            "bản ghi SPF, bật DKIM cho địa chỉ gửi"
        )
    elif doubt and arrival.authentication.get("dmarc") != "pass":
        wrong.append(doubt)
    return wrong
