"""Verdicts as values: what each is of, its outcome and reason, and the cells that its command has beside them."""

from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from sre.cli.outputs.words import Outcome

Group: TypeAlias = "tuple[str, tuple[VerdictRow, ...]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRow:
    """One verdict. `cells` stand under the `columns` of its table; `group` is the file, canary or request that it belongs to."""

    name: str
    outcome: Outcome
    reason: str
    cells: tuple[str, ...] = ()
    group: str = ""
    took_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """All verdicts of one command: `of` is what a row's name names, `columns` what its cells are, numbers or texts.

    `headline` is the whole in one sentence; `notes` are sentences beside it.
    """

    title: str
    of: str
    rows: tuple[VerdictRow, ...]
    headline: str
    columns: tuple[str, ...] = ()
    number_columns: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(f"{row.name}: {len(row.cells)} cells under {len(self.columns)} columns")

    @property
    def groups(self) -> tuple[Group, ...]:
        """The rows by their group, in order; of those without one, it is the title."""
        ordered = sorted(self.rows, key=lambda row: self._place(row.group))
        return tuple((name or self.title, tuple(rows)) for name, rows in groupby(ordered, key=lambda row: row.group))

    def _place(self, group: str) -> int:
        return next(place for place, row in enumerate(self.rows) if row.group == group)
