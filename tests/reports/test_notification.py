"""Who is told of a report, in which form, and when the next one is due."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request

import boto3
import pytest
from moto import mock_aws

from foundation.errors import InputError, SourceError
from reports.notification import announce, chat_notification, message
from reports.page_model import Page, Section, Tile, Tiles
from reports.scheduling import WeeklySchedule

PAGE = Page(
    title="t-developer, production: week 2026-W46",
    label="production",
    verdict="allowed",
    sentence="Releases are allowed.",
    sections=(
        Section(
            number=1,
            title="Verdict",
            blocks=(Tiles(tiles=(Tile(title="money", word="healthy", tone="pass", detail="$75"),)),),
        ),
    ),
)


def test_the_chat_notification_has_the_schema_of_custom_notifications() -> None:
    """https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html"""
    told = chat_notification(PAGE, link="https://example.com/r?X-Amz-Expires=43200")
    assert (told["version"], told["source"], told["content"]["textType"]) == ("1.0", "custom", "client-markdown")
    assert "*money*: healthy. $75" in told["content"]["description"]
    assert len(told["content"]["description"]) < 8000
    assert len(told["metadata"]["summary"]) < 1000
    assert "while the link lasts" in told["content"]["nextSteps"][0]


@mock_aws
def test_a_topic_gets_it_as_one_message() -> None:
    sns, sqs = boto3.client("sns"), boto3.client("sqs")
    topic = sns.create_topic(Name="reports")["TopicArn"]
    queue = sqs.create_queue(QueueName="reports")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    announce(PAGE, topic_arn=topic, sns=sns)
    (received,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    envelope = json.loads(received["Body"])
    assert envelope["Subject"] == "t-developer, production: week 2026-W46: allowed"
    assert json.loads(envelope["Message"])["source"] == "custom"


def test_a_webhook_gets_it_as_json() -> None:
    sent: list[Request] = []
    announce(PAGE, webhook="https://hooks.example.com/x", send=sent.append)
    assert isinstance(sent[0].data, bytes)
    assert json.loads(sent[0].data) == message(PAGE, link="")


def test_a_webhook_that_fails_does_not_keep_the_topic_from_being_told_and_is_bad_input() -> None:
    published: list[dict[str, Any]] = []

    class Sns:
        def publish(self, **request: Any) -> None:
            published.append(request)

    def refuse(_request: Request) -> None:
        raise OSError("refused")

    with pytest.raises(InputError, match="not everybody could be notified"):
        announce(
            PAGE,
            topic_arn="arn:aws:sns:us-east-1:1:reports",
            sns=Sns(),
            webhook="https://hooks.example.com/x",
            send=refuse,
        )
    assert len(published) == 1


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="must be an http or https address"):
        announce(PAGE, webhook="file:///etc/passwd")


MONDAY = datetime(2026, 11, 16, 7, 0, tzinfo=UTC)


class Clock:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def a_schedule(tmp_path: Path, clock: Clock, run: Any, said: list[str] | None = None) -> WeeklySchedule:
    return WeeklySchedule(
        run=run, weekday="monday", at="07:00", state_file=tmp_path / "last-run.txt", now=clock,
        say=(said if said is not None else []).append,
    )  # fmt: skip


def test_it_runs_once_when_it_is_due_and_not_before(tmp_path: Path) -> None:
    clock, ran = Clock(MONDAY - timedelta(hours=1)), list[datetime]()
    schedule = a_schedule(tmp_path, clock, lambda: ran.append(clock.at))
    assert not schedule.tick()
    clock.at = MONDAY - timedelta(seconds=1)
    assert not schedule.tick()
    clock.at = MONDAY + timedelta(seconds=20)
    assert schedule.tick()
    assert not schedule.tick()
    assert len(ran) == 1


def test_a_machine_that_slept_through_two_mondays_makes_up_for_it_once(tmp_path: Path) -> None:
    clock, ran = Clock(MONDAY - timedelta(hours=1)), list[datetime]()
    a_schedule(tmp_path, clock, lambda: ran.append(clock.at)).tick()
    clock.at = MONDAY + timedelta(days=9, hours=3)
    woken = a_schedule(tmp_path, clock, lambda: ran.append(clock.at))
    assert woken.tick()
    assert not woken.tick()
    assert ran == [MONDAY + timedelta(days=9, hours=3)]


def test_a_run_that_fails_is_told_and_tried_again_three_times_and_then_next_week(tmp_path: Path) -> None:
    clock, said = Clock(MONDAY - timedelta(hours=1)), list[str]()

    def fail() -> None:
        raise SourceError("no bill today")

    schedule = a_schedule(tmp_path, clock, fail, said)
    schedule.tick()
    tried_at: list[datetime] = []
    for minute in range(24 * 60):
        clock.at = MONDAY + timedelta(minutes=minute)
        if schedule.tick():
            tried_at.append(clock.at)
    assert [at - MONDAY for at in tried_at] == [
        timedelta(0), timedelta(minutes=5), timedelta(minutes=65), timedelta(hours=7, minutes=5),
    ]  # fmt: skip
    assert said[0] == "the report of 2026-11-16 failed: no bill today\nit is tried again at 07:05 UTC"
    assert said[-1].endswith("it is not tried again before next week")
    clock.at = MONDAY + timedelta(days=7)
    assert schedule.tick()


def test_a_run_that_works_at_last_is_not_repeated(tmp_path: Path) -> None:
    clock, outcomes = Clock(MONDAY - timedelta(hours=1)), iter([InputError("no network yet"), None])

    def run() -> None:
        if (problem := next(outcomes)) is not None:
            raise problem

    schedule = a_schedule(tmp_path, clock, run)
    schedule.tick()
    clock.at = MONDAY
    assert schedule.tick()
    clock.at = MONDAY + timedelta(minutes=5)
    assert schedule.tick()
    clock.at = MONDAY + timedelta(days=2)
    assert not schedule.tick()


def test_a_second_schedule_of_the_same_directory_is_refused(tmp_path: Path) -> None:
    class EnoughError(Exception):
        pass

    refused: list[str] = []

    def try_another(_seconds: float) -> None:
        with pytest.raises(InputError) as error:
            a_schedule(tmp_path, Clock(MONDAY), lambda: None).forever()
        refused.append(str(error.value))
        raise EnoughError

    first = dataclasses.replace(a_schedule(tmp_path, Clock(MONDAY), lambda: None), sleep=try_another)
    with pytest.raises(EnoughError):
        first.forever()
    assert refused == [f"{tmp_path}: another schedule writes there; end it, or give --out"]


def test_one_run_at_a_time(tmp_path: Path) -> None:
    clock, inner = Clock(MONDAY - timedelta(hours=1)), list[bool]()
    schedule = a_schedule(tmp_path, clock, lambda: inner.append(schedule.tick()))
    schedule.tick()
    clock.at = MONDAY + timedelta(days=7)
    assert schedule.tick()
    assert inner == [False]


@pytest.mark.parametrize("at", ["7", "25:00", "noon"])
def test_a_time_that_is_none_is_refused(at: str, tmp_path: Path) -> None:
    schedule = WeeklySchedule(
        run=lambda: None, weekday="monday", at=at, state_file=tmp_path / "x", say=lambda _line: None
    )
    with pytest.raises(InputError, match="write a time of the day"):
        schedule.due_after(MONDAY)
