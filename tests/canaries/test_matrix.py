"""Every canary against every fault of the local platform: which fails, and at which step."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from canaries.definitions import read_canaries
from canaries.runner import run_canaries
from canaries.runs import CanaryRun
from foundation.cloudwatch.metrics import Metric, MetricStat
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from sre.local.canaries import local_settings
from sre.local.faults import throw_switch
from sre.local.metrics import local_metrics
from sre.local.state import LocalPlatform
from tests.sre.cli.command_line import sre

pytestmark = [pytest.mark.platform, pytest.mark.slow, pytest.mark.xdist_group("platform")]

HEALTHY: dict[str, str | None] = {"api": None, "progress": None, "authorisation": None, "certificate": None}


@pytest.fixture(scope="module")
def mended(platform: LocalPlatform) -> Iterator[LocalPlatform]:
    """The platform, of which each test here breaks what it wants broken, and nothing else; put right after the last of them."""
    yield platform
    throw_switch(platform, "off")


@pytest.mark.parametrize(
    ("fault", "failing"),
    [
        ("errors=100%", {"api": "health", "progress": "submit"}),
        ("websocket=silent", {"progress": "messages"}),
        ("unsigned=accepted", {"authorisation": "unsigned-submit"}),
        # Last, since whatever comes after it needs a platform that is whole.
        ("off", {}),
    ],
)
def test_a_canary_fails_when_its_part_is_broken_and_names_the_step(
    fault: str, failing: dict[str, str], mended: LocalPlatform, tmp_path: Path
) -> None:
    throw_switch(mended, fault)
    settings = local_settings(mended, make_stage("local")) | {"MESSAGE_SECONDS": "3"}
    runs = run_canaries(read_canaries(T_DEVELOPER.canaries).canaries, settings, directory=tmp_path).answer
    found = {each.name: each.failed_step for each in runs if isinstance(each, CanaryRun)}
    assert found == HEALTHY | failing, [each.to_aws() for each in runs if isinstance(each, CanaryRun)]


def test_a_run_is_told_in_a_table_as_json_and_junit_and_put_as_metrics(platform: LocalPlatform, tmp_path: Path) -> None:
    began_at = datetime.now(UTC) - timedelta(minutes=2)
    junit = tmp_path / "canaries.xml"
    options = ("--home", str(platform.home), "--out", str(tmp_path / "out"))
    done = sre("canaries", "run", "authorisation", "--json", "--junit", str(junit), *options)
    assert done.returncode == 0, done.stderr
    (told,) = json.loads(done.stdout)["runs"]
    assert told["outcome"] == "pass"
    assert [each["step"] for each in told["steps"]] == [
        "unsigned-submit", "unsigned-read", "signed-read", "tampered-read", "unsigned-connect",
    ]  # fmt: skip
    assert 'testcase name="unsigned-read"' in junit.read_text()
    assert "pass " in sre("canaries", "run", "authorisation", *options).stdout
    metric = Metric(
        namespace="CloudWatchSynthetics",
        name="SuccessPercent",
        dimensions=(("CanaryName", "t-developer-local-authorisation"),),
    )
    stat = MetricStat(metric=metric, period_seconds=60, statistic="Average")
    start_at = began_at.replace(second=0, microsecond=0)
    (series,) = local_metrics(platform).read([stat], start_at=start_at, end_at=start_at + timedelta(minutes=4))
    assert set(series.answer.values[~np.isnan(series.answer.values)].tolist()) == {100.0}
