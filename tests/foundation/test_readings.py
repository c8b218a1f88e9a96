"""What is known, as values: the algebra of spans, UTC by type, and what follows from several inputs."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.readings import Interval, IntervalError, Known, Reading, in_memory, in_utc, known_together

TOKYO = timezone(timedelta(hours=9))
START_AT = datetime(2026, 11, 9, tzinfo=UTC)
START = int(START_AT.timestamp())

# Spans and not masks, so that periods are known in part; the ends are off the grid of a minute in most cases.
spans = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), max_size=6)
knowns = spans.map(Known.of)


def members(known: Known) -> set[int]:
    return {second for start, end in known.spans for second in range(start, end)}


def hours(first: float, last: float) -> Interval:
    return Interval(start_at=START_AT + timedelta(hours=first), end_at=START_AT + timedelta(hours=last))


def span(first: int, last: int) -> tuple[int, int]:
    """From one hour to another."""
    return START + 3_600 * first, START + 3_600 * last


@given(knowns, knowns)
def test_the_operations_are_those_of_sets_of_seconds(one: Known, other: Known) -> None:
    assert members(one & other) == members(one) & members(other)
    assert members(one | other) == members(one) | members(other)
    assert members(one - other) == members(one) - members(other)
    assert (one & other).seconds + (one - other).seconds == one.seconds


@given(spans)
def test_the_normal_form_is_one_whatever_the_order_and_the_seams(drawn: list[tuple[int, int]]) -> None:
    known = Known.of(drawn)
    halves = [(start, (start + end) // 2, end) for start, end in drawn if start < end]
    cut = [*((middle, end) for _, middle, end in halves), *((start, middle) for start, middle, _ in halves)]
    assert Known.of(cut) == known
    assert Known.of(reversed(drawn)) == known
    assert Known.of(known.spans) == known
    edges = [edge for each in known.spans for edge in each]
    assert edges == sorted(set(edges))


@pytest.mark.parametrize(
    "wrong", [((0, 0),), ((5, 3),), ((0, 60), (60, 120)), ((60, 120), (0, 30)), ((0, 60), (30, 90))]
)
def test_spans_that_are_not_in_normal_form_are_a_bug(wrong: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ValueError, match="not in normal form"):
        Known(spans=wrong)


def test_the_share_and_what_is_missing_of_an_interval() -> None:
    known = Known.of([span(0, 6), span(12, 30)])
    assert known.share(hours(0, 24)) == 0.75
    assert known.missing(hours(0, 24)) == Known.of([span(6, 12)])
    assert str(known.missing(hours(0, 24))) == "2026-11-09 06:00 to 2026-11-09 12:00"
    assert known.newest_at == START_AT + timedelta(hours=30)
    assert (Known.nothing().share(hours(0, 1)), Known.nothing().newest_at) == (0.0, None)
    assert str(Known.nothing()) == "no time"
    assert Known.always().share(hours(0, 24)) == 1.0


def test_what_is_known_of_moments_is_rounded_inwards_and_what_was_asked_outwards() -> None:
    half = timedelta(seconds=0.5)
    assert Known.throughout(START_AT + half, START_AT + 2 * half + half) == Known.of([(START + 1, START + 1)])
    assert Known.throughout(START_AT + half, START_AT + timedelta(seconds=3.5)) == Known.of([(START + 1, START + 3)])
    asked = Interval(start_at=START_AT + half, end_at=START_AT + timedelta(seconds=3.5))
    assert asked.span == (START, START + 4)
    assert Known.throughout(asked.start_at, asked.end_at).share(asked) == 0.5
    assert Known.throughout(START_AT, START_AT - half) == Known.nothing()


def test_an_interval_is_in_utc_whatever_zone_it_was_given_in() -> None:
    given_in_tokyo = Interval(
        start_at=datetime(2026, 11, 9, 19, tzinfo=TOKYO), end_at=datetime(2026, 11, 9, 20, 0, 5, tzinfo=TOKYO)
    )
    assert given_in_tokyo == Interval(
        start_at=datetime(2026, 11, 9, 10, tzinfo=UTC), end_at=datetime(2026, 11, 9, 11, 0, 5, tzinfo=UTC)
    )
    assert given_in_tokyo.start_at.tzinfo is UTC
    assert str(given_in_tokyo) == "2026-11-09 10:00 to 2026-11-09 11:00:05"
    assert given_in_tokyo.length == timedelta(hours=1, seconds=5)


@pytest.mark.parametrize(
    ("start_at", "end_at", "said"),
    [
        (datetime(2026, 11, 9), START_AT, "2026-11-09T00:00:00 has no time zone"),  # noqa: DTZ001 - that is what is refused
        (START_AT, START_AT, "does not end after it begins"),
        (START_AT, datetime(2026, 11, 9, 1, tzinfo=TOKYO), "does not end after it begins"),
    ],
)
def test_an_interval_without_a_zone_or_a_length_is_refused(start_at: datetime, end_at: datetime, said: str) -> None:
    with pytest.raises(IntervalError, match=said):
        Interval(start_at=start_at, end_at=end_at)


def test_a_moment_keeps_what_it_is_and_gets_the_zone_utc() -> None:
    at = datetime(2026, 11, 9, 19, 30, tzinfo=TOKYO)
    assert (in_utc(at), in_utc(at).isoformat()) == (at, "2026-11-09T10:30:00+00:00")


def test_nothing_is_known_beyond_what_was_asked() -> None:
    known = Known.of([span(-5, 1), span(2, 90)])
    reading = Reading(asked=hours(0, 24), known=known, resolution_seconds=60, origin=in_memory("a test"), answer=None)
    assert reading.known == Known.of([span(0, 1), span(2, 24)])


@given(knowns, knowns)
def test_of_several_inputs_is_known_what_is_known_of_all(one: Known, other: Known) -> None:
    asked = Interval(start_at=datetime.fromtimestamp(0, UTC), end_at=datetime.fromtimestamp(300, UTC))
    pointwise = known_together([one, other], asked, along_time=False)
    assert members(pointwise) == members(one) & members(other) & set(range(300))
    along = known_together([one, other], asked, along_time=True)
    assert along == (pointwise if pointwise.seconds == 300 else Known.nothing())


def test_a_constant_needs_no_input_to_be_known() -> None:
    assert known_together([], hours(0, 1), along_time=True).share(hours(0, 1)) == 1.0
