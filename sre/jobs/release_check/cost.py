"""The objective on cost as a release check can speak of it: an estimate, at the requests a unit that a load measured."""

from datetime import timedelta
from decimal import Decimal

from foundation.costs.bill import cents, crossing, make_bill
from foundation.costs.book import PriceError
from foundation.costs.book_file import read_book
from foundation.costs.quantities import LONGEST_MONTH_DAYS, LONGEST_MONTH_HOURS
from foundation.costs.traffic import Profile
from foundation.errors import InputError
from foundation.pages.numbers import exact, exact_usd, plural_of, quantity, reached_at, usd
from foundation.readings import NoData
from foundation.slo.evidence import Evidence, EvidenceSource
from foundation.slo.model import CostObjective
from foundation.slo.outcome import Inconclusive, Miss, Pass, Verdict
from loadtests.measured_traffic import MeasuredTraffic, measured_traffic
from loadtests.result import LoadResult


def estimate_cost(objective: CostObjective, result: LoadResult | None, profile: Profile) -> Evidence:
    """Whether the month's estimate is below the limit, at the expected units of work a day and the measured requests of each.

    What the load itself would cost, if it went on all month, is printed beside it: a load test is no forecast of traffic.
    """
    measured, expected_profile, work = _measured(result), profile, plural_of(profile.unit)
    try:
        book = read_book()
        if measured is not None:
            profile = profile.with_changes(rest_request_count=measured.rest_request_count)
        expected = make_bill(profile, book, per_day=profile.units_per_day, model=profile.model)
        # The limit is of a calendar month, and holds in the longest, too.
        longest = make_bill(
            profile, book, per_day=expected.per_day, model=profile.model, month_hours=LONGEST_MONTH_HOURS
        )
        where = crossing(
            profile, book, model=profile.model, limit_usd=objective.limit_usd, month_hours=LONGEST_MONTH_HOURS
        )
    except PriceError as error:
        return _estimate(NoData(reason=str(error)))
    said = (
        f"estimate: {usd(expected.total_usd)} a month at {exact(expected.per_day)} {work} a day with {profile.model} "
        f"(profile {profile.name}, list price"
    )
    if measured is not None:
        said += f", {quantity(measured.rest_request_count)} requests per {profile.unit} as measured"
    said += f"); judged in the longest month of {LONGEST_MONTH_DAYS} days: {usd(longest.total_usd)}"
    if where is not None:
        said += f"; {exact_usd(objective.limit_usd)} is reached at {reached_at(where)} {work} a day"
    if measured is not None:
        loaded = make_bill(profile, book, per_day=measured.per_day, model=profile.model)
        said += (
            f"; at the load test's rate ({quantity(measured.per_day, digits=0)} a day) the month would cost "
            f"{usd(loaded.total_usd)}"
        )
    if longest.total_usd < objective.limit_usd:
        return _estimate(Pass(reasoning=said), usd=cents(longest.total_usd))
    verdict: Verdict = Miss(reasoning=said)
    disturbance = None if result is None or measured is None else result.disturbance
    # A unit of work that took longer was read more often.
    if disturbance is not None and isinstance(estimate_cost(objective, None, expected_profile).verdict, Pass):
        verdict = Inconclusive(reasoning=f"{said}; but {disturbance.sentence}", missing_count=None)
    return _estimate(verdict, usd=cents(longest.total_usd))


def _estimate(verdict: Verdict, *, usd: Decimal | None = None) -> Evidence:
    month = timedelta(days=LONGEST_MONTH_DAYS)
    return Evidence(
        verdict=verdict, source=EvidenceSource.ESTIMATE, counts=None, window=month, estimated_usd=usd
    )  # fmt: skip


def _measured(result: LoadResult | None) -> MeasuredTraffic | None:
    if result is None:
        return None
    try:
        return measured_traffic(result)
    except InputError:
        return None
