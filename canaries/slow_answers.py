"""Answers of a canary's run that the objective on latency counts as slow: a line of JSON each in its log.

One of them fails no canary: the objective allows a share of them, and judges that. On CloudWatch Synthetics the line can be
found by its fields; here it is read back.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowAnswer:
    """One slow answer: of which request, how long it took, and from when on it counts as slow."""

    request: str
    took_ms: float
    slow_after_ms: float

    @property
    def line(self) -> str:
        """The line of the log."""
        return json.dumps(
            {"slow_answer": self.request, "took_ms": round(self.took_ms, 1), "slow_after_ms": self.slow_after_ms}
        )


def slow_answers(log: str) -> tuple[SlowAnswer, ...]:
    """The slow answers of a run, in the order in which they came."""
    return tuple(_found(log))


def _found(log: str) -> Iterator[SlowAnswer]:
    for line in log.splitlines():
        try:
            said: Any = json.loads(line) if line.startswith("{") else None
            yield SlowAnswer(
                request=str(said["slow_answer"]),
                took_ms=float(said["took_ms"]),
                slow_after_ms=float(said["slow_after_ms"]),
            )
        except (ValueError, TypeError, KeyError):  # something else was logged
            continue
