"""The load tests' stack: nothing runs between tests, workers are on Spot and arm64, and its machine's states hang together."""

import json
from pathlib import Path
from typing import Any

import pytest

from errors import InputError
from infra.loadtest.task import master
from infra.settings import Settings
from infra.synth import synthesize

pytestmark = pytest.mark.cdk
Resources = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Resources:
    out = tmp_path_factory.mktemp("staging")
    assert "t-developer-staging-loadtest" in synthesize(Settings(stage="staging"), out)
    return json.loads((out / "t-developer-staging-loadtest.template.json").read_text())["Resources"]


def of_type(stack: Resources, kind: str) -> list[dict[str, Any]]:
    return [each["Properties"] for each in stack.values() if each["Type"] == kind]


def test_nothing_runs_and_nothing_is_paid_for_between_tests(stack: Resources) -> None:
    kinds = {each["Type"] for each in stack.values()}
    paid_by_the_hour = {
        "AWS::ECS::Service", "AWS::EC2::NatGateway", "AWS::EC2::EIP", "AWS::EC2::VPCEndpoint", "AWS::EC2::Instance",
        "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ServiceDiscovery::PrivateDnsNamespace", "AWS::Events::Rule",
    }  # fmt: skip
    assert kinds & paid_by_the_hour == set()


def test_tasks_are_arm64_and_may_do_little(stack: Resources) -> None:
    definitions = of_type(stack, "AWS::ECS::TaskDefinition")
    assert len(definitions) == 2
    for definition in definitions:
        assert definition["RuntimePlatform"]["CpuArchitecture"] == "ARM64"
        assert (definition["Cpu"], definition["Memory"]) == ("1024", "2048")
    text = json.dumps(of_type(stack, "AWS::IAM::Policy"))
    assert "results/load-tests/*" in text
    assert '"cloudwatch:namespace": "TDeveloper"' in text
    assert '"Action": "*"' not in text


def machine(stack: Resources) -> dict[str, Any]:
    (definition,) = of_type(stack, "AWS::StepFunctions::StateMachine")
    text = definition["DefinitionString"]
    parts = text["Fn::Join"][1] if isinstance(text, dict) else [text]
    return json.loads("".join(part if isinstance(part, str) else "x" for part in parts))


def test_workers_are_on_spot_and_the_master_is_not(stack: Resources) -> None:
    states = machine(stack)["States"]
    providers = {
        name: states[name]["Arguments"]["CapacityProviderStrategy"][0]["CapacityProvider"]
        for name in ("StartMaster", "StartWorkers")
    }
    assert providers == {"StartMaster": "FARGATE", "StartWorkers": "FARGATE_SPOT"}


def test_every_state_leads_to_another_and_the_verdict_decides_the_end(stack: Resources) -> None:
    definition = machine(stack)
    states = definition["States"]
    following = {name: _next(state) for name, state in states.items()}
    seen, open_ = set[str](), [definition["StartAt"]]
    while open_:
        name = open_.pop()
        if name not in seen:
            seen.add(name)
            open_ += following[name]
    assert seen == set(states)
    assert {name for name, state in states.items() if state["Type"] in ("Succeed", "Fail")} == {"Met", "Failed"}
    assert "$code = 0" in states["HasEnded"]["Choices"][0]["Condition"]


def _next(state: dict[str, Any]) -> list[str]:
    choices = [choice["Next"] for choice in state.get("Choices", [])]
    return [*choices, *(state[key] for key in ("Next", "Default") if key in state)]


@pytest.mark.parametrize(
    "wrong", [{"TARGET_URL": "ftp://x"}, {"WORKERS": "0"}, {"WORKERS": "many"}, {"PROFILE": "relase"}]
)
def test_a_master_with_a_wrong_environment_ends_before_it_sends_anything(wrong: dict[str, str]) -> None:
    right = {
        "STAGE": "staging", "TARGET_URL": "https://x.execute-api.us-east-1.amazonaws.com/staging", "PROFILE": "smoke",
        "WORKERS": "2", "RESULTS_BUCKET": "b", "MASTER_PORT": "5557",
    }  # fmt: skip
    with pytest.raises(InputError):
        master({**right, **wrong})


def test_the_image_holds_every_room_that_the_task_imports() -> None:
    copied = {
        line.split()[1]
        for line in Path("infra/loadtest/Dockerfile").read_text().splitlines()
        if line.startswith("COPY") and "pyproject" not in line
    }
    assert copied == {"slo", "cloudwatch", "loadtests", "infra"}
