"""The page of a judgement: the gates' outcomes, what is new and what to change, what could not be looked at, the measures."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from foundation.findings.fingerprints import FingerprintedFinding
from foundation.findings.model import Suppression
from foundation.pages.numbers import counted, moment
from foundation.pages.template import filled
from reports.page_model import Table, number_columns, text_columns
from sre.jobs.judge.advice import advice
from sre.jobs.judge.judging import GateResult, Judgement
from sre.jobs.judge.measures import Measure
from tdeveloper.gates.outcomes import GateOutcome

_TEMPLATE = Path(__file__).with_name("templates") / "judgement.html.j2"
# A browser shows tables of this many rows at once; the files beside the page have all of them.
_MOST_ROWS = 500
_TONES = {GateOutcome.PASSED: "pass", GateOutcome.REJECTED: "miss"}


def page(made: Judgement, *, headline: str, judged_at: datetime) -> str:
    """The page as HTML, whole in one file."""
    return filled(
        _TEMPLATE,
        status=made.status.value,
        headline=headline,
        tree=made.trees.now,
        base=made.trees.base,
        judged_at=moment(judged_at),
        gates=[_gate(each) for each in made.results],
    )


def _gate(result: GateResult) -> dict[str, object]:
    standing = result.standing
    blocking = frozenset(each.fingerprint for each in result.blocking)
    return {
        "name": result.gate.value,
        "outcome": result.outcome.value,
        "tone": _TONES.get(result.outcome, "inconclusive"),
        "said": (*result.reasons, *result.now.notes),
        "counts": f"{counted(len(standing.new), 'new finding')}, {len(standing.old):,} old, {len(standing.accepted):,} accepted",
        "new": _findings("What is new", (*result.blocking, *_others(standing.new, blocking)), blocking, is_new=True),
        "old": _findings("What the base has already", standing.old, frozenset(), is_new=False),
        "gaps": Table(
            caption=_cut("What could not be looked at", len(standing.unread_new)),
            columns=text_columns("where", "why"),
            rows=tuple((each.path, each.why) for each in standing.unread_new[:_MOST_ROWS]),
        ),
        "accepted": Table(
            caption="What the base accepts, and entries that need a person",
            columns=text_columns("fingerprint", "rule", "where", "until", "owner", "reason", "state"),
            rows=tuple(_entries(result)),
        ),
        "measures": Table(
            caption="Measures, of the tree and of the base; no outcome rests on them",
            columns=(*text_columns("measure"), *number_columns("now", "base"), *text_columns("note")),
            rows=tuple(_measures(result.now.measures, () if result.base is None else result.base.measures)),
        ),
        "suppressions": _suppressions(standing.suppressions),
    }


def _others(found: Iterable[FingerprintedFinding], known: frozenset[str]) -> Iterable[FingerprintedFinding]:
    return (each for each in found if each.fingerprint not in known)


def _cut(caption: str, count: int) -> str:
    return caption if count <= _MOST_ROWS else f"{caption}: the first {_MOST_ROWS:,} of {count:,}"


def _findings(
    caption: str, found: Sequence[FingerprintedFinding], blocking: frozenset[str], *, is_new: bool
) -> Table:  # fmt: skip
    return Table(
        caption=_cut(caption, len(found)),
        columns=text_columns("where", "severity", "rule", "what", "what to change", "rejects", "fingerprint"),
        rows=tuple(
            (
                f"{each.finding.path}:{each.finding.line}" if each.finding.line else each.finding.path,
                each.finding.severity.value.lower(),
                f"{each.finding.tool} {each.finding.rule}",
                each.finding.message,
                advice(each.finding) or "–",
                "yes" if each.fingerprint in blocking else "no",
                each.fingerprint,
            )
            for each in found[:_MOST_ROWS]
        ),
        empty="Nothing was found." if is_new else "There is nothing.",
    )


def _entries(result: GateResult) -> Iterable[tuple[str, ...]]:
    standing = result.standing
    for entries, state in (
        (standing.accepted, "holds"), (standing.expired, "expired"), (standing.mismatched, "names another rule or path"),
    ):  # fmt: skip
        for each in entries:
            entry, finding = each.acceptance, each.found.finding
            yield (
                entry.fingerprint[:12], finding.rule, f"{finding.path}:{finding.line}", entry.expires_on.isoformat(),
                entry.owner, entry.reason, state,
            )  # fmt: skip
    for entry in standing.unused:
        yield (
            entry.fingerprint[:12], entry.rule or "–", entry.path or "–", entry.expires_on.isoformat(), entry.owner,
            entry.reason, "nothing has it any more",
        )  # fmt: skip


def _measures(now: Iterable[Measure], base: Iterable[Measure]) -> Iterable[tuple[str, ...]]:
    before = {each.name: each for each in base}
    for each in now:
        yield each.name.replace("_", " "), _shown(each), _shown(before.get(each.name)), each.why or ""


def _shown(measure: Measure | None) -> str:
    return "–" if measure is None or measure.value is None else f"{measure.value:,}"


def _suppressions(found: Sequence[Suppression]) -> Table:
    return Table(
        caption=_cut("Comments that ask to look away", len(found)),
        columns=text_columns("where", "tool"),
        rows=tuple((f"{each.path}:{each.line}", each.tool) for each in found[:_MOST_ROWS]),
    )
