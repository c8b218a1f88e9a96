"""What measures an objective from outside, and from which time on a load test counts as slow."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from foundation.cloudwatch.metrics import Metric
from foundation.errors import InputError
from foundation.service.measured import (
    BadJourney,
    ByCanaries,
    ByEstimate,
    ByLoad,
    ByNothing,
    ByStackEvents,
    Limits,
    Load,
    limits_of,
    measured_by,
    own_samples,
)
from foundation.slo.model import (
    CostObjective,
    Indicator,
    MetricSamples,
    RatioIndicator,
    SliceIndicator,
    StackOperations,
    ThresholdOperator,
    TracesMatching,
)
from foundation.slo.reader import read_objectives
from foundation.slo.signals import SignalKind, Stacks
from infra.service import T_DEVELOPER
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

FAULTS_OF_API = ByLoad(load=Load.API, bad=BadJourney.FAULTS)
SLOW_OF_API = ByLoad(load=Load.API, bad=BadJourney.SLOW_OR_FAULTS)
TURNS = ByLoad(load=Load.AGENTS, bad=BadJourney.SLOW_OR_FAULTS)
NOTHING = ByNothing()
OPERATIONS = RatioIndicator(
    bad=StackOperations(stack_name_prefix="x", failed_only=True),
    total=StackOperations(stack_name_prefix="x", failed_only=False),
)
SERVICE = 'service("any-production/production")'


def api(name: str, **dimensions: str) -> MetricSamples:
    return MetricSamples(metric=Metric(namespace=API, name=name, dimensions=tuple(dimensions.items())))


def traces(bad: str, total: str = SERVICE) -> RatioIndicator:
    return RatioIndicator(
        bad=TracesMatching(group_name="bad", filter_expression=bad),
        total=TracesMatching(group_name="total", filter_expression=total),
    )


@pytest.mark.parametrize(
    ("indicator", "measured"),
    [
        (FAULTS, FAULTS_OF_API),
        (TRACES, FAULTS_OF_API),
        (traces(f"{SERVICE} {{ fault }}"), FAULTS_OF_API),
        (traces(f"{SERVICE} AND fault"), FAULTS_OF_API),
        (SLOW, SLOW_OF_API),
        (within("1000", of=LATENCY, comparison=ThresholdOperator.AT_MOST), SLOW_OF_API),
        # All stages of the API, and so the one that the load is sent to.
        (within("1000", of=api("Latency", ApiName="any-production")), SLOW_OF_API),
        (ALL_OF, TURNS),
        (within("1000", of=FIRST_TOKEN), TURNS),
        (within("1000", of=LATENCY, comparison=ThresholdOperator.MORE_THAN), NOTHING),
        (within("1000", of=LATENCY, comparison=ThresholdOperator.AT_LEAST), NOTHING),
        (within("1000", of=samples(API, "IntegrationLatency")), NOTHING),
        (within("1000", of=samples("AWS/Lambda", "Latency")), NOTHING),
        (RatioIndicator(bad=samples(API, "4XXError"), total=samples(API, "Count")), NOTHING),
        (RatioIndicator(bad=samples("AWS/Lambda", "5XXError"), total=samples(API, "Count")), NOTHING),
        (RatioIndicator(bad=samples(API, "5XXError"), total=samples(API, "CacheHitCount")), NOTHING),
        (OPERATIONS, NOTHING),
        (all_of(within("1", of=FIRST_TOKEN), within("1", of=LATENCY)), NOTHING),
        (all_of(within("1", of=samples("N", "One")), within("1", of=samples("N", "Two"))), NOTHING),
        (all_of(within("1", of=FIRST_TOKEN), within("9", of=TURN, comparison=ThresholdOperator.AT_LEAST)), NOTHING),
    ],
)  # fmt: skip
def test_a_load_test_speaks_for_what_can_be_seen_from_outside(
    indicator: Indicator, measured: ByLoad | ByNothing
) -> None:
    alone = objective(indicator)
    assert measured_by(alone, objectives(alone)) == measured


@pytest.mark.parametrize(
    "of",
    [
        {},
        {"ApiName": "other-production", "Stage": "production"},
        {"ApiName": "any-production", "Stage": "staging"},
        {"ApiName": "other-production"},
        {"ApiName": "any-production", "Stage": "production", "Resource": "/v1/health", "Method": "GET"},
        {"ApiId": "abc", "Stage": "production"},
    ],
)
def test_another_api_another_stage_and_a_part_of_an_api_are_not_what_the_load_is_sent_to(of: dict[str, str]) -> None:
    for indicator in (
        within("1000", of=api("Latency", **of)),
        RatioIndicator(bad=api("5XXError", **of), total=api("Count", **of)),
        RatioIndicator(bad=samples(API, "5XXError"), total=api("Count", **of)),
    ):
        alone = objective(indicator)
        assert measured_by(alone, objectives(alone)) == NOTHING
        assert limits_of(objectives(alone)).slow_after_ms is None


@pytest.mark.parametrize(
    ("bad", "total"),
    [
        (f"{SERVICE} {{ responsetime > 2 }}", SERVICE),
        (f"{SERVICE} {{ error }}", SERVICE),
        (f"{SERVICE} {{ throttle = true }}", SERVICE),
        (f"{SERVICE} {{ fault = false }}", SERVICE),
        (f"{SERVICE} {{ fault OR error }}", SERVICE),
        (f"{SERVICE} {{ fault AND responsetime > 2 }}", SERVICE),
        (f"{SERVICE} {{ !ok }}", SERVICE),
        # A word of the name is no keyword.
        ('service("fault/fault") { responsetime > 2 }', 'service("fault/fault")'),
        # Faults of another service, of some of the requests, of everything, and what cannot be read.
        ('service("other/production") { fault }', 'service("other/production")'),
        ('service("any-production/production") { fault }', 'service("other/production")'),
        (f'{SERVICE} {{ fault AND http.method = "GET" }}', f'{SERVICE} {{ http.method = "GET" }}'),
        ("fault", "duration > 0"),
        ("fault = ", SERVICE),
    ],
)
def test_traces_that_are_not_the_faults_of_the_api_are_not_measured_by_answers_of_5xx(bad: str, total: str) -> None:
    alone = objective(traces(bad, total))
    assert measured_by(alone, objectives(alone)) == NOTHING


def test_a_promise_about_every_event_is_not_for_a_load_test() -> None:
    assert measured_by(EVERY, objectives(EVERY)) == NOTHING
    operations = replace(EVERY, indicator=OPERATIONS)
    assert measured_by(operations, objectives(operations)) == ByStackEvents(stacks=Stacks(name_prefix="x"))


def test_money_is_estimated_and_slices_are_the_canaries() -> None:
    money = CostObjective(name="money", title="", description="", limit_usd=Decimal(1))
    assert measured_by(money, objectives()) == ByEstimate()
    canary = Metric(namespace="CloudWatchSynthetics", name="SuccessPercent", dimensions=(("CanaryName", "api"),))
    slices = SliceIndicator(
        samples=MetricSamples(metric=canary),
        comparison=ThresholdOperator.AT_LEAST,
        threshold=Decimal(100),
        slice_length=timedelta(minutes=5),
    )
    found = objective(slices)
    assert measured_by(found, objectives(found)) == ByCanaries()
    of_latency = objective(replace(slices, samples=LATENCY))
    assert measured_by(of_latency, objectives(of_latency)) == NOTHING


def test_turns_speak_for_the_objective_that_sets_all_their_limits() -> None:
    """A journey is slow by the first token or by the turn, and which of them it was is not counted."""
    first, whole = objective(within("1000", of=FIRST_TOKEN), name="first"), objective(ALL_OF)
    both = objectives(first, whole)
    assert measured_by(first, both) == NOTHING
    assert measured_by(whole, both) == TURNS


def test_the_objectives_of_t_developer_are_each_measured_by_what_is_theirs() -> None:
    for stage in ("local", "production"):
        found = read_objectives(T_DEVELOPER.objectives, stage=stage)
        assert {each.name: measured_by(each, found) for each in found} == {
            "api-latency": SLOW_OF_API,
            "api-errors": FAULTS_OF_API,
            "availability": ByCanaries(),
            "deployments": ByStackEvents(stacks=Stacks(name_prefix=f"t-developer-{stage}")),
            "monthly-cost": ByEstimate(),
            "agent-turn": TURNS,
        }


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
    with pytest.raises(InputError, match=r"slow API requests at 800 ms and 1000 ms; keep one of them"):
        limits_of(objectives(objective(SLOW), other))
    agents = objective(all_of(within("1000", of=FIRST_TOKEN), within("500", of=TURN)), name="agents")
    assert limits_of(objectives(objective(ALL_OF), objective(ALL_OF, name="again"))).turn_ms == 60000.0
    with pytest.raises(InputError, match="slow turns at 500 ms and 60000 ms; keep one of them"):
        limits_of(objectives(objective(ALL_OF), agents))


def test_what_no_load_can_show_sets_no_limit() -> None:
    mixed = objective(all_of(within("1", of=FIRST_TOKEN), within("1", of=LATENCY)), name="mixed")
    assert limits_of(objectives(objective(SLOW), mixed)) == Limits(
        slow_after_ms=1000.0, first_token_ms=None, turn_ms=None
    )


def test_the_lines_of_own_samples_are_those_of_the_own_api_alone() -> None:
    other = objective(within("500", of=api("Latency", ApiName="other", Stage="production")), name="other")
    own = objective(SLOW)
    both = objectives(own, other)
    assert [found.line.threshold for found in own_samples(own, both, SignalKind.API_LATENCY)] == [Decimal(1000)]
    assert own_samples(other, both, SignalKind.API_LATENCY) == ()
    assert own_samples(own, both, SignalKind.AGENT_TURN) == ()
