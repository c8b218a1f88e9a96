"""Each operator on a small snippet, and the draw."""

from pathlib import Path

import pytest

from tests.mutants.deciding import ROOT, deciding_files, drawn, every_mutant
from tests.mutants.operators import mutants_of


def changes(text: str) -> dict[str, list[str]]:
    """What each operator makes of a snippet, the changed line alone."""
    found: dict[str, list[str]] = {}
    for mutant in mutants_of(text, file="x.py"):
        found.setdefault(mutant.operator, []).append(mutant.shown(text)[1])
    return found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a < b", "(a <= b)"), ("a <= b", "(a < b)"), ("a > b", "(a >= b)"), ("a >= b", "(a > b)"), ("a == b", "(a != b)"),
        ("a != b", "(a == b)"), ("a in b", "(a not in b)"), ("a not in b", "(a in b)"), ("a is b", "(a is not b)"),
        ("a is not b", "(a is b)"),
    ],
)  # fmt: skip
def test_a_comparison_becomes_its_neighbour(before: str, after: str) -> None:
    assert changes(f"x = {before}") == {"comparison": [f"x = {after}"]}


def test_each_comparison_of_a_chain_is_changed_by_itself() -> None:
    assert changes("x = a < b <= c") == {"comparison": ["x = (a < b < c)", "x = (a <= b <= c)"]}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("LIMIT = 4", ["LIMIT = 3", "LIMIT = 5"]),
        ("x = a[1:]", ["x = a[0:]", "x = a[2:]"]),
        ("x = range(3)", ["x = range(2)", "x = range(4)"]),
        ("x = a / 60", ["x = a / 59", "x = a / 61"]),
        ("x = 0.97", ["x = 0.96", "x = 0.98"]),
        ("x = 1_000.0", ["x = 1000.1", "x = 999.9"]),
        ('x = Decimal("0.001")', ['x = Decimal("0.000")', 'x = Decimal("0.002")']),
        ("x = Decimal(0)", ["x = Decimal(-1)", "x = Decimal(1)"]),
        ("x = f(seconds=900)", ["x = f(seconds=899)", "x = f(seconds=901)"]),
        ("x = -1", ["x = -0", "x = -2"]),
    ],
)
def test_a_number_is_one_more_and_one_less_of_its_last_digit(before: str, after: list[str]) -> None:
    assert changes(before) == {"boundary": after}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = not a", "x = (a)"),
        ("x = a and b", "x = (a or b)"),
        ("x = a or b", "x = (a and b)"),
        ("x = True", "x = False"),
        ("x = f(deep=False)", "x = f(deep=True)"),
        ("x = a if b else c", "x = a if (not (b)) else c"),
        ("x = [a for a in b if a]", "x = [a for a in b if (not (a))]"),
        ("if a:\n    x = b", "if (not (a)):"),
        ("match a:\n    case b if c:\n        x = d", "case b if (not (c)):"),
    ],
)
def test_a_condition_is_turned(before: str, after: str) -> None:
    assert changes(before) == {"boolean": [after]}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def f(a=1): x = a", "def f(a=2): x = a"),
        ("def f(*, a=True): x = a", "def f(*, a=False): x = a"),
        ("def f(a=None): x = a", "def f(a='?'): x = a"),
        ("def f(a=()): x = a", "def f(a=('?',)): x = a"),
        ('def f(a=Decimal("0.95")): x = a', 'def f(a=Decimal("0.96")): x = a'),
        ("class C:\n    a: str = 'b'", "a: str = 'b?'"),
        ("class C:\n    a: float = 1.5", "a: float = 1.6"),
    ],
)
def test_what_is_not_given_is_another_value(before: str, after: str) -> None:
    assert changes(before) == {"default": [after]}


def test_the_limits_of_a_field_are_boundaries_beside_its_default() -> None:
    assert changes("class C:\n    a: int = Field(default=2, ge=0)") == {
        "default": ["a: int = Field(default=3, ge=0)"],
        "boundary": ["a: int = Field(default=2, ge=-1)", "a: int = Field(default=2, ge=1)"],
    }


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f(a)", "pass"), ("a += b", "pass"), ("a[b] = c", "pass"), ("raise a", "pass"), ("yield a", "pass"),
        ("return a", "return None"), ("for a in b: continue", "for a in b: pass"), ("for a in b: break", "for a in b: pass"),
    ],
)  # fmt: skip
def test_a_statement_is_not_done(before: str, after: str) -> None:
    assert changes(f"def g():\n    {before}") == {"statement": [after]}


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    assert_never(a)",
        "def f():\n    return None",
        "def f():\n    return ()",
        'def f():\n    """A sentence."""',
        "@dataclass(frozen=True)\nclass C:\n    a: int",
        "def f(a: Literal[1]) -> Literal[2]: x = a",
        'x = f"{a:.3f} of {b // 60} min"',
        "if TYPE_CHECKING:\n    x = 1",
    ],
)
def test_what_declares_and_what_says_is_left_alone(text: str) -> None:
    assert changes(text) == {}


def test_all_but_the_change_is_the_same_whatever_letters_stand_before_it() -> None:
    text = "# Größe\nx = 'ü', a < b  # why\ny = a\n"
    (mutant,) = mutants_of(text, file="x.py")
    assert mutant.applied_to(text) == "# Größe\nx = 'ü', (a <= b)  # why\ny = a\n"
    assert (mutant.line, mutant.shown(text)) == (2, ("x = 'ü', a < b # why", "x = 'ü', (a <= b) # why"))


def test_lines_are_those_that_use_what_is_changed_where_it_is_imported() -> None:
    text = "LIMIT = 4\n\n\ndef f(a, b=1):\n    c = a\n    return a > LIMIT\n"
    lines = {(mutant.operator, mutant.line): mutant.lines for mutant in mutants_of(text, file="x.py")}
    assert lines == {
        ("boundary", 1): (6,),  # where the constant is read
        ("default", 4): (5, 6),  # the body of the function
        ("statement", 6): (6,),
        ("comparison", 6): (6,),
    }


def test_the_same_commit_draws_the_same_mutants_and_another_one_others() -> None:
    mutants = every_mutant(ROOT, deciding_files(ROOT))
    first, again, other = (drawn(mutants, count=200, seed=seed) for seed in ("a1b2", "a1b2", "c3d4"))
    assert first == again
    assert len({(each.file, each.start, each.replacement) for each in first}) == 200
    assert first != other


# They name values, and decide nothing of them.
ONLY_DECLARE = (
    "foundation/cloudwatch/evaluation", "tdeveloper/gates/quality/defects", "tdeveloper/gates/quality/looked",
)  # fmt: skip


def test_every_deciding_file_has_mutants_of_it_and_none_is_left_out_unasked() -> None:
    files = deciding_files(ROOT)
    names = {file.relative_to(ROOT).as_posix() for file in files}
    assert {
        "loadtests/evidence.py",
        "foundation/slo/verdict.py",
        "alarms/burn_rate.py",
        "foundation/costs/bill.py",
    } <= names
    assert {mutant.file for mutant in every_mutant(ROOT, files)} >= {
        name for name in names if "__init__" not in name
    } - {f"{name}.py" for name in ONLY_DECLARE}
    without = deciding_files(ROOT, without=["alarms/*", "loadtests/*"])
    assert {file.relative_to(ROOT).parts[0] for file in without} == {"foundation", "sre", "tdeveloper"}


@pytest.mark.slow
def test_every_mutant_is_python() -> None:
    for file in deciding_files(ROOT):
        text = file.read_text()
        for mutant in mutants_of(text, file=file.name):
            compile(mutant.applied_to(text), mutant.file, "exec", dont_inherit=True)


def test_fewer_mutants_than_are_wanted_are_all_drawn(tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_text("x = 1\n")
    assert len(drawn(every_mutant(tmp_path, [file]), count=200, seed="")) == 2
