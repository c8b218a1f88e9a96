"""Places for annotations, counted by hand and by the gate."""

import pytest

from tdeveloper.gates.quality.annotations import Annotated, annotated_in


@pytest.mark.parametrize(
    ("code", "annotated", "places"),
    [
        ("", 0, 0),
        ("x = 1", 0, 0),
        ("def f(): ...", 0, 1),
        ("def f() -> None: ...", 1, 1),
        ("def f(a, b: int, /, c, *d: int, e: int = 1, **f) -> int: ...", 4, 7),
        ("async def f(a: int): ...", 1, 2),
        ("class A:\n def f(self, a): ...\n @classmethod\n def g(cls) -> int: ...", 1, 3),
        ("class A:\n def __init__(self, a: int): ...", 1, 1),
        ("def f():\n def g(a: int) -> int: ...", 2, 3),
        ("f = lambda a: a", 0, 0),
    ],
)
def test_parameters_and_returns_are_places(code: str, annotated: int, places: int) -> None:
    assert annotated_in(code) == Annotated(annotated_count=annotated, place_count=places)


@pytest.mark.parametrize("code", ["def (:", "x = 1\0", "a = " + "-" * 100_000 + "1", "unless x: y"])
def test_what_cannot_be_parsed_has_no_count(code: str) -> None:
    assert annotated_in(code) is None


def test_what_the_compiler_warns_of_is_nothing_to_the_gate() -> None:
    assert annotated_in("x = '\\d'\nx is 1") == Annotated()
