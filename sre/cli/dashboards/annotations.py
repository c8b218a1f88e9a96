"""Annotations that options name: instants with a label, and labelled incidents."""

from datetime import datetime
from pathlib import Path

from dashboards.annotations import Annotation
from foundation.slo.incidents import Incident, read_incidents
from foundation.slo.model import Objectives


def read_annotations(
    instants: tuple[tuple[datetime, str], ...], incidents: Path | None, objectives: Objectives
) -> tuple[Annotation, ...]:
    """The annotations that --annotation and --incidents name. Raises InputError for a file that cannot be read."""
    read = read_incidents(incidents, objectives=[each.name for each in objectives]) if incidents else ()
    return (
        *(Annotation(label=label, at=at) for at, label in instants),
        *(_of_incident(each) for each in read),
    )


def _of_incident(incident: Incident) -> Annotation:
    is_going_on = incident.end_at is None
    label = f"{incident.name} (still going on)" if is_going_on else incident.name
    return Annotation(label=label, at=incident.start_at, until_at=incident.end_at, is_going_on=is_going_on)
