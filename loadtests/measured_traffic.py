"""What a load test says of the traffic: pipelines a day, if it went on like that, and the REST requests of each of them."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from foundation.errors import InputError
from loadtests.request_names import is_of_rest
from loadtests.result import LoadResult

_DAY_SECONDS = 86_400
_THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredTraffic:
    """The traffic of a run, warm-up included; `rest_request_count` is of a pipeline: its submission, and what follows it."""

    per_day: Decimal
    rest_request_count: Decimal


def measured_traffic(result: LoadResult) -> MeasuredTraffic:
    """The traffic of a run. Raises InputError when it submitted no pipeline, or measured nothing.

    Reads that a profile sends beside its pipelines are no requests of them: how many there are is a setting of the profile.
    """
    seconds = result.measured.actual_seconds + result.warm_up.actual_seconds
    submitted = result.work.submitted_count
    if not submitted or seconds <= 0:
        raise InputError("the load test submitted no pipeline, so nothing can be said of pipelines a day")
    phases = (result.warm_up, result.measured)
    requests = sum(row.sent_count for phase in phases for row in phase.requests if is_of_rest(row.name))
    others = {each.name: each.request_count for each in result.flows if each.load == "api" and not each.is_work}
    # A journey of results that do not say it was one request.
    ended = {
        name: sum(row.ended_count for phase in phases for row in phase.journeys if row.flow == name) for name in others
    }
    reads = sum(ended[name] if asked is None else asked for name, asked in others.items())
    return MeasuredTraffic(
        per_day=_up(Decimal(submitted * _DAY_SECONDS) / Decimal(str(seconds))),
        rest_request_count=_up(Decimal(max(0, requests - reads)) / submitted),
    )


def _up(count: Decimal) -> Decimal:
    """To thousandths, and up: a cost that is judged by it is not made smaller."""
    return count.quantize(_THOUSANDTH, ROUND_CEILING)
