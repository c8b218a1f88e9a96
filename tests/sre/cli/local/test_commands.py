"""`sre local` as a person and a script use it, on a platform that its state file alone has, and on none."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from jsonschema import validate

import sre.cli.local.status as of_status
from alarms.model import Plan
from canaries.runs import NotRun
from foundation.cloudwatch.evaluation import AlarmState
from foundation.errors import SourceError
from foundation.readings import Interval, Known, Reading, in_memory
from sre.cli.outputs.schemas import outputs, schema_of
from sre.local.alarm_states import AlarmStates
from sre.local.notifications import Captured, LocalTopics
from sre.local.refused_lines import RefusedLines
from sre.local.state import LocalPlatform
from tests.sre.cli.command_line import sre

STATES = AlarmStates(
    states=(("gate-failed", AlarmState.ALARM), ("availability", None), ("pipelines", AlarmState.OK)),
    without_data_count=40,
)
MESSAGE = Captured(identity="gate-failed 1", topic="t-developer-local-ticket", subject='ALARM: "gate-failed"')


@pytest.fixture
def seen(running: LocalPlatform, monkeypatch: pytest.MonkeyPatch) -> LocalPlatform:
    """The platform, with alarms, a message and a log of which metrics were refused."""

    def notify(_topics: LocalTopics, _plan: Plan, _notified: Any) -> tuple[Captured, ...]:
        return (MESSAGE,)

    monkeypatch.setattr(of_status, "alarm_states", lambda *_, **__: STATES)
    monkeypatch.setattr(of_status, "refused_lines", lambda *_, **__: (RefusedLines(log_group="gate", count=2),))
    monkeypatch.setattr(LocalTopics, "notify", notify)
    return running


def read(command: str, text: str) -> dict[str, Any]:
    """What a command printed, held against its schema."""
    data: dict[str, Any] = json.loads(text)
    path = tuple(command.split())
    validate(data, schema_of(path, outputs()[path]))
    return data


def test_up_on_a_platform_that_is_up_prints_its_addresses_and_is_done(running: LocalPlatform) -> None:
    done = sre("local", "up", "--home", "home")
    assert (done.returncode, done.stderr) == (0, "")
    first, *details = done.stdout.splitlines()
    assert first == "The local platform is up already."
    assert f"  REST API         {running.api_url}" in details
    data = read("local up", sre("local", "up", "--home", "home", "--json").stdout)
    assert (data["was_up"], data["platform"]["rest_api_url"]) == (True, running.api_url)
    assert data["platform"]["caller_access_key_id"] == "AKIA"


def test_up_with_other_options_than_it_has_says_which_and_what_to_do(running: LocalPlatform) -> None:
    done = sre("local", "up", "--home", "home", "--fault-switch", "off", "--port", "4600")
    assert done.returncode == 2
    assert "the local platform in home is up with other options" in done.stderr
    assert "--fault-switch off: it is errors=5%; `sre local fault --home home off` changes it" in done.stderr
    assert "--port 4600: it has 1;" in done.stderr
    assert sre("local", "up", "--home", "home", "--fault-switch", "errors=5%", "--port", "1024").returncode == 2


def test_status_of_a_platform_that_is_up_has_what_a_person_looks_for(seen: LocalPlatform) -> None:
    done = sre("local", "status", "--home", "home")
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == "The local platform is up."
    assert "  ALARM                gate-failed\n  not enough time yet  availability\n" in done.stdout
    assert '\nNotified:\n  t-developer-local-ticket was sent ALARM: "gate-failed"\n' in done.stdout
    assert "Metrics: refused in the last hour: 2 of gate; home/emf-bridge.log says why." in done.stdout


def test_status_is_data_for_a_program(seen: LocalPlatform) -> None:
    data = read("local status", sre("local", "status", "--home", "home", "--json").stdout)
    assert (data["state"], data["reason"], data["without_metric_count"]) == ("up", None, 40)
    assert data["alarms"] == [
        {"name": "gate-failed", "state": "ALARM"}, {"name": "availability", "state": None}, {"name": "pipelines", "state": "OK"},
    ]  # fmt: skip
    assert data["messages"] == [{"topic": MESSAGE.topic, "subject": MESSAGE.subject}]
    assert data["refused_logs"] == [{"log_group": "gate", "refused_count": 2}]
    assert data["platform"]["websocket_api_url"] == seen.websocket_url
    assert '"s"' not in json.dumps(data)  # the caller's secret


def test_status_whose_alarms_cannot_be_read_is_up_and_says_why(
    seen: LocalPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: Any, **__: Any) -> AlarmStates:
        raise SourceError("the local platform did not answer")

    monkeypatch.setattr(of_status, "alarm_states", silent)
    done = sre("local", "status", "--home", "home")
    assert (done.returncode, "Not everything could be read: the local platform did not answer" in done.stdout) == (
        0,
        True,
    )
    data = read("local status", sre("local", "status", "--home", "home", "--json").stdout)
    assert (data["state"], data["alarms"], data["reason"]) == ("up", None, "the local platform did not answer")


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("status", 1, "The local platform is down.\n`sre local up` starts it.\n"),
        ("down", 0, "No local platform is up in nowhere.\n"),
    ],
)
def test_where_none_is_up_that_is_said(command: str, code: int, said: str, running: LocalPlatform) -> None:
    done = sre("local", command, "--home", "nowhere")
    assert (done.returncode, done.stdout, done.stderr) == (code, said, "")


def test_status_of_none_is_data_too(running: LocalPlatform) -> None:
    data = read("local status", sre("local", "status", "--home", "nowhere", "--json").stdout)
    assert {key for key, value in data.items() if value is not None} == {"schema_version", "state"}


def test_a_fault_where_none_is_up_says_how_to_start_one(running: LocalPlatform) -> None:
    done = sre("local", "fault", "--home", "nowhere", "errors=5%")
    assert (done.returncode, done.stderr) == (
        2, "Error: no local platform is up in nowhere; start one with `sre local up --home nowhere`\n",
    )  # fmt: skip


def test_metrics_of_canaries_that_cannot_be_put_are_said_and_lose_no_run(
    running: LocalPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Interval(start_at=datetime(2026, 3, 2, tzinfo=UTC), end_at=datetime(2026, 3, 2, 1, tzinfo=UTC))
    runs = Reading(
        asked=asked, known=Known.nothing(), resolution_seconds=1, origin=in_memory("canaries"),
        answer=(NotRun(name="api", reason="not run: it needs API_URL"),),
    )  # fmt: skip

    def late(*_: object, **__: object) -> None:
        raise ReadTimeoutError(endpoint_url=running.endpoint)

    monkeypatch.setattr("sre.cli.canaries.run.run_canaries", lambda *_, **__: runs)
    monkeypatch.setattr("sre.cli.canaries.run.put_runs", late)
    done = sre("canaries", "run", "--home", "home")
    assert "not run: it needs API_URL" in done.stdout
    assert "the runs' metrics are not on the local platform: the local platform did not answer" in done.stderr
    assert done.returncode == 3
