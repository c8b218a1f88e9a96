"""Which rule tests `sre alarms test`, `coverage` and `show` run: the files that are named, else the service's own.

Beside them those that are generated: of what follows from its objectives, and of its resources, whose types bring them.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

import click

from alarms.model import Plan
from alarms.objective_proofs import objective_rule_tests
from alarms.resource_proofs import resource_rule_tests
from alarms.rule_test_check import lengths_that_differ, refuse_vain_tests
from alarms.rule_test_file import RuleTest, read_rule_tests
from alarms.rule_tests import Outcome, run_rule_test
from foundation.errors import InputError, PlatformError
from foundation.files.explaining import with_hint
from foundation.service.stage import Stage
from infra.service import T_DEVELOPER


def run_rule_tests(
    files: tuple[Path, ...],
    plan: Plan,
    stage: Stage,
    *,
    own: Path | None,
    objectives_file: Path,
    pattern: str | None = None,
) -> list[Outcome]:
    """Run them in the order of their files; without files the service's `own`, which are in a directory.

    Those that follow from its objectives, in `objectives_file`, come next, and those of its resources last. A directory stands
    for its files; with a pattern only those tests run whose name has it. Raises InputError for a file that is wrong, and for a
    pattern of no test.
    """
    return _run(_files(files or ((own,) if own else ())), plan, stage, objectives_file, _matching(pattern))


def run_tests_of(
    name: str, plan: Plan, stage: Stage, *, own: Path | None, objectives_file: Path
) -> list[Outcome]:  # fmt: skip
    """Run the tests without files that expect something of one alarm. Raises as `run_rule_tests` does."""
    short = name.removeprefix(f"{plan.context.prefix}-")

    def is_of_it(tests: Sequence[RuleTest]) -> list[RuleTest]:
        return [
            test
            for test in tests
            if any({name, short} & {*dict(each.states), *dict(each.notifications)} for each in test.expectations)
        ]

    return _run(_files((own,) if own else ()), plan, stage, objectives_file, is_of_it)


def _run(
    files: Sequence[Path],
    plan: Plan,
    stage: Stage,
    objectives_file: Path,
    chosen: Callable[[Sequence[RuleTest]], Sequence[RuleTest]],
) -> list[Outcome]:
    tests = [test for file in files for test in read_rule_tests(file, plan)]
    tests += [replace(test, file=_near(objectives_file)) for test in objective_rule_tests(stage, plan.context)]
    tests += [replace(test, file=_near(test.file)) for test in resource_rule_tests(stage, plan)]
    refuse_vain_tests(tests, plan, stage.objectives)
    for each in lengths_that_differ(tests):
        click.echo(f"· {each}", err=True)
    return [run_rule_test(test, plan, stage.objectives) for test in chosen(tests)]


def _matching(pattern: str | None) -> Callable[[Sequence[RuleTest]], Sequence[RuleTest]]:
    def matching(tests: Sequence[RuleTest]) -> Sequence[RuleTest]:
        if pattern is None:
            return tests
        found = [test for test in tests if fnmatchcase(test.name.lower(), f"*{pattern.lower()}*")]
        if not found:
            said = f"--run {pattern}: no rule test has this in its name"
            raise InputError(with_hint(said, pattern, [test.name for test in tests]))
        return found

    return matching


def _files(given: Sequence[Path]) -> list[Path]:
    """The files, and of each directory all that end with .yaml."""
    found: list[Path] = []
    for each in given:
        files = sorted(each.glob("*.yaml")) if each.is_dir() else [each]
        if not files:
            said = f"{each}: holds no rule test; its files end with .yaml"
            raise PlatformError(said) if each == T_DEVELOPER.rule_tests else InputError(said)
        found += map(_near, files)
    return found


def _near(file: Path) -> Path:
    """The file as seen from here, where that is shorter to read."""
    return file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file
