"""A tree's dependencies held against a snapshot of advisories: findings, what is not known, and how far it was checked at all.

Findings of an old snapshot are findings; that it finds nothing says nothing.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from foundation.advisories.model import Ecosystem, Snapshot
from foundation.findings.model import Finding, Unread
from tdeveloper.gates.dependencies.model import Bounds, LockedPackage
from tdeveloper.gates.dependencies.tree import TreeDependencies, read_tree
from tdeveloper.gates.dependencies.vulnerabilities import index_of, match_package

MAX_AGE = timedelta(days=7)
# Two clocks differ; what is further ahead was not changed then, and would never be old.
_AHEAD = timedelta(days=1)


class DependenciesState(Enum):
    """How far a tree's dependencies were checked."""

    CHECKED = "checked"
    NOT_CHECKED = "not_checked"
    NO_DEPENDENCIES = "no_dependencies"


class Policy(Enum):
    """What a gate makes of dependencies that were not checked."""

    REQUIRED = "required"
    """They make it inconclusive."""
    IF_THERE = "if_there"
    """It says so, and nothing else follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DependenciesScan:
    """What is known of a tree's dependencies.

    `packages_count` are those that its lock files name at a version, each once a file; `checked_count` are those of them that
    were held against all advisories. `reason` says why the state is *not checked*, and is empty otherwise.
    """

    findings: tuple[Finding, ...]
    unread: tuple[Unread, ...]
    packages_count: int
    checked_count: int
    data_as_of: datetime | None
    state: DependenciesState
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """The scan as JSON-ready data, without its findings and gaps, which a gate has among its own."""
        return {
            "state": self.state.value,
            "reason": self.reason,
            "packages_count": self.packages_count,
            "checked_count": self.checked_count,
            "data_as_of": None if self.data_as_of is None else self.data_as_of.isoformat(),
        }


def check_dependencies(
    tree: Path,
    snapshot: Snapshot | None,
    *,
    now: datetime,
    max_age: timedelta = MAX_AGE,
    bounds: Bounds | None = None,
    now_seconds: Callable[[], float] = time.monotonic,
) -> DependenciesScan:
    """Check every lock file of an unpacked tree; `max_age` is the greatest age of the snapshot's data that says anything."""
    bounds = bounds or Bounds()
    ends_at_seconds = now_seconds() + bounds.scan_seconds

    def has_time() -> bool:
        return now_seconds() <= ends_at_seconds

    found = read_tree(tree, bounds, has_time)
    if not found.packages and not found.unread:
        return _scan(found, snapshot, state=DependenciesState.NO_DEPENDENCIES)
    if snapshot is None:
        return _scan(found, None, reason="there is no snapshot of advisories")
    findings, unread, checked_count = _matched(found, snapshot, has_time)
    reason = _too_old(snapshot, now, max_age)
    if reason is None and not checked_count:
        reason = "no dependency could be checked"
    if reason is not None:
        return _scan(found, snapshot, findings=findings, unread=unread, reason=reason)
    return _scan(
        found, snapshot, findings=findings, unread=unread, checked_count=checked_count, state=DependenciesState.CHECKED
    )


def _scan(
    found: TreeDependencies,
    snapshot: Snapshot | None,
    *,
    findings: tuple[Finding, ...] = (),
    unread: tuple[Unread, ...] = (),
    checked_count: int = 0,
    state: DependenciesState = DependenciesState.NOT_CHECKED,
    reason: str = "",
) -> DependenciesScan:
    return DependenciesScan(
        findings=findings,
        unread=(*found.unread, *unread),
        packages_count=len(found.packages),
        checked_count=checked_count,
        data_as_of=None if snapshot is None else snapshot.data_as_of,
        state=state,
        reason=reason,
    )


def _too_old(snapshot: Snapshot, now: datetime, max_age: timedelta) -> str | None:
    age = now - snapshot.data_as_of
    if age > max_age:
        return f"the advisories are as of {snapshot.data_as_of:%Y-%m-%d}, more than {max_age.days} days ago"
    if -age > _AHEAD:
        return f"the advisories are as of {snapshot.data_as_of:%Y-%m-%d}, which is yet to come"
    return None


def _matched(
    found: TreeDependencies, snapshot: Snapshot, has_time: Callable[[], bool]
) -> tuple[tuple[Finding, ...], tuple[Unread, ...], int]:
    index, covered = index_of(snapshot), snapshot.ecosystems
    findings: list[Finding] = []
    unread: dict[Unread, None] = {}
    checked_count = 0
    for package in found.packages:
        if package.ecosystem not in covered:
            unread[_not_covered(package.path, package.ecosystem)] = None
        elif not has_time():
            unread[_no_time(package)] = None
        else:
            matched = match_package(package, index)
            findings += matched.findings
            unread |= dict.fromkeys(matched.unread)
            checked_count += not matched.unread
    return tuple(findings), tuple(unread), checked_count


def _not_covered(path: str, ecosystem: Ecosystem) -> Unread:
    return Unread(
        path=path, why=f"dependencies are not checked: the snapshot has no file of {ecosystem.value}'s advisories"
    )


def _no_time(package: LockedPackage) -> Unread:
    return Unread(path=package.path, why="dependencies are not all checked: there was no time left")
