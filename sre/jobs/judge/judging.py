"""A tree before the gates: the outcome of each, by what is new since the base and what could not be looked at; and the whole."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from foundation.findings.accepted import Acceptance
from foundation.findings.fingerprints import FingerprintedFinding
from foundation.findings.model import Severity
from foundation.findings.standing import Standing, standing_of
from foundation.pages.numbers import counted
from sre.jobs.judge.at_once import at_once
from sre.jobs.judge.gates import Gate, GateName
from sre.jobs.judge.scanned import GateScan
from sre.jobs.judge.trees import Trees
from tdeveloper.gates.outcomes import GateOutcome, PipelineStatus, overall


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """How one gate ended: `now` and `base` are what it made of either tree, `blocking` why it rejects."""

    gate: GateName
    standing: Standing
    now: GateScan
    base: GateScan | None
    blocking: tuple[FingerprintedFinding, ...]
    took_seconds: float

    @property
    def unrated(self) -> tuple[FingerprintedFinding, ...]:
        """New findings of which nobody says how severe they are: they may be what rejects."""
        return tuple(each for each in self.standing.new if each.finding.severity is Severity.UNDEFINED)

    @property
    def outcome(self) -> GateOutcome:
        """Rejected for what blocks, failed where the gate itself broke; else passed only when all that is new was looked at, and
        nothing is in doubt.
        """
        if self.blocking:
            return GateOutcome.REJECTED
        if self.now.is_broken:
            return GateOutcome.FAILED
        is_in_doubt = self.standing.is_inconclusive or self.unrated or self.now.doubts
        return GateOutcome.INCONCLUSIVE if is_in_doubt else GateOutcome.PASSED

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it did not pass, a sentence each; none where it did."""
        found, unrated, gaps = len(self.blocking), len(self.unrated), len(self.standing.unread_new)
        return (
            *((f"{counted(found, 'new finding')} that must not be",) if found else ()),
            *((f"{counted(unrated, 'new finding')} of unknown severity",) if unrated else ()),
            *((f"{counted(gaps, 'file')} could not be looked at, or not all of it",) if gaps else ()),
            *self.now.doubts,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """All gates' results, in the order of the gates."""

    trees: Trees
    results: tuple[GateResult, ...]
    reject_at: Severity

    @property
    def status(self) -> PipelineStatus:
        """As a pipeline of the platform ends."""
        return overall(each.outcome for each in self.results)


def judge(
    trees: Trees,
    gates: Sequence[Gate],
    *,
    acceptances: Sequence[Acceptance],
    today: date,
    reject_at: Severity = Severity.HIGH,
    say: Callable[[str], None],
    now_seconds: Callable[[], float] = time.monotonic,
) -> Judgement:
    """Let every gate look at the base, then at the tree, all gates at once; `say` is called from their threads.

    `acceptances` are those of the base, without one there are none. Raises PlatformError when a tool is not installed. Where it
    raises, or is interrupted, the other gates have ended, too.
    """

    def one(gate: Gate) -> GateResult:
        began = now_seconds()
        base = None
        if trees.base is not None:
            say(f"{gate.name}: looking at the base")
            base = gate.scan(trees.base, None)
        say(f"{gate.name}: looking at the tree")
        now = gate.scan(trees.now, base)
        standing = standing_of(
            gate.name.value,
            now.scanned,
            None if base is None else base.scanned,
            acceptances=acceptances,
            today=today,
            is_same_file=trees.is_same_file,
        )
        result = GateResult(
            gate=gate.name,
            standing=standing,
            now=now,
            base=base,
            blocking=standing.blocking(reject_at),
            took_seconds=now_seconds() - began,
        )
        say(f"{gate.name}: {result.outcome.value} after {result.took_seconds:.1f} s")
        return result

    return Judgement(trees=trees, results=at_once([partial(one, gate) for gate in gates]), reject_at=reject_at)
