"""Labelled incidents, from a CSV file with the columns name, start and end (ISO 8601 with a zone), and optionally objective.

One that is still going on has an empty end. Two may have one name: an incident is told by all that it is.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from foundation.files.documents import csv_documents
from foundation.files.explaining import with_hint
from foundation.files.forms import Form, Line, Moment

# An alarm that goes off so soon after an incident's end still belongs to it: metrics and windows lag.
_AFTERMATH = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something that people say was wrong from one time to another, or still is: then `end_at` is None.

    `objective` is None for any.
    """

    name: str
    start_at: datetime
    end_at: datetime | None
    objective: str | None

    def concerns(self, objective: str | None) -> bool:
        """Whether it is one of this objective, or of any."""
        return self.objective is None or self.objective == objective

    def lies_in(self, start_at: datetime, end_at: datetime) -> bool:
        """Whether any of it is in [start_at, end_at)."""
        return self.start_at < end_at and (self.end_at is None or self.end_at > start_at)

    def explains(self, notified_at: datetime, objective: str | None) -> bool:
        """Whether a notification at this time, of an alarm on this objective, was about this incident."""
        if not self.concerns(objective) or notified_at < self.start_at:
            return False
        return self.end_at is None or notified_at <= self.end_at + _AFTERMATH


def labels_of(incidents: Iterable[Incident]) -> Mapping[Incident, str]:
    """How each is called where it is read: by its name, with when it began where several have that name."""
    every = tuple(dict.fromkeys(incidents))
    names = [each.name for each in every]
    return {
        each: each.name if names.count(each.name) == 1 else f"{each.name} ({each.start_at:%Y-%m-%d %H:%M} UTC)"
        for each in every
    }


class _Row(Form):
    name: Line | None = None
    start: Moment
    end: Moment | None = None
    objective: str | None = None


def read_incidents(file: Path, *, objectives: Collection[str] | None) -> tuple[Incident, ...]:
    """Read a file of incidents, in order of time; an objective that one names must be among `objectives`, unless that is None.

    Raises InputError with every problem, each with its line.
    """
    lines: dict[Incident, int] = {}
    with csv_documents(file, needed=("start", "end"), optional=("name", "objective")) as found:
        for document in found.items:
            row = document.read(_Row)
            if row is None:
                continue
            if row.end is not None and row.end <= row.start:
                document.problem(("end",), "must be after start; leave it empty while it is going on")
            if row.objective is not None and objectives is not None and row.objective not in objectives:
                document.problem(
                    ("objective",),
                    with_hint(f"no objective is named {row.objective!r}", row.objective, objectives),
                )
            line = document.line_of(())
            name = row.name or f"line {line}"
            incident = Incident(name=name, start_at=row.start, end_at=row.end, objective=row.objective)
            if lines.setdefault(incident, line) != line:
                document.problem((), f"is the incident of line {lines[incident]}; remove one of them")
    return tuple(sorted(lines, key=lambda incident: incident.start_at))
