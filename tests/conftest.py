"""What many tests need: no network but 127.0.0.1, no AWS credentials by accident, and one local platform a session."""

import gc
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from infra.assembly import node_environment
from sre.local.lifecycle import down, up
from sre.local.ministack import any_free_port
from sre.local.state import LocalPlatform

# What is imported stays until the end: nothing looks through it for garbage, neither while it grows nor afterwards.
gc.disable()
# Node starts when aws_cdk is imported, and the tests of the stacks import it: with the Node of PyPI.
os.environ.update(node_environment(os.environ))
# A law is a law on a busy machine too: how long an example takes says nothing about it.
NOTHING_TIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The same examples in every run, and none that an earlier run has left: what fails here fails everywhere. They are few: the next
# run would find no more with more of the same.
settings.register_profile("same-examples", NOTHING_TIMED, derandomize=True, database=None, max_examples=40)
# Many, and others in every run, by the seed that `make test-slow` draws; here, too, nothing of an earlier run is tried again.
settings.register_profile("new-examples", NOTHING_TIMED, derandomize=False, max_examples=500, print_blob=True)
settings.load_profile("same-examples")


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Keep the examples of a test from what was imported before it, which changes with the tests that a process was given.

    Hypothesis also tries constants that it finds in the imported modules of a project, and has no setting for it.
    """
    if settings.get_current_profile_name() == "same-examples":
        providers._get_local_constants = Constants


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Look for garbage among what the tests make, and not among what they import."""
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def only_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves 127.0.0.1: a test that needs another machine is wrong."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "localhost", "::1"):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def no_aws_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials that are good for nothing, in a region that is ours."""
    for name in [name for name in os.environ if name.startswith("AWS_") and name != "AWS_CA_BUNDLE"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.fixture(scope="session", autouse=True)
def interrupts_as_in_a_terminal() -> None:
    """A shell makes what it starts in the background ignore SIGINT; tests of an interrupt, and what they start, must not."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalPlatform]:
    """The local platform, up once for all tests that ask for it, and down when they are done."""
    home: Path = tmp_path_factory.mktemp("platform")
    started = up(home, port=any_free_port())
    yield started
    down(home)
