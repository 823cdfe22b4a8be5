"""Which stored unit a line of the list means: by its code, by name and kind; what may be the same is asked."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from tasks.domain.errors import Problem
from tasks.domain.register import UnitEntry
from tasks.domain.vietnamese import fold, same_spelling, slug

LONGEST_CODE = 40


@dataclass(frozen=True)
class Question:
    """A line that may be a stored unit under another name, or a new one: a person says which."""

    number: int
    entry: UnitEntry
    may_be: tuple[tuple[UnitEntry, str], ...]
    """Each with what speaks for it."""

    @property
    def words(self) -> str:
        may_be = "; ".join(f"{one.name} [{one.code}] ({why})" for one, why in self.may_be)
        first = self.may_be[0][0].code
        return (
            f"Hỏi {self.number}: {self.entry.place or self.entry.name}: “{self.entry.name}” có phải là {may_be}? "
            f"Phải: --same {self.number}={first}; là đơn vị mới: --new {self.number}"
        )


@dataclass(frozen=True)
class Answers:
    """What a person has said to the questions, by their numbers."""

    same: Mapping[int, str] = field(default_factory=dict)
    new: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Matched:
    """`pairs`: each entry as it shall be stored, and the unit as it is (None: a new one)."""

    pairs: tuple[tuple[UnitEntry, UnitEntry | None], ...]
    questions: tuple[Question, ...]
    problems: tuple[Problem, ...]


class _Stored:
    """The stored units by what a line may say of them; each is meant by one line at most."""

    def __init__(self, units: Sequence[UnitEntry]) -> None:
        self.units = units
        self.codes = {one.code.casefold(): one for one in units}
        self.names, self.cores, self.longer, self.addresses = (
            defaultdict[str, list[UnitEntry]](list) for _ in range(4)
        )
        for one in units:
            self.names[same_spelling(one.name)].append(one)
            self.cores[_core(one.name)].append(one)
            for short in _shortened(one.name):
                self.longer[short].append(one)
            for address in one.addresses:
                self.addresses[address].append(one)
        self.taken: set[str] = set()

    def take(self, unit: UnitEntry) -> UnitEntry:
        self.taken.add(unit.code)
        return unit

    def alike(self, entry: UnitEntry) -> list[UnitEntry]:
        """Of that name and kind, under that parent where both have one."""
        named = self.names.get(same_spelling(entry.name), [])
        return [one for one in named if one.kind is entry.kind and self._may_be_under(entry.parent, one.parent)]

    def _may_be_under(self, named: str, code: str) -> bool:
        """`named`: by its code or its name."""
        by_name = {one.code for one in self.names.get(same_spelling(named), [])}
        return not named or not code or named == code or code in by_name


def match(entries: Sequence[UnitEntry], units: Sequence[UnitEntry], answers: Answers | None = None) -> Matched:
    """Everything but what `answers` leaves open. An entry that is asked about is in no pair."""
    answers, stored = answers or Answers(), _Stored(units)
    found = _surely(entries, stored)
    new: list[int] = []
    asked: list[Question] = []
    open_: list[Question] = []
    for place, entry in enumerate(entries):
        if place in found:
            continue
        may_be = _may_be(entry, stored)
        if not may_be:
            new.append(place)
            continue
        question = Question(len(asked) + 1, entry, may_be)
        asked.append(question)
        said = stored.codes.get(answers.same.get(question.number, "").casefold())
        if said is not None:
            found[place] = said
        elif question.number in answers.new:
            new.append(place)
        else:
            open_.append(question)
    pairs = _written(entries, stored, found, new)
    wrong = _wrong_answers(answers, len(asked), stored)
    problems = (*wrong, *_doubles(entries, found), *_strangers(pairs, entries, stored))
    return Matched(tuple(pairs), tuple(open_), problems)


def _surely(entries: Sequence[UnitEntry], stored: _Stored) -> dict[int, UnitEntry]:
    """By code, else by name and kind where one unit alone has both; place in the list -> unit."""
    found: dict[int, UnitEntry] = {}
    for place, entry in enumerate(entries):
        unit = stored.codes.get(entry.code.casefold())
        if unit is not None and not _means_another(entry, unit, stored):
            found[place] = stored.take(unit)
    for place, entry in enumerate(entries):
        if place not in found and not entry.code:
            alike = [one for one in stored.alike(entry) if one.code not in stored.taken]
            if len(alike) == 1:
                found[place] = stored.take(alike[0])
    return found


def _means_another(entry: UnitEntry, unit: UnitEntry, stored: _Stored) -> bool:
    """The code of one unit beside the name of another: codes of some other list."""
    alike = stored.alike(entry)
    return bool(alike) and unit not in alike


def _may_be(entry: UnitEntry, stored: _Stored) -> tuple[tuple[UnitEntry, str], ...]:
    """What speaks for each; a unit that the entry names as its predecessor is not the same."""
    alike = stored.alike(entry)
    named = stored.names.get(same_spelling(entry.name), [])
    owners = [found[0] for address in entry.addresses if len(found := stored.addresses.get(address, [])) == 1]
    same = stored.codes.get(entry.code.casefold())
    reasons: tuple[tuple[str, Sequence[UnitEntry]], ...] = (
        ("cùng mã, nhưng tên là của đơn vị khác", [same] if same else []),
        ("cùng tên, mã khác" if entry.code else "cùng tên, có hơn một đơn vị", alike),
        ("cùng tên, khác loại hình hoặc cấp trên", named),
        ("tên gần giống", stored.cores.get(_core(entry.name), [])),
        ("tên chỉ khác phần thêm sau", _with_or_without_more(entry.name, stored)),
        ("cùng địa chỉ thư", owners),
    )
    may_be: dict[str, tuple[UnitEntry, str]] = {}
    for why, several in reasons:
        for one in several:
            if one.code not in stored.taken and one.code not in entry.predecessors:
                may_be.setdefault(one.code, (one, why))
    return tuple(may_be.values())


def _with_or_without_more(name: str, stored: _Stored) -> list[UnitEntry]:
    """One of the two names is the other with something behind it: “Xã Vĩnh Tú (mới)”, “Vĩnh Tú - Vĩnh Linh”."""
    longer = [one for short in _shortened(name) for one in stored.cores.get(short, [])]
    both = [one for short in _without_brackets(name) for one in stored.longer.get(short, [])]
    return [*longer, *stored.longer.get(_core(name), []), *both]


_BRACKETS = re.compile(r"\s*[(\[{].*$")
_BEHIND = (
    _BRACKETS,
    re.compile(r"\s*[,;/].*$"),
    re.compile(r"\s+[-–—]\s*.*$"),
    re.compile(r"\s+(?:moi|cu|(?:moi )?sap nhap|sau sap nhap|truoc sap nhap|hop nhat|moi thanh lap|thanh lap moi)$"),
    re.compile(r"\s+(?:thuoc )?(?:huien|tinh|thi xa|thanh pho) .*$"),
)


def _shortened(name: str) -> set[str]:
    """The cores of the name (y as i) without what may only be added to it."""
    core = _core(name)
    return {short for one in _BEHIND if (short := one.sub("", core)) and short != core}


def _without_brackets(name: str) -> set[str]:
    short = _BRACKETS.sub("", core := _core(name))
    return {short} - {core, ""}


_KIND_WORDS = re.compile(r"^(uy ban nhan dan|ubnd|hdnd|xa|phuong|thi tran|dac khu|truong)\s+")


def _core(name: str) -> str:
    """'UBND xã Vĩnh Quí' -> 'vinh qui': without tones, y as i, without the word of its kind."""
    plain, before = fold(name).replace("y", "i"), ""
    while plain != before:
        before, plain = plain, _KIND_WORDS.sub("", plain.replace("ui ban", "uy ban"))
    return plain


def _wrong_answers(answers: Answers, asked: int, stored: _Stored) -> list[Problem]:
    numbers = sorted(number for number in (*answers.same, *answers.new) if not 1 <= number <= asked)
    return [
        *(Problem(f"câu hỏi {number}", f"không có; danh sách này có {asked} câu hỏi") for number in numbers),
        *(
            Problem(f"--same {number}={code}", "không có đơn vị mã này trong danh sách đã lưu")
            for number, code in answers.same.items()
            if code.casefold() not in stored.codes
        ),
    ]


def _doubles(entries: Sequence[UnitEntry], found: Mapping[int, UnitEntry]) -> list[Problem]:
    """Two lines that mean one unit."""
    lines: dict[str, list[UnitEntry]] = {}
    for place, unit in found.items():
        lines.setdefault(unit.code, []).append(entries[place])
    return [
        Problem(entry.place or entry.name, f"hơn một dòng là đơn vị “{code}”")
        for code, several in lines.items()
        if len(several) > 1
        for entry in several
    ]


def _written(
    entries: Sequence[UnitEntry], stored: _Stored, found: Mapping[int, UnitEntry], new: Sequence[int]
) -> list[tuple[UnitEntry, UnitEntry | None]]:
    """In the order of the list. New units stand behind those that are there, where the list gives no order."""
    used = {one.code for one in stored.units} | {entry.code for entry in entries if entry.code}
    last = max((one.order for one in stored.units), default=0)
    fresh = set(new)
    pairs: list[tuple[UnitEntry, UnitEntry | None]] = []
    for place, entry in enumerate(entries):
        if place in found:
            pairs.append((_over(entry, found[place]), found[place]))
        elif place in fresh:
            code = entry.code or _free_code(entry.name, used)
            used.add(code)
            order = entry.order if not entry.given or "order" in entry.given else entry.order + last
            pairs.append((replace(entry, code=code, order=order), None))
    return _with_parents(pairs, stored)


def _over(entry: UnitEntry, unit: UnitEntry) -> UnitEntry:
    """A column that the list has not leaves what is stored; a running number of lines is no official order."""
    absent = [name for name in _OPTIONAL if name not in entry.given] if entry.given else []
    return replace(entry, code=unit.code, **{name: getattr(unit, name) for name in absent})


_OPTIONAL = (
    "order",
    "addressee",
    "contact",
    "addresses",
    "phone",
    "head",
    "head_addresses",
    "parent",
    "predecessors",
    "valid_from",
    "valid_to",
    "note",
)


def _free_code(name: str, used: set[str]) -> str:
    wanted = slug(name)[:LONGEST_CODE] or "don-vi"
    number, code = 1, wanted
    while code in used:
        number += 1
        code = f"{wanted[: LONGEST_CODE - 1 - len(str(number))]}-{number}"
    return code


def _with_parents(
    pairs: Sequence[tuple[UnitEntry, UnitEntry | None]], stored: _Stored
) -> list[tuple[UnitEntry, UnitEntry | None]]:
    """A parent may be named by its code or by its name."""
    known = [*(entry for entry, _ in pairs), *stored.units]
    codes = {one.code for one in known}
    names = {same_spelling(one.name): one.code for one in known}
    return [(_under(entry, codes, names), unit) for entry, unit in pairs]


def _under(entry: UnitEntry, codes: Set[str], names: Mapping[str, str]) -> UnitEntry:
    named = entry.parent
    return entry if named in codes else replace(entry, parent=names.get(same_spelling(named), named))


def _strangers(
    pairs: Sequence[tuple[UnitEntry, UnitEntry | None]], entries: Sequence[UnitEntry], stored: _Stored
) -> list[Problem]:
    """A unit that is still asked about is no stranger."""
    codes = {entry.code for entry, _ in pairs} | {one.code for one in stored.units}
    codes |= {one for entry in entries for one in (entry.code, entry.name)}
    return [
        Problem(entry.place or entry.name, f"đơn vị cấp trên “{entry.parent}” không có trong danh sách")
        for entry, _ in pairs
        if entry.parent and entry.parent not in codes
    ]
