"""The one list of files whose lines decide a verdict, a price, an alarm; and what of them is drawn."""

import random
from collections.abc import Iterable, Sequence
from fnmatch import fnmatch
from pathlib import Path

from tests.mutants.mutant import Mutant
from tests.mutants.operators import mutants_of

ROOT = Path(__file__).resolve().parents[2]
DECIDING = (
    "foundation/service/measured.py",
    "foundation/service/resource_type_alarms*.py",
    "foundation/slo/*.py",
    "foundation/costs/*.py",
    "foundation/machine/disturbance.py",
    "foundation/machine/processors.py",
    "foundation/files/*.py",
    "alarms/*.py",
    "loadtests/evidence.py",
    "sre/jobs/status/*.py",
    "foundation/cloudwatch/evaluation.py",
    "foundation/cloudwatch/alarm_datapoints.py",
    "foundation/cloudwatch/series_notation.py",
    "foundation/steps/*.py",
    "foundation/findings/*.py",
    "foundation/advisories/*.py",
    "sre/jobs/judge/*.py",
    "tdeveloper/gates/dependencies/*.py",
    "tdeveloper/gates/quality/*.py",
    "tdeveloper/gates/testing/*.py",
    "tdeveloper/gates/testing/locks/*.py",
)
# Where the default tests are that reach those lines; what others reach by the way, they do not assert.
TESTS = (
    "tests/alarms", "tests/dashboards", "tests/foundation", "tests/loadtests", "tests/reports", "tests/sre/cli", "tests/sre/jobs",
    "tests/tdeveloper/gates/dependencies", "tests/tdeveloper/gates/quality", "tests/tdeveloper/gates/testing",
)  # fmt: skip


def deciding_files(root: Path, *, without: Sequence[str] = ()) -> list[Path]:
    """The files that exist, in order, but for those that a pattern of `without` names."""
    found = {file for pattern in DECIDING for file in root.glob(pattern)}
    return sorted(
        file for file in found if not any(fnmatch(file.relative_to(root).as_posix(), pattern) for pattern in without)
    )


def every_mutant(root: Path, files: Iterable[Path]) -> list[Mutant]:
    """All mutants of these files, in the order of files and of lines."""
    return [mutant for file in files for mutant in mutants_of(file.read_text(), file=file.relative_to(root).as_posix())]


def drawn(mutants: Sequence[Mutant], *, count: int, seed: str) -> list[Mutant]:
    """So many of them, or all if there are fewer; the same ones for the same seed."""
    return random.Random(seed).sample(mutants, min(count, len(mutants)))
