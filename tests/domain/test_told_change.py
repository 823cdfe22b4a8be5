"""What a letter about corrections tells: each act with its own reason, none that was taken back unheard."""

from tasks.domain.told_change import Change, Told, to_tell


def told(reply: int, *changes: tuple[str, str, str], undone: bool = False) -> Told:
    found = tuple(Change(item, "Câu hỏi?", old, new) for item, old, new in changes)
    return Told(reply, "Hà", "2025-05-12T10:00:00+07:00", f"lý do {reply}{' lại' * undone}", undone, found)


def shown(acts: list[Told]) -> list[tuple[int, bool, list[tuple[str, str, str]]]]:
    return [(one.reply, one.undone, [(c.item, c.old, c.new) for c in one.changes]) for one in acts]


def test_what_was_taken_back_unheard_is_not_told_beside_what_stands() -> None:
    untold = to_tell(to_tell([], told(1, ("A", "3", "5"))), told(2, ("B", "1", "2")))
    left = to_tell(untold, told(2, ("B", "2", "1"), undone=True))
    assert shown(left) == [(1, False, [("A", "3", "5")])]
    assert [one.why for one in left] == ["lý do 1"]


def test_what_was_heard_is_told_as_taken_back_beside_what_is_new() -> None:
    left = to_tell([told(7, ("A", "3", "5"))], told(2, ("B", "2", "1"), undone=True))
    assert shown(left) == [(7, False, [("A", "3", "5")]), (2, True, [("B", "2", "1")])]


def test_an_item_is_told_once_from_what_the_unit_knows_with_what_was_done_last() -> None:
    untold = to_tell([told(1, ("A", "3", "5"), ("B", "1", "2"))], told(2, ("A", "5", "7")))
    assert shown(untold) == [(1, False, [("B", "1", "2")]), (2, False, [("A", "3", "7")])]
    assert shown(to_tell(untold, told(3, ("A", "7", "3")))) == [(1, False, [("B", "1", "2")])]


def test_who_never_heard_of_an_entry_hears_nothing_of_its_end() -> None:
    assert to_tell([], told(4, ("A", "9", ""), undone=True), is_unheard=True) == []
