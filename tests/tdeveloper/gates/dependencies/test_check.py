"""How far a tree's dependencies were checked: never *checked* by what is too old, missing, or about something else."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from foundation.advisories.model import Snapshot
from foundation.findings.model import Severity
from tdeveloper.gates.dependencies.check import MAX_AGE, DependenciesScan, DependenciesState, check_dependencies
from tests.foundation.advisories.factories import AT, a_snapshot, a_source, an_advisory
from tests.tdeveloper.gates.dependencies.trees import NPM, PYPI, UV_LOCK, a_package_lock, a_tree

SNAPSHOT = a_snapshot(an_advisory(score="9.0"))
CHECKED, NOT_CHECKED, NONE = DependenciesState.CHECKED, DependenciesState.NOT_CHECKED, DependenciesState.NO_DEPENDENCIES
CLEAN = {"requirements.txt": "shop==1.2\n"}
VULNERABLE = {"uv.lock": UV_LOCK}


def scan(
    root: Path, files: Mapping[str, str], snapshot: Snapshot | None = SNAPSHOT, now: datetime = AT
) -> DependenciesScan:
    return check_dependencies(a_tree(root, files), snapshot, now=now)


def test_a_vulnerable_package_is_found_with_its_lock_file_and_line(tmp_path: Path) -> None:
    found = scan(tmp_path, VULNERABLE)
    (finding,) = found.findings
    assert (finding.rule, finding.severity, finding.path, finding.line) == ("PYSEC-2026-1", Severity.HIGH, "uv.lock", 4)
    assert (found.state, found.reason, found.packages_count, found.checked_count) == (CHECKED, "", 1, 1)
    assert found.data_as_of == AT


def test_a_tree_in_which_all_is_checked_and_nothing_found_is_clean(tmp_path: Path) -> None:
    found = scan(tmp_path, CLEAN)
    assert (found.findings, found.unread, found.state) == ((), (), CHECKED)
    assert found.to_dict() == {
        "state": "checked", "reason": "", "packages_count": 1, "checked_count": 1, "data_as_of": "2026-03-02T10:00:00+00:00",
    }  # fmt: skip


def test_a_tree_without_dependencies_needs_no_snapshot(tmp_path: Path) -> None:
    for snapshot in (None, SNAPSHOT):
        found = scan(tmp_path, {"main.py": "import this\n"}, snapshot, now=AT + timedelta(days=99))
        assert (found.state, found.reason, found.packages_count) == (NONE, "", 0)
        assert (found.findings, found.unread, found.checked_count) == ((), (), 0)


def test_without_a_snapshot_nothing_is_checked(tmp_path: Path) -> None:
    found = scan(tmp_path, VULNERABLE, None)
    assert (found.state, found.reason) == (NOT_CHECKED, "there is no snapshot of advisories")
    assert (found.packages_count, found.checked_count, found.data_as_of) == (1, 0, None)
    assert (found.findings, found.unread) == ((), ())
    assert found.to_dict()["data_as_of"] is None


def test_a_snapshot_is_too_old_after_seven_days_and_its_findings_still_count(tmp_path: Path) -> None:
    assert scan(tmp_path, VULNERABLE, now=AT + MAX_AGE).state is CHECKED
    found = scan(tmp_path, VULNERABLE, now=AT + MAX_AGE + timedelta(seconds=1))
    assert (found.state, found.checked_count, len(found.findings)) == (NOT_CHECKED, 0, 1)
    assert found.reason == "the advisories are as of 2026-03-02, more than 7 days ago"
    tree = a_tree(tmp_path, VULNERABLE)
    longer = check_dependencies(tree, SNAPSHOT, now=AT + timedelta(days=30), max_age=timedelta(days=30))
    assert longer.state is CHECKED


def test_a_snapshot_of_days_to_come_is_none(tmp_path: Path) -> None:
    assert scan(tmp_path, CLEAN, now=AT - timedelta(days=1)).state is CHECKED
    found = scan(tmp_path, CLEAN, now=AT - timedelta(days=1, seconds=1))
    assert (found.state, found.reason) == (NOT_CHECKED, "the advisories are as of 2026-03-02, which is yet to come")


def test_packages_of_an_ecosystem_that_the_snapshot_is_not_all_of_are_named_once_a_file(tmp_path: Path) -> None:
    npm = a_package_lock({"node_modules/a": {"version": "1.0.0"}, "node_modules/b": {"version": "1.0.0"}})
    of_pypi = a_snapshot(sources=(a_source(PYPI),))
    found = scan(tmp_path, {**CLEAN, "package-lock.json": npm}, of_pypi)
    assert (found.state, found.packages_count, found.checked_count) == (CHECKED, 3, 1)
    assert [each.why for each in found.unread] == [
        "dependencies are not checked: the snapshot has no file of npm's advisories"
    ]


def test_where_nothing_can_be_checked_nothing_was(tmp_path: Path) -> None:
    of_npm = a_snapshot(sources=(a_source(NPM),))
    for files, snapshot in (
        ({"requirements.txt": "shop\n"}, SNAPSHOT),
        ({"yarn.lock": ""}, SNAPSHOT),
        ({"requirements.txt": "shop==odd\n"}, SNAPSHOT),
        (CLEAN, of_npm),
    ):
        found = scan(tmp_path / next(iter(files)) / str(len(snapshot.ecosystems)), files, snapshot)
        assert (found.state, found.reason) == (NOT_CHECKED, "no dependency could be checked"), files
        assert len(found.unread) == 1


def test_what_there_is_no_time_for_is_named(tmp_path: Path) -> None:
    times = iter((0.0, 0.0, 30.0, 30.1, 30.1))
    tree = a_tree(tmp_path, {"requirements.txt": "a==1\nb==1\nc==1\n"})
    found = check_dependencies(tree, SNAPSHOT, now=AT, now_seconds=lambda: next(times))
    assert (found.state, found.packages_count, found.checked_count) == (CHECKED, 3, 1)
    assert [each.why for each in found.unread] == ["dependencies are not all checked: there was no time left"]
