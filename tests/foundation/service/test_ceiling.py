"""How much an objective can promise at most: the product of what AWS commits itself to, over all that it needs."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudwatch.metrics import Metric
from foundation.service.ceiling import ceiling_of, spoken_of, with_needs
from foundation.service.metric_subjects import MetricSubjects
from foundation.service.resource_type_file import kind_of
from foundation.service.resources import Resource
from foundation.slo.model import (
    AllOfIndicator,
    Indicator,
    IndicatorPart,
    MetricSamples,
    RatioIndicator,
    RatioSliceIndicator,
    SliceIndicator,
    ThresholdIndicator,
    ThresholdOperator,
    TracesMatching,
)
from tests.alarms.factories import errors_objective

API = Resource(type="AWS::ApiGateway::RestApi", label="api", name="shop", arn="a", needs=("take",))
TAKE = Resource(type="AWS::Lambda::Function", label="take", name="shop-take", arn="b", needs=("orders", "pack"))
PACK = Resource(type="AWS::Lambda::Function", label="pack", name="shop-pack", arn="c", needs=("take",))
ORDERS = Resource(type="AWS::DynamoDB::Table", label="orders", name="shop-orders", arn="d")
TRAIL = Resource(type="AWS::CloudTrail::Trail", label="trail", name="trail", arn="e")
SHOP = (API, TAKE, PACK, ORDERS, TRAIL)
KINDS = {each.label: kind for each in SHOP if (kind := kind_of(each)) is not None}


def labels(resources: tuple[Resource, ...]) -> list[str]:
    return [each.label for each in resources]


def test_what_is_needed_is_needed_by_whoever_needs_it_also_in_a_circle() -> None:
    assert labels(with_needs(["api"], SHOP)) == ["api", "take", "pack", "orders"]
    assert labels(with_needs(["pack"], SHOP)) == ["take", "pack", "orders"]
    assert labels(with_needs(["orders", "gone"], SHOP)) == ["orders"]
    assert with_needs([], SHOP) == ()


def test_needs_of_what_is_not_there_are_left_out() -> None:
    assert labels(with_needs(["api"], (API,))) == ["api"]


def test_commitments_are_multiplied_once_a_type() -> None:
    ceiling = ceiling_of(SHOP, KINDS)
    assert ceiling.ratio == Decimal("0.9995") * Decimal("0.9995") * Decimal("0.9999")
    assert [kind.one for kind, _ in ceiling.committed] == [KINDS[each].one for each in ("api", "take", "orders")]
    assert ceiling.unknown == (TRAIL,)


def test_nothing_that_is_needed_limits_nothing() -> None:
    assert ceiling_of((), KINDS).ratio == 1
    assert ceiling_of((TRAIL,), KINDS).ratio == 1
    assert ceiling_of((API,), {}).unknown == (API,)


@given(st.lists(st.sampled_from(SHOP), unique=True))
def test_what_needs_more_can_promise_less(some: list[Resource]) -> None:
    assert ceiling_of(some, KINDS).ratio >= ceiling_of(SHOP, KINDS).ratio


def of(indicator: Indicator) -> list[str]:
    return labels(spoken_of(replace(errors_objective(), indicator=indicator), MetricSubjects(resources=SHOP)))


def samples(dimension: str, value: str) -> MetricSamples:
    return MetricSamples(metric=Metric(namespace="N", name="M", dimensions=((dimension, value),)))


def test_an_objective_speaks_of_what_its_metrics_name() -> None:
    less = ThresholdOperator.LESS_THAN
    take = ThresholdIndicator(samples=samples("FunctionName", "shop-take"), comparison=less, threshold=Decimal(1))
    pack = replace(take, samples=samples("FunctionName", "shop-pack"))
    ratio = RatioIndicator(bad=samples("TableName", "shop-orders"), total=samples("TableName", "shop-orders"))
    slices = SliceIndicator(
        samples=samples("ApiName", "shop"),
        comparison=less,
        threshold=Decimal(1),
        slice_length=errors_objective().window,
    )
    assert of(take) == ["take"]
    assert of(AllOfIndicator(parts=(IndicatorPart(name="a", indicator=take), IndicatorPart(name="b", indicator=pack)))) == [
        "take", "pack"
    ]  # fmt: skip
    assert of(ratio) == ["orders"]
    assert of(slices) == ["api"]
    of_slices = RatioSliceIndicator(
        events=ratio, slice_target_ratio=Decimal("0.9"), slice_length=errors_objective().window
    )
    assert of(of_slices) == ["orders"]


def test_an_objective_on_traces_speaks_of_their_api() -> None:
    every = TracesMatching(group_name="a", filter_expression='service("shop/live")')
    faults = TracesMatching(group_name="b", filter_expression='service("shop/live") { fault = true }')
    assert of(RatioIndicator(bad=faults, total=every)) == ["api"]


def test_it_speaks_of_nothing_that_it_does_not_name() -> None:
    assert of(RatioIndicator(bad=samples("ApiName", "other"), total=samples("ApiName", "other"))) == []


def test_an_objective_on_traces_speaks_of_no_table_that_is_called_as_its_api() -> None:
    every = TracesMatching(group_name="a", filter_expression='service("shop-orders/live")')
    faults = TracesMatching(group_name="b", filter_expression='service("shop-orders/live") { fault = true }')
    assert of(RatioIndicator(bad=faults, total=every)) == []
