"""Annotations in time on every graph: a deployment at an instant, an incident from one to another."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """Something that happened; `until_at` is None for an instant.

    Raises ValueError for a time without a zone, and without a label.
    """

    label: str
    at: datetime
    until_at: datetime | None = None

    def __post_init__(self) -> None:
        if not self.label:
            raise ValueError("an annotation needs a label")
        if self.at.tzinfo is None or (self.until_at is not None and self.until_at.tzinfo is None):
            raise ValueError(f"annotation {self.label!r}: a time needs its zone")


def vertical_annotations(annotations: tuple[Annotation, ...]) -> list[Any]:
    """As CloudWatch's vertical annotations: a line for an instant, a band from one line to another.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
    """
    written: list[Any] = []
    for each in annotations:
        line = {"label": each.label, "value": _iso(each.at)}
        written.append(line if each.until_at is None else [line, {"value": _iso(each.until_at)}])
    return written


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
