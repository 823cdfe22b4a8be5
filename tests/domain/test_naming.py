"""Whom a person means: a code, a name, with or without tone marks; never the wrong one of two."""

import pytest

from tasks.domain.naming import Named, find

UNITS = [
    Named("xa-cam-thanh-1", "Xã Cam Thanh"),
    Named("xa-cam-thanh-2", "Xã Cam Thành"),
    Named("xa-vinh-o", "Xã Vĩnh Ô"),
    Named("xa-vinh-thuy", "Xã Vĩnh Thủy"),
]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("xa-vinh-o", "xa-vinh-o"),
        ("XA-VINH-O", "xa-vinh-o"),
        ("Xã Vĩnh Ô", "xa-vinh-o"),
        ("vinh o", "xa-vinh-o"),
        ("Vĩnh Thuỷ", "xa-vinh-thuy"),
        ("Cam Thành", "xa-cam-thanh-2"),
        ("xã cam thanh", "xa-cam-thanh-1"),
    ],
)
def test_a_code_or_a_name_is_the_one_that_is_meant(typed: str, code: str) -> None:
    found = find(typed, UNITS)
    assert found.one is not None
    assert found.one.code == code


@pytest.mark.parametrize("typed", ["Cam Thạnh", "Vinh Thùy", "", "abc"])
def test_tone_marks_that_were_typed_are_never_another_unit(typed: str) -> None:
    assert find(typed, UNITS).one is None


def test_what_several_have_is_asked_and_what_nobody_has_is_suggested() -> None:
    several = find("thanh", [Named("a", "Xã Hải Thanh"), Named("b", "Xã Cam Thanh")])
    assert "có thể là a (Xã Hải Thanh), b (Xã Cam Thanh); hãy ghi mã" in several.why("đơn vị", "thanh")
    assert "gần giống: xa-vinh-o" in find("xa-vinh-oo", UNITS).why("đơn vị", "xa-vinh-oo")
    assert find("Xã Vĩnh Ô", UNITS, by_name=False).one is None
