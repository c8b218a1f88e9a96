"""Labelled incidents, from a CSV file with the columns name, start and end (ISO 8601 with a zone), and optionally objective."""

import csv
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from foundation.errors import InputError

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


def read_incidents(file: Path) -> tuple[Incident, ...]:
    """Read a file of incidents, in order of time.

    Raises InputError with every problem, each with its line.
    """
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{file}: cannot be read: {error}") from error
    incidents: list[Incident] = []
    problems: list[str] = []
    for number, row in enumerate(rows, start=2):
        try:
            incidents.append(_incident(row, number))
        except KeyError as error:
            raise InputError(f"{file}:1: there is no column {error}; name, start and end are needed") from error
        except ValueError as error:
            problems.append(f"{file}:{number}: {error}")
    if problems:
        raise InputError(f"{file} has {len(problems)} problem{'s' if len(problems) > 1 else ''}:", tuple(problems))
    return tuple(sorted(incidents, key=lambda incident: incident.start_at))


def _incident(row: dict[str, str], number: int) -> Incident:
    start_at, end_at = (datetime.fromisoformat(str(row[column])) for column in ("start", "end"))
    if start_at.tzinfo is None or end_at.tzinfo is None:
        raise ValueError("a time needs its zone, such as 2026-03-02T10:00:00Z")
    if end_at <= start_at:
        raise ValueError("end must be after start")
    return Incident(
        name=row.get("name") or f"line {number}",
        start_at=start_at,
        end_at=end_at,
        objective=row.get("objective") or None,
    )
