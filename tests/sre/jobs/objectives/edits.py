"""Edits of T-Developer's files: those that make something blind, and those that do not; `edits.yaml` has them."""

from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One edit: in a file, the first `old` becomes `new`."""

    what: str
    old: str
    new: str
    file: str = "objectives"


def edits(kind: str) -> tuple[Edit, ...]:
    """Those of a kind, blind or safe."""
    rows = yaml.safe_load(Path(__file__).with_name("edits.yaml").read_text())[kind]
    return tuple(Edit(**row) for row in rows)
