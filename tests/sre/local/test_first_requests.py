"""On a platform that has just come up nobody is the first to pay: every route and every canary is warm."""

from pathlib import Path

import pytest

from benchmarks.first_requests import LIMIT_MS, first_canaries, first_requests
from sre.local.lifecycle import down, up
from sre.local.ministack import any_free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_no_first_request_takes_more_than_300_ms_on_a_fresh_platform(tmp_path: Path) -> None:
    try:
        platform = up(tmp_path, port=any_free_port())
        took = {**first_requests(platform), **first_canaries(platform, tmp_path / "canaries")}
    finally:
        down(tmp_path)
    measured = ", ".join(f"{name} {ms:.0f} ms" for name, ms in took.items())
    assert max(took.values()) <= LIMIT_MS, measured
    assert len(took) == 13, measured
