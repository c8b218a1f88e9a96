"""Whole release checks as a person runs them: `make test-slow`."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import boto3
import psutil
import pytest

from infra.checkout import ROOT
from loadtests.sample import sample_archive
from tests.browser import MISSING, opened

SRE = [sys.executable, "-c", "from sre.cli.main import main; main()"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def check(out: Path, *options: str) -> tuple[int, dict[str, Any], str]:
    done = subprocess.run(
        [*SRE, "check", "--out", str(out), *options], capture_output=True, text=True, check=False, cwd=ROOT, timeout=600
    )
    assert (out / "index.html").exists(), done.stderr
    return done.returncode, json.loads((out / "release-check.json").read_text()), done.stdout


def verdicts(data: dict[str, Any]) -> dict[str, str]:
    return {row["objective"]: row["outcome"] for row in data["objectives"]}


def assert_missed(objective: str, code: int, data: dict[str, Any], printed: str) -> None:
    """A miss; beside other work on this machine it may be inconclusive, and is never a pass."""
    found = (code, verdicts(data)[objective])
    assert found == (1, "miss") or (data["machine"]["is_disturbed"] and found == (3, "inconclusive")), printed


def left_over(out: Path) -> list[list[str]]:
    """Processes that have to do with a check that wrote to `out`."""
    found: list[list[str]] = []
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        if any(str(out) in part for part in command) and process.pid != os.getpid():
            found.append(command)
    return found


def test_the_release_profile_passes_on_a_sound_platform(tmp_path: Path) -> None:
    code, data, printed = check(tmp_path)
    assert code == 0, printed
    assert verdicts(data) == {
        "api-latency": "pass", "api-errors": "pass", "availability": "no_data", "deployments": "pass",
        "monthly-cost": "pass", "agent-turn": "no_data",
    }  # fmt: skip
    assert left_over(tmp_path) == []


def test_one_percent_of_errors_is_a_miss(tmp_path: Path) -> None:
    code, data, printed = check(tmp_path, "--fault-switch", "errors=1%")
    assert_missed("api-errors", code, data, printed)


def test_fifteen_hundred_milliseconds_on_five_percent_is_a_miss(tmp_path: Path) -> None:
    code, data, printed = check(tmp_path, "--fault-switch", "delay=1500ms@5%")
    assert_missed("api-latency", code, data, printed)
    assert verdicts(data)["api-errors"] == "pass", printed


def test_requests_that_burn_300_ms_of_cpu_are_a_miss_at_whatever_rate_this_machine_carries(tmp_path: Path) -> None:
    code, data, printed = check(tmp_path, "--fault-switch", "cpu=300ms")
    assert code == 1, printed
    assert verdicts(data)["api-latency"] == "miss"


def test_five_seconds_of_smoke_are_not_enough_and_say_what_is_missing(tmp_path: Path) -> None:
    code, data, printed = check(tmp_path, "--profile", "smoke", "--duration", "5s")
    assert code == 3, printed
    assert verdicts(data)["api-errors"] == "inconclusive"
    assert re.search(r"[\d,]+ more good\s+events? needed for a pass", " ".join(re.sub("[│\n]", " ", printed).split()))


@pytest.mark.parametrize(
    ("line", "after_seconds", "is_measured"), [("starting MiniStack", 0, False), ("loading", 25, True)]
)
def test_an_interrupt_leaves_a_partial_page_and_no_process(
    line: str, after_seconds: int, is_measured: bool, tmp_path: Path
) -> None:
    with subprocess.Popen(
        [*SRE, "check", "--out", str(tmp_path)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        # What it prints says how far it is; a busy machine takes longer to get there.
        assert any(line in printed for printed in process.stderr)
        time.sleep(after_seconds)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 130
    data = json.loads((tmp_path / "release-check.json").read_text())
    assert data["is_interrupted"]
    assert "interrupted" in (tmp_path / "index.html").read_text()
    assert (sum(row["sent_count"] for row in data["requests"]) > 0) is is_measured
    assert left_over(tmp_path) == []


def test_a_terminal_that_goes_away_leaves_no_process(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*SRE, "check", "--out", str(tmp_path)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        time.sleep(40)
        assert process.stderr is not None
        process.stderr.close()
        process.send_signal(signal.SIGHUP)
        process.wait(60)
    assert process.returncode == 130
    assert json.loads((tmp_path / "release-check.json").read_text())["is_interrupted"]
    assert left_over(tmp_path) == []


def test_a_deployed_api_is_checked_by_its_address(tmp_path: Path) -> None:
    home = tmp_path / "platform"
    up = subprocess.run(
        [*SRE, "local", "up", "--home", str(home), "--json"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        timeout=120,
    )
    try:
        state = json.loads((home / "platform.json").read_text())
        s3 = boto3.client(
            "s3",
            endpoint_url=state["endpoint"],
            aws_access_key_id="test",
            aws_secret_access_key="test",
            region_name="us-east-1",
        )
        s3.put_object(Bucket=state["outputs"]["ArchivesBucket"], Key="archives/sample.zip", Body=sample_archive())
        url = json.loads(up.stdout)["platform"]["rest_api_url"]
        done = subprocess.run(
            [
                *SRE, "check", "--url", url, "--archive-key", "archives/sample.zip", "--profile", "smoke", "--out",
                str(tmp_path / "out"), "--json",
            ],
            capture_output=True, text=True, check=False, cwd=ROOT, timeout=200,
            env={**os.environ, **state["caller"], "AWS_ENDPOINT_URL": state["endpoint"]},
        )  # fmt: skip
        data = json.loads(done.stdout)
        assert done.returncode == 3, done.stderr
        assert data["stage"] == "local"
        assert data["target"] == url
    finally:
        subprocess.run([*SRE, "local", "down", "--home", str(home)], check=True, cwd=ROOT, timeout=60)
    assert left_over(tmp_path) == []


@pytest.mark.skipif(MISSING, reason="no chromium on this machine (Debian's package chromium)")
def test_what_a_check_measured_is_drawn_on_the_dashboards(tmp_path: Path) -> None:
    check(tmp_path, "--profile", "smoke", "--duration", "100s")
    preview = ["dashboards", "preview", "overview", "api", "--stage", "local", "--last", "10m"]
    page = tmp_path / "preview"
    subprocess.run(
        [*SRE, *preview, "--metrics", str(tmp_path / "metrics.parquet"), "--out", str(page)],
        check=True,
        cwd=ROOT,
        timeout=60,
    )
    dom, complaints = opened(page / "index.html", tmp_path / "profile")
    assert complaints == []
    assert "data-failed" not in dom
    drawn = int(re.findall(r'data-drawn="(\d+)"', dom)[0])
    graphs = dom.count("every ")
    assert drawn == dom.count('class="chart')
    # Budgets and burn rates of two objectives; requests, latency, error rate and errors of the API.
    assert drawn >= 8
    assert drawn + dom.count("No data: ") == graphs
    for text in ("recorded: metrics.parquet", "api-latency: 1,000 ms", ">ms<", ">p99<", ">UTC<"):
        assert text in dom, text
