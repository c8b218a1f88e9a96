"""Alarm evaluation against the documented missing-data tables, row by row, and the laws behind them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudwatch.evaluation import AlarmState, Datapoint, Decision, MissingData, Reason, decide

OK, ALARM, INSUFFICIENT = AlarmState.OK, AlarmState.ALARM, AlarmState.INSUFFICIENT_DATA
RETAIN = "RETAIN"

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
# Columns: datapoints to alarm (of 3), evaluation range, how many are filled, then the state by treatment:
# missing, ignore, breaching, notBreaching.
TABLES = [
    (3, "0 - X - X", 0, "OK", "OK", "OK", "OK"),
    (3, "0 - - - -", 2, "OK", "OK", "OK", "OK"),
    (3, "- - - - -", 3, "INSUFFICIENT_DATA", RETAIN, "ALARM", "OK"),
    (3, "0 X X - X", 0, "ALARM", "ALARM", "ALARM", "ALARM"),
    (3, "- - X - -", 2, "ALARM", RETAIN, "ALARM", "OK"),
    (2, "0 - X - X", 0, "ALARM", "ALARM", "ALARM", "ALARM"),
    (2, "0 0 X 0 X", 0, "ALARM", "ALARM", "ALARM", "ALARM"),
    (2, "0 - X - -", 1, "OK", "OK", "ALARM", "OK"),
    (2, "- - - - 0", 2, "OK", "OK", "ALARM", "OK"),
    (2, "- - - X -", 2, "ALARM", RETAIN, "ALARM", "OK"),
]
COLUMNS = (MissingData.MISSING, MissingData.IGNORE, MissingData.BREACHING, MissingData.NOT_BREACHING)
CASES = [
    pytest.param(m, drawn, filled, treatment, state, id=f"{m} of 3 on {drawn}, missing data {treatment.value}: {state}")
    for m, drawn, filled, *states in TABLES
    for treatment, state in zip(COLUMNS, states, strict=True)
]

datapoints = st.lists(st.sampled_from(Datapoint), min_size=1, max_size=12)
treatments = st.sampled_from(MissingData)
states = st.sampled_from(AlarmState)


def evaluated(drawn: str, m: int, treatment: MissingData, before: AlarmState = OK, n: int = 3) -> Decision:
    points = [Datapoint(sign) for sign in drawn.split()]
    return decide(points, datapoints_to_alarm=m, evaluation_periods=n, treatment=treatment, before=before)


@pytest.mark.parametrize("before", AlarmState)
@pytest.mark.parametrize(("m", "drawn", "filled", "treatment", "state"), CASES)
def test_a_row_of_the_documented_tables(
    m: int, drawn: str, filled: int, treatment: MissingData, state: str, before: AlarmState
) -> None:
    decision = evaluated(drawn, m, treatment, before)
    assert decision.state is (before if state == RETAIN else AlarmState(state))
    assert decision.filled_count == filled


@pytest.mark.parametrize("drawn", ["- - - - X", "- - - X -"])
@pytest.mark.parametrize("before", [OK, INSUFFICIENT])
def test_a_single_young_breach_is_no_alarm_yet(drawn: str, before: AlarmState) -> None:
    """The documentation's two examples of a premature transition, with 3 of 3 datapoints to alarm."""
    decision = evaluated(drawn, 3, MissingData.MISSING, before)
    assert decision.state is before
    assert decision.reason is Reason.TOO_YOUNG


def test_one_breach_becomes_an_alarm_when_it_is_as_old_as_the_datapoints_to_alarm() -> None:
    decision = evaluated("- - X - -", 3, MissingData.MISSING)
    assert (decision.state, decision.reason) == (ALARM, Reason.OLD_BREACH)


@pytest.mark.parametrize(("m", "n", "length"), [(0, 1, 1), (2, 1, 5), (1, 3, 2)])
def test_an_alarm_that_cannot_be_is_refused(m: int, n: int, length: int) -> None:
    with pytest.raises(ValueError, match="at least 1 and at most the next"):
        decide(
            [Datapoint.OK] * length,
            datapoints_to_alarm=m,
            evaluation_periods=n,
            treatment=MissingData.MISSING,
            before=OK,
        )


@given(points=datapoints, treatment=treatments, before=states, data=st.data())
def test_where_enough_data_exists_the_treatment_does_not_matter(
    points: list[Datapoint], treatment: MissingData, before: AlarmState, data: st.DataObject
) -> None:
    real = [point for point in points if point is not Datapoint.MISSING]
    if not real:
        return
    n = data.draw(st.integers(1, len(real)))
    m = data.draw(st.integers(1, n))
    decision = decide(points, datapoints_to_alarm=m, evaluation_periods=n, treatment=treatment, before=before)
    assert decision.state is (ALARM if real[-n:].count(Datapoint.BREACHING) >= m else OK)


@given(points=datapoints, before=states, data=st.data())
def test_treating_missing_data_as_breaching_never_alarms_less_than_as_not_breaching(
    points: list[Datapoint], before: AlarmState, data: st.DataObject
) -> None:
    n = data.draw(st.integers(1, len(points)))
    m = data.draw(st.integers(1, n))

    def alarms(treatment: MissingData) -> bool:
        return (
            decide(points, datapoints_to_alarm=m, evaluation_periods=n, treatment=treatment, before=before).state
            is ALARM
        )

    assert alarms(MissingData.BREACHING) or not alarms(MissingData.NOT_BREACHING)
    assert alarms(MissingData.BREACHING) or not (alarms(MissingData.IGNORE) and before is not ALARM)


@given(points=datapoints, treatment=treatments, before=states, data=st.data())
def test_only_nothing_at_all_is_insufficient_or_what_was_kept(
    points: list[Datapoint], treatment: MissingData, before: AlarmState, data: st.DataObject
) -> None:
    n = data.draw(st.integers(1, len(points)))
    decision = decide(points, datapoints_to_alarm=n, evaluation_periods=n, treatment=treatment, before=before)
    if decision.state is INSUFFICIENT:
        assert decision.reason in (Reason.NOTHING_EXISTS, Reason.KEPT, Reason.TOO_YOUNG)
        assert decision.reason is Reason.NOTHING_EXISTS or before is INSUFFICIENT
