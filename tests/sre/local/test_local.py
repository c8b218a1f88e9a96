"""The pieces of the local platform that need no platform: processes, state, ports, assets."""

import gc
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from botocore.exceptions import EndpointConnectionError

import sre.local.faults as faults
import sre.local.lifecycle as lifecycle
import sre.local.ministack as ministack
from foundation.errors import InputError, PlatformError
from foundation.processes.lock import owner_of, owning
from sre.local.beginning import Beginning, read_beginning
from sre.local.deployment import _zipped
from sre.local.faults import throw_switch
from sre.local.lifecycle import down, ensure_up, status, temporary_platform, up
from sre.local.processes import Started, Starting, start
from sre.local.session import answering
from sre.local.state import LocalPlatform, read_state
from sre.local.status import Broken, Down, Ensured, HalfUp, TakenDown, Up
from tests.foundation.processes.test_child import goes_on
from tests.sre.local.processes_factories import an_ended_process, this_process

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


def test_the_state_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    platform = a_platform(tmp_path, an_ended_process("m"))
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
    assert down(tmp_path) is None


def test_a_platform_whose_process_has_gone_is_broken_and_can_be_taken_down(tmp_path: Path) -> None:
    a_platform(tmp_path, an_ended_process()).write()
    found = status(tmp_path)
    assert isinstance(found, Broken)
    assert (found.ended, found.reason) == (
        ("ministack",), f"the local platform in {tmp_path} is broken (ministack ended by itself)",
    )  # fmt: skip
    assert down(tmp_path) == TakenDown(left_alone=())
    assert status(tmp_path) == Down()


def test_a_second_platform_in_one_place_is_refused(tmp_path: Path) -> None:
    a_platform(tmp_path, this_process()).write()
    with pytest.raises(InputError, match="already up"):
        up(tmp_path)


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalPlatform:
    """A platform whose only process is this one, and whose emulator answers."""
    platform = replace(a_platform(tmp_path, this_process()), endpoint="http://127.0.0.1:4566", fault_switch="errors=1%")
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


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Callable[..., LocalPlatform]:
    """Bringing one up takes no time, and finds nothing of an earlier one."""

    def up(home: Path, **_options: object) -> LocalPlatform:
        assert status(home) == Down()
        return a_platform(home)

    monkeypatch.setattr(lifecycle, "up", up)
    return up


def test_a_platform_that_stays_silent_is_replaced_and_said(
    tmp_path: Path, fresh: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    starting = start("ministack", ["sleep", "600"], environment=ENVIRONMENT, log=tmp_path / "log")
    started = starting.started
    a_platform(tmp_path, started).write()
    monkeypatch.setattr(ministack, "answers", lambda _port: False)
    monkeypatch.setattr(lifecycle, "_SILENCE_SECONDS", 0)
    said: list[str] = []
    assert not ensure_up(tmp_path, port=None, fault_switch=None, say=said.append).was_up
    assert said == [
        f"the local platform in {tmp_path} is broken (http://127.0.0.1:1 does not answer): it is taken down first"
    ]
    assert started.find() is None
    assert starting.child.poll() is not None


def test_a_platform_that_only_answers_late_is_left_as_it_is(
    running: LocalPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([False, False, True])
    monkeypatch.setattr(ministack, "answers", lambda _port: next(answers))
    said: list[str] = []
    assert ensure_up(running.home, port=None, fault_switch=None, say=said.append).was_up
    assert said == []


def test_one_that_another_command_brings_up_just_now_is_left_to_it(tmp_path: Path, fresh: object) -> None:
    with owning(tmp_path, instead=""):
        Beginning(home=tmp_path, endpoint="http://127.0.0.1:1", began_at="2026-11-29T01:00:00+00:00").write()
        found = status(tmp_path)
        assert isinstance(found, HalfUp)
        assert f"is being brought up by process {os.getpid()} (`" in found.reason
        for command in (lambda: ensure_up(tmp_path, port=None, fault_switch=None), lambda: down(tmp_path)):
            with pytest.raises(InputError, match=f"in use by process {os.getpid()} "):
                command()


def test_what_a_killed_up_has_left_is_found_ended_and_replaced(tmp_path: Path, fresh: object) -> None:
    starting = start("ministack", ["sleep", "600"], environment=ENVIRONMENT, log=tmp_path / "log")
    started = starting.started
    beginning = Beginning(
        home=tmp_path, endpoint="http://127.0.0.1:1", began_at="2026-11-29T01:00:00+00:00", processes=(started,)
    )
    beginning.write()
    assert read_beginning(tmp_path) == beginning
    found = status(tmp_path)
    assert isinstance(found, HalfUp)
    assert found.reason == (
        f"the local platform in {tmp_path} was not brought up to its end, since 2026-11-29T01:00:00+00:00; ministack of it "
        "still run"
    )
    assert down(tmp_path) == TakenDown(left_alone=())
    assert (status(tmp_path), started.members()) == (Down(), [])
    replace(beginning, processes=(an_ended_process(),)).write()
    said: list[str] = []
    ensure_up(tmp_path, port=None, fault_switch=None, say=said.append)
    assert said[0].endswith("nothing of it runs any more: it is taken down first")


def test_a_platform_whose_process_has_gone_is_started_anew(tmp_path: Path, fresh: object) -> None:
    a_platform(tmp_path, an_ended_process()).write()
    said: list[str] = []
    ensured = ensure_up(tmp_path, port=None, fault_switch=None, say=said.append)
    assert (ensured.was_up, ensured.platform) == (False, a_platform(tmp_path))
    assert said == [f"the local platform in {tmp_path} is broken (ministack ended by itself): it is taken down first"]


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> list[Starting]:
    """What stands for the emulator, once it is started; it never answers."""
    begun_with: list[Starting] = []

    def silent(*, home: Path, begun: Callable[[Starting], None], **_options: object) -> None:
        begun_with.append(start("ministack", ["sleep", "600"], environment=ENVIRONMENT, log=home / "log"))
        begun(begun_with[0])
        (home / "tmp").mkdir()
        found = status(home)
        assert isinstance(found, HalfUp)
        assert found.beginning.processes == (begun_with[0].started,)
        raise PlatformError("MiniStack did not answer")

    monkeypatch.setattr(lifecycle, "_assembly", lambda _settings: (Path(), ()))
    monkeypatch.setattr(ministack, "start_ministack", silent)
    return begun_with


def test_the_emulator_is_recorded_before_it_is_waited_for_and_ended_when_it_does_not_answer(
    tmp_path: Path, emulator: list[Starting]
) -> None:
    with pytest.raises(PlatformError, match="did not answer"):
        up(tmp_path)
    assert emulator[0].started.members() == []
    assert status(tmp_path) == Down()
    assert [each.name for each in tmp_path.iterdir()] == ["log"]


def test_what_an_earlier_platform_has_left_is_ended_before_another_is_begun(
    tmp_path: Path, emulator: list[Starting]
) -> None:
    left = start("emf-bridge", ["sleep", "600"], environment=ENVIRONMENT, log=tmp_path / "log")
    Beginning(
        home=tmp_path, endpoint="http://127.0.0.1:1", began_at="2026-11-29T01:00:00+00:00", processes=(left.started,)
    ).write()
    with pytest.raises(PlatformError, match="did not answer"):
        up(tmp_path)
    assert left.started.members() == []


@pytest.fixture
def part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Started:
    """The only process of a platform that comes up at once."""
    begun = [start("ministack", ["sleep", "600"], environment=ENVIRONMENT, log=tmp_path / "log")]
    started = begun[0].started

    def bring_up(home: Path, parts: list[Starting], **_options: object) -> LocalPlatform:
        assert owner_of(home) is not None
        parts.append(begun.pop())
        platform = a_platform(home, started)
        platform.write()
        return platform

    monkeypatch.setattr(lifecycle, "_bring_up", bring_up)
    return started


def test_a_platform_that_is_up_goes_on_without_who_brought_it_up(tmp_path: Path, part: Started) -> None:
    assert up(tmp_path).processes == (part,)
    gc.collect()
    assert goes_on(part.pid)
    assert part.find() is not None
    assert down(tmp_path) == TakenDown(left_alone=())
    assert part.members() == []


def test_a_temporary_platform_is_owned_to_its_end_and_then_gone(tmp_path: Path, part: Started) -> None:
    said: list[str] = []
    with temporary_platform(tmp_path, say=said.append) as platform:
        assert platform.processes == (part,)
        assert owner_of(tmp_path) is not None
        with pytest.raises(InputError, match=r"in use by .*; end that, or wait until it has ended"):
            down(tmp_path)
    assert part.members() == []
    assert status(tmp_path) == Down()
    assert said == ["taking the local platform down"]


def test_an_interrupt_as_a_temporary_platform_begins_to_end_leaves_nothing_of_it(tmp_path: Path, part: Started) -> None:
    def interrupted(_line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), temporary_platform(tmp_path, say=interrupted):
        pass
    assert part.members() == []
    assert status(tmp_path) == Down()


def test_a_platform_that_is_gone_half_way_is_said_and_no_bug() -> None:
    said = r"at http://x did not do what was asked: .*; `sre local status` says"
    with pytest.raises(PlatformError, match=said), answering("http://x"):
        raise EndpointConnectionError(endpoint_url="http://x")


def test_the_switch_of_a_platform_that_is_gone_is_not_thrown_and_not_recorded(
    running: LocalPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone:
        def client(self, *_given: object, **_options: object) -> "Gone":
            return self

        def get_function_configuration(self, **_options: object) -> None:
            raise EndpointConnectionError(endpoint_url=running.endpoint)

    monkeypatch.setattr(faults, "root_session", lambda _region: Gone())
    with pytest.raises(PlatformError, match="did not do what was asked"):
        throw_switch(running, "off")
    assert read_state(running.home) == running


def test_a_damaged_record_of_a_beginning_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "starting.json").write_text("{}")
    with pytest.raises(InputError, match="remove it"):
        status(tmp_path)


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


def test_an_emulator_that_cannot_start_leaves_its_log_in_the_message_and_ends(tmp_path: Path) -> None:
    begun: list[Starting] = []
    reading, writing = os.pipe()
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(PlatformError, match=r"ministack\.log"):
        ministack.start_ministack(
            port=int(taken.getsockname()[1]), region="us-east-1", home=tmp_path, holds=writing, begun=begun.append
        )
    os.close(writing)
    assert os.read(reading, 1) == b""
    os.close(reading)
    assert [each.started.find() for each in begun] == [None]


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
