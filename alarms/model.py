"""An alarm as it is planned: the CloudWatch alarm, how urgent it is, whose it is, and what to read when it fires.

Descriptions, actions and dimensions may have parameters (`AWS::Region`, `WebSocketApiId`) that only a deployment knows.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from foundation.cloudwatch.alarm_rule import alarms_of
from foundation.cloudwatch.alarms import Alarm, CompositeAlarm, MetricAlarm
from foundation.cloudwatch.names import Scope
from foundation.cloudwatch.parameters import ACCOUNT, PARTITION, REGION, parametrized
from foundation.errors import InputError
from foundation.slo.burn_rate import Severity
from foundation.slo.event_metrics import TraceGroup
from foundation.slo.subscription import Channel, Subscription

# Billing metrics are in this Region only, whatever Region the workload is in.
BILLING_REGION = "us-east-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What all alarms of one deployment share."""

    service: str
    stage: str
    owner: str
    runbook_url: str

    @property
    def scope(self) -> Scope:
        """Whose the names are."""
        return Scope(service=self.service, stage=self.stage)

    @property
    def prefix(self) -> str:
        """How every alarm's name begins."""
        return self.scope.prefix

    @property
    def dashboard_url(self) -> str:
        """The dashboard to look at first."""
        path = f"#dashboards/dashboard/{self.scope.dashboard('overview')}"
        return parametrized("https://", REGION, ".console.aws.amazon.com/cloudwatch/home?region=", REGION, path)

    def topic_name(self, severity: Severity, *, is_of_billing: bool) -> str:
        """The name of the SNS topic that alarms of a severity are sent to."""
        return self.scope.topic(severity.value, is_of_billing=is_of_billing)

    def topic_arn(self, severity: Severity, *, is_of_billing: bool) -> str:
        """The ARN of that topic, in the Region and account of the stack."""
        name = self.topic_name(severity, is_of_billing=is_of_billing)
        return parametrized("arn:", PARTITION, ":sns:", REGION, ":", ACCOUNT, ":", name)


class Quantity(Enum):
    """What the numbers are that an alarm compares with its threshold."""

    SHARE = "share"
    COUNT = "count"
    USD = "usd"
    VALUE = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What an alarm compares with its threshold: in a few words for people, and of which quantity it is."""

    words: str
    quantity: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedAlarm:
    """One alarm. `severity` is None where it is only an input of a composite alarm and notifies nobody by itself.

    `region` is set where the alarm can only be in that Region. A composite's `measure` is that of its inputs. `source` says who
    chose what an alarm on a resource compares with: a URL, or that it is ours; empty where objectives or their policy say it.
    """

    alarm: Alarm
    measure: Measure
    severity: Severity | None
    owner: str
    runbook: str
    objective: str | None
    region: str | None
    source: str = ""

    @property
    def name(self) -> str:
        """The alarm's name."""
        return self.alarm.name


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedDeployments:
    """The EventBridge rule that counts failed operations on the stacks that a prefix stands for (`is_stack_of`)."""

    rule_name: str
    stack_name_prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All alarms of one stage, and what must exist beside them; `notes` says what has no alarm, and why.

    `what_ifs` say what was changed of the stage to ask what its alarms would be, `subscriptions` who is notified of a severity
    unless whoever deploys says otherwise.
    """

    context: Context
    policy: str
    alarms: tuple[PlannedAlarm, ...]
    trace_groups: tuple[TraceGroup, ...]
    deployments: tuple[FailedDeployments, ...]
    notes: tuple[str, ...]
    what_ifs: tuple[str, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()

    def __post_init__(self) -> None:
        """Refuse two alarms of one name: the second would take the place of the first. Raises InputError."""
        names = Counter(planned.name for planned in self.alarms)
        twice = [name for name, count in names.items() if count > 1]
        if twice:
            raise InputError(
                "two alarms have one name; give an objective, a pair of windows or a resource's alarm another one:",
                tuple(twice),
            )

    def __iter__(self) -> Iterator[PlannedAlarm]:
        return iter(self.alarms)

    def __getitem__(self, name: str) -> PlannedAlarm:
        for planned in self.alarms:
            if planned.name == name:
                return planned
        raise KeyError(name)

    @property
    def metric_alarms(self) -> tuple[MetricAlarm, ...]:
        """The metric alarms, in order."""
        return tuple(planned.alarm for planned in self.alarms if isinstance(planned.alarm, MetricAlarm))

    @property
    def composite_alarms(self) -> tuple[CompositeAlarm, ...]:
        """The composite alarms, in order."""
        return tuple(planned.alarm for planned in self.alarms if isinstance(planned.alarm, CompositeAlarm))

    def endpoint(self, severity: Severity, channel: Channel) -> str:
        """Who is notified of a severity by a channel; empty where nobody is."""
        found = (each for each in self.subscriptions if (each.severity, each.channel) == (severity, channel))
        return next((each.endpoint for each in found), "")

    @property
    def notifying(self) -> tuple[PlannedAlarm, ...]:
        """The alarms that notify somebody."""
        return tuple(planned for planned in self.alarms if planned.severity is not None)

    def topic_of(self, planned: PlannedAlarm) -> str | None:
        """The name of the topic that an alarm notifies; None of an input of another alarm."""
        if planned.severity is None:
            return None
        return self.context.topic_name(planned.severity, is_of_billing=planned.region == BILLING_REGION)

    def metric_alarms_below(self, planned: PlannedAlarm) -> tuple[MetricAlarm, ...]:
        """The metric alarms that an alarm's state comes from: itself, or all that a composite names."""
        if isinstance(planned.alarm, MetricAlarm):
            return (planned.alarm,)
        named = alarms_of(planned.alarm.parsed_rule)
        return tuple(below for name in sorted(named) for below in self.metric_alarms_below(self[name]))
