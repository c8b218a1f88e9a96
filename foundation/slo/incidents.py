"""Labelled incidents, from a CSV file with the columns name, start and end (ISO 8601 with a zone), and optionally objective."""

from collections.abc import Collection
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
    """Something that people say was wrong from one time to another; None is any objective."""

    name: str
    start_at: datetime
    end_at: datetime
    objective: str | None

    def concerns(self, objective: str | None) -> bool:
        """Whether it is one of this objective, or of any."""
        return self.objective is None or self.objective == objective

    def explains(self, notified_at: datetime, objective: str | None) -> bool:
        """Whether a notification at this time, of an alarm on this objective, was about this incident."""
        return self.concerns(objective) and self.start_at <= notified_at <= self.end_at + _AFTERMATH


class _Row(Form):
    name: Line | None = None
    start: Moment
    end: Moment
    objective: str | None = None


def read_incidents(file: Path, *, objectives: Collection[str] | None = None) -> tuple[Incident, ...]:
    """Read a file of incidents, in order of time; with `objectives`, one that an incident names must be among them.

    Raises InputError with every problem, each with its line.
    """
    incidents: list[Incident] = []
    with csv_documents(file, needed=("start", "end"), optional=("name", "objective")) as found:
        for document in found.items:
            row = document.read(_Row)
            if row is None:
                continue
            if row.end <= row.start:
                document.problem(("end",), "must be after start")
            if row.objective is not None and objectives is not None and row.objective not in objectives:
                document.problem(
                    ("objective",),
                    with_hint(f"no objective is named {row.objective!r}", row.objective, objectives),
                )
            name = row.name or f"line {document.line_of()}"
            incidents.append(Incident(name=name, start_at=row.start, end_at=row.end, objective=row.objective))
    return tuple(sorted(incidents, key=lambda incident: incident.start_at))
