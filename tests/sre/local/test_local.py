"""The pieces of the local platform that need no platform: processes, state, ports, assets."""

import os
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

import sre.local.lifecycle as lifecycle
import sre.local.ministack as ministack
from foundation.errors import InputError, PlatformError
from sre.local.deployment import _zipped
from sre.local.lifecycle import down, ensure_up, status, up
from sre.local.processes import Started, start, stop
from sre.local.state import LocalPlatform, read_state
from sre.local.status import Broken, Down, Ensured, Up

ENVIRONMENT = {"PATH": os.environ["PATH"]}


def a_platform(home: Path, *processes: Started) -> LocalPlatform:
    return LocalPlatform(
        home=home,
        endpoint="http://127.0.0.1:1",
        region="us-east-1",
        started_at="2026-11-22T00:00:00+00:00",
        ready_after_seconds=1.5,
        fault_switch="off",
        processes=processes,
        outputs={"RestApiId": "r1", "WebSocketApiId": "w1", "ArchivesBucket": "b"},
        caller={"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s"},
        left_out=("x: because",),
        tls_port=4443,
    )


def test_stop_ends_a_process_its_children_and_its_orphans(tmp_path: Path) -> None:
    # The middle process ends at once, so the innermost has no parent left that would lead to it.
    inner = "import time; time.sleep(600)"
    middle = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {inner!r}])"
    outer = f"import subprocess, sys, time; subprocess.run([sys.executable, '-c', {middle!r}]); time.sleep(600)"
    started = start("outer", [sys.executable, "-c", outer], environment=ENVIRONMENT, log=tmp_path / "log")
    deadline = time.monotonic() + 10
    while len(members := started.members()) != 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(members) == 2
    stop([started])
    assert started.find() is None
    assert not any(member.is_running() and member.status() != psutil.STATUS_ZOMBIE for member in members)


def test_stop_insists_with_a_process_that_does_not_listen(tmp_path: Path) -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    )
    started = start("deaf", [sys.executable, "-c", deaf], environment=ENVIRONMENT, log=tmp_path / "log")
    deadline = time.monotonic() + 10
    while "deaf" not in (tmp_path / "log").read_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    stop([started], patience_seconds=0.2)
    assert started.find() is None


def test_a_process_of_the_same_number_that_is_not_ours_is_left_alone() -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True) as other:
        namesake = Started(name="ours", pid=other.pid, created_seconds=psutil.Process(other.pid).create_time() - 100)
        assert namesake.find() is None
        stop([namesake])
        assert other.poll() is None
        other.kill()


def test_the_state_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    platform = a_platform(tmp_path, Started(name="m", pid=1, created_seconds=2.5))
    platform.write()
    assert read_state(tmp_path) == platform
    assert (tmp_path / "platform.json").stat().st_mode & 0o077 == 0


def test_the_addresses_are_in_the_emulators_path_form(tmp_path: Path) -> None:
    platform = a_platform(tmp_path)
    assert platform.api_url == "http://127.0.0.1:1/restapis/r1/local/_user_request_"
    assert platform.websocket_url == "ws://127.0.0.1:1/_aws/execute-api/w1/local"


def test_a_damaged_state_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "platform.json").write_text("{")
    with pytest.raises(InputError, match="remove it"):
        read_state(tmp_path)


def test_nothing_is_up_where_nothing_was_started(tmp_path: Path) -> None:
    assert read_state(tmp_path) is None
    assert status(tmp_path) == Down()
    assert down(tmp_path) is False


def test_a_platform_whose_process_has_gone_is_broken_and_can_be_taken_down(tmp_path: Path) -> None:
    a_platform(tmp_path, Started(name="ministack", pid=2**22 - 1, created_seconds=1.0)).write()
    found = status(tmp_path)
    assert isinstance(found, Broken)
    assert (found.ended, found.reason) == (
        ("ministack",), f"the local platform in {tmp_path} is broken (ministack ended by itself)",
    )  # fmt: skip
    assert down(tmp_path) is True
    assert status(tmp_path) == Down()


def test_a_second_platform_in_one_place_is_refused(tmp_path: Path) -> None:
    me = Started(name="ministack", pid=os.getpid(), created_seconds=psutil.Process().create_time())
    a_platform(tmp_path, me).write()
    with pytest.raises(InputError, match="already up"):
        up(tmp_path)


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalPlatform:
    """A platform whose only process is this one, and whose emulator answers."""
    me = Started(name="ministack", pid=os.getpid(), created_seconds=psutil.Process().create_time())
    platform = replace(a_platform(tmp_path, me), endpoint="http://127.0.0.1:4566", fault_switch="errors=1%")
    platform.write()
    monkeypatch.setattr(ministack, "answers", lambda port: port == 4566)
    return platform


@pytest.mark.parametrize(
    ("port", "fault_switch"),
    [(None, None), (4566, None), (None, "errors=1%"), (None, "errors=1.0%"), (4566, "errors=1%")],
)
def test_a_platform_that_is_up_stays_as_it_is_and_is_said_to_be_up(
    running: LocalPlatform, port: int | None, fault_switch: str | None
) -> None:
    assert status(running.home) == Up(platform=running)
    assert ensure_up(running.home, port=port, fault_switch=fault_switch) == Ensured(platform=running, was_up=True)


def test_a_platform_that_is_up_with_other_options_says_which_and_how_to_get_them(running: LocalPlatform) -> None:
    with pytest.raises(InputError, match="is up with other options") as refused:
        ensure_up(running.home, port=4567, fault_switch="off")
    home = running.home
    assert refused.value.problems == (
        f"--fault-switch off: it is errors=1%; `sre local fault --home {home} off` changes it",
        f"--port 4567: it has 4566; `sre local down --home {home}`, then `sre local up --home {home} --port 4567`",
    )
    assert read_state(home) == running


def test_a_platform_that_does_not_answer_is_left_alone(running: LocalPlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ministack, "answers", lambda _port: False)
    with pytest.raises(InputError, match=r"4566 does not answer\); `sre local down --home .*` ends it"):
        ensure_up(running.home, port=None, fault_switch=None)
    assert read_state(running.home) == running


def test_a_platform_whose_process_has_gone_is_started_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_platform(tmp_path, Started(name="ministack", pid=2**22 - 1, created_seconds=1.0)).write()
    said: list[str] = []

    def fresh(home: Path, **_options: object) -> LocalPlatform:
        assert read_state(home) is None
        return a_platform(home)

    monkeypatch.setattr(lifecycle, "up", fresh)
    ensured = ensure_up(tmp_path, port=None, fault_switch=None, say=said.append)
    assert (ensured.was_up, ensured.platform) == (False, a_platform(tmp_path))
    assert said == [f"the local platform in {tmp_path} is broken (ministack ended by itself): it is taken down first"]


def test_a_fault_switch_that_cannot_be_read_starts_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--fault-switch: cannot read 'often'"):
        up(tmp_path, fault_switch="often")
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken_is_refused_when_it_was_asked_for() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        with pytest.raises(InputError, match=f"--port {port}"):
            ministack.choose_port(port)


def test_an_emulator_that_cannot_start_leaves_its_log_in_the_message_and_no_process(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        before = {child.pid for child in psutil.Process().children(recursive=True)}
        with pytest.raises(PlatformError, match=r"ministack\.log"):
            ministack.start_ministack(port=int(taken.getsockname()[1]), region="us-east-1", home=tmp_path)
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= before


def test_the_same_directory_makes_the_same_zip(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name / "pkg").mkdir(parents=True)
        (tmp_path / name / "pkg/x.py").write_text("x = 1\n")
        os.utime(tmp_path / name / "pkg/x.py", (len(name), ord(name) * 1_000_000))
    assert _zipped(tmp_path / "a") == _zipped(tmp_path / "b")


def test_what_does_not_speak_http_on_a_port_is_no_ministack() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            with server.accept()[0] as caller:
                caller.recv(65_536)
                caller.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")

        greeting = threading.Thread(target=greet)
        greeting.start()
        assert not ministack.answers(server.getsockname()[1])
        greeting.join()
