"""A plugin of pytest that writes how long each test took, in seconds, into the file that MUTANTS_TIMES names."""

import json
import os
from pathlib import Path

import pytest


class Times:
    """Sums set-up, call and tear-down of each test that passed in all three."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seconds: dict[str, float] = {}
        self._others: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = _without_group(report.nodeid)
        self._seconds[name] = self._seconds.get(name, 0.0) + report.duration
        if not report.passed:
            self._others.add(name)

    def pytest_sessionfinish(self) -> None:
        passed = {name: seconds for name, seconds in self._seconds.items() if name not in self._others}
        self._file.write_text(json.dumps(passed))


def pytest_configure(config: pytest.Config) -> None:
    """One a session: with pytest-xdist its workers report to the process that started them."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Times(Path(os.environ["MUTANTS_TIMES"])))


def _without_group(name: str) -> str:
    """pytest-xdist puts a test's group behind its name, and a parameter may have the same sign in it."""
    head, bracket, tail = name.rpartition("]")
    return f"{head}{bracket}{tail.partition('@')[0]}"
