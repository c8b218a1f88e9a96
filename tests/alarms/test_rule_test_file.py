"""Rule tests as they are read: what stands in the file, what stands for what is left out, and what is refused where."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from alarms.rule_test_file import EventsInput, Expectation, MetricInput, RuleTest, read_rule_tests
from foundation.cloudwatch.alarms import CompositeAlarm
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.suppression import NotificationOutcome
from foundation.errors import InputError
from tests.alarms.factories import by_hand

PLAN = by_hand(CompositeAlarm(name="a", rule='ALARM("b")'))
SHORT = """tests:
- name: n
  input:
  - {objective: o, total: 1 2}
  expect:
  - {at: 1m}
"""


def read(directory: Path, text: str) -> tuple[RuleTest, ...]:
    file = directory / "tests.yaml"
    file.write_text(text)
    return read_rule_tests(file, PLAN)


def problems_of(directory: Path, text: str) -> list[str]:
    with pytest.raises(InputError) as raised:
        read(directory, text)
    return [problem.partition("tests.yaml:")[2] for problem in raised.value.problems]


def test_what_is_left_out_is_a_minute_from_the_second_of_march_and_nothing_bad(tmp_path: Path) -> None:
    (test,) = read(tmp_path, SHORT)
    assert (test.file, test.line, test.name) == (tmp_path / "tests.yaml", 2, "n")
    assert (test.start_at, test.interval) == (datetime(2026, 3, 2, tzinfo=UTC), timedelta(minutes=1))
    assert test.expectations == (Expectation(line=6, at="1m", after=timedelta(minutes=1), states=(), notifications=()),)
    (events,) = test.inputs
    assert isinstance(events, EventsInput)
    assert (events.objective, events.total.tolist()) == ("o", [1.0, 2.0])
    np.testing.assert_array_equal(events.bad, [np.nan, np.nan])


def test_everything_that_can_be_said_is_read(tmp_path: Path) -> None:
    (test,) = read(
        tmp_path,
        """tests:
- name: of ${service} in ${stage}
  start: 2026-03-02T00:00:20Z
  interval: 10s
  input:
  - {objective: o, total: 1, bad: 1x2}
  - {metric: {namespace: N, name: M, dimensions: {A: x, B: y}}, statistic: Maximum, values: 3 4}
  - {metric: {namespace: N, name: M}, statistic: Sum, values: 5}
  expect:
  - {at: 10s, alarms: {a: ALARM, b: INSUFFICIENT_DATA}, actions: {a: notified, b: suppressed}}
  - {at: 20s, alarms: {a: OK}}
""",
    )
    assert test.name == "of t-developer in production"
    assert (test.start_at, test.interval) == (
        datetime(2026, 3, 2, 0, 0, 20, tzinfo=UTC), timedelta(seconds=10),
    )  # fmt: skip
    events, most, plain = test.inputs
    assert isinstance(events, EventsInput)
    assert (events.total.tolist(), events.bad.tolist()) == ([1.0], [1.0, 1.0, 1.0])
    assert isinstance(most, MetricInput)
    assert most.metric == Metric(namespace="N", name="M", dimensions=(("A", "x"), ("B", "y")))
    assert (most.statistic, most.values.tolist()) == ("Maximum", [3.0, 4.0])
    assert isinstance(plain, MetricInput)
    assert plain.metric == Metric(namespace="N", name="M", dimensions=())
    assert test.expectations == (
        Expectation(
            line=10,
            at="10s",
            after=timedelta(seconds=10),
            states=(("a", AlarmState.ALARM), ("b", AlarmState.INSUFFICIENT_DATA)),
            notifications=(("a", NotificationOutcome.NOTIFIED), ("b", NotificationOutcome.SUPPRESSED)),
        ),
        Expectation(line=11, at="20s", after=timedelta(seconds=20), states=(("a", AlarmState.OK),), notifications=()),
    )


@pytest.mark.parametrize(
    ("interval", "start", "problems"),
    [
        ("10s", "00:00:10", []),
        ("20s", "00:00:10", []),
        ("1m", "00:01:00", []),
        ("2m", "00:01:00", []),
        ("90s", "00:00:10", []),
        ("9s", "00:00:10", ["3: n: interval: must be a multiple of 10 s"]),
        ("0s", "00:00:00", ["3: n: interval: must be a multiple of 10 s"]),
        ("11s", "00:00:10", ["3: n: interval: must be a multiple of 10 s"]),
        ("10s", "00:00:05", ["4: n: start: must be at a multiple of 10 s, as its values are"]),
        ("1m", "00:00:10", ["4: n: start: must be at a multiple of 60 s, as its values are"]),
        ("1h", "00:00:30", ["4: n: start: must be at a multiple of 60 s, as its values are"]),
    ],
)
def test_values_are_ten_seconds_apart_or_more_and_begin_where_they_lie(
    tmp_path: Path, interval: str, start: str, problems: list[str]
) -> None:
    written = SHORT.replace("- name: n\n", f"- name: n\n  interval: {interval}\n  start: 2026-03-02T{start}Z\n")
    if problems:
        assert problems_of(tmp_path, written) == problems
    else:
        assert len(read(tmp_path, written)) == 1


@pytest.mark.parametrize(
    "given",
    [
        "{objective: o}",
        "{total: 1}",
        "{objective: o, bad: 1}",
        "{objective: o, total: 1, statistic: Sum}",
        "{metric: {namespace: N, name: M}, statistic: Sum}",
        "{metric: {namespace: N, name: M}, values: 1}",
        "{statistic: Sum, values: 1}",
        "{metric: {namespace: N, name: M}, statistic: Sum, values: 1, bad: 1}",
        "{metric: {namespace: N, name: M}, statistic: Sum, values: 1, objective: o, total: 1}",
    ],
)
def test_an_input_is_events_or_a_metric_and_nothing_between(tmp_path: Path, given: str) -> None:
    assert problems_of(tmp_path, SHORT.replace("{objective: o, total: 1 2}", given)) == [
        "4: n: input: write {objective, total, bad} of events, or {metric: {namespace, name, dimensions}, statistic, values} of "
        "any metric"
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: n", "name: ''"),
        ("input:\n  - {objective: o, total: 1 2}", "input: []"),
        ("expect:\n  - {at: 1m}", "expect: []"),
    ],
)
def test_a_test_has_a_name_an_input_and_an_expectation(tmp_path: Path, old: str, new: str) -> None:
    assert len(problems_of(tmp_path, SHORT.replace(old, new))) == 1


def test_what_cannot_be_a_metric_is_told_at_its_line(tmp_path: Path) -> None:
    given = "{metric: {namespace: '', name: M}, statistic: Sum, values: 1}"
    (problem,) = problems_of(tmp_path, SHORT.replace("{objective: o, total: 1 2}", given))
    assert problem.startswith("4: ")


ALL_WRONG = """tests:
- name: n
  input:
  - {metric: AWS/Lambda Errors, statistic: Sum, values: 1}
  - {metric: {Namespace: N, name: M}, statistic: sum, values: 1}
  expect:
  - {at: 1m, alarms: {a: Firing}, actions: {a: Ran}}
"""


def test_every_message_says_what_can_be_written_as_it_must_be_written(tmp_path: Path) -> None:
    assert sorted(problems_of(tmp_path, ALL_WRONG)) == [
        "4: n: input.metric: must be a mapping of keys to values, not 'AWS/Lambda Errors'; "
        "its keys are namespace, name, dimensions",
        "5: n: input.metric.Namespace: unknown key; did you mean namespace?",
        "5: n: input.statistic: must be SampleCount, Average, Sum, Minimum or Maximum, not 'sum'; did you mean Sum?",
        "7: n: expect.actions.a: must be notified, suppressed or pending, not 'Ran'",
        "7: n: expect.alarms.a: must be OK, ALARM or INSUFFICIENT_DATA, not 'Firing'",
    ]
    advised = ALL_WRONG
    for wrong, right in (
        ("AWS/Lambda Errors", "{namespace: AWS/Lambda, name: Errors}"), ("Namespace", "namespace"), ("sum", "Sum"),
        ("Ran", "notified"), ("Firing", "INSUFFICIENT_DATA"),
    ):  # fmt: skip
        advised = advised.replace(wrong, right)
    (test,) = read(tmp_path, advised)
    assert [each.statistic for each in test.inputs if isinstance(each, MetricInput)] == ["Sum", "Sum"]
