"""Which objective an option of `sre loadtest` names, whose stage a result is of, and which values flows are given."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from foundation.errors import InputError
from foundation.slo.model import BudgetedObjective, Objectives
from loadtests.result import LoadResult
from sre.cli.types.names import STAGE
from sre.local.submission import ARCHIVE_KEY


def budgeted(objectives: Objectives, name: str) -> BudgetedObjective:
    """The objective of this name. Raises InputError when none with an error budget has it."""
    known = {each.name: each for each in objectives if isinstance(each, BudgetedObjective)}
    if name not in known:
        raise InputError(f"{name}: no objective with an error budget has this name; there are {', '.join(known)}")
    return known[name]


def stage_of(result: LoadResult, file: Path) -> str:
    """The stage that was loaded; earlier versions recorded the host of an address as one. Raises InputError for that."""
    if not STAGE.matches(result.stage):
        raise InputError(f"{file}: its stage {result.stage!r} is none; give --stage")
    return result.stage


def given_by(values: Sequence[tuple[str, str]], archive_key: str | None) -> Mapping[str, str]:
    """The values that the options give to flows. Raises InputError for one that is given twice."""
    given: dict[str, str] = {}
    for name, value in (*values, *(() if archive_key is None else ((ARCHIVE_KEY, archive_key),))):
        if name in given:
            raise InputError(f"{name} is given twice; keep one")
        given[name] = value
    return given
