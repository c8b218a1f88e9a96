"""The objectives that a service begins with: what is promised of an API, a function and a queue, and why that number.

Each number is a beginning: below what AWS promises of the part that it is about, and coarse enough to be held by a service that
nobody has measured yet.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from foundation.cloudwatch.known_metrics import problem_of
from foundation.cloudwatch.metrics import Metric
from foundation.service.resource_type import ResourceType
from foundation.service.resource_type_file import kind_of
from foundation.service.resources import Resource
from sre.jobs.init.service_yaml import title_of

# A person keeps their thought for about a second: https://www.nngroup.com/articles/response-times-3-important-limits/
_LATENCY_MS = 1_000
# A quarter of an hour is what somebody who ordered something waits for a mail about it.
_AGE_SECONDS = 900
_LONGEST_NAME = 63


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricName:
    """A metric, without the dimensions that say of what."""

    namespace: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter:
    """One objective of one resource; `why` are the lines of its comment.

    Samples are below `below`, or of `total` events `bad` are at most so many as the target leaves. `slice_ratio` counts by
    five minutes, and says how many of each must be good.
    """

    name: str
    title: str
    description: str
    why: tuple[str, ...]
    dimensions: tuple[tuple[str, str], ...]
    target_percent: str
    samples: MetricName | None = None
    below: int | None = None
    bad: MetricName | None = None
    total: MetricName | None = None
    slice_ratio: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Api:
    """What AWS records of one kind of API, and what it promises of it."""

    called: str
    latency: MetricName
    latency_factor: Decimal
    bad: MetricName
    total: MetricName
    promised: str
    source: str


_REST = _Api(
    called="API Gateway",
    latency=MetricName(namespace="AWS/ApiGateway", name="Latency"),
    latency_factor=Decimal(1),
    bad=MetricName(namespace="AWS/ApiGateway", name="5XXError"),
    total=MetricName(namespace="AWS/ApiGateway", name="Count"),
    promised="99.95 %",
    source="https://aws.amazon.com/api-gateway/sla/",
)
_HTTP = _Api(
    called="API Gateway",
    latency=_REST.latency,
    latency_factor=Decimal(1),
    bad=MetricName(namespace="AWS/ApiGateway", name="5xx"),
    total=_REST.total,
    promised=_REST.promised,
    source=_REST.source,
)
_WEBSOCKET = _Api(
    called="API Gateway",
    latency=MetricName(namespace="AWS/ApiGateway", name="IntegrationLatency"),
    latency_factor=Decimal(1),
    bad=MetricName(namespace="AWS/ApiGateway", name="ExecutionError"),
    total=MetricName(namespace="AWS/ApiGateway", name="MessageCount"),
    promised=_REST.promised,
    source=_REST.source,
)
_LOAD_BALANCER = _Api(
    called="Elastic Load Balancing",
    latency=MetricName(namespace="AWS/ApplicationELB", name="TargetResponseTime"),
    latency_factor=Decimal("0.001"),
    bad=MetricName(namespace="AWS/ApplicationELB", name="HTTPCode_Target_5XX_Count"),
    total=MetricName(namespace="AWS/ApplicationELB", name="RequestCount"),
    promised="99.99 %",
    source="https://aws.amazon.com/elasticloadbalancing/sla/",
)
_CHANGE = "Change it here: alarms, dashboards and reports follow."


def starters_of(resource: Resource) -> tuple[Starter, ...]:
    """The objectives that a resource begins with; none where its kind has none, or its metrics are not known."""
    kind = kind_of(resource)
    of_type = _OF_TYPES.get(resource.type)
    if kind is None or of_type is None:
        return ()
    return tuple(each for each in of_type(resource, kind) if _is_known(each))


def _is_known(starter: Starter) -> bool:
    metrics = (
        Metric(namespace=each.namespace, name=each.name, dimensions=starter.dimensions)
        for each in (starter.samples, starter.bad, starter.total)
        if each is not None
    )
    return all(problem_of(each) is None for each in metrics)


def _rest_api(resource: Resource, kind: ResourceType) -> Iterator[Starter]:
    stage = resource.fact("api_stage")
    dimensions = (("ApiName", resource.name), *([("Stage", stage)] if isinstance(stage, str) else []))
    endpoint = kind.fact_of(resource, "endpoint")
    yield from _api(resource, _REST, dimensions, is_public=endpoint != "PRIVATE")


def _api_of_version_2(resource: Resource, kind: ResourceType) -> Iterator[Starter]:
    stage = resource.fact("api_stage")
    # The stage that has no name is all that such an API has, and a text with a $ is a variable to Grafana.
    named = [("Stage", stage)] if isinstance(stage, str) and stage != "$default" else []
    dimensions = (("ApiId", resource.name), *named)
    of = _WEBSOCKET if kind.fact_of(resource, "protocol") == "WEBSOCKET" else _HTTP
    yield from _api(resource, of, dimensions, is_public=True)


def _load_balancer(resource: Resource, kind: ResourceType) -> Iterator[Starter]:
    full_name = resource.fact("full_name")
    if kind.fact_of(resource, "layer") == "application" and isinstance(full_name, str):
        yield from _api(resource, _LOAD_BALANCER, (("LoadBalancer", full_name),), is_public=True)


def _api(
    resource: Resource, of: _Api, dimensions: tuple[tuple[str, str], ...], *, is_public: bool
) -> Iterator[Starter]:
    if is_public:
        below = of.latency_factor * _LATENCY_MS
        yield Starter(
            name=_named(resource, "latency"),
            title=f"{_title(resource)} latency",
            description="How long it takes to answer a request.",
            why=(
                "Why a second: so long a person keeps their thought",
                "(https://www.nngroup.com/articles/response-times-3-important-limits/). One request of a hundred may be slower.",
                "For calls of machines write what they wait for.",
                _CHANGE,
            ),
            dimensions=dimensions,
            target_percent="99",
            samples=of.latency,
            below=int(below),
        )
    yield Starter(
        name=_named(resource, "errors"),
        title=f"{_title(resource)} faults",
        description="Requests that it answers with a fault of the server.",
        why=(
            f"Why 99.9 %: {of.called} itself promises {of.promised} of a month",
            f"({of.source}); what is built on it cannot",
            "promise more, and a service that nobody has measured yet leaves itself some room.",
            _CHANGE,
        ),
        dimensions=dimensions,
        target_percent="99.9",
        bad=of.bad,
        total=of.total,
    )
    if is_public:
        yield Starter(
            name=_named(resource, "availability"),
            title=f"{_title(resource)} availability",
            description="Slices of five minutes in which nearly all requests are answered without a fault.",
            why=(
                "Why 99.5 %: it leaves a little over three hours of an outage in 28 days, which one person on call can hold.",
                "It is counted from the requests that come, because there is no canary that calls it from outside yet: at night,",
                "when nobody calls, it says nothing. With a canary, take CloudWatchSynthetics SuccessPercent instead "
                "(docs/objectives.md).",
                _CHANGE,
            ),
            dimensions=dimensions,
            target_percent="99.5",
            bad=of.bad,
            total=of.total,
            slice_ratio="0.95",
        )


def _function(resource: Resource, _kind: ResourceType) -> Iterator[Starter]:
    yield Starter(
        name=_named(resource, "errors"),
        title=f"{_title(resource)} errors",
        description="Invocations that end with an error or a time-out.",
        why=(
            "Why 99 %: what a queue or an event starts is tried again, and a caller of an API is promised more by the API's own",
            "objective; Lambda itself promises 99.95 % (https://aws.amazon.com/lambda/sla/).",
            _CHANGE,
        ),
        dimensions=(("FunctionName", resource.name),),
        target_percent="99",
        bad=MetricName(namespace="AWS/Lambda", name="Errors"),
        total=MetricName(namespace="AWS/Lambda", name="Invocations"),
    )


def _queue(resource: Resource, kind: ResourceType) -> Iterator[Starter]:
    if kind.fact_of(resource, "is_dead_letter") is True:
        return
    visible, receives = (
        number if isinstance(number := kind.fact_of(resource, name), Decimal) else Decimal(1)
        for name in ("visibility_seconds", "receives_before_dead_letter_count")
    )
    tried = int(visible * receives)
    is_longer = tried > _AGE_SECONDS
    why = (
        f"Why {tried:,} s: so long a message may be tried again, {receives} times for {visible} s, before it is a dead letter."
        if is_longer
        else "Why a quarter of an hour: somebody who ordered something waits so long for a word about it."
    )
    yield Starter(
        name=_named(resource, "age"),
        title=f"{_title(resource)} age",
        description="How long the oldest message waits.",
        why=(why, "Write what your users wait for.", _CHANGE),
        dimensions=(("QueueName", resource.name),),
        target_percent="99",
        samples=MetricName(namespace="AWS/SQS", name="ApproximateAgeOfOldestMessage"),
        below=max(tried, _AGE_SECONDS),
        slice_ratio="1",
    )


def _named(resource: Resource, what: str) -> str:
    return f"{resource.label[: _LONGEST_NAME - len(what) - 1].strip('-')}-{what}"


def _title(resource: Resource) -> str:
    return title_of(resource.label)


_OF_TYPES: Mapping[str, Callable[[Resource, ResourceType], Iterator[Starter]]] = {
    "AWS::ApiGateway::RestApi": _rest_api,
    "AWS::ApiGatewayV2::Api": _api_of_version_2,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _load_balancer,
    "AWS::Lambda::Function": _function,
    "AWS::SQS::Queue": _queue,
}
