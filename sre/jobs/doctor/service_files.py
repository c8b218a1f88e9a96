"""Whether each file of a service can be read: what is wrong with one is a line, and the others are looked at all the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from alarms.model import Plan
from alarms.plan import plan_of
from alarms.rule_test_file import read_rule_tests
from canaries.definitions import read_canaries
from foundation.costs.traffic_file import read_profiles as read_traffic
from foundation.errors import InputError
from foundation.files.problem import Problem
from foundation.pages.numbers import counted
from foundation.service.files import ServiceFiles
from foundation.service.service import Service
from foundation.service.stage import Stage
from foundation.slo.burn_rate_file import read_policy
from loadtests.flows_file import read_flows
from loadtests.profiles import read_profiles
from sre.jobs.doctor.findings import Finding, State

_AFTER = "correct the files that are wrong: it is read together with them"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFiles:
    """A line for each file, and what was read of them; `stage` and `plan` are None where nothing could be made of the files."""

    findings: tuple[Finding, ...]
    service: Service | None
    stage: Stage | None
    plan: Plan | None


@dataclass(slots=True, kw_only=True)
class _Lines:
    """The lines so far, and how files are named in them."""

    shown: Callable[[Path], str]
    findings: list[Finding] = field(default_factory=list[Finding])

    def ok(self, file: Path, said: str) -> None:
        self.findings.append(Finding(name=self.shown(file), state=State.OK, said=said))

    def wrong(self, file: Path, problems: Sequence[str]) -> None:
        first, *more = (_said(each) for each in problems)
        rest = f"; and {counted(len(more), 'more problem')}" if more else ""
        self.findings.append(
            Finding(
                name=self.shown(file),
                state=State.MISSING,
                said=f"cannot be used: {first}{rest}",
                to_do="correct it; `sre objectives check` names every problem",
            )
        )

    def unread(self, file: Path) -> None:
        self.findings.append(
            Finding(name=self.shown(file), state=State.NOT_KNOWN, said="not looked at", to_do=_AFTER)
        )  # fmt: skip

    def alone(self, file: Path | None, read: Callable[[Path], str]) -> None:
        """A file that can be read without the others; `read` says what it holds."""
        if file is None:
            return
        try:
            self.ok(file, read(file))
        except InputError as error:
            self.wrong(file, problems_of(error))


def read_service_files(
    files: ServiceFiles, *, known: Service, make: Callable[[], Stage], shown: Callable[[Path], str]
) -> ReadFiles:
    """Read the files of a service that is `known` of the first of them.

    `make` makes its stage of them as all commands do, and `shown` is how a person sees a file.
    """
    lines = _Lines(shown=shown)
    lines.ok(
        files.service,
        f"{known.name}: {counted(len(known.resources), 'resource')}, {counted(len(known.emitted), 'own metric')}",
    )
    stage, plan = _stage(lines, files, make)
    lines.alone(files.canaries, lambda file: counted(len(read_canaries(file).canaries), "canary", "canaries"))
    lines.alone(files.flows, lambda file: counted(len(read_flows(file).flows), "flow"))
    _profiles(lines, files)
    lines.alone(files.traffic_profiles, lambda file: counted(len(read_traffic(file, unit="")), "traffic profile"))
    for file in () if files.rule_tests is None else sorted(files.rule_tests.glob("*.yaml")):
        if plan is None:
            lines.unread(file)
        else:
            lines.alone(file, partial(_rule_tests, plan=plan))
    return ReadFiles(findings=tuple(lines.findings), service=known, stage=stage, plan=plan)


def unusable_service(file: Path, error: InputError, *, shown: Callable[[Path], str]) -> ReadFiles:
    """What is known of a service whose service.yaml cannot be read: that, and nothing of its other files."""
    lines = _Lines(shown=shown)
    lines.wrong(file, problems_of(error))
    return ReadFiles(findings=tuple(lines.findings), service=None, stage=None, plan=None)


def problems_of(error: InputError) -> tuple[str, ...]:
    """The problems of an error, at least one."""
    return error.problems or (error.summary if isinstance(error.summary, Problem) else str(error),)


def _stage(lines: _Lines, files: ServiceFiles, make: Callable[[], Stage]) -> tuple[Stage | None, Plan | None]:
    """The stage and its plan, with lines of the files that they are made of, which are read together."""
    try:
        stage = make()
        plan = plan_of(stage)
    except InputError as error:
        _of_broken(lines, files, problems_of(error))
        return None, None
    lines.ok(files.objectives, counted(len(stage.objectives.items), "objective"))
    rules = stage.alarm_rules
    pairs = 0 if rules is None else len(rules.policy.pairs)
    lines.ok(files.burn_rate, counted(pairs, "pair of windows", "pairs of windows"))
    if files.resource_alarms is not None:
        lines.ok(files.resource_alarms, "read, with the types of resources")
    if files.panels is not None:
        lines.ok(files.panels, counted(len(stage.pages), "dashboard"))
    return stage, plan


def _of_broken(lines: _Lines, files: ServiceFiles, problems: Sequence[str]) -> None:
    """Each problem at its file; what names none is of the objectives, with which all others are read.

    What is wrong with canaries or loads is told where these are read.
    """
    together = [files.objectives, files.burn_rate, files.resource_alarms, files.panels]
    others = [files.canaries, files.flows, files.load_profiles]
    of: dict[Path, list[str]] = {each: [] for each in (*together, *others) if each is not None}
    for problem in problems:
        file = problem.file if isinstance(problem, Problem) else None
        of[file if file in of else files.objectives].append(problem)
    for file in together:
        if file is None:
            continue
        if of[file]:
            lines.wrong(file, of[file])
        elif file == files.burn_rate:
            lines.alone(file, lambda each: counted(len(read_policy(each).pairs), "pair of windows", "pairs of windows"))
        else:
            lines.unread(file)


def _profiles(lines: _Lines, files: ServiceFiles) -> None:
    """The load profiles, which are of flows: without those nothing can be said of them."""
    try:
        flows = None if files.flows is None else read_flows(files.flows)
    except InputError:
        flows = None
    if flows is not None:
        lines.alone(files.load_profiles, lambda file: counted(len(read_profiles(file, flows)), "load profile"))
    elif files.load_profiles is not None:
        lines.unread(files.load_profiles)


def _rule_tests(file: Path, *, plan: Plan) -> str:
    return counted(len(read_rule_tests(file, plan)), "rule test")


def _said(problem: str) -> str:
    """A problem without the file, which the line names already."""
    if not isinstance(problem, Problem):
        return problem.removeprefix("Error: ")
    about = [*problem.about, *([problem.key] if problem.key else [])]
    return ": ".join((f"line {problem.line}", *about, problem.said))
