"""The objective on cost in a release check: an estimate, labelled so, at measured requests and expected pipelines."""

import dataclasses
from decimal import Decimal

from foundation.costs.bill import cents, crossing, make_bill
from foundation.costs.book_file import read_book
from foundation.costs.quantities import LONGEST_MONTH_HOURS
from foundation.pages.numbers import reached_at
from foundation.slo.model import CostObjective
from foundation.slo.outcome import Inconclusive, Miss, Pass
from foundation.slo.reader import read_objectives
from infra.service import T_DEVELOPER
from loadtests.measured_traffic import measured_traffic
from loadtests.ran_flows import EARLIER_FLOWS
from loadtests.result import LoadResult
from sre.jobs.release_check.cost import estimate_cost
from tests.foundation.machine.factories import a_busy_machine
from tests.loadtests.factories import a_result
from tests.reports.weekly_factories import LEAN

(OBJECTIVE,) = (
    each for each in read_objectives(T_DEVELOPER.objectives, stage="production") if isinstance(each, CostObjective)
)

LONGEST = make_bill(
    LEAN, read_book(), per_day=LEAN.units_per_day, model=LEAN.model, month_hours=LONGEST_MONTH_HOURS
).total_usd
CROSSED_AT = crossing(
    LEAN, read_book(), model=LEAN.model, limit_usd=OBJECTIVE.limit_usd, month_hours=LONGEST_MONTH_HOURS
) or Decimal(0)


def a_load(pipelines: int) -> LoadResult:
    """All of its requests are of pipelines, so many of them."""
    result = a_result(good=5_000)
    phases = {
        name: dataclasses.replace(
            phase, journeys=tuple(dataclasses.replace(each, flow="pipeline") for each in phase.journeys)
        )
        for name, phase in (("warm_up", result.warm_up), ("measured", result.measured))
    }
    return dataclasses.replace(
        result, work=dataclasses.replace(result.work, submitted_count=pipelines), flows=EARLIER_FLOWS, **phases
    )  # fmt: skip


def test_without_a_load_it_is_the_profiles_own_month() -> None:
    verdict = estimate_cost(OBJECTIVE, None, LEAN).verdict
    assert isinstance(verdict, Pass)
    assert verdict.reasoning == (
        "estimate: $151.33 a month at 50 pipelines a day with nova-micro (profile lean, list price); "
        f"judged in the longest month of 31 days: ${cents(LONGEST)}; $500 is reached at {reached_at(CROSSED_AT)} pipelines a day"
    )


def test_what_is_judged_is_the_longest_month() -> None:
    between = dataclasses.replace(OBJECTIVE, limit_usd=Decimal(152))
    assert Decimal("151.33") < between.limit_usd < LONGEST
    evidence = estimate_cost(between, None, LEAN)
    assert isinstance(evidence.verdict, Miss)
    assert evidence.estimated_usd == cents(LONGEST)


def test_a_load_tells_how_many_requests_a_pipeline_takes_and_what_it_would_cost_itself() -> None:
    result = a_load(100)
    measured = measured_traffic(result)
    verdict = estimate_cost(OBJECTIVE, result, LEAN).verdict
    assert isinstance(verdict, Pass)
    assert measured.rest_request_count == Decimal("50.1")
    assert "50.1 requests per pipeline as measured" in verdict.reasoning
    # More than the six that the profile has, at $3.50 a million and WAF's $0.60.
    more = (measured.rest_request_count - 6) * 50 * Decimal(730) / 24 * Decimal("0.0000041")
    assert f"estimate: ${Decimal('151.3256') + more:.2f} a month" in verdict.reasoning
    assert f"at the load test's rate ({measured.per_day:,.0f} a day) the month would cost $" in verdict.reasoning


def test_a_load_without_a_pipeline_measures_no_traffic() -> None:
    assert estimate_cost(OBJECTIVE, a_load(0), LEAN) == estimate_cost(OBJECTIVE, None, LEAN)


def test_an_estimate_at_the_limit_is_a_miss() -> None:
    tight = dataclasses.replace(OBJECTIVE, limit_usd=Decimal(151))
    assert isinstance(estimate_cost(tight, None, LEAN).verdict, Miss)


def test_a_miss_that_only_a_disturbed_load_makes_is_none() -> None:
    """Pipelines that take longer are read more often; the profile's own month is below the limit."""
    limit = dataclasses.replace(OBJECTIVE, limit_usd=Decimal(155))
    load = a_load(5)
    assert isinstance(estimate_cost(limit, None, LEAN).verdict, Pass)
    assert isinstance(estimate_cost(limit, load, LEAN).verdict, Miss)
    disturbed = dataclasses.replace(load, machine=a_busy_machine())
    verdict = estimate_cost(limit, disturbed, LEAN).verdict
    assert isinstance(verdict, Inconclusive)
    assert "but this machine was busy with other work" in verdict.reasoning
    beyond = dataclasses.replace(OBJECTIVE, limit_usd=Decimal(1))
    assert isinstance(estimate_cost(beyond, disturbed, LEAN).verdict, Miss)
