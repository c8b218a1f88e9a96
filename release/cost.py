"""The objective on cost as a release check can speak of it: an estimate at the traffic that is expected, and at the load's."""

from decimal import Decimal

from costs.bill import cents, crossing, make_bill
from costs.book import PriceError, read_book
from costs.traffic import choose_profile
from errors import InputError
from infra.measured_traffic import measured_traffic
from loadtests.result import LoadResult
from slo.error_budget import NoData
from slo.model import CostObjective
from slo.verdict import Miss, Pass, Verdict

_PROFILE = "lean"


def estimate_cost(objective: CostObjective, result: LoadResult | None) -> Verdict:
    """Whether the month's estimate is below the limit at the profile's own traffic; the load's, all month, is told beside it."""
    try:
        book, profile = read_book(), choose_profile(_PROFILE)
        expected = make_bill(profile, book, per_day=profile.pipelines_per_day, model=profile.model)
        where = crossing(profile, book, model=profile.model, limit_usd=objective.limit_usd)
    except PriceError as error:
        return NoData(reason=str(error))
    said = (
        f"estimate: ${cents(expected.total_usd)} a month at {expected.per_day:,.0f} pipelines a day with {profile.model} "
        f"(profile {profile.name}, list price)"
    )
    if where is not None:
        said += f"; ${objective.limit_usd} is crossed at {where:,.0f} a day"
    if (loaded := _at_the_load(result)) is not None:
        per_day, usd = loaded
        said += f"; this load all month would be {per_day:,.0f} a day and ${cents(usd):,}"
    return Pass(reasoning=said) if expected.total_usd < objective.limit_usd else Miss(reasoning=said)


def _at_the_load(result: LoadResult | None) -> tuple[Decimal, Decimal] | None:
    if result is None:
        return None
    try:
        measured = measured_traffic(result)
    except InputError:
        return None
    profile = choose_profile(_PROFILE).with_changes(rest_request_count=measured.rest_request_count)
    return measured.per_day, make_bill(profile, read_book(), per_day=measured.per_day, model=profile.model).total_usd
