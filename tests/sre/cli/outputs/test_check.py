"""A release check as data: each verdict with what it rests on, and the same verdicts in every format."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from foundation.cloudwatch.suppression import NotificationOutcome, Notified
from foundation.readings import NoData
from foundation.slo.error_budget import Counts
from foundation.slo.verdict import bounds
from reports.release_check.model import AlarmRow, AlarmsUnderLoad, CanaryOutcome, CanaryRow
from sre.cli.check.verdicts import check_verdicts, with_canaries
from sre.cli.outputs.check import check_output
from sre.cli.outputs.verdict import ObjectiveVerdict, Operator, Source
from sre.cli.outputs.words import Outcome, RunOutcome
from tests.loadtests.factories import a_result
from tests.sre.jobs.release_check.test_check import a_check

RUNS = (
    CanaryRow(name="api", when="before", outcome=CanaryOutcome.PASSED, took_seconds=1.5, because="health"),
    CanaryRow(name="api", when="after", outcome=CanaryOutcome.FAILED, took_seconds=2.0, because="submit: status 500"),
    CanaryRow(name="agent", when="after", outcome=CanaryOutcome.NOT_RUN, took_seconds=None, because="no agent here"),
)


def objectives_of(good: int, slow: int = 0, faults: int = 0, **given: Counts | NoData) -> dict[str, ObjectiveVerdict]:
    made = check_output(a_check(a_result(good=good, slow=slow, faults=faults), **given))  # type: ignore[arg-type]
    return {each.objective: each for each in made.objectives}


def test_a_verdict_on_a_share_has_its_counts_bounds_allowance_threshold_and_window() -> None:
    found = objectives_of(4_900, slow=100)["api-latency"]
    bound = bounds(Counts(total_count=5_000, bad_count=100), effect=found.design_effect or 1.0)
    assert (found.outcome, found.sample_count, found.bad_count, found.bad_ratio) == (Outcome.MISS, 5_000, 100, 0.02)
    assert (found.target_ratio, found.allowed_bad_ratio) == (Decimal("0.99"), Decimal("0.01"))
    assert found.bad_lower_bound_ratio is not None
    assert found.bad_upper_bound_ratio == pytest.approx(bound.upper_ratio, rel=0.01)
    assert 0.01 < found.bad_lower_bound_ratio < 0.02 < (found.bad_upper_bound_ratio or 0)
    assert found.confidence_ratio == Decimal("0.95")
    (threshold,) = found.thresholds
    assert (threshold.metric_name, threshold.operator, threshold.value) == ("Latency", Operator.LESS_THAN, 1_000)
    assert found.window_seconds == 28 * 86_400
    assert found.source is Source.LOAD_TEST
    assert found.known_ratio is not None
    assert 0 < found.known_ratio < 0.001


@pytest.mark.parametrize("good", [100, 3_000, 5_000])
def test_a_pass_is_what_has_its_upper_bound_within_the_allowance(good: int) -> None:
    found = objectives_of(good)["api-errors"]
    is_within = Decimal(found.bad_upper_bound_ratio or 0) <= (found.allowed_bad_ratio or 0)
    assert (found.outcome is Outcome.PASS) is is_within
    assert (found.missing_count is None) is is_within


def test_what_was_not_measured_has_nulls_and_no_zero() -> None:
    found = objectives_of(5_000)["availability"]
    assert (found.outcome, found.source) == (Outcome.NO_DATA, Source.NONE)
    assert (found.sample_count, found.bad_ratio, found.bad_upper_bound_ratio, found.known_ratio) == (None,) * 4
    assert found.target_ratio is not None


def test_a_promise_about_every_event_allows_none_and_has_no_bounds() -> None:
    found = objectives_of(5_000, operations=Counts(total_count=3, bad_count=1))["deployments"]
    assert (found.outcome, found.sample_count, found.bad_count, found.allowed_bad_ratio) == (Outcome.MISS, 3, 1, 0)
    assert (found.bad_upper_bound_ratio, found.confidence_ratio, found.source) == (None, None, Source.STACK_EVENTS)
    assert objectives_of(5_000, operations=NoData(reason="denied"))["deployments"].sample_count is None


def test_money_has_its_limit_its_estimate_and_whether_it_is_over() -> None:
    found = objectives_of(5_000)["monthly-cost"]
    assert (found.limit_usd, found.over_limit, found.target_ratio, found.window_seconds) == (500, False, None, None)
    assert Decimal(100) < (found.estimated_usd or 0) < Decimal(500)


def test_canaries_and_alarms_have_the_words_of_every_output() -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    fired = AlarmRow(name="a", severity="", after_seconds=None, notification=Notified(at=at), impact="i")
    alarms = AlarmsUnderLoad(fired=(fired,), evaluated_count=4, partly_known_count=1, without_data_count=2)
    made = check_output(replace(a_check(a_result(good=5_000), canaries=RUNS), alarms=alarms))
    assert [(run.canary, run.outcome) for run in made.canaries] == [
        ("api", RunOutcome.PASS), ("api", RunOutcome.FAIL), ("agent", RunOutcome.NO_DATA),
    ]  # fmt: skip
    assert made.outcome is Outcome.MISS
    assert made.alarms is not None
    (alarm,) = made.alarms.fired
    assert (alarm.notification, alarm.notified_at, alarm.severity) == (NotificationOutcome.NOTIFIED, at, None)


@pytest.mark.parametrize(
    ("good", "faults", "interrupted", "outcome"),
    [
        (5_000, 0, False, Outcome.PASS), (4_900, 100, False, Outcome.MISS), (10, 0, False, Outcome.INCONCLUSIVE),
        (5_000, 0, True, Outcome.INCONCLUSIVE),
    ],
)  # fmt: skip
def test_the_outcome_is_that_of_the_exit_code(good: int, faults: int, interrupted: bool, outcome: Outcome) -> None:
    made = check_output(a_check(a_result(good=good, faults=faults), interrupted=interrupted))
    assert (made.outcome, made.is_interrupted, made.schema_version) == (outcome, interrupted, 3)


def test_a_check_without_a_load_has_none() -> None:
    made = check_output(a_check(None, interrupted=True))
    assert (made.load, made.requests, made.latencies, made.exit_code) == (None, (), (), 130)


def test_what_the_verdicts_rest_on_is_numbers_and_sentences() -> None:
    result = a_result(good=5_000, lag_p99_ms=2.5)
    made = check_output(a_check(result))
    assert made.load is not None
    assert (made.load.lag_p99_ms, made.load.started_count) == (2.5, result.generator.started_count)
    assert "load generator" in {each.name for each in made.facts}


def test_a_page_of_ci_has_a_row_for_every_objective_and_every_run_of_a_canary() -> None:
    check = a_check(a_result(good=5_000), canaries=RUNS)
    output = check_output(check)
    verdicts = check_verdicts(check, output)
    assert [row.name for row in verdicts.rows] == [each.objective for each in output.objectives]
    assert verdicts.notes == ("Canaries: 1 of 3 runs passed. Failed: api after the load (submit: status 500).",)
    groups = {group: len(rows) for group, rows in with_canaries(verdicts, output).groups}
    assert groups == {"objectives": len(output.objectives), "canaries": 3}
