"""What a reader finds in a template: problems, which refuse it, and notes, which are told; with file, line and place."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from foundation.files.problem import Problem

_MOST_NOTES = 1_000


@dataclass(slots=True, kw_only=True)
class Findings:
    """What is found in one file; `place` is where the reader is."""

    file: Path
    problems: list[Problem] = field(default_factory=list[Problem])
    notes: list[Problem] = field(default_factory=list[Problem])
    place: tuple[str, ...] = ()

    def problem(self, line: int, said: str) -> None:
        """Add what refuses the template."""
        self.problems.append(self._found(line, said))

    def note(self, line: int, said: str) -> None:
        """Add what is told, each once."""
        found = self._found(line, said)
        if len(self.notes) < _MOST_NOTES and found not in self.notes:
            self.notes.append(found)

    @contextmanager
    def within(self, *names: str) -> Generator[None]:
        """What is found meanwhile is found there."""
        before, self.place = self.place, (*self.place, *names)
        try:
            yield
        finally:
            self.place = before

    def _found(self, line: int, said: str) -> Problem:
        return Problem(said, file=self.file, line=line, about=self.place)
