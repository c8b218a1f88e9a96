"""Where a stage is looked at: an account, of which only credentials and a Region make anything known, or a local platform."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest
from moto import mock_aws
from moto.server import ThreadedMotoServer

import sre.jobs.doctor.examination as examination
import sre.jobs.doctor.examine as module
from foundation.errors import InputError
from foundation.processes.lock import Owner
from sre.jobs.doctor.examine import examine_account, examine_platform, not_up
from sre.jobs.doctor.findings import Diagnosis, Finding, Section, State
from sre.jobs.doctor.permissions import ACTIONS, Allowed
from sre.jobs.doctor.service_files import ReadFiles
from sre.local.beginning import Beginning
from sre.local.status import Broken, Down, HalfUp, Up
from tests.sre.jobs.doctor.factories import REGION
from tests.sre.jobs.doctor.test_examination import ORDERS, a_subject, put, read
from tests.sre.local.processes_factories import this_process
from tests.sre.local.test_local import a_platform

HERE = (Finding(name="sre", state=State.OK, said="0.1.0"),)
SIGN_IN = "set AWS_PROFILE, or sign in with `aws sso login`"


@pytest.fixture(scope="module")
def orders() -> ReadFiles:
    return read(ORDERS)


@pytest.fixture(autouse=True)
def no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


def line(found: Diagnosis, name: str) -> Finding:
    (one,) = (each for each in found.of(Section.ACCOUNT) if each.name == name)
    return one


def test_without_credentials_what_needs_them_is_not_known_and_the_rest_is_told(orders: ReadFiles) -> None:
    said: list[str] = []
    found = examine_account(a_subject(orders, said), here=HERE, region=REGION, variables={})
    assert line(found, "credentials") == Finding(
        name="credentials", state=State.MISSING, said="no credentials", to_do=SIGN_IN
    )  # fmt: skip
    assert line(found, "Region").said == "eu-west-1, by --region"
    unknown = [line(found, "identity"), *(each.finding for each in (*found.metrics, *found.permissions))]
    assert {(each.state, each.said, each.to_do) for each in unknown} == {(State.NOT_KNOWN, "no credentials", SIGN_IN)}
    assert (len(found.metrics), len(found.permissions)) == (54, len(ACTIONS))
    assert found.of(Section.HERE) == HERE
    assert [each.name for each in found.of(Section.FILES)] == [
        "service.yaml", "objectives.yaml", "burn_rate.yaml", "canaries.yaml", "flows.yaml", "load_profiles.yaml",
    ]  # fmt: skip
    assert (found.is_well, said) == (False, [])


def test_without_a_region_nobody_is_asked_and_the_credentials_are_told(
    orders: ReadFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    found = examine_account(a_subject(orders), here=HERE, region=None, variables={})
    assert line(found, "credentials").state is State.OK
    assert line(found, "Region") == Finding(
        name="Region", state=State.MISSING, said="no Region", to_do="give --region, or set AWS_REGION"
    )
    assert {each.finding.said for each in (*found.metrics, *found.permissions)} == {"no Region"}
    assert (found.region, found.place) == (None, "AWS")


def test_settings_that_cannot_be_used_are_lines_and_no_error(
    orders: ReadFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "none")
    found = examine_account(a_subject(orders), here=HERE, region=None, variables={})
    assert line(found, "credentials").state is State.MISSING
    assert line(found, "Region").said == "no AWS credentials: The config profile (none) could not be found"


def test_with_both_the_account_is_asked(orders: ReadFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "simulated", lambda _account, _who, actions: (Allowed(),) * len(actions))
    with mock_aws():
        found = examine_account(a_subject(orders), here=HERE, region=None, variables={"AWS_REGION": REGION})
    assert line(found, "Region").said == "eu-west-1, by AWS_REGION"
    assert line(found, "credentials").said == "environment variables"
    assert found.identity is not None
    assert (found.region, found.place, found.is_local) == (REGION, "AWS in eu-west-1", False)


def test_a_platform_that_is_down_is_missing_and_its_metrics_are_not_known(tmp_path: Path) -> None:
    local = replace(a_subject(read(None)), stage_name="local")
    found = examine_platform(local, here=HERE, home=tmp_path)
    assert line(found, "the local platform") == Finding(
        name="the local platform", state=State.MISSING, said=f"none is up in {tmp_path}",
        to_do=f"`sre local up --home {tmp_path}` starts it",
    )  # fmt: skip
    assert {(each.finding.state, each.finding.said) for each in found.metrics} == {
        (State.NOT_KNOWN, f"none is up in {tmp_path}")
    }
    assert found.permissions == ()
    assert (found.is_local, found.region, found.is_well) == (True, None, False)


def test_a_damaged_state_file_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "platform.json").write_text("{")
    found = examine_platform(a_subject(read(ORDERS)), here=HERE, home=tmp_path)
    told = line(found, "the local platform")
    assert told.state is State.NOT_KNOWN
    assert told.said.startswith(f"{tmp_path}/platform.json: cannot be read")
    assert told.to_do.startswith("end the processes")


def test_each_way_of_not_being_up_says_what_to_do(tmp_path: Path) -> None:
    beginning = Beginning(home=tmp_path, endpoint="http://127.0.0.1:1", began_at="2026-03-02T10:00:00+00:00")
    process = this_process().process
    owner = Owner(process=process, command="sre local up", since=datetime(2026, 3, 2, 10, tzinfo=UTC))
    up = f"sre local up --home {tmp_path}"
    ways = {
        not_up(Down(), tmp_path): (State.MISSING, f"`{up}` starts it"),
        not_up(HalfUp(beginning=beginning, owner=owner), tmp_path): (State.NOT_KNOWN, "wait until it is up"),
        not_up(HalfUp(beginning=beginning, owner=None), tmp_path): (State.MISSING, f"`{up}` replaces it"),
        not_up(Broken(platform=a_platform(tmp_path), ended=("m",)), tmp_path): (State.MISSING, f"`{up}` replaces it"),
        not_up(InputError("x: cannot be read"), tmp_path): (State.NOT_KNOWN, f"`{up}` replaces it"),
    }
    assert [(each.state, each.to_do) for each in ways] == list(ways.values())


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server that answers as AWS does, on this machine."""
    serving = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    serving.start()
    host, port = serving.get_host_and_port()
    address = f"http://{host}:{port}"
    with urlopen(Request(f"{address}/moto-api/reset", method="POST"), timeout=20):  # noqa: S310 - our own server
        yield address
    serving.stop()


def test_a_platform_that_is_up_is_asked_with_its_own_key_for_its_metrics_alone(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = replace(a_platform(tmp_path, this_process()), endpoint=server)
    monkeypatch.setattr(module, "settled_status", lambda _home: Up(platform=platform))
    client: Any = boto3.client(
        "cloudwatch",
        region_name="us-east-1",
        endpoint_url=server,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    put(client, "TDeveloper", "PipelinesAccepted", Stage="production")
    put(client, "AWS/ApiGateway", "ConnectCount", ApiId="w1", Stage="production")
    said: list[str] = []
    found = examine_platform(a_subject(read(None), said, StateMachineArn="arn:x"), here=HERE, home=tmp_path)
    state = {str(each.metric): each.finding.state for each in found.metrics}
    assert state["TDeveloper PipelinesAccepted{Stage=production}"] is State.OK
    # What its outputs say of the deployment is filled in.
    assert state["AWS/ApiGateway ConnectCount{ApiId=w1,Stage=production}"] is State.OK
    assert state["TDeveloper ProgressEventsPushed{Stage=production}"] is State.MISSING
    assert state["AWS/Lambda Errors{FunctionName=t-developer-production-api}"] is State.NORMAL
    assert State.NOT_KNOWN not in state.values()
    assert line(found, "the local platform").said == (
        f"up in {tmp_path} since 2026-11-22T00:00:00+00:00, at {server}"
    )  # fmt: skip
    assert found.permissions == ()
    assert found.identity is not None
    assert found.identity.credentials == "the platform's own key"
    assert said[0] == "asking the local platform who asks"
