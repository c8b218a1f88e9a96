"""What a rule test says, whole: its failures line by line, what it showed, and on what its alarms were evaluated."""

from pathlib import Path

import pytest

from alarms.rule_test_file import read_rule_tests
from alarms.rule_tests import Outcome, run_rule_test
from foundation.cloudwatch.alarms import ComparisonOperator, CompositeAlarm, MetricAlarm, Suppressor
from foundation.cloudwatch.evaluation import MissingData
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.errors import InputError, SourceError
from foundation.slo.model import Objectives
from tests.alarms.factories import CONTEXT, by_hand, errors_objective, plan_of

NO_OBJECTIVES = Objectives(service="t-developer", stage="production", title="T", description="", items=())
PREFIX = CONTEXT.prefix


def watching(statistic: str = "Sum", period_seconds: int = 60, threshold: float = 0.0) -> MetricAlarm:
    return MetricAlarm(
        name=f"{PREFIX}-watched",
        watches=MetricStat(metric=Metric(namespace="N", name="M"), period_seconds=period_seconds, statistic=statistic),
        comparison=ComparisonOperator.MORE_THAN,
        threshold=threshold,
        evaluation_periods=1,
        missing_data=MissingData.NOT_BREACHING,
    )


HELD = CompositeAlarm(
    name=f"{PREFIX}-held",
    rule=f'ALARM("{PREFIX}-watched")',
    suppressor=Suppressor(alarm="faster", wait_seconds=120, extension_seconds=300),
)
FASTER = CompositeAlarm(name="faster", rule=f'ALARM("{PREFIX}-watched")')


def outcome_of(
    directory: Path,
    expect: str,
    *,
    values: str = "0 0 1x2 0x9",
    more: str = "",
    statistic: str = "Sum",
    alarm: MetricAlarm | None = None,
) -> Outcome:
    plan = by_hand(alarm or watching(), HELD, FASTER)
    file = directory / "tests.yaml"
    file.write_text(
        f"""tests:
- name: three bad minutes
{more}  input:
  - {{metric: {{namespace: N, name: M}}, statistic: {statistic}, values: {values}}}
  expect:
  - {expect}
"""
    )
    (test,) = read_rule_tests(file, plan)
    return run_rule_test(test, plan, NO_OBJECTIVES)


@pytest.mark.parametrize(
    ("expect", "fired", "quiet"),
    [
        ("{at: 3m, alarms: {watched: ALARM}}", {f"{PREFIX}-watched"}, set[str]()),
        ("{at: 2m, alarms: {watched: OK}}", set[str](), {f"{PREFIX}-watched"}),
        ("{at: 3m, alarms: {faster: ALARM, held: ALARM}}", {"faster", f"{PREFIX}-held"}, set[str]()),
        ("{at: 3m, alarms: {watched: OK}}", set[str](), set[str]()),
        ("{at: 5m, actions: {held: notified}}", set[str](), set[str]()),
    ],
)
def test_a_test_shows_an_alarm_firing_or_quiet_only_where_that_was_expected(
    tmp_path: Path, expect: str, fired: set[str], quiet: set[str]
) -> None:
    outcome = outcome_of(tmp_path, expect)
    assert (outcome.fired, outcome.quiet) == (fired, quiet)


def test_a_wrong_state_is_drawn_around_the_expectation_with_its_changes_and_its_reasons(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, "{at: 2m30s, alarms: {held: ALARM}}\n  - {at: 6m, alarms: {held: ALARM}}")
    first, second = outcome.failures
    assert (first.line, second.line) == (6, 7)
    assert first.lines[:5] == (
        "at 2m30s: held was expected ALARM, and is OK",
        "  ···███   · OK  █ ALARM, 30s to 5m30s",
        "    ^ 2m30s",
        "  changes: 0s OK, 3m ALARM, 6m OK",
        '  ALARM("watched"): watched is OK.',
    )
    assert first.lines[5:7] == (
        "    At 2m alarm watched is OK, as before.",
        "    A datapoint breaches when Sum of N M per 60 s is > 0; 1 of 1 must breach.",
    )
    assert second.lines[1:3] == ("  ···███·   · OK  █ ALARM, 0s to 6m", "        ^ 6m")
    assert (first.drawn, second.drawn) == (first.lines[1:3], second.lines[1:3])


def test_the_states_of_a_long_test_are_drawn_half_an_hour_to_either_side(tmp_path: Path) -> None:
    expect = "{at: 40m, alarms: {watched: ALARM}}\n  - {at: 90m, alarms: {watched: OK}}"
    (failure,) = outcome_of(tmp_path, expect, values="0x29 1 0x90").failures
    assert failure.drawn == (
        "  " + "·" * 21 + "█" + "·" * 39 + "   · OK  █ ALARM, 10m to 1h10m", "  " + " " * 30 + "^ 40m",
    )  # fmt: skip


def test_a_wrong_state_at_the_very_start_is_drawn_as_one(tmp_path: Path) -> None:
    (failure,) = outcome_of(tmp_path, "{at: 0s, alarms: {held: ALARM}}").failures
    assert failure.lines[:4] == (
        "at 0s: held was expected ALARM, and is OK",
        "  ·   · OK, 0s to 0s",
        "  ^ 0s",
        "  changes: 0s OK",
    )


def test_times_are_written_as_the_file_writes_them(tmp_path: Path) -> None:
    """An hour and a half as 90m where it is asked, and no days where the file has none."""
    expect = "{at: 90m, alarms: {watched: ALARM}}\n  - {at: 25h, alarms: {watched: ALARM}}"
    first, second = outcome_of(tmp_path, expect, values="0x1500").failures
    assert (first.lines[0].split(":")[0], second.lines[0].split(":")[0]) == ("at 90m", "at 25h")
    assert second.lines[1].endswith("24h30m to 25h")
    in_days = outcome_of(tmp_path, expect.replace("25h", "1d1h"), values="0x1500").failures[1]
    assert in_days.lines[1].endswith("1d30m to 1d1h")


def test_an_alarm_that_never_changed_says_so(tmp_path: Path) -> None:
    silent = MetricAlarm(
        name=f"{PREFIX}-watched",
        watches=MetricStat(metric=Metric(namespace="N", name="Other"), period_seconds=60, statistic="Sum"),
        comparison=ComparisonOperator.MORE_THAN,
        threshold=0.0,
        evaluation_periods=1,
    )
    expect = "{at: 1m, alarms: {watched: OK}, actions: {watched: notified}}"
    state, action = outcome_of(tmp_path, expect, alarm=silent).failures
    assert state.lines[1:4] == ("  ??   ? INSUFFICIENT_DATA, 0s to 1m", "   ^ 1m", "  changes: none")
    assert action.lines == (
        "at 1m: the notification of watched was expected notified, and its state has not changed by then",
    )


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ("{at: 2m, actions: {watched: notified}}", "notified, and it has not been in ALARM by then"),
        ("{at: 3m, actions: {watched: notified}}", None),
        (
            "{at: 3m, actions: {watched: suppressed}}",
            "suppressed, and it is notified: the notification is sent at 3m",
        ),
        ("{at: 2m, actions: {watched: pending}}", "pending, and it is notified: the notification is sent at 0s"),
        ("{at: 5m, actions: {held: notified}}", None),
        ("{at: 5m, actions: {held: suppressed}}", "suppressed, and it is notified: the notification is sent at 5m"),
        ("{at: 4m, actions: {held: pending}}", None),
        ("{at: 4m, actions: {held: notified}}", "notified, and it is pending, by WaitPeriod"),
        ("{at: 4m, actions: {held: suppressed}}", "suppressed, and it is pending, by WaitPeriod"),
        (
            "{at: 4m, actions: {held: notified}}\n  - {at: 5m, actions: {held: notified}}",
            "notified, and it is pending: the notification is sent at 5m",
        ),
    ],
)
def test_actions_are_those_of_the_latest_change_at_that_very_instant(
    tmp_path: Path, expect: str, said: str | None
) -> None:
    plan = by_hand(
        watching(),
        HELD,
        MetricAlarm(
            name="faster",
            watches=MetricStat(metric=Metric(namespace="N", name="Other"), period_seconds=60, statistic="Sum"),
            comparison=ComparisonOperator.MORE_THAN,
            threshold=0.0,
            evaluation_periods=1,
        ),
    )
    file = tmp_path / "tests.yaml"
    file.write_text(
        "tests:\n- name: n\n  input:\n"
        "  - {metric: {namespace: N, name: M}, statistic: Sum, values: 0 0 1x2 0x9}\n"
        f"  expect:\n  - {expect}\n"
    )
    (test,) = read_rule_tests(file, plan)
    failures = run_rule_test(test, plan, NO_OBJECTIVES).failures
    texts = [failure.lines[0].partition(" was expected ")[2] for failure in failures]
    assert texts == ([] if said is None else [said])


@pytest.mark.parametrize(
    ("interval", "grid"), [("1m", 60), ("2m", 60), ("1h", 60), ("10s", 10), ("50s", 10), ("90s", 10)]
)
def test_values_lie_on_a_grid_of_a_minute_or_of_ten_seconds_where_they_need_it(
    tmp_path: Path, interval: str, grid: int
) -> None:
    with pytest.raises(SourceError) as raised:
        outcome_of(
            tmp_path,
            "{at: 1m, alarms: {watched: OK}}",
            more=f"  interval: {interval}\n",
            alarm=watching(statistic="Maximum"),
        )
    assert f"(there is Sum per {grid} s): it was not recorded and does not follow from what was" in str(raised.value)


def test_values_of_ten_seconds_are_seen_ten_seconds_later(tmp_path: Path) -> None:
    outcome = outcome_of(
        tmp_path,
        "{at: 20s, alarms: {watched: OK}}\n  - {at: 30s, alarms: {watched: ALARM}}\n"
        "  - {at: 50s, alarms: {watched: ALARM}}\n  - {at: 60s, alarms: {watched: OK}}",
        more="  interval: 10s\n",
        alarm=watching(period_seconds=10),
    )
    assert outcome.failures == ()


def test_an_average_is_of_single_samples_and_what_is_missing_is_no_sample(tmp_path: Path) -> None:
    """Over three minutes 9, nothing and 3 are 6 on average."""
    for threshold, state in ((5.99, "ALARM"), (6.0, "OK")):
        outcome = outcome_of(
            tmp_path,
            # 9 alone is above both.
            f"{{at: 1m, alarms: {{watched: ALARM}}}}\n  - {{at: 3m, alarms: {{watched: {state}}}}}",
            values="9 _ 3",
            statistic="Average",
            alarm=watching(statistic="Average", period_seconds=180, threshold=threshold),
        )
        assert outcome.failures == ()


def test_samples_can_be_counted_where_an_average_was_given(tmp_path: Path) -> None:
    for threshold, state in ((1.5, "ALARM"), (2.0, "OK")):
        outcome = outcome_of(
            tmp_path,
            f"{{at: 3m, alarms: {{watched: {state}}}}}",
            values="9 _ 3",
            statistic="Average",
            alarm=watching(statistic="SampleCount", period_seconds=180, threshold=threshold),
        )
        assert outcome.failures == ()


@pytest.mark.parametrize(
    ("bad", "before", "state"),
    [
        # 2 of 100 a minute are above 1.44 %, over five minutes as over an hour.
        ("bad: 2x60", "ALARM", "ALARM"),
        # Bad events that no total goes with are left out, and where none are said there are none.
        ("bad: 2x600", "ALARM", "ALARM"),
        ("bad: 2x50", "ALARM", "OK"),
        ("bad: 0x60", "OK", "OK"),
    ],
)
def test_bad_events_are_as_long_as_the_total_and_none_after_their_last(
    tmp_path: Path, bad: str, before: str, state: str
) -> None:
    objective = errors_objective()
    plan = plan_of(objective)
    file = tmp_path / "tests.yaml"
    file.write_text(
        f"""tests:
- name: events
  input:
  - {{objective: api-errors, total: 100x60, {bad}}}
  expect:
  - {{at: 30m, alarms: {{api-errors-page-fast: {before}}}}}
  - {{at: 60m, alarms: {{api-errors-page-fast: {state}}}}}
"""
    )
    (test,) = read_rule_tests(file, plan)
    objectives = Objectives(service="t-developer", stage="production", title="T", description="", items=(objective,))
    assert run_rule_test(test, plan, objectives).failures == ()


def test_an_alarm_that_is_not_there_is_told_without_the_prefix_of_all(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        outcome_of(tmp_path, "{at: 1m, alarms: {watchd: OK}}")
    assert str(raised.value) == (
        f"{tmp_path / 'tests.yaml'}:6: three bad minutes: there is no alarm 'watchd'; did you mean watched?"
    )
