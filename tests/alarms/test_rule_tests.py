"""Rule tests: the notation, the file, what a failure shows, and the project's own tests and coverage."""

import contextlib
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarms.backtest import AlarmReplay, Backtest, ReplayedFiring
from alarms.coverage import Backtested, coverage, read_backtested, write_backtested
from alarms.notation import read_series
from alarms.plan import plan_of
from alarms.resource_proofs import resource_rule_tests
from alarms.rule_test_file import read_rule_tests
from alarms.rule_tests import Outcome, run_rule_test
from alarms.states import Firing
from foundation.cloudwatch.series_notation import NotationError
from foundation.cloudwatch.suppression import Notified
from foundation.errors import InputError
from foundation.readings import Known
from foundation.slo.burn_rate import Severity
from foundation.slo.detection import Recall
from infra.checkout import ROOT
from infra.stage import make_stage

TESTS = ROOT / "tdeveloper" / "rule_tests"
STAGE = make_stage("production")
PLAN, OBJECTIVES = plan_of(STAGE), STAGE.objectives

GOOD = """
tests:
- name: an outage pages
  input:
  - {objective: api-errors, total: 600x90, bad: 0x59 600x30}
  expect:
  - {at: 60m, alarms: {api-errors-page-fast: OK}}
  - at: 62m
    alarms: {api-errors-page-fast: ALARM}
    actions: {api-errors-page-fast: notified, api-errors-page-medium: suppressed}
"""


def written(directory: Path, text: str) -> Path:
    file = directory / "tests.yaml"
    file.write_text(text)
    return file


def outcomes_of(directory: Path, text: str) -> list[Outcome]:
    return [run_rule_test(test, PLAN, OBJECTIVES) for test in read_rule_tests(written(directory, text), PLAN)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1 2 _ 4", [1, 2, np.nan, 4]),
        ("0+1x3", [0, 1, 2, 3]),
        ("5-1x2", [5, 4, 3]),
        ("7x2", [7, 7, 7]),
        ("_x3", [np.nan] * 3),
        ("-2+4x3", [-2, 2, 6, 10]),
        ("1-2x4", [1, -1, -3, -5, -7]),
        ("0.5+0.25x1 1e3", [0.5, 0.75, 1000]),
    ],
)
def test_series_are_written_as_promtool_writes_them(text: str, values: list[float]) -> None:
    """https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series has the last three examples."""
    np.testing.assert_array_equal(read_series(text), values)


@pytest.mark.parametrize(
    "text", ["", "one", "1x", "x3", "1+x3", "1x999999999", "１", "1x１", "1e999", "0x400000 0x400000", "stale", "1,2"]
)
def test_what_is_no_series_is_refused(text: str) -> None:
    with pytest.raises(NotationError):
        read_series(text)


@given(st.text(alphabet="0123456789+-x_. e", max_size=20))
def test_no_text_breaks_the_notation(text: str) -> None:
    with contextlib.suppress(NotationError):
        assert read_series(text).size > 0


def test_a_test_that_holds_has_no_failures_and_says_what_it_showed(tmp_path: Path) -> None:
    (outcome,) = outcomes_of(tmp_path, GOOD)
    assert outcome.failures == ()
    name = "t-developer-production-api-errors-page-fast"
    assert (outcome.fired, outcome.quiet) == ({name}, set())


def test_a_wrong_expectation_shows_both_states_on_a_time_line(tmp_path: Path) -> None:
    (outcome,) = outcomes_of(
        tmp_path, GOOD.replace("60m, alarms: {api-errors-page-fast: OK}", "60m, alarms: {api-errors-page-fast: ALARM}")
    )
    (failure,) = outcome.failures
    assert failure.line == 7
    assert failure.lines[0] == "at 60m: api-errors-page-fast was expected ALARM, and is OK"
    assert "·" in failure.lines[1]
    assert "█" in failure.lines[1]
    assert failure.lines[2].endswith("^ 60m")
    assert failure.lines[3] == "  changes: 0s OK, 1h1m ALARM"
    children = "api-errors-page-fast-long is OK, api-errors-page-fast-short is OK."
    assert failure.lines[4] == (
        f'  ALARM("api-errors-page-fast-long") AND ALARM("api-errors-page-fast-short"): {children}'
    )
    # Down to the numbers of each child: what it counted, its guard and its threshold.
    long, short = (failure.lines[at : at + 5] for at in (5, 10))
    assert long[0] == "    At 1h alarm api-errors-page-fast-long is OK, as before."
    assert "IF(FILL(total, 0) >= 70, FILL(bad, 0) / total, 0)" in long[1]
    assert long[1].endswith("is > 0.0144; 1 of 1 must breach.")
    assert long[2] == "    In the newest period total is 33600, bad is 0."
    assert long[3] == "    Evaluation range: -1h48m 0, -52m 0, 4m 0."
    assert short[2] == "    In the newest period total is 3000, bad is 0."
    assert short[3] == "    Evaluation range: 45m 0, 50m 0, 55m 0."


def test_a_metric_alarms_failure_is_explained(tmp_path: Path) -> None:
    text = GOOD.replace("60m, alarms: {api-errors-page-fast: OK}", "60m, alarms: {api-errors-page-fast-long: ALARM}")
    (outcome,) = outcomes_of(tmp_path, text)
    assert "A datapoint breaches when IF(FILL(total, 0) >= 70" in outcome.failures[0].lines[5]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "fast: notified",
            "fast: suppressed",
            "was expected suppressed, and it is notified: the notification is sent at 1h1m",
        ),
        ("medium: suppressed", "medium: notified", "was expected notified, and it is suppressed, by Alarm"),
        (
            "at: 60m, alarms: {api-errors-page-fast: OK}",
            "at: 60m, actions: {api-errors-page-fast-long: suppressed}",
            "it is notified: the notification is sent at 0s",
        ),
    ],
)
def test_actions_that_did_otherwise_are_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    (outcome,) = outcomes_of(tmp_path, GOOD.replace(old, new))
    assert said in outcome.failures[0].lines[0]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            "objective: agent-turn, part: agent-ful-turn",
            "agent-turn has no part 'agent-ful-turn'; did you mean agent-full",
        ),
        ("objective: api-errors, part: agent-full-turn", "api-errors has no part 'agent-full-turn'"),
    ],
)
def test_a_part_that_an_objective_has_not_is_refused_with_its_line(tmp_path: Path, given: str, said: str) -> None:
    with pytest.raises(InputError, match=rf":5: an outage pages: {re.escape(said)}"):
        outcomes_of(tmp_path, GOOD.replace("objective: api-errors", given))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("600x90", "600y90", "5: an outage pages: input.total: '600y90' is no value"),
        (
            "objective: api-errors, total: 600x90,",
            "total: 600x90,",
            "an outage pages: input: write {objective, total, bad} of events, or {metric: {namespace",
        ),
        ("at: 60m", "at: noon", "7: an outage pages: expect.at: 'noon' is no duration"),
        (
            "api-errors-page-fast: OK",
            "api-errors-page-fast: FINE",
            "must be OK, ALARM or INSUFFICIENT_DATA, not 'FINE'",
        ),
        ("name: an outage pages", "nam: an outage pages", "tests.nam: unknown key; did you mean name?"),
        ("fast: notified", "fast: maybe", "must be notified, suppressed or pending, not 'maybe'"),
        (
            "name: an outage pages",
            "interval: 15s\n  name: an outage pages",
            "an outage pages: interval: must be a multiple of 10 s",
        ),
        ("name: an outage pages", "interval: 0s\n  name: an outage pages", "interval: must be a multiple of 10 s"),
        (
            "name: an outage pages",
            "start: 2026-03-02T00:00:30Z\n  name: an outage pages",
            "start: must be at a multiple of 60 s",
        ),
        ("tests:", "test:", "test: unknown key; did you mean tests?"),
        ("objective: api-errors", "objective: '${servce}'", "${servce} is not known; did you mean service?"),
    ],
)
def test_a_malformed_file_is_refused_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(InputError) as raised:
        read_rule_tests(written(tmp_path, GOOD.replace(old, new)), PLAN)
    assert any(said in line for line in raised.value.problems), raised.value.problems


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "api-errors-page-fast: OK",
            "api-errors-page-quick: OK",
            "tests.yaml:7: an outage pages: there is no alarm 'api-errors-page-quick'; did you mean",
        ),
        ("objective: api-errors", "objective: uptime", "'uptime' is no objective whose events are counted"),
        ("objective: api-errors", "objective: availability", "'availability' is no objective whose events are counted"),
    ],
)
def test_a_name_that_is_not_there_is_refused_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        outcomes_of(tmp_path, GOOD.replace(old, new))


@pytest.fixture(scope="module")
def own_outcomes() -> list[Outcome]:
    tests = [test for file in sorted(TESTS.glob("*.yaml")) for test in read_rule_tests(file, PLAN)]
    tests += resource_rule_tests(STAGE, PLAN)
    return [run_rule_test(test, PLAN, OBJECTIVES) for test in tests]


def test_the_projects_own_rule_tests_hold(own_outcomes: list[Outcome]) -> None:
    assert [failure.lines for outcome in own_outcomes for failure in outcome.failures] == []


def test_every_alarm_of_the_project_is_proved(own_outcomes: list[Outcome]) -> None:
    assert [proof.alarm for proof in coverage(PLAN, own_outcomes, {}) if not proof.holds] == []


def test_without_one_file_of_tests_alarms_are_unproved(own_outcomes: list[Outcome]) -> None:
    without = [outcome for outcome in own_outcomes if outcome.test.file.name != "events.yaml"]
    unproved = {proof.alarm: proof.missing for proof in coverage(PLAN, without, {}) if not proof.holds}
    assert unproved["t-developer-production-deployments-page-failed"] == "that it fires and that it stays quiet"
    assert len(unproved) == 4


def test_a_failed_test_proves_nothing(tmp_path: Path) -> None:
    (outcome,) = outcomes_of(tmp_path, GOOD.replace("page-fast: ALARM}", "page-fast: OK}"))
    assert outcome.failures
    assert not any(proof.fires_in or proof.quiet_in for proof in coverage(PLAN, [outcome], {}))


def backtested(*fired: str, judged_count: int = 0) -> Backtest:
    """Six days, in which each of these alarms fired once and one of three incidents was paged."""
    start_at, end_at = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 8, tzinfo=UTC)
    firing = Firing(
        began_at=start_at, seen_from=start_at, seen_until=end_at, ended_at=None, notification=Notified(at=start_at)
    )
    return Backtest(
        start_at=start_at,
        end_at=end_at,
        replays=tuple(
            AlarmReplay(
                alarm=name,
                severity=Severity.PAGE,
                firings=(ReplayedFiring(firing=firing, budget_spent_ratio=None),) if name in fired else (),
                known=Known.throughout(start_at, end_at),
                known_ratio=1.0,
                coarse=Known.nothing(),
                notifications_a_week=1.0,
            )
            for name in (*fired, "quiet")
        ),
        detections=(),
        page_count=0,
        precision_ratio=None,
        recall=Recall(given_count=3, judged_count=judged_count, paged_count=1),
        not_replayed=(),
    )


def test_backtests_are_kept_on_record(tmp_path: Path) -> None:
    file = tmp_path / "build" / "proofs.json"
    assert read_backtested(file) == {}
    write_backtested(file, backtested("a", "b"), on=date(2026, 3, 2))
    write_backtested(file, backtested("b", "c", judged_count=2), on=date(2026, 3, 4))
    assert read_backtested(file) == {
        name: Backtested(on=date(2026, 3, day), times_count=1, known_days=6.0)
        for name, day in (("a", 2), ("b", 4), ("c", 4))
    }
    assert file.read_text().splitlines()[:3] == ["{", '  "backtested_on": {', '    "a": "2026-03-02",']
    kept = json.loads(file.read_text())
    assert kept["evidence"] == {name: {"known_days": 6.0, "times_count": 1} for name in "abc"}
    assert kept["incidents"] == {"given_count": 3, "judged_count": 2, "paged_count": 1}
    write_backtested(file, backtested("0"), on=date(2026, 3, 5))
    assert list(read_backtested(file)) == ["0", "a", "b", "c"]
    file.write_text('{"backtested_on": {"a": "2026-03-02"}}')
    assert read_backtested(file) == {"a": Backtested(on=date(2026, 3, 2))}
    file.write_text("{}")
    with pytest.raises(InputError, match="backtested_on: is missing"):
        read_backtested(file)
