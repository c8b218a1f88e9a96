"""Annotations that options name: instants with a label, and labelled incidents."""

from datetime import datetime
from pathlib import Path

from dashboards.annotations import Annotation
from foundation.errors import InputError
from foundation.slo.incidents import read_incidents


def read_annotations(instants: tuple[str, ...], incidents: Path | None) -> tuple[Annotation, ...]:
    """The annotations that --annotation and --incidents name. Raises InputError for what cannot be read."""
    annotations: list[Annotation] = []
    for instant in instants:
        time, _, label = instant.partition("=")
        try:
            annotations.append(Annotation(label=label, at=datetime.fromisoformat(time)))
        except ValueError as error:
            raise InputError(
                f"--annotation {instant}: write TIME=LABEL, such as 2026-03-02T10:00:00Z=release 1.2"
            ) from error
    annotations += [
        Annotation(label=each.name, at=each.start_at, until_at=each.end_at)
        for each in (read_incidents(incidents) if incidents else ())
    ]
    return tuple(annotations)
