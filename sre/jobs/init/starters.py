"""The objectives that a service begins with: what is promised of an API, a function and a queue, and why that number.

Each number is a beginning: not above what AWS commits itself to for all that the resource needs, and coarse enough to be held by
a service that nobody has measured yet.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal
from hashlib import sha256

from foundation.cloudwatch.known_metrics import problem_of
from foundation.cloudwatch.metrics import Metric
from foundation.pages.numbers import exact_percent
from foundation.service.ceiling import Ceiling
from foundation.service.resource_type import ResourceType
from foundation.service.resource_type_file import kind_of
from foundation.service.resources import Resource
from sre.jobs.init.service_yaml import title_of

# A person keeps their thought for about a second: https://www.nngroup.com/articles/response-times-3-important-limits/
_LATENCY_MS = 1_000
# A quarter of an hour is what somebody who ordered something waits for a mail about it.
_AGE_SECONDS = 900
_LONGEST_NAME, _HASH_LETTERS = 63, 8
# Targets below one that cannot be kept.
_TARGETS = ("99.9", "99.5", "99", "98", "95", "90")


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricName:
    """A metric, without the dimensions that say of what."""

    namespace: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter:
    """One objective of one resource; `reason` says why its target is so high, and `notes` are what else there is to know.

    Samples are below `below`, or of `total` events `bad` are at most so many as the target leaves. `slice_ratio` counts by
    five minutes, and says how many of each must be good.
    """

    name: str
    title: str
    description: str
    reason: str
    notes: tuple[str, ...]
    dimensions: tuple[tuple[str, str], ...]
    target_percent: str
    samples: MetricName | None = None
    below: int | None = None
    bad: MetricName | None = None
    total: MetricName | None = None
    slice_ratio: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Api:
    """What AWS records of one kind of API.

    `uncounted` says which of its faults are in no total; empty where all are, so that availability can be told from requests.
    """

    latency: MetricName
    latency_factor: Decimal
    bad: MetricName
    total: MetricName
    faults: str = "Requests that it answers with a fault of the server."
    uncounted: str = ""


_REST = _Api(
    latency=MetricName(namespace="AWS/ApiGateway", name="Latency"),
    latency_factor=Decimal(1),
    bad=MetricName(namespace="AWS/ApiGateway", name="5XXError"),
    total=MetricName(namespace="AWS/ApiGateway", name="Count"),
)
_HTTP = _Api(
    latency=_REST.latency,
    latency_factor=Decimal(1),
    bad=MetricName(namespace="AWS/ApiGateway", name="5xx"),
    total=_REST.total,
)
_WEBSOCKET = _Api(
    latency=MetricName(namespace="AWS/ApiGateway", name="IntegrationLatency"),
    latency_factor=Decimal(1),
    bad=MetricName(namespace="AWS/ApiGateway", name="ExecutionError"),
    total=MetricName(namespace="AWS/ApiGateway", name="MessageCount"),
)
_LOAD_BALANCER = _Api(
    latency=MetricName(namespace="AWS/ApplicationELB", name="TargetResponseTime"),
    latency_factor=Decimal("0.001"),
    bad=MetricName(namespace="AWS/ApplicationELB", name="HTTPCode_Target_5XX_Count"),
    total=MetricName(namespace="AWS/ApplicationELB", name="RequestCount"),
    faults="Requests that its targets answer with a fault of the server.",
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
    uncounted="What the load balancer answers itself is not among them (HTTPCode_ELB_5XX_Count): without a healthy target "
    "CloudWatch counts no request at all, so that it shows no fault in an outage. An alarm of its own pages on that. "
    "Availability is told from outside: take SuccessPercent of a canary (docs/objectives.md).",
)


def starters_of(resource: Resource, ceiling: Ceiling) -> tuple[Starter, ...]:
    """The objectives that a resource begins with; none where its kind has none, or its metrics are not known.

    `ceiling` is what all that it needs can give together.
    """
    kind = kind_of(resource)
    of_type = _OF_TYPES.get(resource.type)
    if kind is None or of_type is None:
        return ()
    return tuple(_below(each, ceiling) for each in of_type(resource, kind) if _is_known(each))


def _below(starter: Starter, ceiling: Ceiling) -> Starter:
    """The same with a target that what it needs can give; its comment then says why."""
    if Decimal(starter.target_percent) <= ceiling.ratio * 100:
        return starter
    target = next((each for each in _TARGETS if Decimal(each) <= ceiling.ratio * 100), _TARGETS[-1])
    parts = ", ".join(f"{kind.title} {exact_percent(ratio)}" for kind, ratio in ceiling.committed)
    percent = (ceiling.ratio * 100).quantize(Decimal("0.01"), rounding=ROUND_DOWN)
    said = (
        f"Why {target} %: for all that it needs AWS commits itself to {percent} % together ({parts}); what is promised above "
        "that is not yours to keep."
    )
    return replace(starter, target_percent=target, reason=said)


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
            reason="Why a second for 99 %: so long a person keeps their thought, and one request of a hundred may be slower "
            "(https://www.nngroup.com/articles/response-times-3-important-limits/).",
            notes=("For calls of machines write what they wait for.",),
            dimensions=dimensions,
            target_percent="99",
            samples=of.latency,
            below=int(below),
        )
    yield Starter(
        name=_named(resource, "errors"),
        title=f"{_title(resource)} faults",
        description=of.faults,
        reason="Why 99.9 %: it leaves one request of a thousand, some room for a service that nobody has measured yet.",
        notes=(of.uncounted,) if of.uncounted else (),
        dimensions=dimensions,
        target_percent="99.9",
        bad=of.bad,
        total=of.total,
    )
    if is_public and not of.uncounted:
        yield Starter(
            name=_named(resource, "availability"),
            title=f"{_title(resource)} availability",
            description="Slices of five minutes in which nearly all requests are answered without a fault.",
            reason="Why 99.5 %: it leaves a little over three hours of an outage in 28 days, which one person on call can hold.",
            notes=(
                "It is counted from the requests that come, because no canary calls it from outside yet: when nobody calls, it "
                "says nothing. With a canary, take CloudWatchSynthetics SuccessPercent instead (docs/objectives.md).",
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
        reason="Why 99 %: what a queue or an event starts is tried again, and who calls an API is promised more by the API's own "
        "objective.",
        notes=(),
        dimensions=(("FunctionName", resource.name),),
        target_percent="99",
        bad=MetricName(namespace="AWS/Lambda", name="Errors"),
        total=MetricName(namespace="AWS/Lambda", name="Invocations"),
    )


def _queue(resource: Resource, kind: ResourceType) -> Iterator[Starter]:
    if kind.fact_of(resource, "is_dead_letter") is True:
        return
    visible, receives, kept = (
        number if isinstance(number := kind.fact_of(resource, name), Decimal) else Decimal(1)
        for name in ("visibility_seconds", "receives_before_dead_letter_count", "retention_seconds")
    )
    tried, most = int(visible * receives), max(1, int(kept) // 2)
    below = min(max(tried, _AGE_SECONDS), most)
    if below < max(tried, _AGE_SECONDS):
        long = f"A message is deleted after {kept:,} s, worked on or not: half of that leaves as long to do something about it."
    elif tried > _AGE_SECONDS:
        long = (
            f"{tried:,} s is how long a message may be tried again, {receives} times for {visible} s, before it is a dead "
            "letter."
        )
    else:
        long = "A quarter of an hour is what somebody who ordered something waits for a word about it."
    yield Starter(
        name=_named(resource, "age"),
        title=f"{_title(resource)} age",
        description="How long the oldest message waits.",
        reason="Why 99 %: of a hundred slices of five minutes one may be late.",
        notes=(long, "Write what your users wait for."),
        dimensions=(("QueueName", resource.name),),
        target_percent="99",
        samples=MetricName(namespace="AWS/SQS", name="ApproximateAgeOfOldestMessage"),
        below=below,
        slice_ratio="1",
    )


def _named(resource: Resource, what: str) -> str:
    """The name of an objective; where it would be too long, what the whole label gives stands for its end."""
    if len(resource.label) + 1 + len(what) <= _LONGEST_NAME:
        return f"{resource.label}-{what}"
    end = f"{sha256(resource.label.encode()).hexdigest()[:_HASH_LETTERS]}-{what}"
    return f"{resource.label[: _LONGEST_NAME - len(end) - 1].rstrip('-')}-{end}"


def _title(resource: Resource) -> str:
    return title_of(resource.label)


_OF_TYPES: Mapping[str, Callable[[Resource, ResourceType], Iterator[Starter]]] = {
    "AWS::ApiGateway::RestApi": _rest_api,
    "AWS::ApiGatewayV2::Api": _api_of_version_2,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _load_balancer,
    "AWS::Lambda::Function": _function,
    "AWS::SQS::Queue": _queue,
}
