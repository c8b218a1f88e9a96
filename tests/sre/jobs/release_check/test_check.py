"""From a load test's result to verdicts and an exit code."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from foundation.cloudwatch.suppression import Notified, NotKnown, Pending, Suppressed, SuppressedBy
from foundation.errors import InputError
from foundation.files.output import to_json
from foundation.readings import NoData
from foundation.service.measured import limits_of
from foundation.slo.error_budget import Counts
from foundation.slo.model import BudgetedObjective
from foundation.slo.outcome import Inconclusive
from foundation.slo.reader import read_objectives
from infra.service import T_DEVELOPER
from loadtests.evidence import doubts_about
from loadtests.result import LoadResult
from reports.release_check.model import AlarmRow, AlarmsUnderLoad, CanaryOutcome, CanaryRow, ReleaseCheck
from reports.release_check.page import render_html
from sre.cli.outputs.check import check_output
from sre.jobs.release_check.check import RunContext, make_check
from sre.jobs.release_check.evidence import describe_target
from tests.foundation.machine.factories import QUIET, a_busy_machine, a_machine
from tests.loadtests.factories import a_result, as_kept
from tests.reports.weekly_factories import LEAN


def a_check(
    result: LoadResult | None,
    *,
    operations: Counts | NoData = Counts(total_count=2, bad_count=0),  # noqa: B008 - a frozen value
    interrupted: bool = False,
    canaries: tuple[CanaryRow, ...] = (),
    objectives_file: Path = T_DEVELOPER.objectives,
) -> ReleaseCheck:
    objectives = read_objectives(objectives_file, stage="local")
    surroundings = RunContext(
        label="local",
        target="http://127.0.0.1",
        profile="release",
        started_at="2026-03-02T10:00:00+00:00",
        ended_at="2026-03-02T10:05:00+00:00",
        facts=(),
        left_out=("x",),
    )
    return make_check(
        objectives,
        result,
        surroundings,
        interrupted=interrupted,
        slow_after_ms=limits_of(objectives).slow_after_ms,
        traffic=LEAN,
        stack_operations=lambda _prefix: operations,
        canaries=canaries,
    )


def words(check: ReleaseCheck) -> dict[str, str]:
    return {row.name: row.word for row in check.objectives}


def test_a_clean_run_of_enough_requests_is_met_and_says_what_has_no_data() -> None:
    check = a_check(a_result(good=5000))
    assert check.exit_code == 0
    assert words(check) == {
        "api-latency": "pass", "api-errors": "pass", "availability": "no data", "deployments": "pass",
        "monthly-cost": "pass", "agent-turn": "no data",
    }  # fmt: skip
    assert check.headline == (
        "Pass: nothing that this check measures missed. No data for availability, agent-turn: a short load cannot measure "
        "them, so they do not hold up the release"
    )
    assert len(check.not_measured) == 3


def test_one_percent_of_faults_misses_the_errors() -> None:
    check = a_check(a_result(good=4950, faults=50))
    assert check.exit_code == 1
    assert words(check)["api-errors"] == "miss"
    assert check.headline == "Miss: api-errors"


def test_five_percent_of_slow_requests_misses_the_latency_and_not_the_errors() -> None:
    check = a_check(a_result(good=4750, slow=250))
    assert check.exit_code == 1
    assert words(check)["api-latency"] == "miss"
    assert words(check)["api-errors"] == "pass"


def test_too_few_requests_are_not_enough_evidence_and_say_how_many_are_missing() -> None:
    check = a_check(a_result(good=100))
    assert check.exit_code == 3
    rows = {row.name: row for row in check.objectives}
    assert "2,895 more good events needed for a pass" in rows["api-errors"].reasoning
    verdict = rows["api-errors"].verdict
    assert isinstance(verdict, Inconclusive)
    assert verdict.missing_count == 2895


def test_no_request_at_all_is_no_data_and_not_enough_evidence() -> None:
    for result in (a_result(), None):
        check = a_check(result)
        assert check.exit_code == 3
        assert words(check)["api-errors"] == words(check)["api-latency"] == "no data"


def test_a_failed_deployment_is_missed_whatever_the_load_test_says() -> None:
    assert a_check(a_result(good=5000), operations=Counts(total_count=3, bad_count=1)).exit_code == 1


def test_stack_operations_that_cannot_be_read_are_no_data() -> None:
    check = a_check(a_result(good=5000), operations=NoData(reason="denied"))
    assert words(check)["deployments"] == "no data"
    assert check.exit_code == 0


def test_an_interrupted_check_is_never_met() -> None:
    for check in (a_check(a_result(good=5000), interrupted=True), a_check(a_result(good=5000, interrupted=True))):
        assert check.exit_code == 130
        assert check.outcome == "interrupted"


def test_the_warm_up_is_in_no_verdict() -> None:
    check = a_check(a_result(good=5000))
    assert {row.sample_count for row in check.objectives if row.source.startswith("load test")} == {5000}
    assert check.warm_up[0].sent_count == 10


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (a_result(good=5000, lag_p99_ms=80), "the load generator was late"),
        (a_result(good=5000, cpu_mean_percent=95), "at 95 % CPU"),
        (a_result(good=5000, started_in_window=800), "from second 10 on 800 of about 1,000"),
        (a_result(good=5000, started_count=501), "501 arrivals begun and 500 recorded"),
        (a_result(good=5000, unsent_count=7), "7 arrivals due and not begun"),
        (a_result(good=5000, lost_workers=("w1",)), "1 of 2 workers lost"),
        (a_result(good=5000, sequence_gap_count=1), "1 report of workers never arrived"),
        (a_result(good=5000, unhandled_errors=("KeyError: x",)), "the scenario broke: KeyError: x"),
        (a_result(good=5000, refused=3), "3 requests refused (GET /v1/health: status 403)"),
    ],
)
def test_a_generator_that_cannot_be_trusted_vetoes_a_pass(result: LoadResult, said: str) -> None:
    assert any(said in doubt for doubt in doubts_about(result))
    check = a_check(result)
    assert check.exit_code == 3
    assert words(check)["api-errors"] == "inconclusive"


def test_a_healthy_generator_raises_no_doubt() -> None:
    assert doubts_about(a_result(good=10, started_in_window=900)) == ()


def test_each_request_has_one_place_in_the_picture() -> None:
    check = a_check(a_result(good=100, slow=10, faults=5, refused=3))
    measured = [second for second in check.seconds if second.second >= 10]
    assert sum(second.good_count for second in measured) == 100
    assert sum(second.slow_count for second in measured) == 10
    assert sum(second.fault_count for second in measured) == 5
    assert sum(second.refused_count for second in measured) == 3
    assert sum(bucket.count for bucket in check.latencies) == 118


def test_the_threshold_follows_the_objectives_file(tmp_path: Path) -> None:
    file = tmp_path / "objectives.yaml"
    file.write_text(
        T_DEVELOPER.objectives.read_text().replace(
            "value: 1000\n      targetPercent: 99\n", "value: 800\n      targetPercent: 99\n"
        )
    )
    assert limits_of(read_objectives(file, stage="production")).slow_after_ms == 800
    file.write_text(file.read_text().replace("op: lt\n      value: 800", "op: lte\n      value: 800"))
    threshold = limits_of(read_objectives(file, stage="production")).slow_after_ms
    assert threshold is not None
    assert 800 < threshold < 800.001


def test_two_thresholds_for_one_run_are_refused(tmp_path: Path) -> None:
    text = T_DEVELOPER.objectives.read_text()
    start = text.index("apiVersion: openslo/v1\nkind: SLO\nmetadata:\n  name: api-latency")
    slo = text[start : text.index("---", start)]
    file = tmp_path / "objectives.yaml"
    file.write_text(text + "---\n" + slo.replace("api-latency", "api-fast").replace("value: 1000", "value: 300"))
    with pytest.raises(InputError, match="keep one of them"):
        limits_of(read_objectives(file, stage="production"))


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("api-errors", "{ fault = true }", "{ responsetime > 1.5 }"),
        ("api-errors", "{ fault = true }", "{ error = true }"),
        ("api-latency", "ApiName: t-developer-${stage}", "ApiName: billing-${stage}"),
        ("api-latency", "Stage: ${stage}", "Stage: other"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("result", [a_result(good=5_000), a_result(good=4_000, slow=500, faults=500)])
def test_an_objective_on_another_signal_has_no_data_however_the_load_went(
    tmp_path: Path, name: str, old: str, new: str, result: LoadResult
) -> None:
    file = tmp_path / "objectives.yaml"
    text = T_DEVELOPER.objectives.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    check = a_check(result, objectives_file=file)
    (row,) = [row for row in check.objectives if row.name == name]
    assert (row.word, row.sample_count, row.source, row.window) == ("no data", None, "none", "none")
    assert row.reasoning.startswith("this check does not read ")
    others = {"api-latency", "api-errors"} - {name}
    assert all(words(check)[other] != "no data" for other in others)


def test_what_each_verdict_rests_on_is_said_beside_it() -> None:
    check = a_check(a_result(good=5_000))
    assert {row.name: (row.source, row.window, row.sample_count) for row in check.objectives} == {
        "api-latency": ("load test, measured by the client (local)", "1 min 40 s of load", 5_000),
        "api-errors": ("load test, measured by the client (local)", "1 min 40 s of load", 5_000),
        "availability": ("none", "none", None),
        "deployments": ("CloudFormation (local)", "90 d of stack events, deleted stacks included", 2),
        "monthly-cost": ("estimate, no bill: quantities times list prices", "a month of 31 days", None),
        "agent-turn": ("none", "none", None),
    }


def test_targets_are_said_in_a_few_words() -> None:
    objectives = read_objectives(T_DEVELOPER.objectives, stage="production")
    assert [describe_target(objective) for objective in objectives] == [
        "99 % under 1,000 ms", "99.9 % without a server fault", "99.9 % without a failed canary run",
        "100 % without failure or rollback", "under $500 a month", "95 % under 1,000 ms and under 60 s",
    ]  # fmt: skip


def a_canary(
    *,
    outcome: CanaryOutcome = CanaryOutcome.PASSED,
    when: str = "before",
    because: str = "health, submit",
    disturbance: str | None = None,
) -> CanaryRow:
    return CanaryRow(
        name="api", when=when, outcome=outcome, took_seconds=2.0, because=because, disturbance=disturbance
    )  # fmt: skip


def test_canaries_that_passed_are_told_and_are_no_weeks_of_availability() -> None:
    check = a_check(a_result(good=5000), canaries=(a_canary(), a_canary(when="after")))
    assert check.exit_code == 0
    (availability,) = [row for row in check.objectives if row.name == "availability"]
    assert availability.reasoning == "2 of 2 canary runs passed; a load test is too short to measure availability"


def test_canaries_that_did_not_run_are_told_beside_those_that_passed() -> None:
    check = a_check(a_result(good=5000), canaries=(a_canary(), a_canary(outcome=CanaryOutcome.NOT_RUN, when="after")))
    (availability,) = [row for row in check.objectives if row.name == "availability"]
    assert availability.reasoning == (
        "1 of 1 canary run passed, 1 did not run (api after the load); a load test is too short to measure availability"
    )


def test_a_target_is_told_without_its_window_of_which_a_check_sees_minutes() -> None:
    objective = read_objectives(T_DEVELOPER.objectives, stage="production")["api-errors"]
    assert isinstance(objective, BudgetedObjective)
    assert describe_target(replace(objective, window=timedelta(hours=36))) == "99.9 % without a server fault"


def test_what_was_counted_is_told_with_what_it_is() -> None:
    said = {row.name: row.evidence.events_said for row in a_check(a_result(good=5_000)).objectives}
    assert (said["api-errors"], said["deployments"]) == ("5,000 journeys", "2 stack operations")
    assert said["availability"] is None


def test_a_canary_that_failed_keeps_a_release_back_whatever_the_load_test_says() -> None:
    failed = a_canary(outcome=CanaryOutcome.FAILED, when="after", because="submit: status 500")
    check = a_check(a_result(good=5000), canaries=(a_canary(), failed))
    assert check.exit_code == 1
    assert check.headline == "Miss: canary api after the load"


def test_a_canary_that_failed_beside_other_work_on_its_machine_leaves_a_release_undecided() -> None:
    failed = a_canary(outcome=CanaryOutcome.FAILED, because="submit: no answer", disturbance="this machine was busy")
    check = a_check(a_result(good=5000), canaries=(failed, a_canary(when="after")))
    assert (check.exit_code, check.headline) == (3, "Inconclusive: canary api before the load")
    assert "submit: no answer; but this machine was busy" in render_html(check)
    alone = a_canary(outcome=CanaryOutcome.FAILED, when="after", because="submit: status 500")
    both = a_check(a_result(good=5000), canaries=(failed, alone))
    assert (both.exit_code, both.headline) == (1, "Miss: canary api after the load")


def test_what_the_machine_did_is_on_the_page_and_in_the_json() -> None:
    faulty = a_result(good=5_000, faults=500)
    check = a_check(replace(faulty, machine=a_busy_machine()))
    assert check.exit_code == 3
    page = render_html(check)
    assert "While the load was measured, this machine was busy with other work" in page
    assert re.search("<li>CPU taken by other work: .*0.97.* of 2.cores", page)
    made = check_output(check).machine
    assert made is not None
    assert (made.is_disturbed, made.others_cores, made.core_count, made.sample_count) == (
        True,
        pytest.approx(0.97),
        2,
        100,
    )
    assert made.reason is not None
    quiet = a_check(replace(faulty, machine=a_machine(*[QUIET] * 110)))
    assert quiet.exit_code == 1
    assert "No other work disturbed the load" in render_html(quiet)
    unknown = a_check(faulty)
    assert (unknown.exit_code, check_output(unknown).machine) == (1, None)
    assert "what this machine did was not recorded" in render_html(unknown)


def test_a_canary_that_could_not_run_decides_nothing() -> None:
    assert a_check(a_result(good=5000), canaries=(a_canary(outcome=CanaryOutcome.NOT_RUN),)).exit_code == 0


def test_what_became_of_an_alarm_stands_in_the_data() -> None:
    became = {
        "a": Notified(at=datetime(2026, 3, 2, tzinfo=UTC)),
        "b": Suppressed(by=SuppressedBy.ALARM),
        "c": Pending(by=SuppressedBy.WAIT_PERIOD),
        "d": NotKnown(),
    }
    rows = tuple(
        AlarmRow(name=name, severity="page", after_seconds=None if name == "d" else 1.0, notification=each, impact="i")
        for name, each in became.items()
    )
    alarms = AlarmsUnderLoad(fired=rows, evaluated_count=4, partly_known_count=1, without_data_count=2)
    check = replace(a_check(a_result(good=5_000)), alarms=alarms)
    data = json.loads(to_json(check_output(check)))
    assert [(row["alarm"], row["notification"], row["notified_at"]) for row in data["alarms"]["fired"]] == [
        ("a", "notified", "2026-03-02T00:00:00+00:00"),
        ("b", "suppressed", None),
        ("c", "pending", None),
        ("d", "not_known", None),
    ]
    assert alarms.sentence == (
        "a; in ALARM since before the load: d (4 alarms evaluated, 1 for a part of the load; 2 with no data)"
    )
    assert "before the load" in render_html(check)


def test_what_a_killed_load_had_kept_is_judged_and_drawn_without_percentiles() -> None:
    kept = a_check(replace(as_kept(a_result(good=4_900, faults=100)), interrupted=False))
    assert words(kept) == words(a_check(a_result(good=4_900, faults=100)))
    assert {row.p99_ms for row in kept.requests} == {None}
    assert sum(second.fault_count for second in kept.seconds) == 100
    html = render_html(kept)
    assert "until then it had kept counts alone" in html
    assert "no request was answered in the measured part" not in html
