"""The gates that judge a tree here, each a function of the tree; what each needs beside it is given."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, assert_never

from foundation.advisories.model import Snapshot
from sre.jobs.judge.measures import counts, of_quality
from sre.jobs.judge.scanned import Found, GateScan, scanned_of
from sre.jobs.judge.trees import Tree
from tdeveloper.gates import leaked_secrets, python_code, security, workflows
from tdeveloper.gates.dependencies.check import DependenciesScan, DependenciesState, Policy, check_dependencies
from tdeveloper.gates.quality import bounds as quality_bounds
from tdeveloper.gates.quality import scan as quality

# All findings are compared with the base's: one that is not listed could hide behind the others.
_MOST_LISTED = 50_000


class GateName(StrEnum):
    """The gates, by their names in results."""

    SECURITY = "security"
    QUALITY = "quality"


class Gate(Protocol):
    """Makes of a tree what is known of it; `base` is what it made of the tree that this one comes from."""

    @property
    def name(self) -> GateName:
        """Which gate it is."""
        ...

    def scan(self, tree: Tree, base: GateScan | None) -> GateScan:
        """Look at a tree. Raises PlatformError when a tool is not installed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityGate:
    """bandit, detect-secrets, zizmor, and the advisories on what the lock files name."""

    snapshot: Snapshot | None
    policy: Policy
    now: datetime
    name: GateName = GateName.SECURITY

    def scan(self, tree: Tree, base: GateScan | None) -> GateScan:
        """See `Gate`."""
        del base
        code = security.scan(tree.root, security.Bounds(listed_count=_MOST_LISTED))
        flows = workflows.scan(tree.root)
        dependencies = check_dependencies(tree.root, self.snapshot, now=self.now)
        # What is not known of dependencies is a gap only where they have to be checked.
        gaps = dependencies.unread if self.policy is Policy.REQUIRED else ()
        scanned = scanned_of(
            tree,
            (
                Found(
                    tools=(python_code.TOOL, leaked_secrets.TOOL),
                    findings=code.findings,
                    unread=code.unread,
                    suppressions=code.suppressions,
                    found_count=sum(code.count_by_severity.values()),
                    unread_count=code.unread_count,
                ),
                Found(
                    tools=(workflows.TOOL,),
                    findings=flows.findings,
                    unread=flows.unread,
                    suppressions=flows.suppressions,
                ),
                Found(tools=(), findings=dependencies.findings, unread=gaps),
            ),
        )
        notes, doubts = _of_dependencies(dependencies, self.policy)
        measures = counts(
            (
                ("file_count", code.file_count), ("python_file_count", code.python_file_count),
                ("workflow_file_count", flows.file_count), ("dependency_count", dependencies.packages_count),
                ("checked_dependency_count", dependencies.checked_count),
            )
        )  # fmt: skip
        return GateScan(scanned=scanned, measures=measures, notes=notes, doubts=doubts)


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityGate:
    """ruff, complexipy, jscpd and the share of annotations, with a score that decides nothing."""

    name: GateName = GateName.QUALITY

    def scan(self, tree: Tree, base: GateScan | None) -> GateScan:
        """See `Gate`."""
        del base
        found = quality.scan(tree.root, quality_bounds.Bounds(listed_count=_MOST_LISTED))
        scanned = scanned_of(
            tree,
            (
                Found(
                    tools=("ruff", "complexipy", "jscpd"),
                    findings=found.findings,
                    unread=found.unread,
                    suppressions=found.suppressions,
                    found_count=sum(found.count_by_severity.values()),
                    unread_count=found.unread_count,
                ),
            ),
        )
        return GateScan(scanned=scanned, measures=of_quality(found))


def gates_of(
    names: Iterable[GateName], *, snapshot: Snapshot | None, policy: Policy, now: datetime
) -> tuple[Gate, ...]:  # fmt: skip
    """The gates of these names, in their order."""
    made: list[Gate] = []
    for name in names:
        match name:
            case GateName.SECURITY:
                made.append(SecurityGate(snapshot=snapshot, policy=policy, now=now))
            case GateName.QUALITY:
                made.append(QualityGate())
            case _:
                assert_never(name)
    return tuple(made)


def _of_dependencies(found: DependenciesScan, policy: Policy) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is said of dependencies, as notes and as doubts."""
    match found.state:
        case DependenciesState.NO_DEPENDENCIES:
            return ("no dependencies are named here",), ()
        case DependenciesState.CHECKED:
            unknown = len({each.path for each in found.unread})
            rest = f"; of {unknown} {'file' if unknown == 1 else 'files'} not all could be" if unknown else ""
            as_of = "" if found.data_as_of is None else f" against advisories as of {found.data_as_of:%Y-%m-%d}"
            return (f"{found.checked_count:,} of {found.packages_count:,} dependencies checked{as_of}{rest}",), ()
        case DependenciesState.NOT_CHECKED:
            said = f"dependencies are not checked: {found.reason}"
            return ((), (said,)) if policy is Policy.REQUIRED else ((said,), ())
