"""Reads every file of a service, and holds them against what AWS publishes and against one another; every problem at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from pathlib import Path
from typing import TypeVar

from alarms.model import Plan
from alarms.plan import plan_of
from alarms.rule_test_check import refuse_vain_tests
from alarms.rule_test_file import read_rule_tests
from canaries.definitions import Canaries, read_canaries
from dashboards.all_dashboards import all_dashboards
from dashboards.known import unknown_metrics
from foundation.cloudwatch.known_metrics import known_metrics
from foundation.costs.traffic_file import read_profiles as read_traffic
from foundation.errors import InputError
from foundation.files.problem import Problem
from foundation.service.files import ServiceFiles
from foundation.slo.burn_rate_file import read_policy
from foundation.slo.incidents import read_incidents
from infra.dashboards import deployment_of
from infra.stage import CheckedStage
from loadtests.flows_file import read_flows
from loadtests.profiles import Profile, read_profiles
from sre.jobs.objectives.between_files import problems_between, warnings_between
from sre.jobs.objectives.ceilings import warnings_of_ceilings

Read = TypeVar("Read")


class Content(Enum):
    """What a file has several of, in the singular."""

    OBJECTIVE = "objective"
    PAIR_OF_WINDOWS = "pair_of_windows"
    CANARY = "canary"
    FLOW = "flow"
    LOAD_PROFILE = "load_profile"
    TRAFFIC_PROFILE = "traffic_profile"
    RULE_TEST = "rule_test"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A file that was read, and how many of what it has."""

    file: Path
    what: Content
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the files were held against, and how much came of them."""

    aws_metric_count: int
    own_metric_count: int
    alarm_count: int
    panel_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCheck:
    """Everything that was found; `known` is None where the objectives cannot be read, and nothing could come of them."""

    problems: tuple[str, ...]
    warnings: tuple[Problem, ...]
    checked: tuple[Checked, ...]
    known: Known | None


@dataclass(slots=True, kw_only=True)
class _Reading:
    """Reads one file after the other, and keeps the problems of each."""

    problems: list[str] = field(default_factory=list[str])
    checked: list[Checked] = field(default_factory=list[Checked])

    def read(self, reader: Callable[[], Read]) -> Read | None:
        try:
            return reader()
        except InputError as error:
            self.problems += error.problems or (_line(error),)
            return None

    def optional(self, file: Path | None, reader: Callable[[Path], Read]) -> Read | None:
        """What a file holds that a service need not have."""
        return None if file is None else self.read(lambda: reader(file))

    def count(self, file: Path, what: Content, count: int) -> None:
        self.checked.append(Checked(file=file, what=what, count=count))


def check_service(
    files: ServiceFiles, *, make: Callable[[], CheckedStage], rule_tests: Sequence[Path], incidents: Path | None
) -> ServiceCheck:
    """Check a service's files; `make` reads its objectives and its policy for a stage, by the check that all commands share.

    `rule_tests` are files of rule tests for its alarms.
    """
    reading = _Reading()
    made = reading.read(make)
    canaries = reading.optional(files.canaries, read_canaries)
    flows = reading.optional(files.flows, read_flows)
    # A profile is of flows: of those that cannot be read it cannot be said what is wrong with it.
    profiles = None if flows is None else reading.optional(files.load_profiles, partial(read_profiles, flows=flows))
    if files.flows is None and files.load_profiles is not None:
        reading.problems.append(
            f"{files.service}: files: it has load_profiles and no flows; name the file of its flows there"
        )
    traffic = reading.optional(files.traffic_profiles, partial(read_traffic, unit=""))
    if made is None:
        # The policy is read with the objectives, of which nothing is known now: what it says of itself is looked at alone.
        reading.read(lambda: read_policy(files.burn_rate))
    else:
        _count_stage(reading, files, made)
    if canaries is not None and files.canaries is not None:
        reading.count(files.canaries, Content.CANARY, len(canaries.canaries))
    if flows is not None and files.flows is not None:
        reading.count(files.flows, Content.FLOW, len(flows.flows))
    if profiles is not None and files.load_profiles is not None:
        reading.count(files.load_profiles, Content.LOAD_PROFILE, len(profiles))
    if traffic is not None and files.traffic_profiles is not None:
        reading.count(files.traffic_profiles, Content.TRAFFIC_PROFILE, len(traffic))
    known = None if made is None else _check_outputs(reading, made, rule_tests)
    if incidents is not None:
        names = None if made is None else [each.name for each in made.stage.objectives]
        found = reading.read(lambda: read_incidents(incidents, objectives=names))
        if found is not None:
            reading.count(incidents, Content.INCIDENT, len(found))
    warnings = () if made is None else _check_between(reading, files, made, canaries, profiles)
    return ServiceCheck(
        problems=tuple(dict.fromkeys(reading.problems)),
        warnings=warnings,
        checked=tuple(reading.checked),
        known=known,
    )


def _count_stage(reading: _Reading, files: ServiceFiles, made: CheckedStage) -> None:
    reading.count(files.objectives, Content.OBJECTIVE, len(made.stage.objectives.items))
    rules = made.stage.alarm_rules
    if rules is not None:
        reading.count(files.burn_rate, Content.PAIR_OF_WINDOWS, len(rules.policy.pairs))


def _check_outputs(reading: _Reading, made: CheckedStage, rule_tests: Sequence[Path]) -> Known | None:
    """What comes of the objectives: the alarms with their rule tests, and the panels."""
    stage = made.stage
    plan = reading.read(lambda: plan_of(stage))
    if plan is None:
        return None
    for file in rule_tests:
        _check_rule_tests(reading, file, plan, made)
    emitted = () if stage.own is None else stage.own.emitted
    boards = all_dashboards(deployment_of(stage, plan))
    reading.problems += unknown_metrics(boards, emitted)
    aws = sum(len(each) for each in known_metrics().values())
    return Known(
        aws_metric_count=aws,
        own_metric_count=len(emitted),
        alarm_count=len(plan.alarms),
        panel_count=sum(len(board.panels) for board in boards),
    )


def _check_rule_tests(reading: _Reading, file: Path, plan: Plan, made: CheckedStage) -> None:
    tests = reading.read(lambda: read_rule_tests(file, plan))
    if tests is not None:
        reading.read(lambda: refuse_vain_tests(tests, plan, made.stage.objectives))
        reading.count(file, Content.RULE_TEST, len(tests))


def _check_between(
    reading: _Reading,
    files: ServiceFiles,
    made: CheckedStage,
    canaries: Canaries | None,
    profiles: dict[str, Profile] | None,
) -> tuple[Problem, ...]:
    if (canaries is None and files.canaries is not None) or (profiles is None and files.load_profiles is not None):
        return made.read.warnings
    reading.problems += problems_between(made.read, made.stage, canaries)
    # Without a load there is none that could miss an objective.
    between = () if profiles is None else warnings_between(made.read, made.stage, canaries, profiles)
    return (*made.read.warnings, *between, *warnings_of_ceilings(made.read, made.stage))


def _line(error: InputError) -> str:
    """An error of one line; its summary may know its parts."""
    return error.summary if isinstance(error.summary, Problem) and not error.places else str(error)
