"""Which actions of AWS's API the commands that read need, and what an answer says of the permission.

A test holds the list against the calls in the code. What commands write is not asked: nothing harmless would show it.
"""

from dataclasses import dataclass
from typing import assert_never

from sre.jobs.doctor.findings import Finding, PermissionFinding, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """An action, the commands that need it, and what is to be known of asking it."""

    name: str
    needed_by: tuple[str, ...]
    note: str = ""

    @property
    def service(self) -> str:
        """The service that it is an action of, by its prefix in policies."""
        return self.name.partition(":")[0]


_REPORTS = ("report weekly", "report schedule")
# Not asked, since each request costs $0.01: https://aws.amazon.com/aws-cost-management/aws-cost-explorer/pricing/
PAID_SERVICE = "ce"
# Actions that are asked, each by its cheapest call, or, of Cost Explorer, simulated.
# GetMetricData is paid for by the metric: https://aws.amazon.com/cloudwatch/pricing/
ACTIONS = (
    Action(name="cloudwatch:ListMetrics", needed_by=("doctor",)),
    Action(
        name="cloudwatch:GetMetricData",
        needed_by=("alarms record", "dashboards preview", *_REPORTS),
        note="asked for one metric, which costs $0.00001",
    ),
    Action(name="cloudwatch:GetMetricStatistics", needed_by=("loadtest publish",)),
    Action(name="cloudwatch:GetDashboard", needed_by=("dashboards diff",)),
    Action(name="cloudformation:DescribeStacks", needed_by=("dashboards diff", "doctor", "init", *_REPORTS)),
    Action(name="cloudformation:ListStacks", needed_by=("check", *_REPORTS)),
    Action(name="cloudformation:DescribeStackEvents", needed_by=("check", *_REPORTS)),
    Action(name="cloudformation:GetTemplate", needed_by=("init",)),
    Action(name="cloudformation:ListStackResources", needed_by=("init",)),
    Action(name="sns:ListTopics", needed_by=("alarms list", "alarms show", *_REPORTS)),
    Action(name="sns:ListSubscriptionsByTopic", needed_by=("alarms list", "alarms show", *_REPORTS)),
    Action(name="synthetics:DescribeRuntimeVersions", needed_by=("canaries list",)),
    Action(name="ce:GetCostAndUsage", needed_by=_REPORTS),
    Action(name="ce:GetCostForecast", needed_by=_REPORTS),
    Action(name="ce:GetAnomalies", needed_by=_REPORTS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """It was done, or would be; `how` says by whose word where it was not done."""

    how: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """AWS knows who asks, and does not let him; `is_forbidden` where a policy says so expressly, which no other can allow."""

    is_forbidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """Nothing is known of it; `is_reached` is whether the service answered at all."""

    reason: str
    to_do: str
    is_reached: bool


Answer = Allowed | Refused | Unanswered


def judged(action: Action, answer: Answer, *, arn: str | None) -> PermissionFinding:
    """What an answer says of an action; `arn` is that of who asked, where it is known."""
    return PermissionFinding(action=action.name, needed_by=action.needed_by, finding=_finding(action, answer, arn))


def _finding(action: Action, answer: Answer, arn: str | None) -> Finding:
    whose = arn or "these credentials"
    match answer:
        case Allowed(how=how):
            said = "; ".join(each for each in ("allowed", how, action.note) if each)
            return Finding(name=action.name, state=State.OK, said=said)
        case Refused(is_forbidden=True):
            return Finding(
                name=action.name,
                state=State.MISSING,
                said="forbidden by an explicit deny",
                to_do=f"find the policy that denies {action.name} to {whose}, and take that away there: no other allows it",
            )
        case Refused():
            return Finding(
                name=action.name,
                state=State.MISSING,
                said="refused",
                to_do=f"allow {action.name} in a policy of {whose}",
            )
        case Unanswered():
            return Finding(name=action.name, state=State.NOT_KNOWN, said=answer.reason, to_do=answer.to_do)
        case _:
            assert_never(answer)
