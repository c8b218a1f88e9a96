"""What many tests need: no network but 127.0.0.1, no AWS credentials by accident, and one local platform a session."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from infra.assembly import node_environment
from sre.local.lifecycle import down, up
from sre.local.ministack import any_free_port
from sre.local.state import LocalPlatform

# Node starts when aws_cdk is imported, and the tests of the stacks import it: with the Node of PyPI.
os.environ.update(node_environment(os.environ))
# A law is a law on a busy machine too: how long an example takes says nothing about it.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


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


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalPlatform]:
    """The local platform, up once for all tests that ask for it, and down when they are done."""
    home: Path = tmp_path_factory.mktemp("platform")
    started = up(home, port=any_free_port())
    yield started
    down(home)
