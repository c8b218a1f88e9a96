"""The generated tests of pairs: whatever the target, the window and the policy, the alarms that follow from them hold."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType

from hypothesis import assume, given
from hypothesis import strategies as st

from foundation.cloudwatch.metrics import Metric
from foundation.slo.burn_rate import BurnRatePolicy, PairError, Severity, WindowPair
from foundation.slo.burn_rate_file import read_policy
from foundation.slo.model import (
    AllOfIndicator,
    BudgetedObjective,
    Indicator,
    IndicatorPart,
    MetricSamples,
    RatioIndicator,
    RatioSliceIndicator,
    ThresholdIndicator,
    ThresholdOperator,
)
from infra.service import T_DEVELOPER
from tests.alarms.factories import CONTEXT, stage_of
from tests.alarms.proved import not_shown

POLICY = read_policy(T_DEVELOPER.burn_rate)
MINUTE = timedelta(minutes=1)


def samples(name: str) -> MetricSamples:
    return MetricSamples(metric=Metric(namespace="N", name=name))


def threshold(name: str, comparison: ThresholdOperator = ThresholdOperator.LESS_THAN) -> ThresholdIndicator:
    return ThresholdIndicator(samples=samples(name), comparison=comparison, threshold=Decimal(300))


RATIO = RatioIndicator(bad=samples("Bad"), total=samples("All"))
INDICATORS: tuple[Indicator, ...] = (
    RATIO,
    *(threshold("Latency", each) for each in ThresholdOperator),
    AllOfIndicator(
        parts=tuple(IndicatorPart(name=name, indicator=threshold(name)) for name in ("first", "second", "third"))
    ),
    *(
        RatioSliceIndicator(events=RATIO, slice_target_ratio=Decimal(target), slice_length=length * MINUTE)
        for target, length in (("0.95", 5), ("1", 1), ("0.999", 60), ("0.5", 90))
    ),
)


@st.composite
def policies(draw: st.DrawFn) -> BurnRatePolicy:
    """Up to three pairs, longest last, as a policy's file may have them."""
    longs = sorted(draw(st.sets(st.integers(2, 3_000), min_size=1, max_size=3)))
    pairs = tuple(
        WindowPair(
            name=f"p{number}",
            severity=draw(st.sampled_from(Severity)),
            budget_share_ratio=Decimal(draw(st.integers(1, 200))) / 1_000,
            long_window=long * MINUTE,
            short_window=draw(st.integers(1, long - 1)) * MINUTE,
        )
        for number, long in enumerate(longs)
    )
    return replace(
        POLICY,
        pairs=pairs,
        tolerated_failure_count=draw(st.integers(1, 5)),
        low_traffic_failure_count=draw(st.integers(2, 6)),
        suppression_wait=timedelta(seconds=draw(st.integers(0, 300))),
        excluded=MappingProxyType({}),
    )


def objective_of(indicator: Indicator, target: Decimal, days: int) -> BudgetedObjective:
    return BudgetedObjective(
        name="it",
        title="It",
        description="",
        indicator=indicator,
        target_ratio=target,
        window=timedelta(days=days),
        indicator_names=("first", "second", "third") if isinstance(indicator, AllOfIndicator) else ("it",),
    )


@given(
    indicator=st.sampled_from(INDICATORS),
    target=st.sampled_from([Decimal(each) for each in ("0.9", "0.95", "0.99", "0.9973", "0.999", "0.9999")]),
    days=st.sampled_from([1, 7, 28, 30, 90]),
    policy=policies(),
)
def test_whatever_an_objective_and_its_policy_are_the_generated_tests_show_every_pair(
    indicator: Indicator, target: Decimal, days: int, policy: BurnRatePolicy
) -> None:
    objective = objective_of(indicator, target, days)
    try:
        plan, not_in_alarm, not_quiet = not_shown(stage_of(objective, policy=policy))
    except PairError:
        assume(False)
        raise
    # A policy may ask for more failures than there can be among so few events; then nothing can show that ticket.
    assert not_in_alarm <= {f"{CONTEXT.prefix}-it-ticket-low-traffic"}
    assert not_quiet == set()
    assert len(plan.alarms) > 0
