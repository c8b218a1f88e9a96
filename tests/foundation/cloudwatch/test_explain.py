"""What the explanation of one evaluation says."""

from foundation.cloudwatch.alarm_history import evaluate_at
from foundation.cloudwatch.alarms import LowSamples, MetricAlarm
from foundation.cloudwatch.evaluation import AlarmState, MissingData
from foundation.cloudwatch.explain import explain
from tests.foundation.cloudwatch.factories import (
    METRIC,
    TOTAL,
    FakeSource,
    alarm,
    drawn,
    minute,
    of_minutes,
    ratio,
    stat,
)

OK, ALARM = AlarmState.OK, AlarmState.ALARM


def said(watched: MetricAlarm, source: FakeSource, before: AlarmState = OK) -> str:
    return explain(evaluate_at(watched, source, at=minute(5), before=before))


def test_a_plain_alarm() -> None:
    watched = alarm(threshold=5.0, evaluation_periods=3, datapoints_to_alarm=2)
    assert said(watched, of_minutes("0 1 9 2 7")) == (
        "At 2026-03-02 10:05:00 UTC alarm errors is ALARM, and was OK. A datapoint breaches when Sum of TDeveloper "
        "Errors{Stage=prod} per 60 s is > 5; 2 of 3 must breach. Evaluation range: 10:00:00 0, 10:01:00 1, 10:02:00 9 "
        "breaching, 10:03:00 2, 10:04:00 7 breaching. Reason: enough datapoints exist: the newest are counted, and none is "
        "filled."
    )


def test_filled_datapoints_are_counted_with_their_treatment() -> None:
    watched = alarm(evaluation_periods=3, missing_data=MissingData.BREACHING)
    text = said(watched, of_minutes("- - - - 7"))
    assert "1 datapoint exists: 2 of 3 filled as breaching (TreatMissingData breaching)." in text


def test_old_real_datapoints_are_said_to_have_been_enough() -> None:
    assert "1 datapoint exists, which is enough: TreatMissingData does not matter." in (
        said(alarm(missing_data=MissingData.NOT_BREACHING), of_minutes("- - 7 - -"))
    )


def test_no_data_at_all() -> None:
    text = said(alarm(), of_minutes("- - - - -"))
    assert "is INSUFFICIENT_DATA, and was OK." in text
    assert "No datapoints exist: 1 of 1 count as missing" in text
    assert text.endswith("Reason: no datapoint exists.")


def test_math_is_given_with_what_its_ids_are() -> None:
    source = FakeSource({(METRIC, "Sum"): drawn("0 0 0 0 1"), (TOTAL, "Sum"): drawn("4 4 4 4 4")})
    assert (
        "when bad / total (where bad is Sum of TDeveloper Errors{Stage=prod} per 60 s, total is Sum of TDeveloper "
        "Requests{Stage=prod} per 60 s) is > 0; 1 of 1 must breach. In the newest period bad is 1, total is 4."
        in said(alarm(ratio()), source)
    )


def test_a_state_that_is_kept_for_too_few_samples_says_so() -> None:
    source = FakeSource({(METRIC, "p99"): drawn("9 9 9 9 9"), (METRIC, "SampleCount"): drawn("5 5 5 5 5")})
    text = said(alarm(stat(statistic="p99"), low_samples=LowSamples.IGNORE), source, before=ALARM)
    assert "alarm errors is ALARM, as before." in text
    assert text.endswith("The percentile has too few samples to be significant, and is ignored: the state is kept.")
