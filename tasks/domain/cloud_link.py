"""Links to a file that somebody left in the cloud instead of attaching it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

from tasks.domain.vietnamese import one_line

_MOST_LINKS = 50
_URL = re.compile(r"https?://[^\s<>\"'\\^`{|}\u00a0]{4,2000}", re.I)
# Hosts that hold other people's files. A host's own subdomains count; `path` tells a file from the rest of a site.
_HOSTS: tuple[tuple[str, str], ...] = (
    ("drive.google.com", r""),  # Gmail over 25 MB
    ("docs.google.com", r""),  # a form copied into Google Sheets
    ("1drv.ms", r""),  # OneDrive, short
    ("onedrive.live.com", r""),
    ("sharepoint.com", r""),  # OneDrive for business: ten-my.sharepoint.com
    ("dropbox.com", r""),
    ("fshare.vn", r""),
    ("mega.nz", r""),
    ("wetransfer.com", r""),
    ("we.tl", r""),
    ("box.com", r"/s/|/file|/folder"),
    ("icloud.com", r"/iclouddrive|/attachment|/numbers"),
    ("mediafire.com", r""),
    ("zdn.vn", r""),  # files of Zalo
    ("zalo.cloud", r""),
    ("zalo.me", r"/(?!\d+/?$|g/|pc)\S"),  # not the telephone number in a signature
    ("chat.zalo.me", r""),
    ("4shared.com", r""),
    ("transfernow.net", r""),
    ("terabox.com", r""),
)
# Gateways that wrap each link: the real one stands in a parameter.
_WRAPPERS = {"safelinks.protection.outlook.com": "url", "google.com": "q", "urldefense.proofpoint.com": "u"}


@dataclass(frozen=True)
class CloudLink:
    host: str
    url: str


def cloud_links(texts: Iterable[str]) -> tuple[CloudLink, ...]:
    """Each once, in the order of the text."""
    found: dict[str, CloudLink] = {}
    for text in texts:
        for url in _URL.findall(text) if "://" in text else ():
            link = _link(one_line(_unwrapped(unescape(url).rstrip(".,;:!?)]»”"))))
            if link:
                found.setdefault(link.url, link)
            if len(found) >= _MOST_LINKS:
                return tuple(found.values())
    return tuple(found.values())


def _unwrapped(url: str) -> str:
    host = _host(url)
    for wrapper, name in _WRAPPERS.items():
        if host == wrapper or host.endswith(f".{wrapper}"):
            inner = parse_qs(urlsplit(url).query, max_num_fields=100).get(name, [""])[0]
            return unquote(inner) if inner.lower().startswith("http") else url
    return url


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def _link(url: str) -> CloudLink | None:
    host = _host(url)
    for known, path in _HOSTS:
        if (host == known or host.endswith(f".{known}")) and re.match(path, urlsplit(url).path):
            return CloudLink(host, url)
    return None
