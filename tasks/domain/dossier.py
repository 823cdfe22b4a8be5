"""What a person reads before signing an escalation, and the official letter (công văn đôn đốc) that comes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tasks.domain.ladder import Role
from tasks.domain.vietnamese import day_text, fold


@dataclass(frozen=True)
class Proof:
    """One letter that the unit was owed: when, which, to whom, and what the mail server said of it."""

    at: datetime | None
    what: str
    recipient: str
    outcome: str
    arrived: bool

    @property
    def words(self) -> str:
        day = f"{day_text(self.at.date())}: " if self.at else ""
        return f"{day}{self.what} tới {self.recipient}: {self.outcome}"


@dataclass(frozen=True)
class Dossier:
    """The file of one unit: what it owes, what it was sent, what it has said."""

    unit: str
    order: int
    addressee: str
    about: str
    due_words: str
    days_late: int
    proofs: tuple[Proof, ...]
    replies: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    """What it has written and nobody has read yet."""
    promised: str = ""
    """The day on which the unit said that it would answer."""

    @property
    def reached(self) -> bool:
        """Whether any letter to the unit was taken by its server: else it must not be blamed."""
        return any(proof.arrived for proof in self.proofs)

    @property
    def standing(self) -> str:
        late = f"quá hạn {self.days_late} ngày làm việc" if self.days_late > 0 else "đến hạn"
        return late if self.reached or self.replies else f"chưa gửi được thư cho đơn vị ({late})"


@dataclass(frozen=True)
class Chase:
    """One công văn đôn đốc: one officer signs it, for one round, to all the units that are late."""

    authority: str
    superior: str
    office: str
    place: str
    symbol: str
    signer_title: str
    signer_name: str
    plan_title: str
    title: str
    due_words: str
    as_of: datetime
    units: tuple[Dossier, ...]
    file_name: str
    authority_in_head: str = ""
    superior_in_head: str = ""


# NĐ 30/2020, phụ lục I: on whose behalf a document of the committee is signed.
SIGNS_FOR: Mapping[Role, str] = {
    Role.TRUONG_PHONG: "TL. CHỦ TỊCH",
    Role.PHO_CHU_TICH: "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH",
    Role.CHU_TICH: "TM. ỦY BAN NHÂN DÂN",
}
ROLE_TITLES: Mapping[Role, str] = {Role.PHO_CHU_TICH: "PHÓ CHỦ TỊCH", Role.CHU_TICH: "CHỦ TỊCH"}


def signer_title(role: Role, title: str) -> str:
    """'TL. CHỦ TỊCH / TRƯỞNG PHÒNG NỘI VỤ': the committee's own leaders are named by their rank alone."""
    return f"{SIGNS_FOR.get(role, '')}\n{ROLE_TITLES.get(role, title.upper())}".strip()


def symbol_of(symbol: str, office: str) -> str:
    """'UBND' and 'Phòng Nội vụ' -> 'UBND-NV': a công văn names the office that drafts it."""
    words = fold(office).split()
    initials = "".join(word[0] for word in (words[1:] if words[:1] == ["phong"] else words) if word[0].isalnum())
    return f"{symbol}-{initials.upper()}" if initials else symbol


def in_order(units: Sequence[Dossier]) -> tuple[Dossier, ...]:
    return tuple(sorted(units, key=lambda one: (one.order, one.unit, one.about)))
