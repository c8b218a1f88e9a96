"""What a run is told, and what it sees."""

import json
from pathlib import Path, PurePosixPath

from foundation.sandbox.model import Limits
from infra.checkout import ROOT
from tdeveloper.gates.testing.job import COVERAGE, JUNIT, LIMITS, job_of
from tdeveloper.gates.testing.layers import Layers
from tests.tdeveloper.gates.testing.making import a_tree


def layers(directory: Path, *, is_locked: bool) -> Layers:
    made = {name: a_tree(directory / name, {}) for name in ("coverage", "pytest", "locked")}
    return Layers(
        coverage=made["coverage"], pytest=made["pytest"], locked=made["locked"] if is_locked else None, left_out=()
    )


def test_the_locked_layer_is_found_before_our_pytest_and_after_our_coverage(tmp_path: Path) -> None:
    job = job_of(a_tree(tmp_path / "tree", {"src/a.py": ""}), layers=layers(tmp_path, is_locked=True), limits=Limits())
    told = json.loads(job.inputs["run.json"])
    assert told["layers"] == ["/layers/coverage", "/layers/locked", "/layers/pytest"]
    assert told["roots"] == ["/box/work", "/box/work/src"]
    assert [each.at for each in job.mounts] == [PurePosixPath(each) for each in told["layers"]]
    assert b"source =\n    /box/work\n    /box/work/src\n" in job.inputs["coveragerc"]


def test_the_limits_are_those_that_the_page_says() -> None:
    page = " ".join((ROOT / "docs/test-gate.md").read_text().split())
    assert (
        f"{LIMITS.wall_seconds:g} s, {LIMITS.cpu_seconds} s of processor time, {LIMITS.memory_bytes >> 30} GiB of memory with "
        f"all files that are written, {LIMITS.process_count} processes, {LIMITS.output_bytes >> 20} MiB of output, "
        f"{LIMITS.disk_bytes >> 20} MiB of files, {LIMITS.open_file_count:,} open files."
    ) in page


def test_without_src_there_is_one_root(tmp_path: Path) -> None:
    job = job_of(a_tree(tmp_path / "tree", {"a.py": ""}), layers=layers(tmp_path, is_locked=False), limits=Limits())
    assert json.loads(job.inputs["run.json"])["roots"] == ["/box/work"]
    assert b"/src" not in job.inputs["coveragerc"]


def test_plugins_load_by_themselves_only_from_a_lock(tmp_path: Path) -> None:
    tree = a_tree(tmp_path / "tree", {})
    with_lock = job_of(tree, layers=layers(tmp_path, is_locked=True), limits=Limits())
    without = job_of(tree, layers=layers(tmp_path, is_locked=False), limits=Limits())
    assert without.environment == {**with_lock.environment, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    assert set(with_lock.environment) == {
        "PATH", "HOME", "TMPDIR", "LANG", "PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE", "PYTHONNOUSERSITE",
    }  # fmt: skip


def test_the_options_are_ours_and_the_claims_are_bounded(tmp_path: Path) -> None:
    limits = Limits(wall_seconds=5)
    job = job_of(a_tree(tmp_path / "tree", {}), layers=layers(tmp_path, is_locked=False), limits=limits)
    run = json.loads(job.inputs["run.json"])["run"]
    assert run[:4] == ["run", "--rcfile=/box/input/coveragerc", "-m", "pytest"]
    assert {"addopts=", "no:cacheprovider", "t_developer_events", "junit_family=xunit1"} <= set(run)
    assert (job.limits, [each.name for each in job.artifacts]) == (limits, [JUNIT, COVERAGE])
    assert job.command[1:] == ("-I", "-S", "/box/input/drive.py")


def test_a_run_is_given_five_minutes_a_gibibyte_and_what_a_suite_needs_beside() -> None:
    mib = 1_048_576
    limits = Limits(
        wall_seconds=5 * 60, cpu_seconds=5 * 60, memory_bytes=1_024 * mib, process_count=128, output_bytes=16 * mib,
        disk_bytes=256 * mib, open_file_count=1_024,
    )  # fmt: skip
    assert limits == LIMITS


def test_claims_are_brought_as_large_as_they_are_read(tmp_path: Path) -> None:
    job = job_of(a_tree(tmp_path / "tree", {}), layers=layers(tmp_path, is_locked=False), limits=LIMITS)
    assert [each.most_bytes for each in job.artifacts] == [32 * 1_048_576, 64 * 1_048_576]
