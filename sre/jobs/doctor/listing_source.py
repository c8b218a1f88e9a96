"""Which series CloudWatch has under a namespace and a name, by ListMetrics."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from foundation.cloudwatch.limits import LimitError
from foundation.cloudwatch.metrics import Metric
from sre.jobs.doctor.aws import answer_to
from sre.jobs.doctor.metrics import Listed, Listing, NotListed, shared_dimensions
from sre.jobs.doctor.permissions import Refused, Unanswered
from sre.jobs.doctor.watched import Watched

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

# Of up to 500 series each: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html
MOST_PAGES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Lister:
    """Asks one CloudWatch; `whose` is who asks, for what is to be allowed to him."""

    client: "CloudWatchClient"
    name: str
    whose: str

    def look(self, wanted: tuple[Watched, ...]) -> Listing:
        """What there is of metrics of one namespace and name; where one is not there, also under which other dimensions."""
        shared = shared_dimensions(wanted)
        try:
            series, is_whole = self._pages(wanted[0].metric, shared, MOST_PAGES)
            others: set[tuple[str, ...]] = set()
            if shared and is_whole and any(each.metric not in series for each in wanted):
                more, _ = self._pages(wanted[0].metric, (), 1)
                others = {tuple(sorted(name for name, _ in each.dimensions)) for each in more - series}
        except (BotoCoreError, ClientError) as error:
            return self._not_listed(error)
        return Listed(series=frozenset(series), is_whole=is_whole, others=tuple(sorted(others)))

    def _pages(self, metric: Metric, shared: Iterable[tuple[str, str]], most: int) -> tuple[set[Metric], bool]:
        """The series on the first pages, and whether these were all."""
        series: set[Metric] = set()
        request: dict[str, Any] = {"Namespace": metric.namespace, "MetricName": metric.name}
        if filters := [{"Name": name, "Value": value} for name, value in shared]:
            request["Dimensions"] = filters
        for _ in range(most):
            page: Any = self.client.list_metrics(**request)
            series.update(made for each in page["Metrics"] if (made := _metric(each)) is not None)
            if not (following := page.get("NextToken")):
                return series, True
            request["NextToken"] = following
        return series, False

    def _not_listed(self, error: BotoCoreError | ClientError) -> NotListed:
        match answer_to(self.name, error):
            case Refused():
                return NotListed(
                    reason="cloudwatch:ListMetrics is refused",
                    to_do=f"allow cloudwatch:ListMetrics in a policy of {self.whose}",
                )
            case Unanswered(reason=reason, to_do=to_do):
                return NotListed(reason=reason, to_do=to_do)
            case other:
                raise AssertionError(f"{other} is no answer to an error")


def _metric(given: Any) -> Metric | None:
    """A series as a value; None of one that is older than AWS's limits of names, which can be none of ours."""
    try:
        return Metric(
            namespace=given["Namespace"],
            name=given["MetricName"],
            dimensions=tuple((pair["Name"], pair["Value"]) for pair in given.get("Dimensions", [])),
        )
    except LimitError:
        return None
