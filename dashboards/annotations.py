"""Annotations in time on every graph: a deployment at an instant, an incident from one to another, or still going on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """Something that happened; `until_at` is None for an instant, and for what is still going on.

    Raises ValueError for a time without a zone, without a label, and for what goes on and has an end.
    """

    label: str
    at: datetime
    until_at: datetime | None = None
    is_going_on: bool = False

    def __post_init__(self) -> None:
        if self.is_going_on and self.until_at is not None:
            raise ValueError(f"annotation {self.label!r}: what is still going on has no end")
        if not self.label:
            raise ValueError("an annotation needs a label")
        if self.at.tzinfo is None or (self.until_at is not None and self.until_at.tzinfo is None):
            raise ValueError(f"annotation {self.label!r}: a time needs its zone")


def vertical_annotations(annotations: tuple[Annotation, ...]) -> list[Any]:
    """As CloudWatch's vertical annotations: a line for an instant, a band from one line to another or to the end of time.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
    """
    written: list[Any] = []
    for each in annotations:
        line = {"label": each.label, "value": _iso(each.at)}
        if each.is_going_on:
            line["fill"] = "after"
        written.append(line if each.until_at is None else [line, {"value": _iso(each.until_at)}])
    return written


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
