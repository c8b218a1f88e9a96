"""The property tests of `make test` draw the same examples in every run, whatever ran before them."""

import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

SAME = settings.get_profile("same-examples")
pytestmark = pytest.mark.skipif(
    settings.get_current_profile_name() != "same-examples", reason="this run draws new examples"
)


def drawn() -> list[tuple[int, str]]:
    seen: list[tuple[int, str]] = []

    @settings(SAME, max_examples=300)
    @given(st.integers(), st.text())
    def law(number: int, text: str) -> None:
        seen.append((number, text))

    law()
    return seen


def test_what_another_test_has_imported_changes_no_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = drawn()
    file = tmp_path / "imported_meanwhile.py"
    file.write_text("\n".join(f"A{number}, B{number} = {7_000_000 + number}, 'word {number}'" for number in range(200)))
    module = ModuleType("imported_meanwhile")
    module.__file__ = str(file)
    monkeypatch.setitem(sys.modules, "imported_meanwhile", module)
    assert drawn() == first
    assert len(first) == 300


def test_nothing_that_an_earlier_run_found_is_tried_again_and_no_example_is_too_late() -> None:
    assert (SAME.derandomize, SAME.database, SAME.deadline) == (True, None, None)
