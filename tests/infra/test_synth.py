"""A synthesis in its own process, as `sre synth` starts it: the stage that it was given, for the Region that it was given."""

import json
import re
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from foundation.errors import InputError
from foundation.service.what_if import what_if
from infra.assembly import assemble
from infra.checkout import ROOT
from infra.settings import DEPLOYED_PYTHON, Settings
from infra.stage import make_stage
from infra.synth import synthesize
from tests.sre.cli.command_line import sre

pytestmark = [pytest.mark.cdk, pytest.mark.xdist_group("stacks")]

STAGING = make_stage("staging")
REGION = "eu-west-1"
HERE = f"aws://unknown-account/{REGION}"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Staging with another target, in another Region than the default."""
    out = tmp_path_factory.mktemp("asked")
    stage = what_if(STAGING, targets=[("api-errors", Decimal("0.995"))])
    assemble(Settings(stage="staging", region=REGION), out, stage=stage)
    return out


def template(out: Path, stack: str) -> dict[str, Any]:
    return json.loads((out / f"t-developer-staging-{stack}.template.json").read_text())


def environments(out: Path) -> dict[str, str]:
    """Where each stack of an assembly goes, by the end of its name."""
    artifacts = json.loads((out / "manifest.json").read_text())["artifacts"]
    stacks = {name: each for name, each in artifacts.items() if each["type"] == "aws:cloudformation:stack"}
    return {name.split("-", 3)[3]: each["environment"] for name, each in stacks.items()}


def thresholds(out: Path) -> list[str]:
    """The math of the two metric alarms of the fast pair of api-errors: their thresholds are in it."""
    resources = template(out, "observability")["Resources"].values()
    alarms = [each["Properties"] for each in resources if each["Type"] == "AWS::CloudWatch::Alarm"]
    named = [each for each in alarms if "api-errors-page-fast-" in each["AlarmName"]]
    return sorted(json.dumps([each["Metrics"], each["Threshold"]]) for each in named)


def test_another_target_is_in_the_template_and_the_template_says_so(asked: Path) -> None:
    # 14.4 times the budget; of 99.9 % it would be 0.0144.
    assert [("0.072" in each, "0.0144" in each) for each in thresholds(asked)] == [(True, False)] * 2
    said = "; what if: api-errors at 99.5 % instead of 99.9 %"
    for stack in ("observability", "billing-alarms", "canaries", "reports"):
        assert template(asked, stack)["Description"].endswith(said)
    assert "**What if:** api-errors at 99.5 % instead of 99.9 %." in json.dumps(template(asked, "observability"))


def test_every_stack_is_for_the_region_but_the_alarms_on_the_bill(asked: Path) -> None:
    assert environments(asked) == {
        **dict.fromkeys(("data", "platform", "canaries", "observability", "loadtest", "reports"), HERE),
        "billing-alarms": "aws://unknown-account/us-east-1",
    }


def test_the_topics_of_the_bill_are_deployed_before_the_chat_that_hears_of_them(asked: Path) -> None:
    artifacts = json.loads((asked / "manifest.json").read_text())["artifacts"]
    (observability,) = (each for name, each in artifacts.items() if name.endswith("-observability"))
    assert any(each.endswith("-billing-alarms") for each in observability["dependencies"])


def test_the_local_stage_is_for_no_region_and_needs_no_stage(tmp_path: Path) -> None:
    """Its templates go to an emulator in whatever Region that says it is in."""
    names = synthesize(Settings(stage="local", region=REGION), tmp_path)
    # No alarms: the emulator would refuse them.
    assert [stack.rsplit("-", 1)[1] for stack in names] == ["data", "platform"]
    assert environments(tmp_path) == dict.fromkeys(("data", "platform"), "aws://unknown-account/unknown-region")
    assert REGION not in "".join((tmp_path / f"{name}.template.json").read_text() for name in names)


def test_a_stage_is_not_deployed_as_another(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the stage production is synthesized of itself, not of staging"):
        synthesize(Settings(stage="production"), tmp_path, stage=STAGING)
    with pytest.raises(InputError, match="of itself, not of None"):
        synthesize(Settings(stage="production"), tmp_path)


ORDERS = ROOT / "examples" / "orders"


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stacks that watch another service, as `sre synth --service` has them."""
    out = tmp_path_factory.mktemp("orders")
    done = sre(
        "synth", "--service", str(ORDERS), "--stage", "production", "--runbook-url", "https://r", "--out", str(out)
    )
    assert done.returncode == 0, done.stderr
    return out


def test_another_service_has_the_stacks_that_watch_it_and_no_others(orders: Path) -> None:
    names = sorted(file.name.removesuffix(".template.json") for file in orders.glob("*.template.json"))
    assert names == [f"orders-production-{stack}" for stack in ("billing-alarms", "observability", "reports")]
    templates = "".join(file.read_text() for file in orders.glob("*.template.json"))
    assert re.findall(r"(?i)t-?developer|pipeline|security-gate", templates) == []
    resources = json.loads((orders / "orders-production-observability.template.json").read_text())["Resources"].values()
    alarms = {each["Properties"]["AlarmName"] for each in resources if each["Type"] == "AWS::CloudWatch::Alarm"}
    assert "orders-production-shipping-dead-letters-ticket-messages" in alarms
    tags = next(each["Properties"]["Tags"] for each in resources if each["Type"] == "AWS::CloudWatch::Alarm")
    assert {"Key": "Project", "Value": "orders"} in tags


def test_a_service_that_is_called_as_ours_has_no_platform_of_ours(tmp_path: Path) -> None:
    copy = tmp_path / "service"
    shutil.copytree(ORDERS, copy)
    for name in ("service.yaml", "objectives.yaml"):
        text = (copy / name).read_text()
        (copy / name).write_text(re.sub(r"(?m)(service: |name: )orders(?=$|,)", r"\1t-developer", text))
    done = sre(
        "synth",
        "--service",
        str(copy),
        "--stage",
        "production",
        "--runbook-url",
        "https://r",
        "--out",
        str(tmp_path / "out"),
    )
    assert done.returncode == 0, done.stderr
    names = {file.name for file in (tmp_path / "out").glob("*.template.json")}
    assert names == {
        f"t-developer-production-{stack}.template.json" for stack in ("billing-alarms", "observability", "reports")
    }


def test_settings_of_a_platform_are_ours() -> None:
    with pytest.raises(ValueError, match="the platform of t-developer is not that of orders"):
        Settings(service="orders", stage="production")
    watched = Settings(has_platform=False, service="orders", stage="local")
    assert (watched.is_local, watched.architecture, watched.python_version) == (False, "arm64", DEPLOYED_PYTHON)
