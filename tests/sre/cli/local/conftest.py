"""A local platform as its state file has it: its only process is this one, and whatever is asked whether it answers, it does."""

from dataclasses import replace
from pathlib import Path

import pytest

import sre.local.ministack as ministack
from sre.local.state import LocalPlatform
from tests.sre.local.processes_factories import this_process
from tests.sre.local.test_local import a_platform


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalPlatform:
    """A platform that is up in `home`, below the directory that the test is in; nothing of it can be reached."""
    monkeypatch.chdir(tmp_path)
    platform = replace(a_platform(Path("home"), this_process()), fault_switch="errors=5%")
    platform.home.mkdir()
    platform.write()
    monkeypatch.setattr(ministack, "answers", lambda _port: True)
    return platform
