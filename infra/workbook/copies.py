"""The copies of an identity that a workbook carries: which one is whole, and whether they agree.

A copy that we wrote ends in a seal over its fields, made with the key of the house (HMAC, RFC 2104): a copy that is
complete, and that nobody else has altered. What says that it is this unit's form is the token, which only the office's
own records can confirm.
"""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields

from tasks.domain.checklist import Identity
from tasks.domain.errors import UnreadableWorkbook
from tasks.domain.message import CASE_CODE

FIELDS = tuple(one.name for one in fields(Identity))
SEAL_FIELD = "seal"
SEPARATOR = "|"


@dataclass(frozen=True)
class Copy:
    identity: Identity
    sealed: bool = False
    broken: bool = False  # it has a seal, and not the one that we would give it

    @property
    def strength(self) -> tuple[bool, int]:
        return self.sealed, sum(map(bool, asdict(self.identity).values()))


@dataclass(frozen=True)
class Sealing:
    """`key` is the house's own; without one (a preview) nothing is known to be ours."""

    key: bytes = field(default=b"", repr=False)

    def of(self, identity: Identity) -> str:
        """128 bits: a truncated code keeps at least half of its hash (RFC 2104 section 5)."""
        return hmac.digest(self.key, SEPARATOR.join(asdict(identity).values()).encode(), "sha256")[:16].hex()

    def holds(self, identity: Identity, seal: str) -> bool:
        return bool(self.key) and hmac.compare_digest(self.of(identity).encode(), seal.encode())


def copy_of_words(words: object) -> Copy:
    """Words that hold a case code and nothing else of ours."""
    found = CASE_CODE.search(str(words or ""))
    return Copy(Identity(found[1].upper() if found else ""))


def copy_of_line(line: object, sealing: Sealing) -> Copy:
    """'DCCS-…|token|unit|checklist|version|seal'; forms of the first editions have no seal of the house."""
    parts = str(line or "").strip().strip('"').split(SEPARATOR)
    if len(parts) < len(FIELDS):
        return copy_of_words(line)
    return copy_of_fields(dict(zip((*FIELDS, SEAL_FIELD), parts, strict=False)), sealing)


def copy_of_fields(found: Mapping[str, str], sealing: Sealing) -> Copy:
    code = copy_of_words(found.get("case_code")).identity.case_code
    identity = Identity(**{**{name: found.get(name, "").strip() for name in FIELDS}, "case_code": code})
    seal = found.get(SEAL_FIELD, "").strip()
    holds = sealing.holds(identity, seal)
    return Copy(identity, holds, broken=bool(sealing.key and seal) and not holds)


def strongest(copies: Iterable[Copy]) -> Identity:
    """A sealed copy before any other, then the fullest; raises UnreadableWorkbook when they name two cases."""
    named = [copy for copy in copies if copy.identity.case_code]
    codes = sorted({copy.identity.case_code for copy in named})
    if len(codes) > 1:
        raise UnreadableWorkbook(
            f"Tệp này trộn nhiều phiếu ({', '.join(codes)}) nên không biết trả lời cho phiếu nào. "
            "Hãy điền vào đúng tệp kèm thư giao phiếu, không chép trang tính từ phiếu khác, rồi gửi lại."
        )
    return max(named, key=lambda copy: copy.strength, default=Copy(Identity())).identity


def broken_seals(copies: Iterable[Copy]) -> list[str]:
    """Only where no copy is whole: a program that cuts one of them short has forged nothing."""
    found = list(copies)
    if any(one.sealed for one in found) or not any(one.broken for one in found):
        return []
    return [
        "Dấu xác nhận trong tệp không khớp với phiếu đã gửi: thông tin nhận dạng có thể đã bị sửa, "
        "hoặc phiếu do hệ thống khác lập; cơ quan chủ trì cần đối chiếu với đơn vị"
    ]


def disagreements(copies: Iterable[Copy]) -> list[str]:
    """In words, where copies of one case differ in anything else; a missing field is no difference."""
    named = [asdict(copy.identity) for copy in copies if copy.identity.case_code]
    differing = [name for name in FIELDS if len({one[name] for one in named if one[name]}) > 1]
    if not differing:
        return []
    names = ", ".join(FIELD_NAMES[name] for name in differing)
    return [f"Các bản ghi nhận dạng trong tệp không khớp nhau ({names}); lấy theo bản còn nguyên vẹn nhất"]


FIELD_NAMES: Mapping[str, str] = {
    "case_code": "mã phiếu",
    "token": "mã xác nhận",
    "unit_code": "mã đơn vị",
    "checklist": "bảng kiểm",
    "version": "phiên bản bảng kiểm",
}
