"""`sre gates run`: its JSON."""

from decimal import Decimal

from foundation.errors import Exit
from foundation.findings.accepted import Acceptance, Answered
from foundation.findings.fingerprints import FingerprintedFinding
from foundation.findings.model import Severity, Unread
from foundation.findings.model import Suppression as SuppressionFound
from sre.cli.outputs.model import Output, Part
from sre.jobs.judge.advice import advice
from sre.jobs.judge.gates import GateName
from sre.jobs.judge.judging import GateResult, Judgement
from sre.jobs.judge.trees import Tree
from tdeveloper.gates.outcomes import GateOutcome, PipelineStatus

# Of old findings and the like; what decides is listed whole.
_MOST_LISTED = 2_000


class Finding(Part):
    """A finding; a line of 0 is the whole file. `blocks` when it is new and of the severity that rejects."""

    fingerprint: str
    tool: str
    rule: str
    severity: Severity
    confidence: str
    path: str
    line: int
    message: str
    advice: str
    blocks: bool


class Accepted(Part):
    """An entry of the base's file of accepted findings, and the finding that it is about; null where there is none."""

    fingerprint: str
    reason: str
    owner: str
    expires_on: str
    line: int
    finding: Finding | None


class Gap(Part):
    """What could not be looked at, and why; `.` is the whole tree. It decides where it `is_new`."""

    path: str
    reason: str
    is_new: bool


class Suppression(Part):
    """A comment that asks a tool to look away, and is not obeyed."""

    tool: str
    path: str
    line: int


class Measure(Part):
    """A number, of the tree and of the base; null where it could not be measured, or there is no base."""

    name: str
    value: Decimal | int | None
    base_value: Decimal | int | None
    reason: str | None


class Gate(Part):
    """How one gate ended. The counts are of all; `old`, `gone` and `suppressions` list at most 2,000."""

    gate: GateName
    outcome: GateOutcome
    reasons: tuple[str, ...]
    notes: tuple[str, ...]
    took_seconds: float
    blocking_count: int
    new_count: int
    old_count: int
    gone_count: int
    accepted_count: int
    suppression_count: int
    new: tuple[Finding, ...]
    old: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    accepted: tuple[Accepted, ...]
    expired: tuple[Accepted, ...]
    mismatched: tuple[Accepted, ...]
    unused: tuple[Accepted, ...]
    gaps: tuple[Gap, ...]
    suppressions: tuple[Suppression, ...]
    measures: tuple[Measure, ...]


class JudgedTree(Part):
    """A tree, in words; `revision` is its commit, where it is one."""

    description: str
    file_count: int
    revision: str | None


class GatesRun(Output):
    """A tree as the gates judge it; `exit_code` is 0 passed, 1 rejected, 3 inconclusive. `base` is null without one."""

    status: PipelineStatus
    exit_code: int
    reject_at: Severity
    tree: JudgedTree
    base: JudgedTree | None
    gates: tuple[Gate, ...]


def output_of(made: Judgement, code: Exit) -> GatesRun:
    """The output of a judgement that ends with an exit code."""
    return GatesRun(
        status=made.status,
        exit_code=int(code),
        reject_at=made.reject_at,
        tree=_tree(made.trees.now),
        base=None if made.trees.base is None else _tree(made.trees.base),
        gates=tuple(map(_gate, made.results)),
    )


def _tree(tree: Tree) -> JudgedTree:
    return JudgedTree(description=tree.what, file_count=tree.file_count, revision=tree.revision)


def _gate(result: GateResult) -> Gate:
    standing = result.standing
    blocking = frozenset(each.fingerprint for each in result.blocking)

    def findings(found: tuple[FingerprintedFinding, ...]) -> tuple[Finding, ...]:
        return tuple(_finding(each, blocking) for each in found)

    def answered(entries: tuple[Answered, ...]) -> tuple[Accepted, ...]:
        return tuple(_accepted(each.acceptance, _finding(each.found, blocking)) for each in entries)

    return Gate(
        gate=result.gate,
        outcome=result.outcome,
        reasons=result.reasons,
        notes=result.now.notes,
        took_seconds=round(result.took_seconds, 3),
        blocking_count=len(blocking),
        new_count=len(standing.new),
        old_count=len(standing.old),
        gone_count=len(standing.gone),
        accepted_count=len(standing.accepted),
        suppression_count=len(standing.suppressions),
        new=findings(standing.new),
        old=findings(standing.old[:_MOST_LISTED]),
        gone=findings(standing.gone[:_MOST_LISTED]),
        accepted=answered(standing.accepted),
        expired=answered(standing.expired),
        mismatched=answered(standing.mismatched),
        unused=tuple(_accepted(each, None) for each in standing.unused),
        gaps=(*_gaps(standing.unread_new, is_new=True), *_gaps(standing.unread_old, is_new=False)),
        suppressions=tuple(map(_suppression, standing.suppressions[:_MOST_LISTED])),
        measures=_measures(result),
    )


def _finding(found: FingerprintedFinding, blocking: frozenset[str]) -> Finding:
    finding = found.finding
    return Finding(
        fingerprint=found.fingerprint,
        tool=finding.tool,
        rule=finding.rule,
        severity=finding.severity,
        confidence=finding.confidence,
        path=finding.path,
        line=finding.line,
        message=finding.message,
        advice=advice(finding),
        blocks=found.fingerprint in blocking,
    )


def _accepted(entry: Acceptance, finding: Finding | None) -> Accepted:
    return Accepted(
        fingerprint=entry.fingerprint,
        reason=entry.reason,
        owner=entry.owner,
        expires_on=entry.expires_on.isoformat(),
        line=entry.line,
        finding=finding,
    )


def _gaps(gaps: tuple[Unread, ...], *, is_new: bool) -> tuple[Gap, ...]:
    return tuple(Gap(path=each.path, reason=each.why, is_new=is_new) for each in gaps)


def _suppression(found: SuppressionFound) -> Suppression:
    return Suppression(tool=found.tool, path=found.path, line=found.line)


def _measures(result: GateResult) -> tuple[Measure, ...]:
    before = {} if result.base is None else {each.name: each.value for each in result.base.measures}
    return tuple(
        Measure(name=each.name, value=each.value, base_value=before.get(each.name), reason=each.why)
        for each in result.now.measures
    )
