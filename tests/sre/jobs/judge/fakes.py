"""Trees and gates that say what a test wants."""

from dataclasses import dataclass, field
from pathlib import Path

from foundation.findings.model import Finding, Severity, Suppression, Unread
from sre.jobs.judge.gates import GateName
from sre.jobs.judge.measures import Measure
from sre.jobs.judge.scanned import Found, GateScan, scanned_of
from sre.jobs.judge.trees import Tree, Trees
from tests.repositories import written


def a_finding(
    rule: str = "R1", *, path: str = "a.py", line: int = 1, severity: Severity = Severity.HIGH, tool: str = "fake"
) -> Finding:
    return Finding(
        tool=tool, rule=rule, severity=severity, confidence="HIGH", path=path, line=line, message=f"{rule} is wrong"
    )


def a_tree(root: Path, files: dict[str, str]) -> Tree:
    root.mkdir(parents=True, exist_ok=True)
    return Tree(root=written(root, files), what=f"the {root.name}", file_count=len(files))


def two_trees(place: Path, now: dict[str, str], base: dict[str, str] | None = None) -> Trees:
    return Trees(now=a_tree(place / "now", now), base=None if base is None else a_tree(place / "base", base))


@dataclass(kw_only=True)
class FakeGate:
    """A gate that finds in a tree what is written for its directory, and remembers which it looked at, beside what."""

    found: dict[str, tuple[Finding, ...]] = field(default_factory=dict[str, "tuple[Finding, ...]"])
    unread: dict[str, tuple[Unread, ...]] = field(default_factory=dict[str, "tuple[Unread, ...]"])
    suppressions: tuple[Suppression, ...] = ()
    doubts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_broken: bool = False
    measures: tuple[Measure, ...] = ()
    base_measures: tuple[Measure, ...] = ()
    name: GateName = GateName.SECURITY
    looked_at: list[tuple[str, GateScan | None]] = field(default_factory=list["tuple[str, GateScan | None]"])

    def scan(self, tree: Tree, base: GateScan | None) -> GateScan:
        key = tree.root.name
        self.looked_at.append((key, base))
        found = Found(
            tools=("pytest",),
            findings=self.found.get(key, ()),
            unread=self.unread.get(key, ()),
            suppressions=self.suppressions,
        )
        is_now = key == "now"
        return GateScan(
            scanned=scanned_of(tree, (found,)),
            measures=self.measures if is_now else self.base_measures,
            notes=self.notes if is_now else (),
            doubts=self.doubts if is_now else (),
            is_broken=self.is_broken,
        )
