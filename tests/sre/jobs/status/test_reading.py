"""A status is read block by block: what fails is not known, with its reason, and leaves the others as they are."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from alarms.current import AlarmsNow
from foundation.cloudwatch.metrics import MetricStat
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.source import MetricSource
from foundation.errors import Exit, InputError, SourceError
from foundation.readings import Interval, NoData, Reading
from reports.weekly.objectives import Health
from sre.jobs.status.model import Absent, ObjectiveNow, Standing, Status, Told, has_run
from sre.jobs.status.reading import StatusSources, read_status, unread_status
from tests.reports.weekly_factories import NOW, a_month, some_operations
from tests.sre.jobs.status.factories import AT, DAY, MONTH, OBJECTIVES, quiet, sources, status, with_items

BROKEN = SourceError("CloudWatch was asked too often")


@dataclass(frozen=True, kw_only=True)
class Failing:
    """A source that fails for the metrics of some namespaces."""

    namespaces: frozenset[str] | None = None
    source: MetricSource = MONTH

    def read(self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime) -> Sequence[Reading[Series]]:
        if self.namespaces is None or any(each.metric.namespace in self.namespaces for each in wanted):
            raise BROKEN
        return self.source.read(wanted, start_at=start_at, end_at=end_at)


@dataclass(frozen=True, kw_only=True)
class Noting:
    """A source that notes what it is asked."""

    asked: list[tuple[datetime, datetime]] = field(default_factory=list[tuple[datetime, datetime]])

    def read(self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime) -> Sequence[Reading[Series]]:
        self.asked.append((start_at, end_at))
        return MONTH.read(wanted, start_at=start_at, end_at=end_at)


def objective(found: Status, name: str) -> ObjectiveNow:
    return next(each for each in found.objectives if each.name == name)


def test_where_all_is_well_and_known_it_is_met() -> None:
    found = status()
    assert [each.standing for each in found.objectives] == [Standing.MET] * 6
    assert [each.name for each in found.objectives] == [each.name for each in OBJECTIVES]
    assert (found.exit_code, found.not_known, found.firing_count) == (Exit.MET, (), 0)
    assert (found.service, found.stage, found.source) == ("t-developer", "production", "a recording of a test")
    assert (found.at, found.asked_at, found.limit_usd) == (AT, NOW, Decimal(500))


def test_every_block_says_its_source_its_window_and_how_new_it_is() -> None:
    found = status()
    assert isinstance(found.alarms, Told)
    assert isinstance(found.deployments, Told)
    assert isinstance(found.canaries, Told)
    assert isinstance(found.cost, Told)
    assert (found.alarms.source, found.alarms.window.length, found.alarms.age(AT)) == (
        "a recording of a test", DAY, timedelta(minutes=3),
    )  # fmt: skip
    assert (found.deployments.source, found.deployments.window.length) == ("a test", 90 * DAY)
    # What is known after the moment that is asked about makes it no newer than that.
    assert found.deployments.as_of == AT
    assert (found.canaries.source, found.canaries.window.length, found.canaries.age(AT)) == (
        "a recording of a test", DAY, timedelta(0),
    )  # fmt: skip
    assert [(each.name, each.run_count, each.failed_count) for each in found.canaries.answer] == [("api", 288, 0)]
    assert (found.cost.source, found.cost.window.length, found.cost.age(AT)) == ("a bill of a test", 14 * DAY, DAY)
    latency = objective(found, "api-latency")
    assert latency.budget is not None
    assert (latency.source, latency.as_of, latency.budget.window_length) == ("AWS/ApiGateway", AT, 28 * DAY)
    assert latency.budget.remaining_ratio == 1


@pytest.mark.parametrize(
    ("given", "unknown", "blocks", "reason"),
    [
        pytest.param(
            sources(metrics=Failing()), {"api-latency", "api-errors", "availability", "agent-turn"}, ("canaries",),
            "CloudWatch was asked too often", id="metrics",
        ),
        pytest.param(
            sources(metrics=Failing(namespaces=frozenset({"AWS/ApiGateway"}))), {"api-latency"}, (),
            "CloudWatch was asked too often", id="the metrics of one objective",
        ),
        pytest.param(sources(alarms=BROKEN), set(), ("alarms",), "CloudWatch was asked too often", id="alarms"),
        pytest.param(
            sources(operations=InputError("no AWS credentials")), {"deployments"}, ("deployments",), "no AWS credentials",
            id="stack operations",
        ),
        pytest.param(
            sources(operations=NoData(reason="CloudFormation refuses")), {"deployments"}, ("deployments",),
            "CloudFormation refuses", id="stack operations that say so",
        ),
        pytest.param(
            sources(bill=NoData(reason="Cost Explorer refuses")), {"monthly-cost"}, ("cost",), "Cost Explorer refuses",
            id="the bill",
        ),
        pytest.param(
            sources(canaries=(("silent", 5),)), set(), ("canaries",), "no canary has run in this day", id="canaries",
        ),
    ],
)  # fmt: skip
def test_a_source_that_fails_is_not_known_with_its_reason_and_leaves_the_others(
    given: StatusSources, unknown: set[str], blocks: tuple[str, ...], reason: str
) -> None:
    found = status(given)
    assert {each.name for each in found.those(Standing.NOT_KNOWN)} == unknown
    assert {each.name for each in found.those(Standing.MET)} == {each.name for each in OBJECTIVES} - unknown
    assert found.not_known == blocks
    assert found.firing_count == 0
    assert found.exit_code is Exit.NOT_ENOUGH_EVIDENCE
    said = [
        each.reason
        for each in (found.alarms, found.deployments, found.canaries, found.cost)
        if isinstance(each, NoData)
    ]
    assert len(said) == len(blocks)
    assert all(reason in each for each in [*said, *(objective(found, name).reason for name in unknown)])


def test_one_run_of_a_canary_is_one() -> None:
    found = status()
    assert isinstance(found.canaries, Told)
    (api,) = found.canaries.answer
    assert has_run(replace(api, run_count=1))
    assert not has_run(replace(api, run_count=0))
    assert not has_run(replace(api, problem=NoData(reason="throttled")))


def test_burn_rates_end_with_the_moment_and_not_with_an_hour() -> None:
    at = AT - timedelta(minutes=30)
    found = status(sources(metrics=a_month(bad_in=lambda when: 60 if when >= at - timedelta(minutes=30) else 0), at=at))
    budget = objective(found, "api-errors").budget
    assert budget is not None
    # Half of the hour has a tenth of bad requests, and a thousandth may be.
    assert (budget.burn_as_of, budget.burn_1h) == (at, 50)


def test_what_is_read_is_said() -> None:
    said: list[str] = []
    read_status(OBJECTIVES, sources(), now=NOW, say=said.append)
    assert said == ["reading a recording of a test"]


def test_a_missed_objective_comes_first_and_decides_whatever_is_not_known() -> None:
    month = a_month(bad_in=lambda at: 600 if AT - DAY <= at < AT - DAY / 2 else 0)
    found = status(sources(metrics=month, alarms=BROKEN, bill=NoData(reason="none")))
    assert [each.standing for each in found.objectives][:2] == [Standing.MISSED, Standing.MISSED]
    assert found.exit_code is Exit.MISSED
    errors = objective(found, "api-errors")
    assert errors.budget is not None
    # Half a day of 28 is bad, and a thousandth may be.
    assert errors.budget.spent_ratio == Decimal(1) / 56 * 1000
    assert errors.health is Health.EXHAUSTED


def test_a_month_over_its_limit_is_missed() -> None:
    found = status(sources(), objectives=with_items(lambda name: name == "monthly-cost"))
    assert found.exit_code is Exit.MET
    limit = replace(OBJECTIVES, items=tuple(
        replace(each, limit_usd=Decimal(60)) for each in OBJECTIVES if each.name == "monthly-cost"
    ))  # fmt: skip
    found = status(sources(), objectives=limit)
    assert found.exit_code is Exit.MISSED
    assert found.objectives[0].reason.startswith("$70.00 gross in November through 2026-11-14")


def test_what_a_service_has_not_is_absent_and_nobody_is_asked_for_it() -> None:
    class NoBill:
        def read(self, **_days: object) -> NoData:
            raise AssertionError("nobody has a limit")

    objectives = with_items(lambda name: name in ("api-errors", "api-latency"))
    found = status(replace(sources(canaries=()), bill=NoBill()), objectives=objectives)
    assert found.canaries == Absent(reason="the service has no canary")
    assert found.cost == Absent(reason="no objective is on cost")
    assert found.deployments == Absent(reason="no objective is on stack operations")
    assert (found.exit_code, found.not_known, found.limit_usd) == (Exit.MET, (), None)


def test_without_any_objective_nothing_is_met() -> None:
    found = status(sources(canaries=()), objectives=with_items(lambda _name: False))
    assert (found.objectives, found.exit_code) == ((), Exit.NOT_ENOUGH_EVIDENCE)


def test_operations_that_ended_after_the_moment_are_left_out_and_the_last_comes_first() -> None:
    (first,) = some_operations()
    second, later = replace(first, ended_at=AT), replace(first, ended_at=AT + timedelta(seconds=1))
    found = status(sources(operations=(first, second, later)))
    assert isinstance(found.deployments, Told)
    assert found.deployments.answer == (second, first)
    nothing = status(sources(operations=(later,))).deployments
    assert nothing == NoData(reason="no stack operation of a test had ended then")


def test_an_operation_of_this_very_minute_is_told() -> None:
    now = AT + timedelta(seconds=50)
    (one,) = some_operations()
    just = replace(one, ended_at=now - timedelta(seconds=5))
    found = status(sources(operations=(one, just), at=None), now=now)
    assert isinstance(found.deployments, Told)
    assert found.deployments.answer[0] == just


def test_it_is_asked_of_the_last_seven_days_and_of_the_last_day_at_the_moment_of_asking() -> None:
    noting = Noting()
    days: list[Interval] = []
    now = datetime.fromisoformat("2026-11-15T22:07:42+00:00")

    def alarms(day: Interval) -> AlarmsNow:
        days.append(day)
        return quiet()

    given = replace(sources(metrics=noting, at=None), alarms=alarms)
    found = status(given, objectives=with_items(lambda name: name == "api-latency"), now=now)
    assert found.at == now
    assert days == [Interval(start_at=now.replace(day=14, minute=5, second=0), end_at=now.replace(second=0))]
    # The window of a week before is the oldest, from its hour on.
    assert min(start for start, _ in noting.asked) == now.replace(day=11, month=10, minute=0, second=0)
    assert noting.asked[-1] == (now.replace(day=14, minute=5, second=0), now.replace(minute=5, second=0))


def test_a_place_that_is_gone_is_not_known_in_every_block() -> None:
    found = unread_status(
        OBJECTIVES, (("api", 5),), source="the local platform", reason="no local platform is up", now=NOW
    )
    assert len(found.those(Standing.NOT_KNOWN)) == 6
    assert found.not_known == ("alarms", "deployments", "canaries", "cost")
    assert found.exit_code is Exit.NOT_ENOUGH_EVIDENCE
    for block in (found.alarms, found.deployments, found.canaries, found.cost):
        assert isinstance(block, NoData)
        assert "no local platform is up" in block.reason
    assert unread_status(OBJECTIVES, (), source="s", reason="r", now=NOW).canaries == Absent(
        reason="the service has no canary"
    )
