"""What SNS is sent of an alarm: CloudWatch's own words, within SNS's limits, and known again by what it is of."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarms.messages import alarm_message, identity_of
from alarms.plan import plan_of
from foundation.cloudwatch.limits import LimitError
from foundation.cloudwatch.message_limits import MAX_MESSAGE_BYTES, check_message, cut
from infra.stage import make_stage
from tests.alarms.test_terraform import PLAN, WATCHED

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
LOCAL = plan_of(make_stage("local"))


def test_a_message_names_the_alarm_its_topic_and_the_moment_and_is_known_by_them() -> None:
    (planned, *_) = LOCAL.notifying
    made = alarm_message(LOCAL, planned, at=AT, region="eu-west-1", account="000000000000")
    assert made is not None
    assert planned.severity is not None
    assert made.topic == f"t-developer-local-{planned.severity.value}"
    assert made.subject == f'ALARM: "{planned.name}" in eu-west-1'
    told = json.loads(made.text)
    assert (told["AlarmName"], told["NewStateValue"]) == (planned.name, "ALARM")
    assert told["AlarmDescription"] == planned.alarm.description
    assert made.identity == identity_of(made.text) == f"{planned.name} 2026-03-02T12:00:00.000+00:00"


def test_an_alarm_on_the_bill_has_the_bills_topic_and_an_input_has_no_message() -> None:
    (bill,) = (each for each in PLAN if each.region == "us-east-1")
    made = alarm_message(PLAN, bill, at=AT, region="us-east-1", account="1")
    assert made is not None
    assert made.topic == "t-developer-production-billing-page"
    silent = replace(PLAN.alarms[0], severity=None)
    assert alarm_message(PLAN, silent, at=AT, region="us-east-1", account="1") is None


@given(name=st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"'), min_size=1, max_size=255))
def test_every_name_that_an_alarm_may_have_makes_a_message_that_sns_takes(name: str) -> None:
    planned = replace(PLAN.alarms[0], alarm=replace(WATCHED, name=name, description="ü" * 1_024))
    made = alarm_message(PLAN, planned, at=AT, region="us-east-1", account="1")
    assert made is not None
    check_message(subject=made.subject, text=made.text)


@pytest.mark.parametrize(
    ("subject", "text"), [("", "x"), ("s" * 100, "x"), ("two\nlines", "x"), ("s", ""), ("s", "ü" * 131_073)]
)
def test_what_sns_refuses_is_refused(subject: str, text: str) -> None:
    check_message(subject="s" * 99, text="x" * MAX_MESSAGE_BYTES)
    with pytest.raises(LimitError, match=r"API_Publish\.html"):
        check_message(subject=subject, text=text)


def test_a_text_is_cut_where_it_is_too_long() -> None:
    assert cut("abcd", most_characters=4) == "abcd"
    assert cut("abcde", most_characters=4) == "abc…"
