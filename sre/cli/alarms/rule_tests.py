"""Which rule tests `sre alarms test` and `coverage` run: the files that are named, else the project's own."""

from pathlib import Path

import click

from alarms.model import Plan
from alarms.rule_test_check import lengths_that_differ, refuse_vain_tests
from alarms.rule_test_file import read_rule_tests
from alarms.rule_tests import Outcome, run_rule_test
from foundation.errors import InputError, PlatformError
from foundation.slo.model import Objectives
from infra.service import T_DEVELOPER


def run_rule_tests(
    files: tuple[Path, ...], plan: Plan, objectives: Objectives, *, are_own: bool
) -> list[Outcome]:  # fmt: skip
    """Run them in the order of their files; without files the project's own, where the objectives `are_own`.

    Raises InputError for a file that is wrong, and without files for objectives of another service.
    """
    if not files and not are_own:
        raise InputError(
            f"--objectives are those of {objectives.service}: name the FILES with their rule tests; "
            "T-Developer's own say nothing of them"
        )
    tests = [test for file in files or _own() for test in read_rule_tests(file, plan)]
    refuse_vain_tests(tests, plan, objectives)
    for each in lengths_that_differ(tests):
        click.echo(f"· {each}", err=True)
    return [run_rule_test(test, plan, objectives) for test in tests]


def _own() -> list[Path]:
    found = sorted(T_DEVELOPER.rule_tests.glob("*.yaml"))
    if not found:
        raise PlatformError(f"{T_DEVELOPER.rule_tests}: holds no rule test")
    return [_near(file) for file in found]


def _near(file: Path) -> Path:
    """The file as seen from here, where that is shorter to read."""
    return file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file
