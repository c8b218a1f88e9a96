"""What a load test says of the traffic: pipelines a day, if it went on like that, and REST requests to each of them."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from foundation.errors import InputError
from loadtests.request_names import is_of_rest
from loadtests.result import LoadResult

_DAY_SECONDS = 86_400
_THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredTraffic:
    """The traffic of the measured part; `rest_request_count` is of a pipeline, with the reads that came beside it."""

    per_day: Decimal
    rest_request_count: Decimal


def measured_traffic(result: LoadResult) -> MeasuredTraffic:
    """The traffic of a run. Raises InputError when it submitted no pipeline, or measured nothing."""
    seconds = result.measured.actual_seconds + result.warm_up.actual_seconds
    submitted = result.pipelines.submitted_count
    if not submitted or seconds <= 0:
        raise InputError("the load test submitted no pipeline, so nothing can be said of pipelines a day")
    requests = sum(
        row.sent_count for phase in (result.warm_up, result.measured) for row in phase.requests if is_of_rest(row.name)
    )
    return MeasuredTraffic(
        per_day=_up(Decimal(submitted * _DAY_SECONDS) / Decimal(str(seconds))),
        rest_request_count=_up(Decimal(requests) / submitted),
    )


def _up(count: Decimal) -> Decimal:
    """To thousandths, and up: a cost that is judged by it is not made smaller."""
    return count.quantize(_THOUSANDTH, ROUND_CEILING)
