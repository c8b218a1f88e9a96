"""What a judgement says to a person: what must not be, with what to change, then what could not be looked at, then the counts."""

from collections.abc import Iterator
from typing import assert_never

import click

from foundation.findings.accepted import Answered
from foundation.findings.fingerprints import FingerprintedFinding
from foundation.findings.model import Unread
from foundation.pages.escapes import terminal
from foundation.pages.numbers import counted
from sre.cli.alarms.columns import paragraph, terminal_width
from sre.cli.outputs.words import Outcome, RunOutcome
from sre.cli.verdicts.model import VerdictRow, Verdicts
from sre.jobs.judge.advice import advice
from sre.jobs.judge.judging import GateResult, Judgement
from tdeveloper.gates.outcomes import GateOutcome

# As many as a person reads; the files have all of them.
_MOST_SHOWN = 50


def print_text(made: Judgement) -> None:
    """Print it, with the whole in one sentence at its end."""
    width = terminal_width()
    for result in made.results:
        for line in _of_gate(result, width):
            click.echo(line)
    click.echo(headline(made))


def verdicts_of(made: Judgement) -> Verdicts:
    """A row a gate, for Markdown."""
    return Verdicts(
        title="Gates",
        of="gate",
        columns=("new", "old", "accepted", "not looked at"),
        number_columns=frozenset({"new", "old", "accepted", "not looked at"}),
        rows=tuple(_row(each) for each in made.results),
        headline=headline(made),
    )


def _row(result: GateResult) -> VerdictRow:
    standing = result.standing
    counts = (standing.new, standing.old, standing.accepted, standing.unread_new)
    return VerdictRow(
        name=result.gate.value,
        outcome=_outcome(result.outcome),
        reason="; ".join((*result.reasons, *result.now.notes)),
        cells=tuple(f"{len(each):,}" for each in counts),
        took_seconds=result.took_seconds,
    )


def _outcome(outcome: GateOutcome) -> Outcome | RunOutcome:
    match outcome:
        case GateOutcome.PASSED:
            return Outcome.PASS
        case GateOutcome.REJECTED:
            return RunOutcome.FAIL
        case GateOutcome.INCONCLUSIVE | GateOutcome.REFUSED | GateOutcome.FAILED:
            return Outcome.INCONCLUSIVE
        case _:
            assert_never(outcome)


def headline(made: Judgement) -> str:
    """The whole in one sentence."""
    since = (
        "nothing to compare with, so all that is found is new; give --base"
        if made.trees.base is None
        else f"new since {made.trees.base.what}"
    )
    return terminal(f"{made.status.value.capitalize()}: {made.trees.now.what} ({since}).")


def _of_gate(result: GateResult, width: int) -> Iterator[str]:
    standing = result.standing
    counts = [counted(len(standing.new), "new finding"), f"{len(standing.old):,} old"]
    counts += [
        f"{len(found):,} {word}" for found, word in ((standing.accepted, "accepted"), (standing.gone, "gone")) if found
    ]
    if standing.suppressions:
        counts.append(f"{counted(len(standing.suppressions), 'comment')} to look away, not obeyed")
    yield f"{result.gate.value}: {result.outcome.value} ({', '.join(counts)}; {result.took_seconds:.1f} s)"
    told = frozenset(each.fingerprint for each in (*result.blocking, *result.unrated))
    yield from _findings(result.blocking, width)
    yield from _findings(result.unrated, width, mark="?")
    yield from _findings([each for each in standing.new if each.fingerprint not in told], width, mark="·")
    yield from _gaps(standing.unread_new, width)
    for why in result.now.doubts:
        yield from _told("?", why, width)
    for entry in standing.expired:
        yield from _told("!", _of_entry(entry, f"expired on {entry.acceptance.expires_on}"), width)
    for entry in standing.mismatched:
        yield from _told("!", _of_entry(entry, "names another rule or path than the finding has"), width)
    for unused in standing.unused:
        said = f"accepted finding {unused.fingerprint[:12]} of line {unused.line}: nothing has it any more; take it out"
        yield from _told("!", said, width)
    for note in result.now.notes:
        yield from _told(" ", note, width)


def _findings(
    found: "list[FingerprintedFinding] | tuple[FingerprintedFinding, ...]", width: int, mark: str = "✗"
) -> Iterator[str]:
    for each in found[:_MOST_SHOWN]:
        finding = each.finding
        place = f"{finding.path}:{finding.line}" if finding.line else finding.path
        said = f"{place}  {finding.severity.value.lower()} {finding.tool} {finding.rule}: {finding.message}"
        yield from _told(mark, said, width)
        if help_of := advice(finding):
            yield from _told(" ", f"→ {help_of}", width)
        if mark != "·":
            yield f"    fingerprint {each.fingerprint}"
    if len(found) > _MOST_SHOWN:
        yield f"  {mark} and {len(found) - _MOST_SHOWN:,} more, in the files"


def _gaps(gaps: tuple[Unread, ...], width: int) -> Iterator[str]:
    for each in gaps[:_MOST_SHOWN]:
        yield from _told("?", f"{each.path}: {each.why}", width)
    if len(gaps) > _MOST_SHOWN:
        yield f"  ? and {len(gaps) - _MOST_SHOWN:,} more, in the files"


def _of_entry(entry: Answered, what: str) -> str:
    finding = entry.found.finding
    return f"accepted finding of line {entry.acceptance.line} ({finding.rule} in {finding.path}) {what}: {entry.acceptance.owner}"


def _told(mark: str, text: str, width: int) -> Iterator[str]:
    first, *more = paragraph(terminal(text), width=width, indent="    ") or ["    "]
    yield f"  {mark} {first[4:]}"
    yield from more
