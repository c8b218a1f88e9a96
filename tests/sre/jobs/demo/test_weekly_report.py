"""A weekly report from a real run, as `make demo-report` makes it, with less load."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra.checkout import ROOT
from sre.jobs.demo.measuring import FAULT
from tests.browser import MISSING
from tests.reports.report_in_browser import assert_reads_well

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [sys.executable, "-c", "from sre.cli.main import main; main()", "report", "demo", "--out", str(out), "--duration", "60s"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert f"with {FAULT} in the middle third" in done.stderr
    return out


def test_the_fault_in_the_middle_has_spent_the_budgets_and_the_canaries_ran(written: Path) -> None:
    data = json.loads((written / "report.json").read_text())
    assert data["releases"] == "frozen"
    assert "demonstration" in data["label"]
    states = {each["objective"]: each["state"] for each in data["values"]["objectives"]}
    assert states == {
        "api-errors": "exhausted", "api-latency": "exhausted", "availability": "too_little_data", "deployments": "healthy",
        "agent-turn": "no_data",
    }  # fmt: skip
    assert {"api", "progress", "authorisation", "certificate"} <= {
        each["canary"] for each in data["values"]["canaries"]
    }
    assert "invented" in (written / "report.md").read_text()


@pytest.mark.skipif(MISSING, reason="no chromium on this machine (Debian's package chromium)")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_reads_well_in_a_browser(scheme: str, written: Path, tmp_path: Path) -> None:
    assert_reads_well((written / "index.html").read_text(), scheme=scheme, directory=tmp_path)
