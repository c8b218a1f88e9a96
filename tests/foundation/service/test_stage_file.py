"""A stage as one JSON file: what is read is what was written, and what is damaged is refused by its place."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarms.plan import plan_of
from foundation.cloudwatch.emitted import EmittedMetric, Unit
from foundation.cloudwatch.evaluation import AlarmState, MissingData
from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.parameters import Parameter, parametrized, parts_of
from foundation.errors import InputError
from foundation.service.own_metrics import LoadTestMetrics, OwnMetrics, StepFailures
from foundation.service.panels import Page
from foundation.service.resource_alarms import (
    AlarmProof,
    AlarmProofs,
    Comparison,
    FactShare,
    FixedText,
    OwnFact,
    ProofExpectation,
    ResourceAlarm,
    ResourceFact,
)
from foundation.service.resources import Resource
from foundation.service.stage import AlarmRules, PolicyChange, Stage, TargetChange
from foundation.service.stage_file import STAGE_VERSION, read_stage, stage_of_text, stage_text, write_stage
from foundation.service.what_if import what_if
from foundation.slo.burn_rate import BurnRatePolicy, Severity, WindowPair
from foundation.slo.model import (
    AllOfIndicator,
    BudgetedObjective,
    CostObjective,
    EveryEventObjective,
    IndicatorPart,
    MetricSamples,
    Objectives,
    RatioIndicator,
    RatioSliceIndicator,
    SliceIndicator,
    StackOperations,
    ThresholdIndicator,
    ThresholdOperator,
    TracesMatching,
)
from foundation.slo.subscription import Channel, Subscription
from infra.stage import make_stage
from tests.foundation.service.made_pages import PAGES

TEXTS = st.text(max_size=12)
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False)
RATIOS = st.decimals(min_value=0, max_value=1).filter(lambda ratio: 0 < ratio < 1)
COUNTS = st.integers(min_value=0, max_value=10**9)
PARAMETRIZED = st.lists(TEXTS | st.builds(Parameter, TEXTS), max_size=4).map(lambda parts: parametrized(*parts))
DURATIONS = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=10_000))


def tuples(each: st.SearchStrategy[Any], at_most: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(each, max_size=at_most).map(tuple)


def pairs(each: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[tuple[str, Any], ...]]:
    return tuples(st.tuples(TEXTS, each))


NAMES = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=8)
METRICS = st.builds(
    Metric,
    namespace=NAMES,
    name=NAMES,
    dimensions=st.dictionaries(NAMES, NAMES, max_size=3).map(lambda found: tuple(found.items())),
)
SAMPLES = st.builds(MetricSamples, metric=METRICS)
SOURCES = st.one_of(
    SAMPLES,
    st.builds(TracesMatching, group_name=TEXTS, filter_expression=TEXTS),
    st.builds(StackOperations, stack_name_prefix=TEXTS, failed_only=st.booleans()),
)
THRESHOLDS = st.builds(
    ThresholdIndicator, samples=SAMPLES, comparison=st.sampled_from(ThresholdOperator), threshold=NUMBERS
)
RATIO_INDICATORS = st.builds(RatioIndicator, bad=SOURCES, total=SOURCES)
INDICATORS = st.one_of(
    THRESHOLDS,
    RATIO_INDICATORS,
    st.builds(
        SliceIndicator,
        samples=SAMPLES,
        comparison=st.sampled_from(ThresholdOperator),
        threshold=NUMBERS,
        slice_length=DURATIONS,
    ),
    st.builds(RatioSliceIndicator, events=RATIO_INDICATORS, slice_target_ratio=NUMBERS, slice_length=DURATIONS),
    st.dictionaries(TEXTS, THRESHOLDS, max_size=2).map(
        lambda named: AllOfIndicator(
            parts=tuple(IndicatorPart(name=name, indicator=each) for name, each in named.items())
        )
    ),
)
SAID = {"name": TEXTS, "title": TEXTS, "description": TEXTS}
OBJECTIVES = st.one_of(
    st.builds(
        BudgetedObjective,
        **SAID,
        indicator=INDICATORS,
        target_ratio=RATIOS,
        window=DURATIONS,
        indicator_names=tuples(TEXTS),
    ),
    st.builds(EveryEventObjective, **SAID, indicator=RATIO_INDICATORS, window=DURATIONS, indicator_names=tuples(TEXTS)),
    st.builds(CostObjective, **SAID, limit_usd=NUMBERS),
)
EMITTED = st.builds(
    EmittedMetric,
    namespace=TEXTS,
    name=TEXTS,
    unit=st.sampled_from(Unit),
    dimension_names=tuples(TEXTS),
    meaning=TEXTS,
)
OWN = st.builds(
    OwnMetrics,
    emitted=tuples(EMITTED),
    accepted=st.none() | METRICS,
    durations=pairs(METRICS),
    failures=tuples(
        st.builds(StepFailures, step=TEXTS, words=TEXTS, of=TEXTS, impact=TEXTS, runbook=TEXTS, metric=METRICS)
    ),
    load_test=st.builds(LoadTestMetrics, requests=EMITTED, faults=EMITTED, latency=EMITTED),
    load_test_requests=METRICS,
)
POLICIES = st.builds(
    BurnRatePolicy,
    name=TEXTS,
    pairs=tuples(
        st.builds(
            WindowPair,
            name=TEXTS,
            severity=st.sampled_from(Severity),
            budget_share_ratio=NUMBERS,
            long_window=DURATIONS,
            short_window=DURATIONS,
        )
    ),
    reference_window=DURATIONS,
    tolerated_failure_count=COUNTS,
    low_traffic_failure_count=COUNTS,
    suppression_wait=DURATIONS,
    excluded=st.dictionaries(TEXTS, st.frozensets(TEXTS, max_size=3), max_size=2).map(MappingProxyType),
)
DIMENSIONS = pairs(st.sampled_from(ResourceFact) | st.builds(OwnFact, fact=TEXTS) | st.builds(FixedText, text=TEXTS))
SHARES = st.builds(FactShare, fact=TEXTS, times=NUMBERS)
PROOF = st.builds(
    AlarmProof,
    line=COUNTS,
    says=TEXTS,
    values=TEXTS,
    expectations=tuples(st.builds(ProofExpectation, line=COUNTS, at=TEXTS, state=st.sampled_from(AlarmState))),
)
PROOFS = st.builds(
    AlarmProofs,
    file=TEXTS,
    namespace=TEXTS,
    metric_name=TEXTS,
    dimensions=DIMENSIONS,
    statistic=TEXTS,
    scale=st.none() | SHARES,
    fires=PROOF,
    quiet=PROOF,
)
RULES = st.builds(
    AlarmRules,
    policy=POLICIES,
    resources=tuples(
        st.builds(
            Resource,
            type=TEXTS,
            label=TEXTS,
            name=PARAMETRIZED,
            arn=PARAMETRIZED,
            facts=pairs(PARAMETRIZED | NUMBERS | st.booleans()),
            needs=tuples(TEXTS),
            no_alarms=TEXTS,
        )
    ),
    resource_alarms=tuples(
        st.builds(
            ResourceAlarm,
            resource_type=TEXTS,
            kind=st.none() | TEXTS,
            when=pairs(TEXTS),
            name=TEXTS,
            namespace=TEXTS,
            metric_name=TEXTS,
            dimensions=DIMENSIONS,
            statistic=TEXTS,
            comparison=st.sampled_from(Comparison),
            threshold=st.floats(allow_nan=False, allow_infinity=False) | SHARES,
            period_seconds=COUNTS,
            datapoints_to_alarm=COUNTS,
            evaluation_periods=COUNTS,
            missing_data=st.sampled_from(MissingData),
            severity=st.sampled_from(Severity),
            impact=TEXTS,
            runbook=TEXTS,
            source=TEXTS,
            proofs=st.none() | PROOFS,
        )
    ),
    owner=TEXTS,
    runbook_url=TEXTS,
    subscriptions=tuples(
        st.builds(Subscription, severity=st.sampled_from(Severity), channel=st.sampled_from(Channel), endpoint=TEXTS)
    ),
)
STAGES = st.builds(
    Stage,
    objectives=st.builds(
        Objectives, service=TEXTS, stage=TEXTS, title=TEXTS, description=TEXTS, items=tuples(OBJECTIVES, 4)
    ),
    own=st.none() | OWN,
    alarm_rules=st.none() | RULES,
    changes=tuples(
        st.builds(TargetChange, objective=TEXTS, target_ratio=RATIOS, instead_of_ratio=RATIOS)
        | st.builds(PolicyChange, policy=TEXTS, instead_of=TEXTS)
    ),
)


@given(STAGES)
def test_what_is_read_is_what_was_written(stage: Stage) -> None:
    read = stage_of_text(stage_text(stage), Path("stage.json"))
    assert read == stage
    # What equality does not look at, too: the order of dimensions, the digits of a Decimal, which part of a text is a parameter.
    assert _shown(read) == _shown(stage)


@given(PAGES, st.booleans())
def test_pages_are_read_as_they_were_written(page: Page, has_load_test: bool) -> None:
    stage = replace(STAGING, pages=(page,), has_load_test=has_load_test)
    assert stage_of_text(stage_text(stage), Path("stage.json")) == stage


def _shown(stage: Stage) -> str:
    """All of a stage; sets and mappings have no order."""
    rules = stage.alarm_rules
    excluded = {} if rules is None else {name: sorted(found) for name, found in sorted(rules.policy.excluded.items())}
    plain = [repr(each) for each in (stage.objectives, stage.own, stage.changes)]
    if rules is not None:
        plain += [repr(each) for each in (rules.policy.pairs, rules.resources, rules.resource_alarms)]
        plain += [repr((parts_of(each.name), parts_of(each.arn))) for each in rules.resources]
    return f"{plain} {excluded}"


def test_the_stage_of_the_service_has_the_same_alarms_on_the_other_side(tmp_path: Path) -> None:
    stage = what_if(STAGING, targets=[("api-errors", Decimal("0.995"))])
    write_stage(stage, tmp_path / "stage.json")
    read = read_stage(tmp_path / "stage.json")
    assert plan_of(read) == plan_of(stage) != plan_of(STAGING)
    assert read.what_ifs == ("api-errors at 99.5 % instead of 99.9 %",)
    assert read.alarm_rules is not None
    with pytest.raises(TypeError):
        read.alarm_rules.policy.excluded["api-errors"] = frozenset()  # type: ignore[index]


def test_the_same_stage_is_the_same_bytes() -> None:
    assert stage_text(make_stage("staging")) == stage_text(STAGING)


STAGING = make_stage("staging")


def damaged(change: Callable[[dict[str, Any]], object]) -> str:
    data = json.loads(stage_text(STAGING))
    change(data)
    return json.dumps(data, indent=1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not valid JSON"),
        ("{", "not valid JSON"),
        ("[]", "stage.json:1"),
        ("{}", "stage_version: is None, and this toolkit reads 3; start again what wrote it"),
        (damaged(lambda data: data.update(stage_version=1)), "stage_version: is 1, and this toolkit reads 3"),
        (damaged(lambda data: data.update(stage_version="3")), "stage_version"),
        (damaged(lambda data: data.update(more=1)), "more"),
        (damaged(lambda data: data.pop("stage")), "stage"),
        (damaged(lambda data: data["stage"].update(more=1)), "stage.more"),
        (damaged(lambda data: data["stage"]["alarm_rules"].pop("policy")), "alarm_rules.policy"),
        (damaged(lambda data: data["stage"]["alarm_rules"]["resources"][0].update(more=1)), "more"),
        (damaged(lambda data: data["stage"]["objectives"]["items"][0].update(target_ratio="1.5")), "target_ratio"),
        (damaged(lambda data: data["stage"]["objectives"]["items"][0].update(target_ratio="NaN")), "target_ratio"),
        (damaged(lambda data: data["stage"]["objectives"]["items"][0].update(window="soon")), "window"),
        (damaged(lambda data: data["stage"]["own"]["accepted"].update(namespace=":x")), "namespace ':x'"),
    ],
)
def test_a_damaged_file_is_refused_by_its_place(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "stage.json"
    file.write_text(text)
    with pytest.raises(InputError) as raised:
        read_stage(file)
    assert str(file) in str(raised.value)
    assert said in str(raised.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.json: cannot be read"):
        read_stage(tmp_path / "gone.json")


def test_a_file_says_its_version() -> None:
    assert json.loads(stage_text(STAGING))["stage_version"] == STAGE_VERSION == 3
