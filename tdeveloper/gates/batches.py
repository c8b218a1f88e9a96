"""Many files for one run of a tool, and what to do when a file breaks it: halves, until that file stands alone.

One file can break a tool on purpose. It costs the tree this file and no other, as far as the time goes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from tdeveloper.gates.tool import Broke, Trouble

FileT = TypeVar("FileT")
AnswerT = TypeVar("AnswerT")

# Ten files that break a tool, among thousands, are found by so many runs.
_MOST_BREAKS = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Batches(Generic[FileT, AnswerT]):
    """The answers, each with the files that it is about, and the files that there is no answer for, with the reason."""

    answers: tuple[tuple[tuple[FileT, ...], AnswerT], ...]
    unread: tuple[tuple[FileT, str], ...]


def in_batches(
    files: Sequence[FileT], run: Callable[[tuple[FileT, ...]], AnswerT | Broke], *, most_breaks: int = _MOST_BREAKS
) -> Batches[FileT, AnswerT]:
    """Run a tool over all files at once, and over halves of those that it breaks on; in the order of files."""
    answers: list[tuple[tuple[FileT, ...], AnswerT]] = []
    unread: list[tuple[FileT, str]] = []
    waiting = [tuple(files)] if files else []
    break_count = 0
    while waiting:
        batch = waiting.pop()
        answer = run(batch)
        if not isinstance(answer, Broke):
            answers.append((batch, answer))
            continue
        break_count += 1
        # With less to look at it would refuse the same options, and nothing brings time back.
        may_help = answer.trouble is Trouble.CRASHED and len(batch) > 1 and break_count < most_breaks
        if may_help:
            middle = len(batch) // 2
            waiting += (batch[middle:], batch[:middle])
        else:
            unread += ((file, answer.why) for file in batch)
    return Batches(answers=tuple(answers), unread=tuple(unread))
