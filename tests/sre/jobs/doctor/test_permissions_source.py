"""Each action is asked by one call that changes nothing; Cost Explorer's are simulated, and never called."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from sre.jobs.doctor.permissions import ACTIONS, PAID_SERVICE, Allowed, Answer, Refused, Unanswered
from sre.jobs.doctor.permissions_source import Names, probes, services, simulated
from tests.sre.jobs.doctor.factories import IDENTITY, StubbedAccount

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
NAMES = Names(
    stack="orders-production-platform", dashboard="orders-production-overview",
    topic_arn="arn:aws:sns:eu-west-1:123456789012:orders-production-page",
)  # fmt: skip
PAID = [each for each in ACTIONS if each.service == PAID_SERVICE]
SERVICES = ("cloudwatch", "cloudformation", "sns", "synthetics")
OF = {"Namespace": "AWS/Usage", "MetricName": "CallCount"}
LAST = {"StartTime": NOW - timedelta(minutes=10), "EndTime": NOW}
STACK = {"StackName": "orders-production-platform"}
STAT = {"Metric": OF, "Period": 300, "Stat": "Sum"}
# The call of each action: service, operation, and what it asks.
CALLS: Mapping[str, tuple[str, str, dict[str, Any]]] = {
    "cloudwatch:ListMetrics": ("cloudwatch", "list_metrics", OF),
    "cloudwatch:GetMetricData": (
        "cloudwatch", "get_metric_data", {"MetricDataQueries": [{"Id": "asked", "MetricStat": STAT}], **LAST},
    ),
    "cloudwatch:GetMetricStatistics": (
        "cloudwatch", "get_metric_statistics", {**OF, **LAST, "Period": 300, "Statistics": ["Sum"]},
    ),
    "cloudwatch:GetDashboard": ("cloudwatch", "get_dashboard", {"DashboardName": "orders-production-overview"}),
    "cloudformation:DescribeStacks": ("cloudformation", "describe_stacks", STACK),
    "cloudformation:ListStacks": ("cloudformation", "list_stacks", {}),
    "cloudformation:DescribeStackEvents": ("cloudformation", "describe_stack_events", STACK),
    "cloudformation:GetTemplate": ("cloudformation", "get_template", STACK),
    "cloudformation:ListStackResources": ("cloudformation", "list_stack_resources", STACK),
    "sns:ListTopics": ("sns", "list_topics", {}),
    "sns:ListSubscriptionsByTopic": ("sns", "list_subscriptions_by_topic", {"TopicArn": NAMES.topic_arn}),
    "synthetics:DescribeRuntimeVersions": ("synthetics", "describe_runtime_versions", {"MaxResults": 1}),
}  # fmt: skip


@pytest.fixture
def account() -> Any:
    return StubbedAccount(*SERVICES)


def ask(account: Any, action: str, names: Names | None = NAMES) -> Answer:
    (probe,) = (each for each in probes(account, names, now=NOW) if each.action.name == action)
    return probe.ask()


def test_every_action_that_costs_nothing_is_asked_and_no_other() -> None:
    found = [each.action.name for each in probes(StubbedAccount(*SERVICES), NAMES, now=NOW)]  # type: ignore[arg-type]
    assert found == [each.name for each in ACTIONS if each.service != "ce"] == list(CALLS)
    assert {name for name, _ in services()} == set(SERVICES)


@pytest.mark.parametrize("action", CALLS)
def test_an_action_is_asked_by_one_call_and_an_answer_says_that_it_is_allowed(action: str, account: Any) -> None:
    service, operation, request = CALLS[action]
    account.stubs[service].add_response(operation, {"DashboardName": "x"} if "dashboard" in operation else {}, request)
    assert ask(account, action) == Allowed()
    account.stubs[service].assert_no_pending_responses()


@pytest.mark.parametrize("action", CALLS)
def test_one_that_is_refused_is_refused(action: str, account: Any) -> None:
    service, operation, _ = CALLS[action]
    account.stubs[service].add_client_error(operation, "AccessDenied", "no identity-based policy allows it")
    assert ask(account, action) == Refused(is_forbidden=False)


@pytest.mark.parametrize(
    ("action", "code", "text"),
    [
        ("cloudwatch:GetDashboard", "ResourceNotFound", "no such dashboard"),
        ("cloudformation:DescribeStacks", "ValidationError", "Stack with id x does not exist"),
        ("cloudformation:GetTemplate", "ValidationError", "Stack with id x does not exist"),
        ("sns:ListSubscriptionsByTopic", "NotFound", "Topic does not exist"),
    ],
)
def test_what_is_not_there_was_looked_for_and_so_allowed(action: str, code: str, text: str, account: Any) -> None:
    service, operation, _ = CALLS[action]
    account.stubs[service].add_client_error(operation, code, text)
    assert ask(account, action) == Allowed()


@pytest.mark.parametrize(("code", "text"), [("ValidationError", "1 validation error"), ("InternalFailure", "oh")])
def test_any_other_error_says_nothing_of_the_permission(code: str, text: str, account: Any) -> None:
    account.stubs["cloudformation"].add_client_error("describe_stacks", code, text)
    answer = ask(account, "cloudformation:DescribeStacks")
    assert answer == Unanswered(
        reason=f"CloudFormation answered DescribeStacks with {code}: {text}", to_do="ask again later", is_reached=True
    )


def test_a_service_that_cannot_be_reached_says_nothing_either(account: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable() -> None:
        raise EndpointConnectionError(endpoint_url="https://sns.eu-west-1.amazonaws.com/")

    monkeypatch.setattr(account.client("sns"), "list_topics", unreachable)
    answer = ask(account, "sns:ListTopics")
    assert isinstance(answer, Unanswered)
    assert (answer.reason, answer.is_reached) == (
        "SNS cannot be reached at https://sns.eu-west-1.amazonaws.com/", False,
    )  # fmt: skip


def test_without_the_names_of_the_stage_what_needs_one_is_not_asked(account: Any) -> None:
    nameless = {"cloudwatch:GetDashboard", "cloudformation:DescribeStacks", "sns:ListSubscriptionsByTopic"}
    for action in nameless:
        answer = ask(account, action, None)
        assert isinstance(answer, Unanswered)
        assert answer.reason == "not asked: what it would be asked of is not known"
    no_account = replace(NAMES, topic_arn=None)
    assert isinstance(ask(account, "sns:ListSubscriptionsByTopic", no_account), Unanswered)
    account.stubs["cloudwatch"].add_response("get_dashboard", {}, {"DashboardName": NAMES.dashboard})
    assert ask(account, "cloudwatch:GetDashboard", no_account) == Allowed()


def decisions(**by_name: str) -> dict[str, Any]:
    return {
        "EvaluationResults": [
            {"EvalActionName": f"ce:{name}", "EvalDecision": decision} for name, decision in by_name.items()
        ]
    }


def simulate(account: StubbedAccount, arn: str = IDENTITY.arn) -> tuple[Answer, ...]:
    found = simulated(account, replace(IDENTITY, arn=arn), PAID)  # type: ignore[arg-type]
    account.stubs["iam"].assert_no_pending_responses()
    return found


def request_of(arn: str) -> dict[str, Any]:
    return {"PolicySourceArn": arn, "ActionNames": ["ce:GetCostAndUsage", "ce:GetCostForecast", "ce:GetAnomalies"]}


def test_what_the_policies_of_a_user_say_is_what_the_simulation_says() -> None:
    account = StubbedAccount("iam")
    told = decisions(GetCostAndUsage="allowed", GetCostForecast="implicitDeny", GetAnomalies="explicitDeny")
    account.stubs["iam"].add_response("simulate_principal_policy", told, request_of(IDENTITY.arn))
    assert simulate(account) == (
        Allowed(how="as IAM simulates it; it was not asked, since each request costs $0.01"),
        Refused(is_forbidden=False),
        Refused(is_forbidden=True),
    )


def test_an_action_that_the_simulation_leaves_out_is_not_known() -> None:
    account = StubbedAccount("iam")
    told = decisions(GetCostAndUsage="allowed", GetCostForecast="allowed")
    account.stubs["iam"].add_response("simulate_principal_policy", told, request_of(IDENTITY.arn))
    left_out = simulate(account)[2]
    assert isinstance(left_out, Unanswered)
    assert left_out.reason == "not asked, since each request costs $0.01, and IAM's simulation says nothing of it"


ASSUMED = "arn:aws:sts::123456789012:assumed-role/ops/anna"


@pytest.mark.parametrize("may_see_the_role", [True, False])
def test_of_an_assumed_role_the_role_is_simulated_with_its_path_where_iam_tells_it(may_see_the_role: bool) -> None:
    account, iam = StubbedAccount("iam"), "iam"
    plain, with_path = "arn:aws:iam::123456789012:role/ops", "arn:aws:iam::123456789012:role/team/ops"
    if may_see_the_role:
        role = {"Path": "/team/", "RoleName": "ops", "RoleId": "AROA" + "X" * 16, "Arn": with_path, "CreateDate": NOW}
        account.stubs[iam].add_response("get_role", {"Role": role}, {"RoleName": "ops"})
    else:
        account.stubs[iam].add_client_error("get_role", "AccessDenied")
    told = decisions(GetCostAndUsage="allowed", GetCostForecast="allowed", GetAnomalies="allowed")
    account.stubs[iam].add_response(
        "simulate_principal_policy", told, request_of(with_path if may_see_the_role else plain)
    )
    assert all(isinstance(each, Allowed) for each in simulate(account, ASSUMED))


def test_where_the_simulation_is_refused_nothing_is_known_and_it_says_what_to_allow() -> None:
    account = StubbedAccount("iam")
    account.stubs["iam"].add_client_error("simulate_principal_policy", "AccessDenied")
    answers = simulate(account)
    assert answers == (answers[0],) * 3
    assert answers[0] == Unanswered(
        reason="not asked, since each request costs $0.01, and iam:SimulatePrincipalPolicy is refused",
        to_do="allow iam:SimulatePrincipalPolicy, or look for ce:GetCostAndUsage, ce:GetCostForecast, ce:GetAnomalies in the "
        f"policies of {IDENTITY.arn}",
        is_reached=True,
    )


def test_another_error_of_the_simulation_is_its_reason() -> None:
    account = StubbedAccount("iam")
    account.stubs["iam"].add_client_error("simulate_principal_policy", "NoSuchEntity", "no role")
    answer = simulate(account)[0]
    assert isinstance(answer, Unanswered)
    assert answer.reason == (
        "not asked, since each request costs $0.01; and IAM answered SimulatePrincipalPolicy with NoSuchEntity: no role"
    )


@pytest.mark.parametrize(
    "arn", ["arn:aws:iam::123456789012:root", "arn:aws:sts::123456789012:federated-user/anna"]
)  # fmt: skip
def test_of_others_iam_is_not_asked(arn: str) -> None:
    answer = simulate(StubbedAccount("iam"), arn)[0]
    assert isinstance(answer, Unanswered)
    assert answer.to_do == "ask as a user or a role"
