"""The gate on branches counts branches, package by package."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests import branch_coverage
from tests.branch_coverage import Branches, branches_of, main, measured_packages, table


def a_file(total: int, covered: int, missing: list[list[int]] | None = None) -> dict[str, Any]:
    # Lines without a branch, all of them covered, are what a mixed share would hide behind.
    summary = {"num_branches": total, "covered_branches": covered, "num_statements": 1_000, "covered_lines": 1_000}
    return {"summary": summary, "missing_branches": missing or []}


def test_a_package_has_the_branches_of_all_its_files_and_of_no_neighbour() -> None:
    files = {
        "alarms/plan.py": a_file(10, 9, [[3, 5]]),
        "alarms/model.py": a_file(10, 9, [[7, -2]]),
        "alarms_too/x.py": a_file(9, 0),
    }
    found = branches_of("alarms", files)
    assert (found.total_count, found.covered_count, found.percent) == (20, 18, 90.0)
    assert found.missing == ("alarms/model.py:7 to the end", "alarms/plan.py:3 to 5")


@pytest.mark.parametrize(
    ("total", "covered", "is_enough"), [(20, 19, True), (20, 18, False), (2_000, 1_899, False), (0, 0, True)]
)
def test_the_gate_is_at_95_of_100_exactly(total: int, covered: int, is_enough: bool) -> None:
    row = Branches(package="alarms", total_count=total, covered_count=covered, missing=())
    assert row.is_enough is is_enough
    assert ("MISSED" in table([row])) is not is_enough


def test_what_was_not_measured_does_not_pass() -> None:
    with pytest.raises(SystemExit, match=r"loadtests/evidence\.py was not measured"):
        branches_of("loadtests/evidence.py", {"alarms/plan.py": a_file(1, 1)})


def test_one_package_below_fails_however_good_the_others_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.coverage.run]\nsource = ["alarms", "foundation/slo"]\nsource_pkgs = ["loadtests.evidence"]\n'
    )
    monkeypatch.setattr(branch_coverage, "ROOT", tmp_path)
    files = {
        "alarms/a.py": a_file(20, 18),
        "foundation/slo/b.py": a_file(900, 900),
        "loadtests/evidence.py": a_file(4, 4),
    }
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"files": files}))
    assert main(report) == 1
    assert "alarms                          20        18     90.00" in capsys.readouterr().out
    report.write_text(json.dumps({"files": files | {"alarms/a.py": a_file(20, 19)}}))
    assert main(report) == 0


def test_what_the_verdicts_rest_on_is_measured() -> None:
    assert measured_packages(branch_coverage.ROOT / "pyproject.toml") == [
        "alarms", "foundation/costs", "foundation/files", "foundation/slo",
        "foundation/machine/disturbance.py", "foundation/machine/processors.py", "foundation/service/measured.py",
        "loadtests/evidence.py",
    ]  # fmt: skip
