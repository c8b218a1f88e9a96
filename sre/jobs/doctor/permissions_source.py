"""Asks AWS for the permission of each action: by its cheapest call that changes nothing, or by a simulation of the policies.

A name that is not there is an answer, too: AWS looks at the permission before it looks for the name.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from sre.jobs.doctor.aws import Account, answer_to
from sre.jobs.doctor.findings import Identity
from sre.jobs.doctor.permissions import ACTIONS, PAID_SERVICE, Action, Allowed, Answer, Refused, Unanswered

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

_NOT_THERE = frozenset({"ResourceNotFound", "DashboardNotFoundError", "NotFound", "NotFoundException"})
# What AWS has in every account that calls it at all; that it has no datapoint is an answer, too.
_NAMESPACE, _METRIC = "AWS/Usage", "CallCount"
_LAST = timedelta(minutes=10)
_UNPAID = "not asked, since each request costs $0.01"
_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "cloudwatch": "CloudWatch",
        "cloudformation": "CloudFormation",
        "sns": "SNS",
        "synthetics": "Synthetics",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What calls name of the stage's own, so that permissions on just these are seen; the ARN is None without an account."""

    stack: str
    dashboard: str
    topic_arn: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A question, and the action that it shows the permission of."""

    action: Action
    ask: Callable[[], Answer]


def probes(account: Account, names: Names | None, *, now: datetime) -> tuple[Probe, ...]:
    """The questions of all actions that cost nothing worth asking for; without names, those that need one are told so."""
    calls = _calls(account, names, now)
    return tuple(
        Probe(action=each, ask=partial(_answered, _WORDS[each.service], calls.get(each.name)))
        for each in ACTIONS
        if each.service != PAID_SERVICE
    )


def services() -> tuple[tuple[str, str], ...]:
    """The services that are asked, by their prefix in policies, and in words."""
    return tuple(_WORDS.items())


def _calls(account: Account, names: Names | None, now: datetime) -> dict[str, Callable[[], object]]:
    metrics, stacks = account.client("cloudwatch"), account.client("cloudformation")
    topics, canaries = account.client("sns"), account.client("synthetics")
    of = {"Namespace": _NAMESPACE, "MetricName": _METRIC}
    stat = {"Metric": of, "Period": 300, "Stat": "Sum"}
    last = {"StartTime": now - _LAST, "EndTime": now}
    calls: dict[str, Callable[[], object]] = {
        "cloudwatch:ListMetrics": partial(metrics.list_metrics, **of),
        "cloudwatch:GetMetricData": partial(
            metrics.get_metric_data, MetricDataQueries=[{"Id": "asked", "MetricStat": stat}], **last
        ),
        "cloudwatch:GetMetricStatistics": partial(
            metrics.get_metric_statistics, **of, **last, Period=300, Statistics=["Sum"]
        ),
        "cloudformation:ListStacks": stacks.list_stacks,
        "sns:ListTopics": topics.list_topics,
        "synthetics:DescribeRuntimeVersions": partial(canaries.describe_runtime_versions, MaxResults=1),
    }
    if names is None:
        return calls
    calls |= {
        "cloudwatch:GetDashboard": partial(metrics.get_dashboard, DashboardName=names.dashboard),
        "cloudformation:DescribeStacks": partial(stacks.describe_stacks, StackName=names.stack),
        "cloudformation:DescribeStackEvents": partial(stacks.describe_stack_events, StackName=names.stack),
        "cloudformation:GetTemplate": partial(stacks.get_template, StackName=names.stack),
        "cloudformation:ListStackResources": partial(stacks.list_stack_resources, StackName=names.stack),
    }
    if names.topic_arn is not None:
        calls["sns:ListSubscriptionsByTopic"] = partial(
            topics.list_subscriptions_by_topic, TopicArn=names.topic_arn
        )  # fmt: skip
    return calls


def _answered(service: str, call: Callable[[], object] | None) -> Answer:
    if call is None:
        return Unanswered(
            reason="not asked: what it would be asked of is not known",
            to_do="do first what the lines above say of the files and the account",
            is_reached=True,
        )
    try:
        call()
    except ClientError as error:
        return Allowed() if _is_not_there(error) else answer_to(service, error)
    except BotoCoreError as error:
        return answer_to(service, error)
    return Allowed()


def _is_not_there(error: ClientError) -> bool:
    told: Any = error.response.get("Error", {})
    # CloudFormation's word for every request that it cannot do; of a stack that is not there it says so.
    is_no_stack = told.get("Code") == "ValidationError" and "does not exist" in str(told.get("Message", ""))
    return is_no_stack or told.get("Code") in _NOT_THERE


def simulated(account: Account, identity: Identity, actions: Sequence[Action]) -> tuple[Answer, ...]:
    """What the policies of who asks say of actions that are not asked, in their order.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
    """
    names = ", ".join(each.name for each in actions)
    to_do = f"allow iam:SimulatePrincipalPolicy, or look for {names} in the policies of {identity.arn}"
    iam: IAMClient = account.client("iam")
    try:
        source = _principal(iam, identity.arn)
        if source is None:
            said = f"{_UNPAID}, and IAM simulates the policies of users and roles alone"
            return (Unanswered(reason=said, to_do="ask as a user or a role", is_reached=True),) * len(actions)
        results = iam.simulate_principal_policy(
            PolicySourceArn=source, ActionNames=[each.name for each in actions]
        )["EvaluationResults"]  # fmt: skip
    except (BotoCoreError, ClientError) as error:
        match answer_to("IAM", error):
            case Unanswered(reason=reason):
                said = f"{_UNPAID}; and {reason}"
            case _:
                said = f"{_UNPAID}, and iam:SimulatePrincipalPolicy is refused"
        return (Unanswered(reason=said, to_do=to_do, is_reached=True),) * len(actions)
    decisions = {each["EvalActionName"]: each["EvalDecision"] for each in results}
    return tuple(_decided(decisions.get(each.name), to_do) for each in actions)


def _decided(decision: str | None, to_do: str) -> Answer:
    match decision:
        case "allowed":
            return Allowed(how="as IAM simulates it; it was not asked, since each request costs $0.01")
        case "implicitDeny" | "explicitDeny":
            return Refused(is_forbidden=decision == "explicitDeny")
        case _:
            return Unanswered(
                reason=f"{_UNPAID}, and IAM's simulation says nothing of it", to_do=to_do, is_reached=True
            )


def _principal(iam: "IAMClient", arn: str) -> str | None:
    """The user or role whose policies decide; None for others. STS leaves out the path of a role that is assumed.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
    """
    _, partition, _, _, account, who = arn.split(":", maxsplit=5)
    match who.split("/"):
        case ["user", *_]:
            return arn
        case ["assumed-role", role, *_]:
            try:
                return iam.get_role(RoleName=role)["Role"]["Arn"]
            except ClientError:
                return f"arn:{partition}:iam::{account}:role/{role}"
        case _:
            return None
