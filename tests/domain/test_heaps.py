"""A person at the desk sees five hundred pieces of spam as one line, and nothing that matters is in it."""

from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.inbox.heaps import FLOOD, MANY, Brings, Piece, heaped

SENDERS = st.sampled_from(["a@x.example", "b@x.example", "c@y.example"])


def piece(number: int, sender: str = "rac@thurac.example", **more: object) -> Piece:
    given: dict[str, object] = {"verdict": "unmatched", "brings": Brings.WORDS, "guess": None, "is_strange": True}
    return Piece(number, sender, **{**given, **more})  # type: ignore[arg-type]


def test_many_of_one_sender_and_one_kind_are_one_line_with_the_newest_last() -> None:
    (heap,) = heaped([piece(number) for number in range(1, 501)])
    assert (len(heap.numbers), heap.numbers[-1], heap.senders) == (500, 500, 1)


def test_few_are_shown_each_for_itself() -> None:
    assert [heap.numbers for heap in heaped([piece(number) for number in range(1, MANY)])] == [(1,), (2,)]


def test_what_differs_in_kind_is_not_hidden_in_a_heap() -> None:
    many = [piece(number) for number in range(1, 10)]
    odd = [piece(20, verdict="unreadable"), piece(21, brings=Brings.WORKBOOK)]
    assert [heap.numbers for heap in heaped([*many, *odd])][1:] == [(20,), (21,)]


def test_a_few_of_one_sender_stand_by_their_cases_and_many_are_one_line() -> None:
    """A server that returns the letters to three units, and whoever names a case in each of five hundred."""
    assert len(heaped([piece(number, guess=number % 3) for number in range(FLOOD - 1)])) == 3
    (heap,) = heaped([piece(number, guess=number % 50) for number in range(500)])
    assert len(heap.numbers) == 500


def test_a_flood_under_many_names_is_one_line_for_each_kind_and_a_contact_stands_beside_it() -> None:
    noise = [piece(n, f"rac{n}@thurac.example", brings=list(Brings)[n % 3], guess=n % 50) for n in range(1, 501)]
    asked = piece(501, "man@vinho.example", is_strange=False)
    *flood, other = heaped([*noise, asked])
    assert sum(len(heap.numbers) for heap in flood) == 500
    assert {heap.brings for heap in flood} == set(Brings)
    assert len(flood) == len(Brings)
    assert other.numbers == (501,)


def test_a_few_strangers_are_no_flood() -> None:
    noise = [piece(number, f"dan{number}@thudientu.example") for number in range(1, FLOOD)]
    assert len(heaped(noise)) == FLOOD - 1


@given(st.lists(st.tuples(SENDERS, st.sampled_from(["u", "n"]), st.booleans()), max_size=60))
def test_every_piece_is_in_exactly_one_line(given_: list[tuple[str, str, bool]]) -> None:
    pieces = [piece(n, sender, verdict=kind, is_strange=strange) for n, (sender, kind, strange) in enumerate(given_)]
    assert sorted(number for heap in heaped(pieces) for number in heap.numbers) == list(range(len(pieces)))
