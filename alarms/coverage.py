"""How each alarm is proved: a rule test shows it in ALARM, and one shows it quiet. A backtest that fired it is on record beside.

A backtest leaves a line for every alarm that fired: when, and how often in how many days of which the alarm is known.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import Field

from alarms.backtest import Backtest
from alarms.model import Plan
from alarms.rule_tests import Outcome
from foundation.cloudwatch.names import Scope
from foundation.files.documents import json_document
from foundation.files.forms import Day, Form, Real, Whole
from foundation.files.writing import write_text

_BUILD = Path("build/alarms")


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtested:
    """The latest backtest that fired an alarm: its day, and how often it fired in how many known days, where that is recorded."""

    on: date
    times_count: int | None = None
    known_days: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How one alarm is proved: the rule tests that show it firing and quiet, and the day of its latest backtest."""

    alarm: str
    fires_in: tuple[str, ...]
    quiet_in: tuple[str, ...]
    backtested_on: date | None

    @property
    def holds(self) -> bool:
        """Whether rule tests show both: that it fires, and that it stays quiet."""
        return bool(self.fires_in) and bool(self.quiet_in)

    @property
    def missing(self) -> str:
        """What there is no proof of; empty when there is."""
        lacking = [
            what
            for what, tests in (("that it fires", self.fires_in), ("that it stays quiet", self.quiet_in))
            if not tests
        ]
        return " and ".join(lacking)


def coverage(plan: Plan, outcomes: Iterable[Outcome], backtested: Mapping[str, Backtested]) -> tuple[Proof, ...]:
    """One proof for every planned alarm, those that do not hold first; failed tests prove nothing."""
    passed = [outcome for outcome in outcomes if not outcome.failures]
    proofs = [
        Proof(
            alarm=planned.name,
            fires_in=tuple(outcome.test.name for outcome in passed if planned.name in outcome.fired),
            quiet_in=tuple(outcome.test.name for outcome in passed if planned.name in outcome.quiet),
            backtested_on=None if planned.name not in backtested else backtested[planned.name].on,
        )
        for planned in plan
    ]
    return tuple(sorted(proofs, key=lambda each: each.holds))


def proofs_file(scope: Scope) -> Path:
    """Where the proofs of a service's stage are kept; another's are elsewhere."""
    return _BUILD / scope.service / scope.stage / "proofs.json"


def read_backtested(file: Path) -> dict[str, Backtested]:
    """The latest backtest that fired each alarm; nothing when there was none yet.

    Raises InputError when the file is not one that we wrote.
    """
    record = _read(file)
    evidence = record.evidence
    return {
        name: Backtested(on=on, times_count=evidence[name].times_count, known_days=evidence[name].known_days)
        if name in evidence
        else Backtested(on=on)
        for name, on in record.backtested_on.items()
    }


def _read(file: Path) -> "_Record":
    if not file.exists():
        return _Record(backtested_on={})
    with json_document(file) as document:
        read = document.read(_Record)
    return _Record(backtested_on={}) if read is None else read


class _Evidence(Form):
    times_count: Whole
    known_days: Real


class _Incidents(Form):
    given_count: Whole
    judged_count: Whole
    paged_count: Whole


class _Record(Form):
    backtested_on: dict[str, Day]
    evidence: dict[str, _Evidence] = Field(default_factory=dict[str, _Evidence])
    incidents: _Incidents | None = None


def write_backtested(file: Path, result: Backtest, on: date) -> None:
    """Add alarms that fired in a backtest to the record, and of how many incidents it was judged; whole or not at all."""
    fired = [each for each in result.replays if each.firings]
    known = {name: each.isoformat() for name, each in _read(file).backtested_on.items()}
    evidence = {name: each.model_dump() for name, each in _read(file).evidence.items()}
    recall = result.recall
    record = {
        "backtested_on": known | {each.alarm: on.isoformat() for each in fired},
        "evidence": evidence
        | {
            each.alarm: {"times_count": len(each.firings), "known_days": round(each.known.seconds / 86_400, 3)}
            for each in fired
        },
        "incidents": {
            "given_count": recall.given_count,
            "judged_count": recall.judged_count,
            "paged_count": recall.paged_count,
        },
    }
    write_text(file, json.dumps(record, indent=2, sort_keys=True))
