"""A small tree with its tests: which mutants of it die, which live, which hang; and what is printed of them."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mutants.__main__ import try_them
from tests.mutants.covering import Covering, covering, importers, importing_tests
from tests.mutants.deciding import ROOT
from tests.mutants.mutant import Mutant
from tests.mutants.operators import mutants_of
from tests.mutants.report import killed_ratio, told
from tests.mutants.trying import Attempt, Fate, try_all, waves_of

SOURCE = """\
LIMIT = 4


def is_many(count):
    return count > LIMIT


def steps(count):
    done = 0
    while done < count:
        done += 1
    return done


def unseen(count):
    return count == 7
"""
TESTS = """\
from foundation.small import LIMIT, is_many, steps


def test_many():
    assert is_many(5)


def test_few():
    assert not is_many(3)


def test_steps():
    assert steps(2) == 2
"""
SMALL, IN = "foundation/small.py", "checks/test_small.py"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository of one module, whose limit nobody has looked at from both sides."""
    for name, text in ((SMALL, SOURCE), (IN, TESTS), ("foundation/__init__.py", ""), ("checks/__init__.py", "")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    return tmp_path


def the(operator: str, line: int, after: str) -> Mutant:
    (found,) = [
        each
        for each in mutants_of(SOURCE, file=SMALL)
        if (each.operator, each.line) == (operator, line) and each.shown(SOURCE)[1] == after
    ]
    return found


def fates(tree: Path, mutants: Sequence[Mutant], tests: Sequence[str], *, limit_seconds: float = 60) -> dict[str, Fate]:
    attempts = [
        Attempt(
            mutant=mutant,
            text=mutant.applied_to(SOURCE),
            waves=waves_of([f"{IN}::{test}" for test in tests], [], []),
            limits_seconds=(limit_seconds,),
        )
        for mutant in mutants
    ]
    found: dict[str, Fate] = {}
    (tree / "work").mkdir()

    def done(attempt: Attempt, fate: Fate) -> None:
        found[attempt.mutant.shown(SOURCE)[1]] = fate

    try_all(attempts, tree, directory=tree / "work", process_count=2, done=done)
    return found


@pytest.mark.slow
def test_a_mutant_dies_of_the_first_test_that_fails_and_lives_when_none_does(tree: Path) -> None:
    ours = [the("boundary", 1, "LIMIT = 5"), the("boundary", 1, "LIMIT = 3")]
    ours += [the("comparison", 5, "return (count >= LIMIT)"), the("statement", 5, "return None")]
    assert fates(tree, ours, ["test_many", "test_few"]) == {
        "LIMIT = 5": Fate.FAILED,
        "LIMIT = 3": Fate.ALIVE,  # nobody asks whether 4 are many
        "return (count >= LIMIT)": Fate.ALIVE,
        "return None": Fate.FAILED,
    }
    assert (tree / SMALL).read_text() == SOURCE


@pytest.mark.slow
def test_a_mutant_that_hangs_is_ended(tree: Path) -> None:
    assert fates(tree, [the("statement", 11, "pass")], ["test_steps"], limit_seconds=4) == {"pass": Fate.HUNG}


def test_a_mutant_that_no_test_reaches_is_alive() -> None:
    assert not Fate.UNTESTED.is_killed
    assert [fate for fate in Fate if fate.is_killed] == [Fate.FAILED, Fate.BROKEN, Fate.HUNG]


def test_the_tests_of_its_lines_come_first_and_none_comes_twice() -> None:
    first = [f"a{number}" for number in range(25)]
    assert waves_of(first, ["c", "a2", "a24"], ["b", "a3", "c", "b"]) == (
        tuple(first[:20]),
        ("c", "a24"),
        tuple(first[20:24]),
        ("b",),
    )
    assert waves_of([], [], ["b"]) == (("b",),)
    assert waves_of([], [], []) == ()


@pytest.mark.slow
def test_a_line_is_reached_by_the_tests_that_run_it_fastest_first(tree: Path) -> None:
    known = covering(tree, [tree / SMALL], ["checks"], directory=tree / "build")
    assert set(known.seconds) == {f"{IN}::{name}" for name in ("test_many", "test_few", "test_steps")}
    assert set(known.of_lines(SMALL, [5])) == {f"{IN}::test_many", f"{IN}::test_few"}
    assert known.of_lines(SMALL, [11]) == [f"{IN}::test_steps"]
    assert known.of_lines(SMALL, [1, 16]) == []
    assert len(known.of_file(SMALL)) == 3
    assert len(known.of_modules([IN])) == 3
    assert known.of_modules(["checks/test_other.py"]) == []
    ordered = Covering(seconds={"slow": 2.0, "quick": 1.0}, tests={SMALL: {5: frozenset({"slow", "quick"})}})
    assert ordered.of_file(SMALL) == ["quick", "slow"]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("from foundation.small import LIMIT", True),
        ("from foundation import small", True),
        ("import foundation.small as it", True),
        ("from foundation.smaller import LIMIT", False),
        ("import foundation", False),
    ],
)
def test_a_file_imports_a_module_in_whatever_way_it_is_written(tmp_path: Path, text: str, is_one: bool) -> None:
    (tmp_path / "it.py").write_text(text)
    assert importers(tmp_path, [tmp_path / "it.py"], SMALL) == (["it.py"] if is_one else [])


def test_a_test_that_reads_a_table_imports_what_the_table_imports(tmp_path: Path) -> None:
    tables = tmp_path / "tests/foundation/declared"
    tables.mkdir(parents=True)
    (tables / "small.py").write_text("import foundation.small")
    (tables / "other.py").write_text("import foundation.other")
    (tables / "every.py").write_text("from tests.foundation.declared import other, small")
    (tmp_path / "test_table.py").write_text("from tests.foundation.declared.every import small")
    (tmp_path / "test_own.py").write_text("from foundation.small import LIMIT")
    (tmp_path / "test_none.py").write_text("import foundation.third")
    modules = ["test_none.py", "test_own.py", "test_table.py"]
    assert importing_tests(tmp_path, modules, SMALL) == ["test_own.py", "test_table.py"]
    assert importing_tests(tmp_path, modules, "foundation/third.py") == ["test_none.py"]


def test_survivors_are_told_with_their_line_before_and_after() -> None:
    alive, dead, hung = (
        the("comparison", 5, "return (count >= LIMIT)"),
        the("boundary", 1, "LIMIT = 5"),
        the("statement", 11, "pass"),
    )
    text = told([(dead, Fate.FAILED), (alive, Fate.ALIVE), (hung, Fate.HUNG)], lambda _: SOURCE)
    assert text.splitlines()[:3] == [
        "foundation/small.py:5 alive (comparison): every test passed",
        "  - return count > LIMIT",
        "  + return (count >= LIMIT)",
    ]
    rows = {line.split()[0]: line.split()[1:] for line in text.splitlines() if "%" in line}
    assert rows["foundation/small.py"] == rows["all"] == ["3", "2", "1", "66.7%"]
    assert rows["comparison"] == ["1", "0", "1", "0.0%"]
    assert "0 broke an import or the collection, and 1 hung" in text


def test_the_ratio_is_that_of_all_that_were_tried() -> None:
    assert killed_ratio([Fate.FAILED] * 19 + [Fate.ALIVE]) == 0.95
    assert killed_ratio([Fate.UNTESTED]) == 0
    assert killed_ratio([]) == 1


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_most_mutants_of_a_small_draw_die() -> None:
    """Twenty say little: were it 95 %, five or more would live once in 400 draws. `make mutants` draws two hundred."""
    command = [sys.executable, "-m", "tests.mutants", "--count", "20"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    total = next(line for line in done.stdout.splitlines() if line.startswith("all "))
    assert int(total.split()[3]) <= 4, done.stderr


def test_where_ours_is_imported_already_no_mutant_is_tried(tree: Path) -> None:
    """Its tests would be run without it, and it would live."""
    imported = replace(the("boundary", 1, "LIMIT = 5"), file="tests/mutants/trying.py")
    with pytest.raises(SystemExit, match=r"tests\.mutants\.trying is imported already"):
        try_them([imported], tree, [], Covering(seconds={}, tests={}), directory=tree, process_count=1)
