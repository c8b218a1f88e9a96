"""The test gate over an unpacked source tree: its tests in a sandbox, what is found by them, and how that stands beside its base.

It does nothing but run one job. Whatever the tests say is the repository's own claim: code that runs beside a test can change
what is said of it. That they ran, how they ended and what they used, is measured from outside.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, assert_never

from foundation.findings.model import Finding, Severity, Suppression, Unread
from foundation.sandbox.model import Limits, Ran
from foundation.sandbox.probing import Holds, NoSandbox
from tdeveloper.gates.outcomes import GateOutcome
from tdeveloper.gates.testing.against_base import Change, change_of, vanished
from tdeveloper.gates.testing.claims import ClaimedTest, Claims, Outcome, shortened
from tdeveloper.gates.testing.endings import (
    Completed,
    Ended,
    LimitReached,
    ModulesMissing,
    NoTests,
    NotRun,
    SandboxBroke,
    Unclear,
    missing_sentence,
)
from tdeveloper.gates.testing.job import LIMITS, job_of
from tdeveloper.gates.testing.layers import Layers, NoLayers
from tdeveloper.gates.testing.locks.model import LeftOut
from tdeveloper.gates.testing.modules import has_code, is_known, own_modules, provided
from tdeveloper.gates.testing.pragmas import pragmas_of
from tdeveloper.gates.testing.reading import Told, given, read_run

TOOL = "pytest"
_WHOLE_TREE = "."
# In a message, so that the reason is seen.
_NAME_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What the sandbox measured of the run, from outside; None where this machine cannot."""

    wall_seconds: float
    cpu_seconds: float | None
    peak_memory_bytes: int | None

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return {
            "wall_seconds": self.wall_seconds,
            "cpu_seconds": self.cpu_seconds,
            "peak_memory_bytes": self.peak_memory_bytes,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteScan:
    """What is known of a tree's tests. `claimed` and `measured` are None where none ran, `change` without a base.

    `own_modules` are what imports of the tree's own code begin with; `left_out` are packages of its lock that no index has.
    """

    ended: Ended
    findings: tuple[Finding, ...]
    unread: tuple[Unread, ...]
    suppressions: tuple[Suppression, ...]
    claimed: Claims | None
    measured: Measured | None
    change: Change | None
    sandbox: str | None
    own_modules: frozenset[str]
    left_out: tuple[LeftOut, ...]

    @property
    def outcome(self) -> GateOutcome:
        """Rejected when a test failed or vanished, failed when the sandbox broke; passed only when all tests ran and agree."""
        if any(each.severity is Severity.HIGH for each in self.findings):
            return GateOutcome.REJECTED
        if isinstance(self.ended, SandboxBroke):
            return GateOutcome.FAILED
        return GateOutcome.INCONCLUSIVE if self.unread else GateOutcome.PASSED

    def to_dict(self) -> dict[str, Any]:
        """The scan as JSON-ready data."""
        return {
            "ended": self.ended.sentence,
            "sandbox": self.sandbox,
            "claimed": None if self.claimed is None else self.claimed.to_dict(),
            "measured": None if self.measured is None else self.measured.to_dict(),
            "change": None if self.change is None else self.change.to_dict(),
            "findings": [each.to_dict() for each in self.findings],
            "unread": [each.to_dict() for each in self.unread],
            "suppressions": [each.to_dict() for each in self.suppressions],
            "left_out": [each.to_dict() for each in self.left_out],
        }


def scan(
    tree: Path,
    *,
    sandbox: Holds | NoSandbox,
    layers: Layers | NoLayers,
    limits: Limits = LIMITS,
    base: SuiteScan | None = None,
) -> SuiteScan:
    """Run a tree's tests, within limits, and hold them against those of its base, which was scanned by itself.

    Raises InputError for a tree with more files than are looked at, and for limits that no run can be held to.
    """
    own = own_modules(tree)
    suppressions = pragmas_of(tree)
    match sandbox, layers:
        case NoSandbox(), _:
            return _not_run(sandbox.sentence, own, suppressions, None)
        case Holds(), NoLayers():
            return _not_run(layers.reason, own, suppressions, sandbox.name)
        case Holds(), Layers():
            ran = sandbox.sandbox.run(job_of(tree, layers=layers, limits=limits))
            told = read_run(ran, limits)
            theirs = own if base is None else own | base.own_modules
            known = theirs | provided(layer for layer, _ in layers.places())
            judged = _judge(tree, told, known, limits)
            return _scanned(judged, ran, sandbox, layers, base, own=own, suppressions=suppressions)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    ended: Ended
    claims: Claims
    findings: tuple[Finding, ...]
    unread: tuple[Unread, ...]


def _not_run(reason: str, own: frozenset[str], suppressions: tuple[Suppression, ...], sandbox: str | None) -> SuiteScan:
    ended = NotRun(reason=reason)
    return SuiteScan(
        ended=ended, findings=(), unread=(Unread(path=_WHOLE_TREE, why=ended.sentence),), suppressions=suppressions,
        claimed=None, measured=None, change=None, sandbox=sandbox, own_modules=own, left_out=(),
    )  # fmt: skip


def _scanned(
    judged: _Judged, ran: Ran, sandbox: Holds, layers: Layers, base: SuiteScan | None, *, own: frozenset[str],
    suppressions: tuple[Suppression, ...],
) -> SuiteScan:  # fmt: skip
    gone: tuple[Finding, ...] = ()
    change: Change | None = None
    # Of a run that was cut short nobody knows which tests are gone.
    if base is not None and base.claimed is not None and _is_whole(judged.ended):
        unread = {each.path for each in judged.unread}
        gone = vanished(judged.claims, base.claimed, unread=unread, is_base_whole=_is_whole(base.ended))
        change = change_of(judged.claims, base.claimed) if _is_whole(base.ended) else None
    return SuiteScan(
        ended=judged.ended, findings=(*judged.findings, *gone), unread=judged.unread, suppressions=suppressions,
        claimed=judged.claims,
        measured=Measured(
            wall_seconds=ran.wall_seconds, cpu_seconds=ran.cpu_seconds, peak_memory_bytes=ran.peak_memory_bytes
        ),
        change=change, sandbox=sandbox.name, own_modules=own, left_out=layers.left_out,
    )  # fmt: skip


def _judge(tree: Path, told: Told, known: frozenset[str], limits: Limits) -> _Judged:
    """What is found, and what could not be looked at: of a test that met what it was not given, nothing is concluded."""
    findings: list[Finding] = []
    unread: list[Unread] = []
    absent: list[str] = []
    ended = told.ended
    for test in told.claims.tests:
        if not test.outcome.is_bad:
            continue
        place = test.path if _is_file(tree, test.path) else _WHOLE_TREE
        missing = told.missing.get(test.name)
        limit = told.limits.get(test.name)
        if missing is not None and not is_known(missing, known):
            absent.append(missing)
            unread.append(Unread(path=place, why=missing_sentence(missing)))
        elif limit is not None:
            reached = LimitReached(limit=limit, given=given(limit, limits))
            ended = reached if isinstance(ended, Completed) else ended
            unread.append(Unread(path=place, why=f"{shortened(test.name, _NAME_CHARACTERS)}: {reached.sentence}"))
        else:
            findings.append(_finding(test, place))
    if absent and isinstance(ended, Completed | Unclear):
        ended = ModulesMissing(names=tuple(sorted(set(absent))))
    unread += _gap(ended)
    # Without code there is nothing to cover, and coverage then writes nothing.
    if told.coverage_trouble is not None and has_code(tree):
        unread.append(Unread(path=_WHOLE_TREE, why=told.coverage_trouble))
    return _Judged(ended=ended, claims=told.claims, findings=tuple(findings), unread=_each_once(unread))


def _is_whole(ended: Ended) -> bool:
    """Whether every test that was collected ended."""
    return isinstance(ended, Completed | NoTests | ModulesMissing)


def _gap(ended: Ended) -> Iterator[Unread]:
    """The whole tree, where a run did not come to its end."""
    match ended:
        case Completed() | ModulesMissing():
            return
        case NoTests() | NotRun() | LimitReached() | Unclear() | SandboxBroke():
            yield Unread(path=_WHOLE_TREE, why=ended.sentence)
        case _:
            assert_never(ended)


def _finding(test: ClaimedTest, path: str) -> Finding:
    is_error = test.outcome is Outcome.ERROR
    return Finding(
        tool=TOOL,
        rule="error" if is_error else "failed",
        severity=Severity.HIGH,
        confidence=Severity.HIGH.value,
        path=path,
        line=test.line if path == test.path else 0,
        message=f"{shortened(test.name, _NAME_CHARACTERS)}: {test.message or test.outcome.value}",
    )


def _is_file(tree: Path, path: str) -> bool:
    return (tree / path).is_file() and not (tree / path).is_symlink()


def _each_once(unread: Iterable[Unread]) -> tuple[Unread, ...]:
    return tuple(dict.fromkeys(unread))
