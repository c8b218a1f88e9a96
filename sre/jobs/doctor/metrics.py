"""What ListMetrics says of the metrics that a stage looks at: which were published lately, and which of the others are missing.

ListMetrics leaves out a metric that has had no datapoint for two weeks, and shows a new one after up to 15 minutes:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from foundation.cloudwatch.known_metrics import DatapointKind, find
from foundation.cloudwatch.metrics import Metric
from foundation.pages.numbers import counted
from foundation.service.own_metrics import OwnMetrics
from sre.jobs.doctor.findings import Finding, MetricFinding, State
from sre.jobs.doctor.watched import Watched

MOST_FILTERS = 10
# Namespaces of AWS's own that do not begin with AWS/.
_AWS = ("AWS/", "CloudWatchSynthetics")
# A dimension that names no resource but what is done to it, which a service need not do:
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
_OPERATION = "Operation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What ListMetrics has under one namespace and name; `is_whole` where all of it was read.

    `others` are sets of dimension names under which there are series that were not asked for.
    """

    series: frozenset[Metric]
    is_whole: bool
    others: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotListed:
    """Nobody knows what there is."""

    reason: str
    to_do: str


Listing = Listed | NotListed


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Who was asked, and in which Region; `service_file` names the metrics. The local platform has not all that AWS has."""

    region: str | None
    is_local: bool
    service_file: str

    @property
    def lately(self) -> str:
        """Of which time a listing is: the local platform has all since it is up."""
        return "since the platform is up" if self.is_local else "in the last two weeks"


def judged(
    watched: Watched, listing: Listing, *, own: OwnMetrics | None, where: Where, line: int | None
) -> MetricFinding:  # fmt: skip
    """What is to be said of one metric; `line` is that of service.yaml which names it, where one does."""
    emitted = () if own is None else own.emitted
    known = find(watched.metric, emitted)
    kind = DatapointKind.UNKNOWN if known is None else known.kind
    return MetricFinding(
        metric=watched.metric,
        region=watched.region(where.region),
        kind=kind,
        alarms=watched.alarms,
        panels=watched.panels,
        line=line,
        finding=_finding(watched, listing, own=own, kind=kind, where=where, line=line),
    )


def _finding(
    watched: Watched, listing: Listing, *, own: OwnMetrics | None, kind: DatapointKind, where: Where, line: int | None
) -> Finding:
    name = str(watched.metric)
    if isinstance(listing, Listed) and watched.open_names:
        names = ", ".join(f"${{{each}}}" for each in watched.open_names)
        return Finding(
            name=name,
            state=State.NOT_KNOWN,
            said=f"only a deployment knows {names}",
            to_do=f"give {' '.join(f'--parameter {each}=VALUE' for each in watched.open_names)}",
        )
    match listing:
        case NotListed(reason=reason, to_do=to_do):
            return Finding(name=name, state=State.NOT_KNOWN, said=reason, to_do=to_do)
        case Listed(series=series) if watched.metric in series:
            return Finding(name=name, state=State.OK, said=f"published {where.lately}")
        case Listed(is_whole=False):
            return Finding(
                name=name,
                state=State.NOT_KNOWN,
                said=f"not among the first {counted(len(listing.series), 'series')} of this name, and there are more",
                to_do="look for it in CloudWatch's console",
            )
        case Listed():
            why = _why_normal(watched.metric, listing, own=own, kind=kind, where=where)
            if why is not None:
                return Finding(name=name, state=State.NORMAL, said=why)
            return Finding(
                name=name,
                state=State.MISSING,
                said=f"not published {where.lately}{_instead(watched.metric, listing)}",
                to_do=f"nothing was sent yet, or the name differs: compare with {_place(watched, where, line)}",
            )
        case _:
            assert_never(listing)


def _why_normal(
    metric: Metric, listing: Listed, *, own: OwnMetrics | None, kind: DatapointKind, where: Where
) -> str | None:
    """Why a metric that was not published need not have been; None where it should have been."""
    if metric.namespace.startswith(_AWS):
        if where.is_local:
            return "not published; the local platform has not all of AWS's metrics"
        if _is_of_another_operation(metric, listing.series):
            return f"no such operation {where.lately}, and others"
        return (
            f"sparse: it has no datapoint while nothing happens, and had none {where.lately}"
            if kind is DatapointKind.SPARSE
            else None
        )
    if own is None or metric.namespace != own.load_test.requests.namespace:
        return None
    if metric.name in {each.name for each in own.load_test.all}:
        return f"no load test put its numbers {where.lately}"
    if metric in {each.metric for each in own.failures}:
        return f"it counts failures, and there was none {where.lately}"
    names = _names(metric)
    if any(each != metric and _names(each) == names for each in listing.series):
        return f"others of its series were published {where.lately}"
    return None


def _is_of_another_operation(metric: Metric, series: frozenset[Metric]) -> bool:
    """Whether there is a series of the same resource by another operation."""
    mine = dict(metric.dimensions)
    if mine.pop(_OPERATION, None) is None:
        return False
    others = (dict(each.dimensions) for each in series)
    return any(each.pop(_OPERATION, None) is not None and each == mine for each in others)


def _instead(metric: Metric, listing: Listed) -> str:
    """Under which other dimensions there are series of the name: there its own may be."""
    sets = {*listing.others, *map(_names, listing.series)}
    if not sets:
        return ", nor anything of its name"
    mine = _names(metric)
    said = "; or ".join(
        f"{', '.join(each) or 'none'}{' of other values' if each == mine else ''}" for each in sorted(sets)
    )
    return f"; what was published of its name has the dimensions {said}"


def _place(watched: Watched, where: Where, line: int | None) -> str:
    if line is not None:
        return f"{where.service_file}:{line}"
    if watched.alarms:
        return f"the alarm {watched.alarms[0]} (`sre alarms show`)"
    return f"the panel {watched.panels[0]!r}"


def _names(metric: Metric) -> tuple[str, ...]:
    return tuple(sorted(name for name, _ in metric.dimensions))


Key = tuple[str | None, str, str]


def key_of(watched: Watched, home: str | None) -> Key:
    """The Region, namespace and name of a metric: what one listing is of."""
    return watched.region(home), watched.metric.namespace, watched.metric.name


def lookups(watched: tuple[Watched, ...], home: str | None) -> Mapping[Key, tuple[Watched, ...]]:
    """The metrics that can be asked for, by what one listing is of."""
    found: dict[Key, list[Watched]] = {}
    for each in watched:
        if not each.open_names:
            found.setdefault(key_of(each, home), []).append(each)
    return {key: tuple(members) for key, members in found.items()}


def shared_dimensions(wanted: tuple[Watched, ...]) -> tuple[tuple[str, str], ...]:
    """The dimensions that all of some metrics have: what a listing is narrowed by, so that it is short.

    At most ten, as ListMetrics takes them.
    """
    first, *others = (dict(each.metric.dimensions) for each in wanted)
    return tuple(sorted(pair for pair in first.items() if all(pair in each.items() for each in others)))[:MOST_FILTERS]
