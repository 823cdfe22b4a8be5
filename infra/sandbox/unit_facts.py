"""What a simulated clerk knows of its own unit: one set of figures, so that rows, tables and sentences agree.

Drawn from the unit's name alone: a unit is the same in every round of the year.
"""

import random
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tasks.domain.vietnamese import fold

WORDS: Mapping[str, Any] = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
COMMUNE, OFFICE, SCHOOL, ENTERPRISE = "xa", "co_quan", "truong_hoc", "doanh_nghiep"
SATURDAY = 5
LAWLESS = ("(ví dụ)", "TNHH", "CP")
"""What stands in an enterprise's name and not in the symbol of its documents."""


@dataclass(frozen=True)
class Unit:
    """`facts`: name -> number or words, as the sentences of words.toml name them."""

    kind: str
    facts: Mapping[str, Any]

    def says(self, sentence: str) -> str:
        return sentence.format_map({name: shown(value) for name, value in self.facts.items()})


def shown(value: Any) -> str:
    """1250 -> '1.250', as people write."""
    return f"{value:,}".replace(",", ".") if isinstance(value, int) else str(value)


def known_unit(name: str, title: str, address: str, today: date) -> Unit:
    """`title` of the form tells the kind where the name of the unit does not."""
    kind = _kind(fold(name)) or _kind(fold(title)) or OFFICE
    dice = random.Random(fold(name))
    facts = _names(name, kind, dice) | _numbers(kind, dice)
    facts |= {
        "ngay_hn": written(_meeting(kind, dice, today)),
        "ten": name,
        "thu": address,
        "nam": str(today.year),
        "nam_sau": str(today.year + 1),
    }
    return Unit(kind, facts)


def _kind(folded: str) -> str:
    """Of a name or a title without tone marks."""
    if "truong hoc" in folded or folded.startswith("truong "):
        return SCHOOL
    if any(word in folded for word in ("cong ty", "hop tac xa", "doanh nghiep", "ngoai nha nuoc")):
        return ENTERPRISE
    if "cap xa" in folded or folded.startswith(("xa ", "thi tran ", "phuong ", "ubnd ", "uy ban nhan dan ")):
        return COMMUNE
    return OFFICE if folded.startswith(("phong ", "trung tam ", "ban ", "van phong ", "thanh tra ")) else ""


def _names(name: str, kind: str, dice: random.Random) -> dict[str, Any]:
    people = WORDS["people"]
    places = dice.sample(people["places"], 3)
    return {
        "nguoi_phu_trach": " ".join(dice.choice(people[part]) for part in ("family", "middle", "given")),
        "chuc_vu": dice.choice(WORDS["posts"][kind]),
        "dien_thoai": f"0233 555 {dice.randrange(100, 999)}",
        "ky_hieu": "UBND" if kind == COMMUNE else symbol(name),
        "noi": "khu phố" if fold(name).startswith(("thi tran", "phuong")) else "thôn",
        "noi_1": places[0],
        "noi_2": places[1],
        "noi_3": places[2],
        "luu": "văn phòng UBND" if kind == COMMUNE else "văn thư",
        "so": f"{dice.randrange(3, 40):02d}",
        "so_qd": str(dice.randrange(20, 220)),
        "so_bc": str(dice.randrange(15, 180)),
    }


def symbol(name: str) -> str:
    """'Phòng Nội vụ' -> 'PNV', 'Trường THCS Hồ Xá' -> 'THCSHX'."""
    words = [word.strip("(),-") for word in name.removeprefix("Trường ").replace("(ví dụ)", "").split()]
    kept = [word for word in words if word and word not in LAWLESS]
    return "".join(word if word.isupper() else word[0].upper() for word in kept)


def _numbers(kind: str, dice: random.Random) -> dict[str, Any]:
    numbers: dict[str, Any] = {
        "tuyen_truyen": dice.randrange(2, 9),
        "van_ban": dice.randrange(4, 15),
        "kinh_phi": f"{dice.randrange(5, 20)},5",
        "vu_viec": int(dice.random() < 0.5),
        "ttnd_cuoc": dice.randrange(1, 4),
    }
    numbers["luot"] = numbers["tuyen_truyen"] * dice.randrange(35, 90)
    return numbers | (_commune(dice) if kind == COMMUNE else _workplace(kind, dice))


def _commune(dice: random.Random) -> dict[str, Any]:
    parts = dice.randrange(5, 12)
    households = parts * dice.randrange(95, 190)
    once, never = dice.randrange(3), int(dice.random() < 0.2)
    return {
        "thon": parts,
        "ho": households,
        "khau": households * 37 // 10,
        "ttnd": parts + dice.randrange(2),
        "hop_mot": once,
        "hop_hai": parts - once - never,
        "hop": rate(parts - never, parts),
        "gsdt_cuoc": dice.randrange(1, 4),
        "du_an": dice.randrange(4, 8),
    }


def _workplace(kind: str, dice: random.Random) -> dict[str, Any]:
    people = {OFFICE: dice.randrange(8, 24), SCHOOL: dice.randrange(22, 58)}.get(kind, dice.randrange(18, 160))
    present = people - dice.randrange(1 + people // 8)
    opinions = dice.randrange(4, 16)
    return {
        "nguoi": people,
        "du_hn": present,
        "du_hn_ty_le": rate(present, people),
        "hn_y_kien": opinions,
        "hn_da_gq": opinions - dice.randrange(3),
        "ttnd": dice.choice((3, 5)),
        "tiep_dan": dice.randrange(2, 30),
        "doi_thoai": dice.randrange(1, 4),
    }


def _meeting(kind: str, dice: random.Random, today: date) -> date:
    """Early in a year of work: in September where that is a school year."""
    month = 9 if kind == SCHOOL else 3
    return working_day(dice, date(today.year, month, 15), date(today.year, month, 28))


def rate(part: int, whole: int) -> str:
    """8 of 9 -> '88,9'; never rounded up to what was not reached."""
    return f"{1000 * part // whole / 10:g}".replace(".", ",")


def working_day(dice: random.Random, first: date, last: date) -> date:
    """Some day of an office between the two (on a weekend they do not meet); the first when there is none."""
    day = first + timedelta(dice.randrange(max(1, (last - first).days)))
    return day - timedelta(day.weekday() - SATURDAY + 1) if day.weekday() >= SATURDAY else day


def written(day: date) -> str:
    return day.strftime("%d/%m/%Y")
