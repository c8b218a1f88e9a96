"""Annotations that options name: instants with a label, and labelled incidents."""

from datetime import datetime
from pathlib import Path

from dashboards.annotations import Annotation
from foundation.slo.incidents import read_incidents
from foundation.slo.model import Objectives


def read_annotations(
    instants: tuple[tuple[datetime, str], ...], incidents: Path | None, objectives: Objectives
) -> tuple[Annotation, ...]:
    """The annotations that --annotation and --incidents name. Raises InputError for a file that cannot be read."""
    read = read_incidents(incidents, objectives=[each.name for each in objectives]) if incidents else ()
    return (
        *(Annotation(label=label, at=at) for at, label in instants),
        *(Annotation(label=each.name, at=each.start_at, until_at=each.end_at) for each in read),
    )
