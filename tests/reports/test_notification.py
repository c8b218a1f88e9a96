"""Who is told of a report, and in which form."""

import json
import socket
import threading
from dataclasses import replace
from typing import Any
from urllib.request import Request

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from foundation.cloudwatch.message_limits import (
    MAX_TEXT_CHARACTERS,
    MAX_WEBHOOK_BYTES,
    check_message,
)
from foundation.errors import InputError
from reports.notification import announce, chat_notification, message
from reports.page_model import Page, Section, Tile, Tiles

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
    announce(PAGE, written="x", topic_arn=topic, sns=sns)
    (received,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    envelope = json.loads(received["Body"])
    assert envelope["Subject"] == "t-developer, production: week 2026-W46: allowed"
    assert json.loads(envelope["Message"])["source"] == "custom"


def test_a_webhook_gets_it_as_json() -> None:
    sent: list[Request] = []
    announce(PAGE, written="x", webhook="https://hooks.example.com/x", send=sent.append)
    assert isinstance(sent[0].data, bytes)
    assert json.loads(sent[0].data) == message(PAGE, link="")
    assert message(PAGE, link="")["tiles"] == [{"title": "money", "word": "healthy", "detail": "$75"}]
    assert next(iter(message(PAGE, link=""))) == "schema_version"


def test_a_webhook_that_fails_does_not_keep_the_topic_from_being_told_and_is_bad_input() -> None:
    published: list[dict[str, Any]] = []

    class Sns:
        def publish(self, **request: Any) -> None:
            published.append(request)

    def refuse(_request: Request) -> None:
        raise OSError("refused")

    with pytest.raises(InputError, match=r"build/index\.html is written, and not everybody could be notified"):
        announce(
            PAGE,
            written="build/index.html",
            topic_arn="arn:aws:sns:us-east-1:1:reports",
            sns=Sns(),
            webhook="https://hooks.example.com/x",
            send=refuse,
        )
    assert len(published) == 1


@pytest.mark.parametrize(
    ("webhook", "said"),
    [
        ("file:///etc/passwd", "--webhook without a host: <urlopen error unknown url type: file>"),
        ("http://[::1/x", "--webhook that is no address: Invalid IPv6 URL"),
        ("http://a b.example.com/x", "URL can't contain control characters"),
        ("http://a..b/x", "--webhook a..b: "),
        ("http://127.0.0.1:99999/x", "--webhook 127.0.0.1: "),
    ],
)
def test_an_address_that_is_none_names_what_is_written(webhook: str, said: str) -> None:
    with pytest.raises(InputError) as raised:
        announce(PAGE, written="build/index.html", webhook=webhook)
    assert str(raised.value).startswith(
        "build/index.html is written, and not everybody could be notified:\n  --webhook"
    )
    assert said in str(raised.value)


def answering(answer: bytes) -> tuple[str, threading.Thread]:
    """The address of a server that answers one request so, and the thread that does."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with server, server.accept()[0] as caller:
            caller.recv(65_536)
            caller.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    return f"http://127.0.0.1:{server.getsockname()[1]}/x", thread


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "what answers there does not speak HTTP (BadStatusLine)"),
        (b"HTTP/1.1 999999 x\r\n\r\n", "does not speak HTTP"),
        (b"", "it closed the connection without an answer"),
        (b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", "HTTP Error 404: Not Found"),
        (
            b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/y\r\ncontent-length: 0\r\n\r\n",
            "it answered 302 and points elsewhere; give the address that it points to",
        ),
    ],
)
def test_an_answer_that_is_none_is_no_notification(answer: bytes, said: str) -> None:
    webhook, thread = answering(answer)
    with pytest.raises(InputError) as raised:
        announce(PAGE, written="x", webhook=webhook)
    thread.join()
    assert said.lower() in str(raised.value).lower()


def test_a_webhook_that_answers_well_is_notified() -> None:
    webhook, thread = answering(b"HTTP/1.1 204 No Content\r\n\r\n")
    announce(PAGE, written="x", webhook=webhook)
    thread.join()


def test_what_they_must_know_besides_is_in_both_notifications() -> None:
    notes = ("it was due 2026-11-02 07:00 UTC, and is made up", "two <weeks> were missed")
    assert message(PAGE, link="", notes=notes)["notes"] == list(notes)
    description = chat_notification(PAGE, link="", notes=notes)["content"]["description"]
    assert "it was due 2026-11-02 07:00 UTC, and is made up\ntwo &lt;weeks&gt; were missed" in description


_long = st.integers(0, 60_000).flatmap(
    lambda count: st.sampled_from(["x", "<&*", "ü", "𝛼", "a b\n"]).map(lambda part: part * count)
)


@given(text=_long, note_count=st.integers(0, 30), tile_count=st.integers(0, 30))
def test_however_long_a_page_is_its_message_is_taken_wherever_it_is_sent(
    text: str, note_count: int, tile_count: int
) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_Publish.html, and the narrowest of chats and webhooks."""
    tiles = Tiles(tiles=(Tile(title=text, word=text, tone="pass", detail=text),) * tile_count)
    page = Page(
        title=f"t {text}", label=text, verdict="allowed", sentence=text,
        sections=(Section(number=1, title=text, blocks=(tiles,)),),
    )  # fmt: skip
    published: list[dict[str, Any]] = []
    sent: list[Request] = []

    class Topic:
        def publish(self, **request: Any) -> None:
            published.append(request)

    announce(
        page, written="x", link="https://example.com", notes=[text] * note_count, topic_arn="arn", sns=Topic(),
        webhook="https://hooks.example.com/x", send=sent.append,
    )  # fmt: skip
    check_message(subject=published[0]["Subject"], text=published[0]["Message"])
    assert len(json.loads(published[0]["Message"])["content"]["description"]) <= MAX_TEXT_CHARACTERS
    assert isinstance(sent[0].data, bytes)
    assert len(sent[0].data) <= MAX_WEBHOOK_BYTES


def test_what_is_left_out_of_a_message_is_said() -> None:
    told = message(PAGE, link="", notes=[f"note {number}" for number in range(7)])
    assert told["notes"] == ["note 0", "note 1", "note 2", "note 3", "and 3 more"]
    cut = message(replace(PAGE, sentence="x" * 5_000), link="")["sentence"]
    assert cut.endswith("x…")
