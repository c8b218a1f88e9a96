"""The gates that judge a tree here, each a function of the tree; what each needs beside it is given."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol, assert_never

from foundation.advisories.model import Snapshot
from foundation.pages.numbers import counted
from foundation.sandbox.model import Limits
from foundation.sandbox.probing import Holds, NoSandbox, probe
from sre.jobs.judge.measures import counts, of_quality, of_suite
from sre.jobs.judge.scanned import Found, GateScan, scanned_of
from sre.jobs.judge.trees import Tree
from tdeveloper.gates import leaked_secrets, python_code, security, workflows
from tdeveloper.gates.dependencies.check import DependenciesScan, DependenciesState, Policy, check_dependencies
from tdeveloper.gates.dependencies.model import Bounds
from tdeveloper.gates.quality import bounds as quality_bounds
from tdeveloper.gates.quality import scan as quality
from tdeveloper.gates.testing import scan as suites
from tdeveloper.gates.testing.endings import SandboxBroke
from tdeveloper.gates.testing.installing import installing_here
from tdeveloper.gates.testing.job import LIMITS
from tdeveloper.gates.testing.layers import LayerStore, NoLayers

# All findings are compared with the base's: one that is not listed could hide behind the others.
_MOST_LISTED = 50_000
# A Lambda has fifteen minutes for everything; whoever judges a tree here waits for a large one.
_MOST_SECONDS = 900.0


class GateName(StrEnum):
    """The gates, by their names in results."""

    SECURITY = "security"
    QUALITY = "quality"
    TEST = "test"


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
        code = security.scan(tree.root, security.Bounds(listed_count=_MOST_LISTED, scan_seconds=_MOST_SECONDS))
        flows = workflows.scan(tree.root, workflows.Bounds(scan_seconds=_MOST_SECONDS))
        dependencies = check_dependencies(
            tree.root, self.snapshot, now=self.now, bounds=Bounds(scan_seconds=_MOST_SECONDS)
        )
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
        found = quality.scan(
            tree.root,
            quality_bounds.Bounds(
                listed_count=_MOST_LISTED, scan_seconds=_MOST_SECONDS, tool_seconds=_MOST_SECONDS / 3
            ),
        )
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


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteGate:
    """The tree's own tests, in the sandbox that holds here, with the libraries that it has locked."""

    sandbox: Holds | NoSandbox
    store: LayerStore
    limits: Limits
    name: GateName = GateName.TEST

    def scan(self, tree: Tree, base: GateScan | None) -> GateScan:
        """See `Gate`."""
        # Without a sandbox nothing is brought that nobody would run.
        layers = (
            NoLayers(reason="there is no sandbox")
            if isinstance(self.sandbox, NoSandbox)
            else self.store.layers_for(tree.root)
        )
        suite = suites.scan(
            tree.root,
            sandbox=self.sandbox,
            layers=layers,
            limits=self.limits,
            base=None if base is None else base.suite,
        )
        found = Found(
            tools=("pytest", "coverage"), findings=suite.findings, unread=suite.unread, suppressions=suite.suppressions
        )
        sandbox = (
            () if suite.sandbox is None else (f"run in {suite.sandbox}; what tests say is the repository's own claim",)
        )
        absent = len(tree.left_out)
        links = (
            (f"without {counted(absent, 'link or submodule', 'links or submodules')} of the tree",) if absent else ()
        )
        left_out = tuple(f"{each.name} of the lock is not there: {each.why}" for each in suite.left_out)
        return GateScan(
            # Links and submodules are gaps of the other gates, which name them; tests run without them.
            scanned=scanned_of(tree, (found,), names_what_is_left_out=False),
            measures=of_suite(suite),
            notes=(*sandbox, *links, *left_out),
            is_broken=isinstance(suite.ended, SandboxBroke),
            suite=suite,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteSettings:
    """What the test gate needs beside a tree; `layers` is where locked libraries are kept from one run to the next."""

    layers: Path
    seconds: float
    environment: Mapping[str, str]

    def gate(self) -> SuiteGate:
        """The gate, by the sandbox that holds here. Raises PlatformError when uv is not installed."""
        return SuiteGate(
            sandbox=probe(),
            store=LayerStore(directory=self.layers, installing=installing_here(self.environment)),
            limits=replace(LIMITS, wall_seconds=self.seconds, cpu_seconds=math.ceil(self.seconds)),
        )


def gates_of(
    names: Iterable[GateName], *, snapshot: Snapshot | None, policy: Policy, now: datetime, suite: SuiteSettings
) -> tuple[Gate, ...]:  # fmt: skip
    """The gates of these names, in their order. Raises PlatformError for a tool that is not installed."""
    made: list[Gate] = []
    for name in names:
        match name:
            case GateName.SECURITY:
                made.append(SecurityGate(snapshot=snapshot, policy=policy, now=now))
            case GateName.QUALITY:
                made.append(QualityGate())
            case GateName.TEST:
                made.append(suite.gate())
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
