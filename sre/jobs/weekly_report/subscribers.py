"""Who is subscribed to the topics that a plan's alarms notify, each asked in its own Region."""

import boto3

from alarms.model import BILLING_REGION, Plan
from foundation.aws_errors import connecting, patient
from foundation.cloudwatch.subscribers import Subscribers, read_subscribers
from foundation.readings import NoData


def subscribers_of(plan: Plan, *, region: str) -> tuple[Subscribers, ...] | NoData:
    """The subscribers of every topic that an alarm of the plan notifies; NoData where SNS does not answer in one Region."""
    found: list[Subscribers] = []
    for is_of_billing, where in ((False, region), (True, BILLING_REGION)):
        notifying = (each for each in plan.notifying if (each.region == BILLING_REGION) is is_of_billing)
        severities = dict.fromkeys(each.severity for each in notifying if each.severity is not None)
        topics = [plan.context.topic_name(severity, is_of_billing=is_of_billing) for severity in severities]
        if not topics:
            continue
        with connecting():
            client = boto3.client("sns", region_name=where, config=patient())
        answer = read_subscribers(client, topics)
        if isinstance(answer, NoData):
            return answer
        found += answer
    return tuple(found)
