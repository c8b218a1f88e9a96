"""A message of an alarm goes through the platform's topic to one who is subscribed, once, and is there for who asks later."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from alarms.plan import plan_of
from foundation.errors import InputError
from infra.stage import make_stage
from sre.local.notifications import LocalTopics

PLAN = plan_of(make_stage("local"))
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
PAGE, TICKET = (
    next(
        each.name
        for each in PLAN.notifying
        if each.severity is not None and each.severity.value == severity and not each.region
    )
    for severity in ("page", "ticket")
)


class _Session(boto3.Session):
    """moto answers at AWS's own addresses alone."""

    def client(self, service_name: str, **_: Any) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        return super().client(service_name)  # pyright: ignore[reportUnknownVariableType, reportCallIssue, reportArgumentType]


@pytest.fixture
def topics(tmp_path: Path) -> Iterator[LocalTopics]:
    with mock_aws():
        yield LocalTopics(session=_Session(region_name="us-east-1"), endpoint="http://127.0.0.1", home=tmp_path)


def test_every_topic_of_the_stage_is_there_with_one_who_hears_of_it(topics: LocalTopics) -> None:
    assert topics.open(PLAN.context.scope) == (
        "t-developer-local-page", "t-developer-local-ticket", "t-developer-local-billing-page",
        "t-developer-local-billing-ticket",
    )  # fmt: skip
    topics.open(PLAN.context.scope)
    sns = topics.session.client("sns")
    assert len(sns.list_topics()["Topics"]) == len(sns.list_subscriptions()["Subscriptions"]) == 4


def test_a_message_is_captured_with_its_topic(topics: LocalTopics) -> None:
    captured = topics.notify(PLAN, [(PAGE, AT), (TICKET, AT)])
    assert [each.sentence for each in captured] == [
        f't-developer-local-page was sent ALARM: "{PAGE}" in us-east-1',
        f't-developer-local-ticket was sent ALARM: "{TICKET}" in us-east-1',
    ]


def test_a_message_is_sent_once_however_often_the_alarms_are_looked_at(topics: LocalTopics) -> None:
    later, published = AT.replace(hour=13), list[object]()
    topics.session.events.register("before-call.sns.Publish", lambda **_: published.append(1))
    topics.notify(PLAN, [(PAGE, AT)])
    topics.notify(PLAN, [(PAGE, AT)])
    captured = topics.notify(PLAN, [(PAGE, AT), (PAGE, later)])
    assert [each.identity.split()[1] for each in captured] == [
        "2026-03-02T12:00:00.000+00:00",
        "2026-03-02T13:00:00.000+00:00",
    ]
    assert topics.notify(PLAN, []) == captured == topics.captured()
    assert len(published) == 2


def test_what_an_earlier_platform_captured_is_none_of_this_ones(topics: LocalTopics) -> None:
    topics.notify(PLAN, [(PAGE, AT)])
    topics.open(PLAN.context.scope)
    assert topics.captured() == ()


def test_a_file_that_is_damaged_says_what_to_do(topics: LocalTopics) -> None:
    (topics.home / "notifications.json").write_text("[{}]")
    with pytest.raises(InputError, match=r"notifications\.json: cannot be read .*; remove it"):
        topics.captured()
