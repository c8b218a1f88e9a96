"""A resource of the service under watch, as alarms and dashboards know it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A resource of the stacks: its CloudFormation type, a short name for people, and its physical name and ARN."""

    type: str
    label: str
    name: str
    arn: str
