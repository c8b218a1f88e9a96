"""A plugin of pytest that says what happens at once, as a line of JSON each: what was found, and how each part of a test ended.

JUnit's file is written at the end alone, and does not name the module that could not be imported.
"""

import errno
import json
import linecache
import os
import traceback
from collections.abc import Generator
from typing import Any

import pytest

_MOST_CHARACTERS = 1_000
# A name may have a large parameter in it; one line of ours has no more than is read.
_NAME_CHARACTERS = 200_000
_LIMITS = {
    errno.EMFILE: "open files",
    errno.ENOSPC: "disk",
    errno.EFBIG: "disk",
    errno.ENOMEM: "memory",
}
_EVENTS = int(os.environ.pop("T_DEVELOPER_EVENTS"))


def _tell(**event: Any) -> None:
    line = json.dumps(event).encode() + b"\n"
    while line:
        line = line[os.write(_EVENTS, line) :]


def _causes(error: BaseException | None) -> Generator[BaseException]:
    for _ in range(20):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def _told_by(error: BaseException | None) -> dict[str, Any]:
    """What an error says of the surroundings: a module that is not there, or a limit that was reached."""
    told: dict[str, Any] = {}
    for each in _causes(error):
        if isinstance(each, ModuleNotFoundError) and each.name:
            told.setdefault("missing", each.name[:_MOST_CHARACTERS])
        elif isinstance(each, MemoryError):
            told.setdefault("limit", "memory")
        elif isinstance(each, OSError) and each.errno in _LIMITS:
            told.setdefault("limit", _LIMITS[each.errno])
        elif _is_no_process(each):
            told.setdefault("limit", "processes")
    return told


def _is_no_process(error: BaseException) -> bool:
    """EAGAIN is said of much else: it counts where a process was to begin."""
    if isinstance(error, RuntimeError):
        return str(error) == "can't start new thread"
    if not isinstance(error, BlockingIOError):
        return False
    frame, number = list(traceback.walk_tb(error.__traceback__))[-1]
    return "fork" in linecache.getline(frame.f_code.co_filename, number)


def _said(error: BaseException | None) -> dict[str, Any]:
    message = "" if error is None else f"{type(error).__name__}: {error}"[:_MOST_CHARACTERS]
    return {"message": message, **_told_by(error)}


# Wrappers of the old style: the tree may have locked a pytest that knows no other.
@pytest.hookimpl(hookwrapper=True)
def pytest_load_initial_conftests(early_config: Any) -> Generator[None, Any, None]:
    """A conftest.py that cannot be loaded ends pytest before it has a report to write."""
    outcome = yield
    if outcome.excinfo is None:
        return
    error = outcome.excinfo[1]
    # pytest wraps what a conftest has raised, and keeps where that was.
    wrapped = getattr(error, "cause", None)
    if wrapped is None:
        wrapped = (getattr(error, "excinfo", None) or (None, error))[1]
    path = os.path.relpath(str(getattr(error, "path", "conftest.py")), str(early_config.invocation_params.dir))
    _tell(event="ended", test=path, is_module=True, file=path, outcome="error", **_said(wrapped))


def pytest_collection_finish(session: Any) -> None:
    """How many tests are to end, so that a run which is cut short does not look whole."""
    _tell(event="collected", count=len(session.items))


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, None]:
    """What could not be collected, such as a module that cannot be imported."""
    report = (yield).get_result()
    if not report.failed:
        return
    call = getattr(report, "call", None)
    error = call.excinfo.value if call is not None and call.excinfo else None
    file = str(report.location[0]) if report.location else ""
    said = _said(getattr(error, "__cause__", None) or error)
    _tell(event="ended", test=report.nodeid[:_NAME_CHARACTERS], is_module=True, file=file, outcome="error", **said)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: Any, call: Any) -> Generator[None, Any, None]:
    """How a test ended, or a part of it."""
    report = (yield).get_result()
    if report.failed:
        outcome = "failed" if call.when == "call" else "error"
    elif report.skipped:
        outcome = "xfailed" if hasattr(report, "wasxfail") else "skipped"
    elif call.when == "call":
        outcome = "passed"
    else:
        return
    file, line, _ = item.location
    said = _said(call.excinfo.value if call.excinfo else None) if report.failed else {}
    _tell(event="ended", test=item.nodeid[:_NAME_CHARACTERS], file=file, line=line, outcome=outcome, **said)
