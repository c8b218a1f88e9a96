"""What SNS is sent when an alarm fires: the subject and the JSON of CloudWatch's own notifications.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
"""

import json
from dataclasses import dataclass
from datetime import datetime

from alarms.model import Plan, PlannedAlarm
from foundation.cloudwatch.message_limits import check_message
from foundation.pages.escapes import sns_subject


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmMessage:
    """One message to the topic of an alarm's severity; it is of the alarm and of the moment that its actions ran."""

    alarm: str
    at: datetime
    topic: str
    subject: str
    text: str

    @property
    def identity(self) -> str:
        """What identifies a message that was sent."""
        return identity_of(self.text)


def identity_of(text: str) -> str:
    """What identifies a message, from its text."""
    message = json.loads(text)
    return f"{message['AlarmName']} {message['StateChangeTime']}"


def alarm_message(plan: Plan, planned: PlannedAlarm, *, at: datetime, region: str, account: str) -> AlarmMessage | None:
    """The message of an alarm that fired; None of one that notifies nobody. Raises LimitError for what SNS would not take."""
    topic = plan.topic_of(planned)
    if topic is None:
        return None
    text = json.dumps(
        {
            "AlarmName": planned.name,
            "AlarmDescription": planned.alarm.description,
            "AWSAccountId": account,
            "NewStateValue": "ALARM",
            "OldStateValue": "OK",
            "StateChangeTime": at.isoformat(timespec="milliseconds"),
            "Region": region,
            "AlarmArn": f"arn:aws:cloudwatch:{region}:{account}:alarm:{planned.name}",
        }
    )
    subject = sns_subject(f'ALARM: "{planned.name}" in {region}')
    check_message(subject=subject, text=text)
    return AlarmMessage(alarm=planned.name, at=at, topic=topic, subject=subject, text=text)
