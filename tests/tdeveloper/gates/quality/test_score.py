"""The score by hand: its formula, its weights, what has no score, and which way is better."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tdeveloper.gates.quality.measures import Absent, Measures, Share, Unknown
from tdeveloper.gates.quality.score import Change, Direction, Score, score, trend

GOOD = Measures(
    code_line_count=1000,
    defects_per_1000_lines=Share(count=0, of_count=1000, per=1000),
    complex_functions_per_1000_lines=Share(count=0, of_count=1000, per=1000),
    duplicated_ratio=Share(count=0, of_count=1000),
    annotated_ratio=Share(count=10, of_count=10),
)
# The rates that leave half of each part's points.
HALF = Measures(
    code_line_count=1000,
    defects_per_1000_lines=Share(count=5, of_count=1000, per=1000),
    complex_functions_per_1000_lines=Share(count=5, of_count=1000, per=1000),
    duplicated_ratio=Share(count=100, of_count=1000),
    annotated_ratio=Share(count=5, of_count=10),
)


def points(answer: Score) -> dict[str, Decimal | None]:
    return {part.name: part.points for part in answer.parts}


def test_a_tree_without_a_fault_has_100_and_one_of_half_rates_50() -> None:
    assert score(GOOD).value == Decimal("100.0")
    assert score(HALF).value == Decimal("50.0")
    assert set(points(score(HALF)).values()) == {Decimal("50.0")}


def test_parts_have_weights_that_make_100() -> None:
    assert [(part.name, part.weight) for part in score(GOOD).parts] == [
        ("defects", 40), ("complexity", 20), ("duplication", 20), ("annotations", 20),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("defects_per_1000_lines", "80.0"), ("complex_functions_per_1000_lines", "90.0"), ("duplicated_ratio", "90.0"),
        ("annotated_ratio", "90.0"),
    ],
)  # fmt: skip
def test_each_part_moves_the_score_by_its_weight(part: str, value: str) -> None:
    assert score(replace(GOOD, **{part: getattr(HALF, part)})).value == Decimal(value)


@pytest.mark.parametrize(("defects", "expected"), [(1, "83.3"), (5, "50.0"), (15, "25.0"), (995, "0.5")])
def test_points_fall_with_the_rate(defects: int, expected: str) -> None:
    answer = score(replace(GOOD, defects_per_1000_lines=Share(count=defects, of_count=1000, per=1000)))
    assert points(answer)["defects"] == Decimal(expected)


def test_what_is_absent_has_no_weight() -> None:
    answer = score(
        replace(HALF, defects_per_1000_lines=GOOD.defects_per_1000_lines, annotated_ratio=Absent(why="none"))
    )
    assert answer.value == Decimal("75.0")  # (40 · 100 + 20 · 50 + 20 · 50) / 80
    assert (answer.parts[3].points, answer.parts[3].why) == (None, "none")


def test_what_is_unknown_leaves_no_score() -> None:
    answer = score(replace(GOOD, duplicated_ratio=Unknown(why="jscpd broke"), annotated_ratio=Unknown(why="x")))
    assert (answer.value, answer.why) == (None, "could not be measured: duplication, annotations")
    assert (answer.parts[0].points, answer.parts[2].why) == (Decimal("100.0"), "jscpd broke")


def test_a_tree_without_python_has_no_score() -> None:
    absent = Absent(why="there is no line of Python")
    measures = Measures(
        code_line_count=0,
        defects_per_1000_lines=absent,
        complex_functions_per_1000_lines=absent,
        duplicated_ratio=Share(count=0, of_count=3),
        annotated_ratio=absent,
    )
    answer = score(measures)
    assert (answer.value, answer.why) == (None, "there is no line of Python")
    assert answer.to_dict()["value"] is None


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 10), st.integers(1, 1000))
def test_a_score_is_from_0_to_100_and_a_defect_more_never_makes_it_better(
    defects: int, functions: int, lines: int, annotated: int, more: int
) -> None:
    measures = Measures(
        code_line_count=1000,
        defects_per_1000_lines=Share(count=defects, of_count=1000, per=1000),
        complex_functions_per_1000_lines=Share(count=functions, of_count=1000, per=1000),
        duplicated_ratio=Share(count=lines, of_count=1000),
        annotated_ratio=Share(count=annotated, of_count=10),
    )
    value = score(measures).value
    worse = score(replace(measures, defects_per_1000_lines=Share(count=defects + more, of_count=1000, per=1000))).value
    assert value is not None
    assert worse is not None
    assert 0 <= worse <= value <= 100


def test_a_score_is_shown_with_its_parts() -> None:
    assert score(HALF).to_dict() == {
        "value": 50.0,
        "why": None,
        "parts": [
            {"name": "defects", "weight": 40, "points": 50.0, "why": None},
            {"name": "complexity", "weight": 20, "points": 50.0, "why": None},
            {"name": "duplication", "weight": 20, "points": 50.0, "why": None},
            {"name": "annotations", "weight": 20, "points": 50.0, "why": None},
        ],
    }


def test_a_trend_is_now_less_the_base_for_the_score_and_each_part() -> None:
    moved = trend(score(replace(GOOD, annotated_ratio=HALF.annotated_ratio)), score(HALF))
    assert (moved.score.difference, moved.score.direction) == (Decimal("40.0"), Direction.BETTER)
    assert [(part.name, part.difference, part.direction) for part in moved.parts] == [
        ("defects", Decimal("50.0"), Direction.BETTER),
        ("complexity", Decimal("50.0"), Direction.BETTER),
        ("duplication", Decimal("50.0"), Direction.BETTER),
        ("annotations", Decimal("0.0"), Direction.SAME),
    ]
    assert trend(score(HALF), score(GOOD)).score.direction is Direction.WORSE


@pytest.mark.parametrize(
    ("now", "direction"), [("50.1", Direction.BETTER), ("50.0", Direction.SAME), ("49.9", Direction.WORSE)]
)
def test_a_tenth_is_a_change(now: str, direction: Direction) -> None:
    assert Change(name="score", now=Decimal(now), base=Decimal("50.0")).direction is direction


def test_a_trend_from_or_to_what_has_no_score_is_unknown() -> None:
    none = score(replace(GOOD, annotated_ratio=Unknown(why="x")))
    for moved in (trend(none, score(GOOD)), trend(score(GOOD), none)):
        assert (moved.score.difference, moved.score.direction) == (None, Direction.UNKNOWN)
        assert moved.parts[3].direction is Direction.UNKNOWN
        assert moved.parts[0].direction is Direction.SAME
    assert trend(none, score(GOOD)).to_dict()["score"] == {
        "name": "score", "now": None, "base": 100.0, "difference": None, "direction": "unknown",
    }  # fmt: skip


def test_scores_of_other_parts_have_no_trend() -> None:
    whole = score(GOOD)
    with pytest.raises(ValueError, match="zip"):
        trend(whole, replace(whole, parts=whole.parts[:3]))


@pytest.mark.parametrize(("annotated", "value"), [(3, "80.1"), (7, "80.1"), (8, "80.2")])
def test_nothing_is_added_to_the_points_before_they_are_rounded(annotated: int, value: str) -> None:
    """80.06, 80.14 and 80.16 points: a hundredth more or less would read otherwise."""
    answer = score(replace(GOOD, annotated_ratio=Share(count=annotated, of_count=1_000)))
    assert answer.value == Decimal(value)
