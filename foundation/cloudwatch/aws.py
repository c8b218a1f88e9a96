"""Statistics from CloudWatch itself, or from anything that answers as it does (the local platform has an endpoint).

Fetches with GetMetricData: 500 queries a call, every page; throttled calls are repeated by botocore with growing pauses.
CloudWatch keeps short periods for a short time only, which is checked before it is asked, since it answers with nothing. What it
answers is known up to now less the time that the metric takes to settle; of a metric whose answer broke off, nothing is known.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import boto3

from foundation.aws_errors import asking, connecting, patient
from foundation.cloudwatch.alarm_writing import queries_to_api
from foundation.cloudwatch.metric_regions import ONLY_REGIONS
from foundation.cloudwatch.metrics import Metric, MetricStat, Query
from foundation.cloudwatch.regional_source import RegionalSource
from foundation.cloudwatch.series import Series, from_datapoints
from foundation.cloudwatch.settling import settles_after
from foundation.cloudwatch.source import NotKeptError, reading_of
from foundation.errors import SourceError, about
from foundation.readings import Known, Origin, Reading

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

MAX_QUERIES_A_CALL = 500
_NOT_SAID: Mapping[str, timedelta] = MappingProxyType({})
MAX_CLOCK_SKEW = timedelta(seconds=60)
# How long datapoints are kept, by the shortest period that is left of them:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
_KEPT: tuple[tuple[timedelta, int], ...] = (
    (timedelta(hours=3), 1),
    (timedelta(days=15), 60),
    (timedelta(days=63), 300),
    (timedelta(days=455), 3_600),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudWatchSource:
    """A metric source on a CloudWatch client.

    `now` gives the time that retention is counted from, and `settles_after` how long after its end a period of a metric is
    settled.
    """

    client: "CloudWatchClient"
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    settles_after: Callable[[Metric], timedelta] = settles_after
    name: str = "CloudWatch"

    def read(
        self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime
    ) -> Sequence[Reading[Series]]:  # fmt: skip
        """As MetricSource says.

        Raises NotKeptError when the time is no longer kept in such periods, SourceError when the call fails or clocks disagree;
        InputError when CloudWatch could not be asked at all.
        """
        now = self.now()
        shortest = shortest_period_seconds(start_at, now)
        for stat in wanted:
            if shortest is None:
                raise NotKeptError(
                    f"{stat}: CloudWatch keeps 455 days, and nothing from {start_at.isoformat()}",
                    kept_since=_kept_since(stat, now),
                )
            if stat.period_seconds % shortest:
                raise NotKeptError(
                    f"{stat}: from {start_at.isoformat()} on CloudWatch keeps periods of {shortest} s and multiples of it; "
                    f"ask for such a period, or for a later time",
                    kept_since=_kept_since(stat, now),
                )
        answers = {place: _Answer() for place in range(len(wanted))}
        numbered = list(enumerate(wanted))
        for first in range(0, len(numbered), MAX_QUERIES_A_CALL):
            self._fetch(numbered[first : first + MAX_QUERIES_A_CALL], answers, start_at, end_at)
        with about("CloudWatch answered with datapoints that are none"):
            series = [
                from_datapoints(
                    answers[place].datapoints, period_seconds=stat.period_seconds, start_at=start_at, end_at=end_at
                )
                for place, stat in enumerate(wanted)
            ]
        return [
            self._reading(stat, answers[place], each, now) for (place, stat), each in zip(numbered, series, strict=True)
        ]

    def _reading(self, stat: MetricStat, answer: "_Answer", series: Series, now: datetime) -> Reading[Series]:
        delay = self.settles_after(stat.metric)
        kept_since = _kept_since(stat, now)
        is_whole = answer.status == "Complete"
        origin = Origin(
            source=self.name,
            region=self.client.meta.region_name,
            read_at=now,
            delay=delay,
            is_stated=True,
            notes=tuple(answer.notes),
        )
        known = Known.throughout(kept_since, now - delay) if is_whole else Known.nothing()
        return reading_of(series, known=known, origin=origin)

    def dimension_sets(self, namespace: str, name: str) -> frozenset[frozenset[str]]:
        """The sets of dimension names that a metric was published with lately (`ListMetrics`); empty when it was not.

        Raises SourceError; InputError when nobody could be asked.
        """
        with asking("CloudWatch"):
            pages = self.client.get_paginator("list_metrics").paginate(Namespace=namespace, MetricName=name)
            return frozenset(
                frozenset(dimension.get("Name", "") for dimension in metric.get("Dimensions", []))
                for page in pages
                for metric in page["Metrics"]
            )

    def _fetch(
        self,
        batch: Sequence[tuple[int, MetricStat]],
        answers: Mapping[int, "_Answer"],
        start_at: datetime,
        end_at: datetime,
    ) -> None:
        queries: Any = queries_to_api(Query(id=f"q{place}", source=stat) for place, stat in batch)
        token: dict[str, str] = {}
        while True:
            with asking("CloudWatch"):
                page = self.client.get_metric_data(
                    MetricDataQueries=queries,
                    StartTime=start_at,
                    EndTime=end_at,
                    ScanBy="TimestampAscending",
                    **token,  # type: ignore[arg-type]
                )
            self._check_clock(page.get("ResponseMetadata", {}))
            for place, _ in batch:
                answers[place].notes += _notes(page.get("Messages", []))
            for result in page["MetricDataResults"]:
                answer = answers[int(result["Id"][1:])]
                # It is the last of them that says whether there is more.
                answer.status = result.get("StatusCode", "Complete")
                answer.notes += _notes(result.get("Messages", []))
                answer.datapoints += zip(result["Timestamps"], result["Values"], strict=True)
            if not (following := page.get("NextToken")):
                break
            token = {"NextToken": following}
        for place, stat in batch:
            answer = answers[place]
            if answer.status not in (None, "Complete", "PartialData"):
                said = "".join(f"; {note}" for note in dict.fromkeys(answer.notes))
                raise SourceError(f"CloudWatch answered {answer.status} for {stat}{said}")

    def _check_clock(self, metadata: Mapping[str, Any]) -> None:
        if (date := metadata.get("HTTPHeaders", {}).get("date")) is None:
            return
        skew = parsedate_to_datetime(date) - self.now()
        if abs(skew) > MAX_CLOCK_SKEW:
            ahead = "behind" if skew > timedelta(0) else "ahead of"
            raise SourceError(
                f"the clock here is {abs(skew).total_seconds():.0f} s {ahead} CloudWatch's, so that the newest periods would "
                "be wrong; set the clock"
            )


@dataclass(slots=True, kw_only=True)
class _Answer:
    """What came for one query, page by page; without a status it never came."""

    status: str | None = None
    datapoints: list[tuple[datetime, float]] = field(default_factory=list[tuple[datetime, float]])
    notes: list[str] = field(default_factory=list[str])


def _kept_since(stat: MetricStat, now: datetime) -> datetime:
    """Since when a statistic is kept in its periods; every period is a multiple of a second."""
    return now - (kept_for(stat.period_seconds) or timedelta(0))


def _notes(messages: Sequence[Mapping[str, Any]]) -> list[str]:
    return [f"{each.get('Code', 'message')}: {each.get('Value', '')}" for each in messages]


def connect(region: str, *, longest: Mapping[str, timedelta] = _NOT_SAID) -> CloudWatchSource:
    """A source on a region's CloudWatch, with the environment's credentials; constructing it calls nothing.

    `longest` is what `settles_after` takes: by namespace, how long what a datapoint is about may take here.
    Raises InputError when the environment's settings cannot be used.
    """
    with connecting():
        client = boto3.client("cloudwatch", region_name=region, config=patient(attempt_count=5))
    return CloudWatchSource(client=client, settles_after=partial(settles_after, longest=longest))


def connect_everywhere(region: str, *, longest: Mapping[str, timedelta] = _NOT_SAID) -> RegionalSource:
    """The same, and for metrics that are in one other Region only a source there."""
    others = {each: connect(each, longest=longest) for each in sorted(ONLY_REGIONS - {region})}
    return RegionalSource(home=connect(region, longest=longest), elsewhere=others)


def kept_for(period_seconds: int) -> timedelta | None:
    """How long CloudWatch keeps datapoints of such periods; None where it has none."""
    return max((kept for kept, period in _KEPT if period_seconds % period == 0), default=None)


def shortest_period_seconds(start_at: datetime, now: datetime) -> int | None:
    """The shortest period that CloudWatch still keeps for a time; None when it keeps nothing of it."""
    return next((period for kept_for, period in _KEPT if now - start_at <= kept_for), None)
