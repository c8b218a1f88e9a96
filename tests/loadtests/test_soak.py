"""Ten minutes at 200 arrivals a second: the generator's memory stays where it was. Slow, and alone."""

import threading
import time
from pathlib import Path

import pytest

from infra.stage import make_stage
from loadtests.profiles import choose_profile
from loadtests.run import LoadTest, Progress, run_load_test
from tests.loadtests.flows_of_ours import FLOWS
from tests.loadtests.locust_process import locust_itself
from tests.loadtests.servers import Api, serving

PROFILE = """
soak:
  description: an even load
  warm_up_seconds: 10
  duration_seconds: 600
  arrivals_per_second: {health: 200}
"""


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ten_minutes_at_200_arrivals_a_second_hold_memory_flat(tmp_path: Path) -> None:
    (tmp_path / "profiles.yaml").write_text(PROFILE)
    profile = choose_profile("soak", tmp_path / "profiles.yaml", FLOWS)
    seen: list[tuple[float, int]] = []
    began = time.monotonic()
    lock = threading.Lock()

    def sample(_progress: Progress) -> None:
        with lock:
            if not seen or time.monotonic() - began - seen[-1][0] >= 30:
                locust = locust_itself()
                assert locust is not None
                seen.append((time.monotonic() - began, locust.memory_info().rss))

    with serving(Api()) as api:
        test = LoadTest(
            url=api.url, region="us-east-1", profile=profile, duration_seconds=600, given={}, seed=3,
            stage=make_stage("local"), profiles_file=tmp_path / "profiles.yaml",
        )  # fmt: skip
        result = run_load_test(test, directory=tmp_path, credentials={}, watch=sample)
    print("\n" + "\n".join(f"{at:5.0f} s {rss / 2**20:7.1f} MiB" for at, rss in seen))
    assert result.generator.started_count == result.generator.ended_count > 115_000
    after_a_minute = [rss for at, rss in seen if at > 60]
    assert min(after_a_minute) > 40 * 2**20, "less than Locust has when it does nothing: something else was measured"
    # A result that counts by the second grows by itself: a few kilobytes a second, for all flows together.
    assert max(after_a_minute) - min(after_a_minute) < 12 * 2**20
