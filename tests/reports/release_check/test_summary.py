"""The line that a person pastes into a pull request, and the one of what the steps took."""

from dataclasses import replace

from foundation.machine.model import Machine
from foundation.pages.template import unbroken
from reports.release_check.model import CanaryOutcome, StepRow
from reports.release_check.page import render_html
from reports.release_check.summary import summary_line, took_line
from sre.cli.outputs.check import check_output
from tests.foundation.machine.factories import QUIET, a_busy_machine, a_machine
from tests.loadtests.factories import a_result
from tests.sre.jobs.release_check.test_check import a_canary, a_check


def test_a_check_that_passes_is_said_in_one_line() -> None:
    check = a_check(a_result(good=5_000), canaries=(a_canary(), a_canary(when="after")))
    assert summary_line(check) == (
        "release check: pass · api-latency pass (0 of 5,000 bad, ≤ 1 %) · api-errors pass (0 of 5,000 bad, ≤ 0.1 %) · "
        "canaries 2 of 2 · 50 rps for 100 s · local · 2026-03-02 10:00 UTC"
    )


def test_a_miss_names_what_was_missed_and_a_canary_that_did_not_run_is_none() -> None:
    failed = a_canary(outcome=CanaryOutcome.FAILED, when="after")
    check = a_check(a_result(good=4_900, faults=100), canaries=(failed, a_canary(outcome=CanaryOutcome.NOT_RUN)))
    line = summary_line(check)
    assert line.startswith("release check: miss · api-latency ")
    assert "api-errors miss (100 of 5,000 bad, ≤ 0.1 %) · canaries 0 of 1 · " in line


def test_what_is_missing_stands_in_front_and_a_what_if_is_no_verdict_on_the_release() -> None:
    failed = StepRow(name="alarms", took_seconds=1.0, failure="gone")
    check = replace(
        a_check(a_result(good=5_000)), exit_code=3, steps=(failed,), failures=(failed,), what_ifs=("api-errors 99 %",)
    )
    line = summary_line(check)
    assert line.startswith("release check: inconclusive · alarms failed · api-latency pass")
    assert " · what if: api-errors 99 % · local · " in line
    assert summary_line(replace(check, exit_code=2)).startswith("release check: nothing measured · alarms failed")
    assert summary_line(replace(check, exit_code=130)).startswith("release check: interrupted · ")


def test_it_is_on_the_page_and_in_the_json() -> None:
    check = a_check(a_result(good=5_000))
    assert check_output(check).summary == summary_line(check)
    assert "release check: pass" in render_html(check)


def test_the_steps_are_on_the_page_with_their_times_and_reasons() -> None:
    failed = StepRow(name="alarms", took_seconds=61.0, failure="<gone>")
    check = replace(
        a_check(a_result(good=5_000)), exit_code=3, failures=(failed,),
        steps=(StepRow(name="deployment", took_seconds=12.5), failed),
    )  # fmt: skip
    html = render_html(check)
    assert "neither a pass nor a miss of the release" in html
    assert "alarms, after" in html
    assert "&lt;gone&gt;" in html
    assert "<gone>" not in html
    assert took_line(check) == "deployment 12.5 s, alarms 1 min 1 s"
    assert [(row.step, row.took_seconds, row.failure) for row in check_output(check).steps] == [
        ("deployment", 12.5, None), ("alarms", 61.0, "<gone>"),
    ]  # fmt: skip
    whole = render_html(a_check(a_result(good=5_000)))
    assert "neither a pass nor a miss" not in whole
    assert took_line(a_check(None)) == "no time"


def test_times_are_in_utc_and_whole_minutes_and_a_sign_stays_with_its_number() -> None:
    html = render_html(a_check(a_result(good=5_000)))
    assert "2026-03-02T" not in html
    assert '<span class="q">2026-03-02 10:00 UTC</span> to <span class="q">2026-03-02 10:05 UTC</span>' in html
    assert unbroken("took < 60 s") == 'took <span class="q">&lt; 60 s</span>'


def test_a_run_is_named_and_so_is_other_work_that_disturbed_it() -> None:
    def line(machine: Machine) -> str:
        return summary_line(replace(a_check(replace(a_result(good=5_000), machine=machine)), run_id="1a2b3c4d-5e6f"))

    assert line(a_machine(*[QUIET] * 110)).endswith(" · local · quiet machine · 2026-03-02 10:00 UTC · run 1a2b3c4d")
    assert line(a_busy_machine()).endswith(" · local · busy machine · 2026-03-02 10:00 UTC · run 1a2b3c4d")
    of_moments = a_machine(*[QUIET] * 109, replace(QUIET, others_cores=1.0))
    assert line(of_moments).endswith(" · local · machine busy for moments · 2026-03-02 10:00 UTC · run 1a2b3c4d")
    assert "machine" not in line(a_machine(*[QUIET] * 110, holds_target=False))
