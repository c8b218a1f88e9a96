"""Runs of canaries as data and as verdicts: pass, fail, or no data where one could not run."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from canaries.runs import CanaryRun, NotRun, StepRun
from canaries.slow_answers import SlowAnswer
from foundation.errors import Exit
from foundation.machine.disturbance import Disturbance
from sre.cli.canaries.verdicts import run_verdicts, step_verdicts
from sre.cli.outputs.canaries import CanaryRuns, Run, exit_of_runs, outcome_of_runs, run_of
from sre.cli.outputs.words import Outcome, RunOutcome
from sre.cli.verdicts.junit import to_junit
from tests.sre.cli.command_line import sre

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
PASSED = StepRun(name="health", took_seconds=0.5, reason=None)
BROKEN = StepRun(name="submit", took_seconds=1.0, reason="status 500")


def a_run(name: str, *steps: StepRun, reason: str | None = None, has_timed_out: bool = False) -> CanaryRun:
    return CanaryRun(
        run_id="1", name=name, started_at=AT, ended_at=AT + timedelta(seconds=2), steps=steps, reason=reason,
        has_timed_out=has_timed_out, retry_count=0,
    )  # fmt: skip


NOT_RUN = NotRun(name="agent", reason="no agent here")
FAILED = a_run("pipeline", PASSED, BROKEN, reason="submit: status 500")
TIMED_OUT = a_run("progress", PASSED, reason="no end within 60 s", has_timed_out=True)


def an_output(*runs: CanaryRun | NotRun) -> CanaryRuns:
    parts = tuple(run_of(each, disturbance=None) for each in runs)
    code = exit_of_runs(parts)
    return CanaryRuns(
        outcome=outcome_of_runs(code), exit_code=code, stage="local", api_url="http://127.0.0.1", log_directory="out",
        runs=parts,
    )  # fmt: skip


def replace_runs(output: CanaryRuns, *runs: Run) -> CanaryRuns:
    return output.model_copy(update={"runs": runs})


@pytest.mark.parametrize(
    ("runs", "code", "outcome"),
    [
        ([a_run("api", PASSED)], Exit.MET, RunOutcome.PASS),
        ([a_run("api", PASSED), FAILED, NOT_RUN], Exit.MISSED, RunOutcome.FAIL),
        ([a_run("api", PASSED), NOT_RUN], Exit.NOT_ENOUGH_EVIDENCE, RunOutcome.NO_DATA),
    ],
)
def test_one_that_failed_decides_and_then_one_that_could_not_run(
    runs: list[CanaryRun | NotRun], code: Exit, outcome: RunOutcome
) -> None:
    made = an_output(*runs)
    assert (made.exit_code, made.outcome) == (code, outcome)


def test_one_that_failed_beside_other_work_decides_nothing_and_is_inconclusive_in_every_format() -> None:
    busy = Disturbance(is_throughout=True, spans=(), reasons=("CPU taken by other work: 1.9 of 2 cores",))
    failed, passed = run_of(FAILED, disturbance=busy), run_of(a_run("api", PASSED), disturbance=busy)
    assert (failed.disturbance, passed.disturbance) == (busy.sentence, None)
    assert exit_of_runs([passed, failed]) is Exit.NOT_ENOUGH_EVIDENCE
    assert exit_of_runs([failed, run_of(TIMED_OUT, disturbance=None)]) is Exit.MISSED
    made = replace_runs(an_output(FAILED), failed)
    (row,) = run_verdicts(made).rows
    assert row.outcome is Outcome.INCONCLUSIVE
    assert row.reason == f"submit: status 500; but {busy.sentence}"
    assert [each.outcome for each in step_verdicts(made).rows] == [RunOutcome.PASS, Outcome.INCONCLUSIVE]


def test_slow_answers_are_counted_beside_a_pass() -> None:
    slow = (SlowAnswer(request="GET /", took_ms=1_260.0, slow_after_ms=1_000.0),)
    made = an_output(replace(a_run("api", PASSED), slow=slow))
    assert (made.exit_code, made.runs[0].slow_count, made.runs[0].slowest_ms) == (Exit.MET, 1, 1_260.0)
    (row,) = run_verdicts(made).rows
    assert row.reason == "1 slow answer, 1,260 ms at most, which the objective on latency judges"


def test_a_run_names_its_failed_step_and_when_it_ran() -> None:
    run = run_of(FAILED, disturbance=None)
    assert (run.outcome, run.failed_step, run.reason) == (RunOutcome.FAIL, "submit", "submit: status 500")
    assert (run.started_at, run.took_seconds) == (AT, 2.0)
    assert [(each.step, each.outcome) for each in run.steps] == [
        ("health", RunOutcome.PASS),
        ("submit", RunOutcome.FAIL),
    ]


def test_one_that_could_not_run_has_no_moment_and_no_step() -> None:
    run = run_of(NOT_RUN, disturbance=None)
    assert (run.outcome, run.reason, run.started_at, run.steps) == (RunOutcome.NO_DATA, "no agent here", None, ())


def test_junit_has_a_suite_a_canary_and_a_case_a_step_and_one_for_a_run_that_ended_between_them() -> None:
    root = ElementTree.fromstring(to_junit(step_verdicts(an_output(FAILED, TIMED_OUT, NOT_RUN))))  # noqa: S314 - our own
    assert {
        suite.get("name"): [(case.get("name"), [each.tag for each in case]) for case in suite] for suite in root
    } == {
        "pipeline": [("health", []), ("submit", ["failure"])],
        "progress": [("health", []), ("run", ["failure"])],
        "agent": [("agent", ["skipped"])],
    }


def test_a_row_a_canary_has_its_steps_and_seconds() -> None:
    verdicts = run_verdicts(an_output(FAILED, NOT_RUN))
    assert [(row.name, row.cells) for row in verdicts.rows] == [
        ("pipeline", ("2.0", "health 500 ms, submit 1,000 ms")), ("agent", ("–", "–")),
    ]  # fmt: skip
    assert verdicts.headline == "0 of 2 passed against http://127.0.0.1."


def test_what_is_defined_has_prices_as_numbers_that_add_up_and_runtimes_with_their_age() -> None:
    done = sre("canaries", "list", "--json")
    found = json.loads(done.stdout, parse_float=Decimal)
    assert abs(sum(each["monthly_usd"] for each in found["canaries"]) - found["monthly_usd"]) < Decimal("0.05")
    assert {each["must_be_replaced"] for each in found["runtimes"]} == {done.returncode == Exit.MISSED}
    assert found["runtimes_source"] == "file"
