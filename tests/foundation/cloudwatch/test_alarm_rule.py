"""Composite rules: what they mean, that they survive being written, and what is wrong with a wrong one."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudwatch.alarm_rule import (
    AlarmRule,
    AllOf,
    Always,
    AnyOf,
    AtLeast,
    InState,
    Not,
    alarms_of,
    holds,
    read_rule,
    write_rule,
)
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.limits import LimitError

OK, ALARM, INSUFFICIENT = AlarmState.OK, AlarmState.ALARM, AlarmState.INSUFFICIENT_DATA
STATES = {"a": ALARM, "b": OK, "c": INSUFFICIENT, "two words": ALARM}

names = st.text(st.characters(exclude_characters='"', exclude_categories=["Cs"]), min_size=1, max_size=20).filter(
    lambda name: not name.startswith("arn:")
)
leaves = st.one_of(
    st.builds(Always, value=st.booleans()),
    st.builds(InState, alarm=names, state=st.sampled_from(AlarmState)),
    st.builds(
        AtLeast,
        threshold=st.integers(0, 5).map(Decimal),
        is_percent=st.booleans(),
        negated=st.booleans(),
        state=st.sampled_from(AlarmState),
        alarms=st.lists(names, min_size=1, max_size=4).map(tuple),
    ),
)
rules: st.SearchStrategy[AlarmRule] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Not, rule=inner),
        st.builds(AllOf, rules=st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(AnyOf, rules=st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TRUE", True),
        ("FALSE", False),
        ("ALARM(a)", True),
        ("OK(a)", False),
        ("INSUFFICIENT_DATA(c)", True),
        ('ALARM("two words")', True),
        ("ALARM(arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a)", True),
        ('ALARM("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:two words")', True),
        ("ALARM(a) AND ALARM(b)", False),
        ("ALARM(a) OR ALARM(b)", True),
        ("NOT ALARM(b)", True),
        ("ALARM(a) AND NOT (ALARM(b) OR ALARM(c))", True),
        ("FALSE AND FALSE OR TRUE", True),
        ("TRUE OR FALSE AND FALSE", True),
        ("(TRUE OR FALSE) AND FALSE", False),
        ("AT_LEAST(1, ALARM, (a, b, c))", True),
        ("AT_LEAST(2, ALARM, (a, b, c))", False),
        ("AT_LEAST(2, NOT ALARM, (a, b, c))", True),
        ("AT_LEAST(50%, ALARM, (a, b))", True),
        ("AT_LEAST(51%, ALARM, (a, b))", False),
        ("  ALARM ( a )  ", True),
    ],
)
def test_what_a_rule_means(text: str, expected: bool) -> None:
    assert holds(read_rule(text), STATES) is expected


@given(rules)
def test_a_rule_survives_being_written_and_read(rule: AlarmRule) -> None:
    text = write_rule(rule)
    if len(text) <= 10_240:
        assert write_rule(read_rule(text)) == text
        assert alarms_of(read_rule(text)) == alarms_of(rule)


@given(rule=rules, data=st.data())
def test_a_rule_that_was_written_and_read_still_means_the_same(rule: AlarmRule, data: st.DataObject) -> None:
    states = {name: data.draw(st.sampled_from(AlarmState)) for name in alarms_of(rule)}
    text = write_rule(rule)
    if len(text) <= 10_240:
        assert holds(read_rule(text), states) is holds(rule, states)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1 to 10,240 characters"),
        ("ALARM(a", "column 8: '\\)' is needed here, not ''"),
        ("ALARM()", "column 7: the name or ARN of an alarm"),
        ("ALARM(a) ALARM(b)", "column 10: AND, OR or the end"),
        ("MAYBE(a)", "column 1: a state, TRUE"),
        ("ALARM(a) AND", "column 13: a state, TRUE"),
        ('ALARM("a)', "column 7: a quotation mark is opened here"),
        ("AT_LEAST(x, ALARM, (a))", "column 10: AT_LEAST needs a count"),
        ("AT_LEAST(1, ALARM, ())", "column 21: the name or ARN"),
        ("(" * 200 + "TRUE" + ")" * 200, "nested deeper than 100"),
        ("ALARM(AND)", "column 7: the name or ARN"),
    ],
)
def test_a_wrong_rule_is_told_with_its_column(text: str, said: str) -> None:
    with pytest.raises(LimitError, match=said):
        read_rule(text)


def test_the_limits_are_cloudwatchs() -> None:
    """10,240 characters, 100 alarms, 500 elements: API_PutCompositeAlarm."""
    assert len(alarms_of(read_rule(" OR ".join(f"ALARM(a{number})" for number in range(100))))) == 100
    with pytest.raises(LimitError, match="at most 100 alarms, not 101"):
        read_rule(" OR ".join(f"ALARM(a{number})" for number in range(101)))
    with pytest.raises(LimitError, match="at most 500 elements, not 501"):
        read_rule(" OR ".join(["TRUE"] * 501))
    assert read_rule("TRUE".ljust(10_240))
    with pytest.raises(LimitError, match="not 10,241"):
        read_rule("TRUE".ljust(10_241))


def test_a_name_that_cannot_be_quoted_is_refused() -> None:
    with pytest.raises(LimitError, match="no quotation mark"):
        write_rule(InState(alarm='a"b', state=ALARM))


def test_an_alarm_of_unknown_state_is_an_error_even_where_it_would_not_decide() -> None:
    with pytest.raises(KeyError):
        holds(read_rule("TRUE OR ALARM(unknown)"), STATES)


@given(st.text(st.sampled_from('ALRMOKNTUEFSD_(),"% 12ab\t'), max_size=60))
def test_no_text_makes_the_reader_fail_with_anything_but_its_own_error(text: str) -> None:
    with contextlib.suppress(LimitError):
        read_rule(text)
