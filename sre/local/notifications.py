"""The topics of a local platform, who hears of them, and what they heard: each message goes through the emulator's SNS.

A queue is subscribed to every topic, as an on-call service would be; what came to it is kept beside the platform's state.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import boto3

from alarms.messages import alarm_message, identity_of
from alarms.model import Plan
from foundation.aws_errors import asking, patient
from foundation.cloudwatch.names import Scope, shortened
from foundation.errors import InputError
from foundation.files.writing import write_text
from foundation.slo.burn_rate import Severity

_NAME = "notifications.json"
_MOST_KEPT, _MOST_LOOKS = 200, 5
# A queue's name has 80: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
_MOST_QUEUE_NAME = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """A message that came to one who is subscribed."""

    identity: str
    topic: str
    subject: str

    @property
    def sentence(self) -> str:
        """The same in words."""
        return f"{self.topic} was sent {self.subject}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalTopics:
    """The topics of a stage on an emulator, each with a queue that hears of it; `home` keeps what came."""

    session: boto3.Session
    endpoint: str
    home: Path

    def open(self, scope: Scope) -> tuple[str, ...]:
        """Make the topics of a stage and subscribe a queue to each; their names. What an earlier platform kept is removed."""
        self._file.unlink(missing_ok=True)
        names = [scope.topic(each.value, is_of_billing=of_billing) for of_billing in (False, True) for each in Severity]
        for name in names:
            self._queue_of(name)
        return tuple(names)

    def notify(self, plan: Plan, notified: Sequence[tuple[str, datetime]]) -> tuple[Captured, ...]:
        """Send the message of each alarm that notified at a time, unless it was sent before; and what came, then and before.

        Raises SourceError when the emulator does not answer.
        """
        captured = {each.identity: each for each in self.captured()}
        with asking("the local platform"):
            account = self._client("sts").get_caller_identity()["Account"]
            made = [
                alarm_message(plan, plan[name], at=at, region=self.session.region_name, account=account)
                for name, at in notified
            ]
            new = [each for each in made if each is not None and each.identity not in captured]
            sns = self._client("sns")
            for message in new:
                topic, _ = self._queue_of(message.topic)
                sns.publish(TopicArn=topic, Subject=message.subject, Message=message.text)
            for topic_name in dict.fromkeys(each.topic for each in new):
                expected = {each.identity for each in new if each.topic == topic_name}
                captured |= {each.identity: each for each in self._heard(topic_name, expected)}
        if new:
            kept = [asdict(each) for each in captured.values()]
            write_text(self._file, json.dumps(kept[-_MOST_KEPT:], indent=1))
        return tuple(captured.values())

    def captured(self) -> tuple[Captured, ...]:
        """What came to the queues so far. Raises InputError for a file that is damaged."""
        if not self._file.exists():
            return ()
        try:
            return tuple(Captured(**each) for each in json.loads(self._file.read_text()))
        except (ValueError, TypeError) as error:
            raise InputError(f"{self._file}: cannot be read ({error}); remove it") from error

    @property
    def _file(self) -> Path:
        return self.home / _NAME

    def _client(self, service: str) -> Any:
        return cast("Any", self.session).client(service, endpoint_url=self.endpoint, config=patient())

    def _queue_of(self, topic_name: str) -> tuple[str, str]:
        """The ARN of a topic and the address of the queue that hears of it; both are made where they are not there."""
        sns, sqs = self._client("sns"), self._client("sqs")
        topic = sns.create_topic(Name=topic_name)["TopicArn"]
        name = f"{shortened(topic_name, most_characters=_MOST_QUEUE_NAME)}-captured"
        queue = sqs.create_queue(QueueName=name)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": json.dumps(_only_from(topic, arn))})
        subscribed = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        if arn not in {each.get("Endpoint") for each in subscribed}:
            sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        return topic, queue

    def _heard(self, topic_name: str, expected: Collection[str]) -> list[Captured]:
        """What waits in the queue of a topic, taken out of it; what is expected is waited for, for some seconds."""
        _, queue = self._queue_of(topic_name)
        sqs = self._client("sqs")
        found: list[Captured] = []
        for _ in range(_MOST_LOOKS):
            waiting: Sequence[Any] = sqs.receive_message(
                QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1
            ).get("Messages", [])  # fmt: skip
            for each in waiting:
                envelope = json.loads(each["Body"])
                identity = identity_of(envelope["Message"])
                found.append(Captured(identity=identity, topic=topic_name, subject=envelope["Subject"]))
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=each["ReceiptHandle"])
            if {each.identity for each in found}.issuperset(expected):
                break
        return found


def _only_from(topic: str, queue: str) -> dict[str, Any]:
    """Who may send to a queue: https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": queue,
                "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
            }
        ],
    }
