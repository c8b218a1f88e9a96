"""Who hears of an alarm: how many are subscribed to each SNS topic, of those that have confirmed it and those that have not.

A notification to a topic without a confirmed subscription reaches nobody.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from foundation.aws_errors import aws_error
from foundation.readings import NoData

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

# What stands in place of an ARN: https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
_UNCONFIRMED = frozenset({"PendingConfirmation", "Deleted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribers:
    """Those of one topic of a Region; `is_there` is whether there is such a topic at all."""

    topic: str
    region: str
    is_there: bool
    confirmed_count: int
    unconfirmed_count: int

    @property
    def reaches_somebody(self) -> bool:
        """Whether a notification reaches anybody."""
        return self.confirmed_count > 0

    @property
    def sentence(self) -> str:
        """The same in words."""
        if not self.is_there:
            return f"There is no topic {self.topic} in {self.region}: nobody is subscribed."
        waiting = f", and {self.unconfirmed_count} not confirmed yet" if self.unconfirmed_count else ""
        if not self.reaches_somebody:
            return f"Nobody is subscribed to {self.topic}{waiting}: what it is sent reaches nobody."
        return f"{self.confirmed_count} subscribed to {self.topic}{waiting}."


def read_subscribers(client: "SNSClient", topics: Sequence[str]) -> tuple[Subscribers, ...] | NoData:
    """The subscribers of topics by their names, in the client's Region; NoData where SNS does not answer with all of them."""
    try:
        arns = {
            arn.rpartition(":")[2]: arn
            for page in client.get_paginator("list_topics").paginate()
            for each in page.get("Topics", [])
            if (arn := each.get("TopicArn", "")).rpartition(":")[2] in topics
        }
        return tuple(_of_topic(client, name, arns) for name in topics)
    except (ClientError, BotoCoreError) as error:
        return NoData(reason=str(aws_error("SNS", error)))


def silent_topics(found: Collection[Subscribers]) -> tuple[Subscribers, ...]:
    """Those that reach nobody."""
    return tuple(each for each in found if not each.reaches_somebody)


def _of_topic(client: "SNSClient", name: str, arns: dict[str, str]) -> Subscribers:
    region = client.meta.region_name
    if name not in arns:
        return Subscribers(topic=name, region=region, is_there=False, confirmed_count=0, unconfirmed_count=0)
    pages = client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arns[name])
    states = [each.get("SubscriptionArn", "") for page in pages for each in page.get("Subscriptions", [])]
    unconfirmed = sum(each in _UNCONFIRMED for each in states)
    return Subscribers(
        topic=name,
        region=region,
        is_there=True,
        confirmed_count=len(states) - unconfirmed,
        unconfirmed_count=unconfirmed,
    )
