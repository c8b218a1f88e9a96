"""`sre local` as a person and a script use it, on a platform that its state file alone has, and on none."""

import json
import os
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from jsonschema import validate

import sre.cli.local.status as of_status
from alarms.model import Plan
from canaries.runs import NotRun
from foundation.cloudwatch.evaluation import AlarmState
from foundation.errors import SourceError
from foundation.processes.lock import owning
from sre.cli.outputs.schemas import outputs, schema_of
from sre.local.alarm_states import AlarmStates
from sre.local.beginning import Beginning
from sre.local.notifications import Captured, LocalTopics
from sre.local.refused_lines import RefusedLines
from sre.local.state import LocalPlatform, forget
from tests.sre.cli.command_line import sre
from tests.sre.local.processes_factories import an_ended_process

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


def test_one_that_was_not_brought_up_to_its_end_is_found_and_ended(running: LocalPlatform) -> None:
    forget(running.home)
    Beginning(
        home=running.home,
        endpoint=running.endpoint,
        began_at="2026-11-29T01:00:00+00:00",
        processes=(an_ended_process(),),
    ).write()
    reason = (
        "the local platform in home was not brought up to its end, since 2026-11-29T01:00:00+00:00; "
        "nothing of it runs any more"
    )
    done = sre("local", "status", "--home", "home")
    assert (done.returncode, done.stdout) == (
        1, f"T{reason[1:]}.\n`sre local up` replaces it, `sre local down` ends it.\n",
    )  # fmt: skip
    printed = json.loads(sre("local", "status", "--home", "home", "--json").stdout)
    assert (printed["state"], printed["reason"], printed["platform"]) == ("broken", reason, None)
    done = sre("local", "fault", "off", "--home", "home")
    assert (done.returncode, done.stderr) == (2, f"Error: {reason}; `sre local up --home home` replaces it\n")
    assert sre("local", "down", "--home", "home").stdout == "The local platform is down.\n"


def test_one_that_is_being_brought_up_says_by_whom(running: LocalPlatform) -> None:
    forget(running.home)
    Beginning(home=running.home, endpoint=running.endpoint, began_at="2026-11-29T01:00:00+00:00").write()
    with owning(running.home, instead=""):
        done = sre("local", "status", "--home", "home")
        by = f"the local platform in home is being brought up by process {os.getpid()} (`"
        assert (done.returncode, done.stdout.startswith(f"T{by[1:]}")) == (1, True)
        printed = json.loads(sre("local", "status", "--home", "home", "--json").stdout)
        assert (printed["state"], printed["reason"].startswith(by)) == ("starting", True)
        done = sre("local", "fault", "off", "--home", "home")
        assert (done.returncode, done.stderr.endswith("; wait until it is up\n")) == (2, True)
        for command in ("up", "down"):
            done = sre("local", command, "--home", "home")
            assert (done.returncode, f"home is in use by process {os.getpid()} (`" in done.stderr) == (2, True)


def test_a_platform_that_is_up_is_loaded_by_one_at_a_time(running: LocalPlatform) -> None:
    with owning(running.home, instead=""):
        assert sre("local", "up", "--home", "home").returncode == 0
        done = sre("check", "--local", "--home", "home", "--out", "out")
        assert (done.returncode, "home is in use by" in done.stderr) == (2, True)
        done = sre("local", "down", "--home", "home")
        assert (done.returncode, "end that, or wait until it has ended" in done.stderr) == (2, True)


def test_what_has_a_number_of_ours_and_is_not_ours_is_named(running: LocalPlatform) -> None:
    me = running.processes[0]
    replace(running, processes=(replace(me, process=replace(me.process, created_seconds=1.0)),)).write()
    done = sre("local", "down", "--home", "home")
    assert done.stdout.startswith("The local platform is down.\n")
    said = f"Process {os.getpid()} has the number of our ministack or of its session, and is not ours: it was left alone.\n"
    assert said in done.stdout


def test_metrics_of_canaries_that_cannot_be_put_are_said_and_lose_no_run(
    running: LocalPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = (NotRun(name="api", reason="not run: it needs API_URL"),)

    def late(*_: object, **__: object) -> None:
        raise ReadTimeoutError(endpoint_url=running.endpoint)

    monkeypatch.setattr("sre.cli.canaries.run.run_beside", lambda *_, **__: (runs, None))
    monkeypatch.setattr("sre.cli.canaries.run.put_runs", late)
    done = sre("canaries", "run", "--home", "home")
    assert "not run: it needs API_URL" in done.stdout
    assert "the runs' metrics are not on the local platform: the local platform did not answer" in done.stderr
    assert done.returncode == 3
