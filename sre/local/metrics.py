"""The local platform's metrics as a metric source.

MiniStack knows the five plain statistics and percentiles (which it interpolates between samples). Any other statistic it
answers with an average, without a word, so that those are refused here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from foundation.aws_errors import asking, patient
from foundation.cloudwatch.aws import CloudWatchSource
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.statistic_syntax import Between, read_statistic
from foundation.errors import SourceError
from foundation.readings import Known, Reading
from sre.local.session import root_session
from sre.local.state import LocalPlatform

# The bridge of logs to metrics looks every five seconds, and sees a line at the second look at the latest.
_SETTLED = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalMetrics:
    """A metric source on a local platform that is up; of the time before `since` nothing is known, where that is given."""

    source: CloudWatchSource
    since: datetime | None

    def read(
        self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime
    ) -> Sequence[Reading[Series]]:  # fmt: skip
        """As MetricSource says.

        Raises SourceError also for a statistic that MiniStack would answer wrongly.
        """
        for stat in wanted:
            if isinstance(read_statistic(stat.statistic), Between):
                raise SourceError(f"{stat}: the local platform has no such statistic, and would answer with an average")
        readings = self.source.read(wanted, start_at=start_at, end_at=end_at)
        if self.since is None:
            return readings
        existed = Known.throughout(self.since, max(self.since, end_at))
        return [replace(each, known=each.known & existed) for each in readings]

    def as_if_there_always(self) -> "LocalMetrics":
        """The same, as if the platform had been there before it was up, and nothing had happened on it."""
        return replace(self, since=None)

    def published(self) -> frozenset[Metric]:
        """Every metric that the platform has datapoints of.

        Raises SourceError; InputError when it could not be asked.
        """
        with asking("the local platform"):
            pages = self.source.client.get_paginator("list_metrics").paginate()
            return frozenset(
                Metric(
                    namespace=metric["Namespace"],
                    name=metric["MetricName"],
                    dimensions=tuple((pair["Name"], pair["Value"]) for pair in metric.get("Dimensions", [])),
                )
                for page in pages
                for metric in page["Metrics"]
            )


def local_metrics(platform: LocalPlatform) -> LocalMetrics:
    """The source of a platform's own metrics, known since it is up."""
    client = root_session(platform.region).client("cloudwatch", endpoint_url=platform.endpoint, config=patient())
    source = CloudWatchSource(client=client, name="the local platform", settles_after=lambda _metric: _SETTLED)
    return LocalMetrics(source=source, since=datetime.fromisoformat(platform.started_at))
