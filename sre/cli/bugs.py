"""What is said of a bug: one line on stderr, and the traceback in a file of its own, which only its user can read."""

import os
import sys
import tempfile
import traceback
from pathlib import Path

_CODE = Path(__file__).parents[2]
_ROOMS = frozenset(each.parent.name for each in _CODE.glob("*/__init__.py"))


def report_bug(error: BaseException) -> str:
    """Write the traceback to the user's directory of temporary files, else to stderr; what happened, where, and which file."""
    told = "".join(traceback.format_exception(error))
    what = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    said = f"this is a bug in sre: {what} in {_place(error)}"
    try:
        descriptor, name = tempfile.mkstemp(prefix="sre-bug-", suffix=".txt")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(told)
    except OSError:
        print(told, file=sys.stderr)
        return f"{said}; its traceback is above"
    return f"{said}; the traceback is in {name}"


def _place(error: BaseException) -> str:
    """The innermost line of ours."""
    ours = "code that is not ours"
    for frame in traceback.extract_tb(error.__traceback__):
        file = Path(frame.filename)
        if file.is_relative_to(_CODE) and file.relative_to(_CODE).parts[0] in _ROOMS:
            ours = f"{file.relative_to(_CODE)}:{frame.lineno}"
    return ours
