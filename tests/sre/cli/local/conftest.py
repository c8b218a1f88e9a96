"""A local platform as its state file has it: its only process is this one, and whatever is asked whether it answers, it does."""

import os
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

import sre.local.ministack as ministack
from sre.local.processes import Started
from sre.local.state import LocalPlatform
from tests.sre.local.test_local import a_platform


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalPlatform:
    """A platform that is up in `home`, below the directory that the test is in; nothing of it can be reached."""
    monkeypatch.chdir(tmp_path)
    me = Started(name="ministack", pid=os.getpid(), created_seconds=psutil.Process().create_time())
    platform = replace(a_platform(Path("home"), me), fault_switch="errors=5%")
    platform.home.mkdir()
    platform.write()
    monkeypatch.setattr(ministack, "answers", lambda _port: True)
    return platform
