"""A command's work is imported without a look for garbage, and done with it."""

import gc
import sys
from types import SimpleNamespace

import pytest

import sre.cli.deferred as deferred
from foundation.errors import Exit


def test_garbage_is_looked_for_again_before_the_work_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []

    def work(*, to: str) -> Exit:
        seen.append(gc.isenabled())
        return {"met": Exit.MET}[to]

    monkeypatch.setitem(sys.modules, "a_module", SimpleNamespace(run=work))  # pyright: ignore[reportArgumentType]
    assert deferred.run("a_module", {"to": "met"}) is Exit.MET
    assert seen == [True]


def test_garbage_is_looked_for_during_no_import(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []

    def imported(name: str) -> SimpleNamespace:
        seen.append(gc.isenabled())
        return SimpleNamespace(run=lambda: Exit.MET)

    monkeypatch.setattr(deferred, "import_module", imported)
    deferred.run("a_module", {})
    assert seen == [False]


def test_a_module_that_cannot_be_imported_leaves_it_as_it_was() -> None:
    with pytest.raises(ModuleNotFoundError):
        deferred.run("no_such_module", {})
    assert gc.isenabled()
