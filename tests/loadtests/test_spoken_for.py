"""Which objectives a load test can speak for, and from which time on it counts as slow."""

from datetime import timedelta
from decimal import Decimal

import pytest

from foundation.errors import InputError
from foundation.slo.model import (
    Indicator,
    RatioIndicator,
    SliceIndicator,
    StackOperations,
    ThresholdOperator,
)
from loadtests.evidence import Limits, counts_slow, flows_of, limits_of
from tests.loadtests.evidence_factories import (
    ALL_OF,
    API,
    EVERY,
    FAULTS,
    FIRST_TOKEN,
    LATENCY,
    SLOW,
    TRACES,
    TURN,
    all_of,
    objective,
    objectives,
    samples,
    within,
)


@pytest.mark.parametrize(
    ("indicator", "flows", "is_slow_bad"),
    [
        (FAULTS, ("health", "status", "pipeline"), False),
        (TRACES, ("health", "status", "pipeline"), False),
        (SLOW, ("health", "status", "pipeline"), True),
        (within("1000", of=LATENCY, comparison=ThresholdOperator.AT_MOST), ("health", "status", "pipeline"), True),
        (ALL_OF, ("agent",), True),
        (within("1000", of=LATENCY, comparison=ThresholdOperator.MORE_THAN), (), True),
        (within("1000", of=LATENCY, comparison=ThresholdOperator.AT_LEAST), (), True),
        (within("1000", of=samples(API, "IntegrationLatency")), (), True),
        (within("1000", of=samples("AWS/Lambda", "Latency")), (), True),
        (RatioIndicator(bad=samples(API, "4XXError"), total=samples(API, "Count")), (), True),
        (RatioIndicator(bad=samples("AWS/Lambda", "5XXError"), total=samples(API, "Count")), (), True),
        (
            RatioIndicator(
                bad=StackOperations(stack_name_prefix="x", failed_only=True),
                total=StackOperations(stack_name_prefix="x", failed_only=False),
            ),
            (),
            True,
        ),
        (
            SliceIndicator(
                samples=LATENCY, comparison=ThresholdOperator.LESS_THAN, threshold=Decimal(1), slice_length=timedelta(1)
            ),
            (),
            True,
        ),
        (all_of(within("1", of=FIRST_TOKEN), within("1", of=LATENCY)), (), True),
        (
            all_of(within("1", of=FIRST_TOKEN), within("9", of=TURN, comparison=ThresholdOperator.AT_LEAST)),
            (),
            True,
        ),
    ],
)  # fmt: skip
def test_a_load_test_speaks_for_what_can_be_seen_from_outside(
    indicator: Indicator, flows: tuple[str, ...], is_slow_bad: bool
) -> None:
    assert flows_of(objective(indicator)) == flows
    assert counts_slow(objective(indicator)) is is_slow_bad


def test_a_promise_about_every_event_is_not_for_a_load_test() -> None:
    assert flows_of(EVERY) == ()


def test_less_than_is_slow_at_the_threshold_and_at_most_only_beyond_it() -> None:
    assert limits_of(objectives(objective(SLOW), objective(FAULTS), objective(ALL_OF))) == Limits(
        slow_after_ms=1000.0, first_token_ms=1000.0, turn_ms=60000.0
    )
    at_most = within("1000", of=LATENCY, comparison=ThresholdOperator.AT_MOST)
    # The next number after 1,000 that a float can hold.
    assert limits_of(objectives(objective(at_most))) == Limits(
        slow_after_ms=1000.0000000000001, first_token_ms=None, turn_ms=None
    )


def test_two_lines_for_slow_are_refused_and_the_same_one_twice_is_not() -> None:
    other = objective(within("800", of=LATENCY), name="stricter")
    assert limits_of(objectives(objective(SLOW), objective(SLOW, name="again"))).slow_after_ms == 1000.0
    with pytest.raises(InputError, match=r"slow API requests at \[800\.0, 1000\.0\] ms; keep one of them"):
        limits_of(objectives(objective(SLOW), other))
    agents = objective(all_of(within("1000", of=FIRST_TOKEN), within("500", of=TURN)), name="agents")
    assert limits_of(objectives(objective(ALL_OF), objective(ALL_OF, name="again"))).turn_ms == 60000.0
    with pytest.raises(InputError, match="the line for Latency at different times"):
        limits_of(objectives(objective(ALL_OF), agents))
