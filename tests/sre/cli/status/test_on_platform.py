"""`sre status` on the local platform: what its stacks and its metrics say, and nothing of the time before it was up."""

import json

import pytest

from sre.local.state import LocalPlatform
from tests.sre.cli.command_line import sre

pytestmark = [pytest.mark.platform, pytest.mark.xdist_group("platform")]


def test_a_platform_of_minutes_has_its_deployments_and_no_budget_yet(platform: LocalPlatform) -> None:
    done = sre("status", "--home", str(platform.home), "--json")
    assert done.returncode == 3, done.stderr
    found = json.loads(done.stdout)
    assert (found["source"], found["stage"]) == ("the local platform", "local")
    outcomes = {each["objective"]: each["outcome"] for each in found["objectives"]}
    assert {outcomes[name] for name in ("api-latency", "api-errors", "availability")} <= {"inconclusive", "no_data"}
    stacks = {each["stack"]: each["outcome"] for each in found["deployments"]["operations"]}
    assert stacks["t-developer-local-platform"] == "pass"
    alarms = found["alarms"]
    assert alarms["quiet_count"] + len(alarms["firing"]) + len(alarms["unknown"]) > 10
    assert alarms["unknown"] != []
    assert found["cost"]["reason"] == "there is no bill here; --costs FILE brings one"
