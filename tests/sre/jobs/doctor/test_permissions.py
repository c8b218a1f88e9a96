"""The actions are those that the code calls, each with the commands that need it; a refusal names what to allow."""

import ast
from collections.abc import Iterator
from functools import cache

import botocore.session
import pytest
from botocore import xform_name

from infra.checkout import ROOT
from sre.cli.main import sre
from sre.jobs.doctor.findings import Finding, State
from sre.jobs.doctor.permissions import ACTIONS, PAID_SERVICE, Allowed, Refused, Unanswered, judged
from tests.source_code import MODULES, nodes_of
from tests.sre.cli.test_main import commands
from tests.sre.jobs.doctor.factories import IDENTITY

# What commands call, by the names that policies have.
SERVICES = {
    "cloudwatch": "cloudwatch", "cloudformation": "cloudformation", "sns": "sns", "synthetics": "synthetics", "ce": "ce",
}  # fmt: skip
# These change something, and are not asked; what is called on the local platform alone needs no permission.
WRITING = {"cloudwatch:PutMetricData", "sns:Publish"}
NOT_ON_AWS = ("sre/local", "sre/jobs/demo", "sre/jobs/doctor", "tdeveloper", "infra/stacks", "canaries/stand_in")
DASHBOARD = next(each for each in ACTIONS if each.name == "cloudwatch:GetDashboard")
DATA = next(each for each in ACTIONS if each.name == "cloudwatch:GetMetricData")


@cache
def operations() -> dict[str, str]:
    """The actions of these services, by the names of boto3's methods."""
    session = botocore.session.get_session()
    return {
        xform_name(operation): f"{SERVICES[service]}:{operation}"
        for service in SERVICES
        for operation in session.get_service_model(service).operation_names
    }


def called() -> Iterator[str]:
    """Every action that the code calls on AWS, as a method or by a paginator."""
    for path in MODULES:
        if str(path.relative_to(ROOT)).startswith(NOT_ON_AWS):
            continue
        for node in nodes_of(path):
            match node:
                case ast.Call(func=ast.Attribute(attr="get_paginator"), args=[ast.Constant(value=str(name))]):
                    yield operations()[name]
                case ast.Call(func=ast.Attribute(attr=name)) if name in operations():
                    yield operations()[name]
                case _:
                    pass


def test_the_actions_are_those_that_the_code_calls_and_that_change_nothing() -> None:
    assert {each.name for each in ACTIONS} == set(called()) - WRITING
    assert len({each.name for each in ACTIONS}) == len(ACTIONS)


def test_every_action_is_needed_by_a_command_that_there_is() -> None:
    there = {each.removeprefix("sre ") for each in commands(sre)}
    assert {name for each in ACTIONS for name in each.needed_by} <= there
    assert all(each.needed_by for each in ACTIONS)


def test_cost_explorer_is_the_service_that_is_not_asked() -> None:
    assert [each.name for each in ACTIONS if each.service == PAID_SERVICE] == [
        "ce:GetCostAndUsage", "ce:GetCostForecast", "ce:GetAnomalies",
    ]  # fmt: skip


def test_what_is_allowed_says_what_asking_cost_and_by_whose_word() -> None:
    assert judged(DASHBOARD, Allowed(), arn=None).finding == Finding(
        name=DASHBOARD.name, state=State.OK, said="allowed"
    )  # fmt: skip
    assert judged(DATA, Allowed(), arn=None).finding.said == "allowed; asked for one metric, which costs $0.00001"
    assert (
        judged(DASHBOARD, Allowed(how="as IAM simulates it"), arn=None).finding.said == "allowed; as IAM simulates it"
    )


@pytest.mark.parametrize(("arn", "whose"), [(IDENTITY.arn, IDENTITY.arn), (None, "these credentials")])
def test_what_is_refused_is_missing_and_names_the_action_to_allow(arn: str | None, whose: str) -> None:
    found = judged(DASHBOARD, Refused(is_forbidden=False), arn=arn)
    assert (found.action, found.needed_by) == ("cloudwatch:GetDashboard", ("dashboards diff",))
    assert found.finding == Finding(
        name="cloudwatch:GetDashboard", state=State.MISSING, said="refused",
        to_do=f"allow cloudwatch:GetDashboard in a policy of {whose}",
    )  # fmt: skip


def test_what_is_denied_expressly_no_policy_can_allow() -> None:
    found = judged(DASHBOARD, Refused(is_forbidden=True), arn=IDENTITY.arn).finding
    assert (found.state, found.said) == (State.MISSING, "forbidden by an explicit deny")
    assert found.to_do == (
        f"find the policy that denies cloudwatch:GetDashboard to {IDENTITY.arn}, and take that away there: no other allows it"
    )


def test_what_was_not_answered_is_not_known() -> None:
    answer = Unanswered(reason="no answer in time", to_do="ask again later", is_reached=False)
    assert judged(DASHBOARD, answer, arn=IDENTITY.arn).finding == Finding(
        name="cloudwatch:GetDashboard", state=State.NOT_KNOWN, said="no answer in time", to_do="ask again later"
    )
