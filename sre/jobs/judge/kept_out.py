"""What a run writes below the tree that it judges, such as its reports: it must be no part of that tree the next time.

In a checkout git is told to ignore it, so that what a commit has there is judged all the same. Of a plain directory all is
looked at: nothing could be left out of it in which code does not hide as well.
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from foundation.errors import InputError
from foundation.files.writing import write_text
from foundation.processes.lock import LOCK_NAME
from sre.jobs.judge import git

MARK_NAME = ".gitignore"
_EVERYTHING = "*\n"


@contextmanager
def kept_out(tree: Path, places: Mapping[str, Path]) -> Generator[None]:
    """Keep places, each by the option that names it, out of what is judged; where the run fails nothing new is left of it.

    Raises InputError for a place that would be judged.
    """
    marks: list[Path] = []
    try:
        for option, place in places.items():
            if _needs_a_mark(tree, option, place):
                marks.append(place / MARK_NAME)
                write_text(place / MARK_NAME, _EVERYTHING)
        yield
    except BaseException:
        for mark in marks:
            with suppress(OSError):
                if not _holds_more_than(mark.parent, MARK_NAME):
                    mark.unlink()
                    mark.parent.rmdir()
        raise


def _needs_a_mark(tree: Path, option: str, place: Path) -> bool:
    if not tree.is_dir() or not place.resolve().is_relative_to(tree.resolve()):
        return False
    where = f"{option} {place}: lies in {tree}, which is judged"
    if not git.is_checkout(tree):
        raise InputError(f"{where} with all that is in it; name a directory outside of it")
    if git.is_ignored(tree, place):
        return False
    if place.is_dir() and _holds_more_than(place):
        raise InputError(
            f"{where}, and git does not ignore it, so that what is written there would be judged, too; have git ignore it, or "
            "name another directory"
        )
    return True


def _holds_more_than(place: Path, *names: str) -> bool:
    return any(each.name not in (LOCK_NAME, *names) for each in place.iterdir())
