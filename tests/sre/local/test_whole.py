"""A platform that is being measured is what it was, or what is measured ends."""

from dataclasses import replace
from pathlib import Path

import pytest

from foundation.errors import PlatformError
from loadtests.run import Progress
from sre.local.state import LocalPlatform, forget
from sre.local.whole import changed_of, ended_of, while_whole
from tests.sre.local.processes_factories import an_ended_process, this_process
from tests.sre.local.test_local import a_platform

PROGRESS = Progress(
    phase="measured", left_seconds=1, sent_count=1, fault_count=0, p99_ms=None, rate_rps=1, under_way_count=0
)


@pytest.fixture
def platform(tmp_path: Path) -> LocalPlatform:
    made = a_platform(tmp_path, this_process())
    made.write()
    return made


def test_one_that_runs_as_it_was_has_not_changed(platform: LocalPlatform) -> None:
    assert (ended_of(platform), changed_of(platform)) == (None, None)


def test_a_process_that_ended_by_itself_is_named(platform: LocalPlatform) -> None:
    ended = an_ended_process()
    broken = replace(platform, processes=(*platform.processes, ended))
    reason = f"of the local platform {ended.name} ended by itself; its logs are in {platform.home}"
    assert (ended_of(broken), changed_of(broken)) == (reason, reason)


def test_a_fault_switch_that_somebody_threw_meanwhile_is_a_change(platform: LocalPlatform) -> None:
    replace(platform, fault_switch="errors=5%").write()
    assert changed_of(platform) == "its fault switch was thrown meanwhile: errors=5%, where it was off"
    assert ended_of(platform) is None


def test_one_that_was_taken_down_meanwhile_is_gone(platform: LocalPlatform) -> None:
    forget(platform.home)
    assert changed_of(platform) == f"the local platform in {platform.home} was taken down meanwhile"


def test_a_load_is_watched_until_the_platform_is_not_what_it_was() -> None:
    seen: list[Progress] = []
    reasons = iter((None, "it ended"))
    watch = while_whole(seen.append, lambda: next(reasons))
    watch(PROGRESS)
    with pytest.raises(PlatformError, match="it ended"):
        watch(PROGRESS)
    assert seen == [PROGRESS, PROGRESS]
