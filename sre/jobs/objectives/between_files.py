"""What one file of a service says of another: canaries and resources that objectives name, and loads that can show them.

Only of the service whose resources are known: what another has, only its owners know.
"""

import difflib
from collections.abc import Iterator, Mapping
from datetime import timedelta

from canaries.definitions import Canaries, read_canaries
from foundation.cloudwatch import name_limits
from foundation.errors import InputError
from foundation.files.documents import Document, KeyPath
from foundation.files.durations import write_duration
from foundation.files.explaining import with_hint
from foundation.files.problem import Problem
from foundation.service.files import ServiceFiles
from foundation.service.measured import ByLoad, Load, measured_by
from foundation.service.stage import Stage
from foundation.slo.model import BudgetedObjective, CostObjective, Objective, SliceIndicator
from foundation.slo.reader import ReadObjectives
from foundation.slo.signals import Canary, SignalKind, signals_of
from infra.stage import CheckedStage
from loadtests.profiles import Profile

# How alike two names are when one is taken for a slip of the other.
_LIKENESS = 0.85
# The dimension that names a resource, and the resource's type.
_NAMED_BY = {
    "ApiName": "AWS::ApiGateway::RestApi",
    "FunctionName": "AWS::Lambda::Function",
    "QueueName": "AWS::SQS::Queue",
    "TableName": "AWS::DynamoDB::Table",
}


def canary_names(stage: Stage, canaries: Canaries | None) -> Mapping[str, timedelta]:
    """The full name of each canary of a stage, and how often it runs."""
    if canaries is None:
        return {}
    return {
        stage.scope.named(name_limits.CANARY, each.name): timedelta(minutes=each.every_minutes)
        for each in canaries.canaries
    }


def own_names(stage: Stage, canaries: Canaries | None) -> frozenset[str]:
    """What a dimension of the service's own metrics may name."""
    resources = () if stage.alarm_rules is None else stage.alarm_rules.resources
    return frozenset({stage.scope.prefix, *(each.name for each in resources), *canary_names(stage, canaries)})


def problems_between(read: ReadObjectives, stage: Stage, canaries: Canaries | None) -> tuple[Problem, ...]:
    """Canaries and resources that the objectives name, and that there are not."""
    if not _is_known(stage):
        return ()
    return tuple(
        problem
        for objective in read.objectives
        for problem in _names(read.documents[objective.name], objective, stage, canaries)
    )


def canaries_in(files: ServiceFiles) -> Canaries | None:
    """The canaries of a service; None where it has none. Raises InputError for a file that is wrong."""
    return None if files.canaries is None else read_canaries(files.canaries)


def refuse_between(made: CheckedStage, files: ServiceFiles) -> None:
    """Raise InputError for what the objectives of a stage name and the other files have not."""
    if not _is_known(made.stage):
        return
    problems = problems_between(made.read, made.stage, canaries_in(files))
    if problems:
        raise InputError(f"{files.objectives} has {len(problems)} problem{'s'[: len(problems) != 1]}:", problems)


def warnings_between(
    read: ReadObjectives, stage: Stage, canaries: Canaries | None, profiles: Mapping[str, Profile]
) -> tuple[Problem, ...]:
    """Objectives that the other files measure too seldom, or not at all."""
    if not _is_known(stage):
        return ()
    every = canary_names(stage, canaries)
    loads = loads_of(profiles)
    warnings: list[Problem] = []
    for objective in read.objectives:
        document = read.documents[objective.name]
        measured = measured_by(objective, read.objectives)
        if isinstance(measured, ByLoad) and measured.load not in loads:
            said = f"no load profile sends load to {measured.load.value}, so no load test can show it"
            warnings.append(document.where(("metadata", "name"), said))
        for name, slice_length in slices_of_canaries(objective):
            if name in every and every[name] > slice_length:
                said = (
                    f"{name} runs every {write_duration(every[name])}: most slices have no run; "
                    f"did you mean {write_duration(every[name])}?"
                )
                warnings.append(document.where(("spec", "objectives", 0, "timeSliceWindow"), said))
    return tuple(warnings)


def loads_of(profiles: Mapping[str, Profile]) -> frozenset[Load]:
    """The loads that some profile sends."""
    return frozenset(load for profile in profiles.values() for load in profile.loads)


def slices_of_canaries(objective: Objective) -> Iterator[tuple[str, timedelta]]:
    """The canary of an objective that is judged by slices of it, with how long these are."""
    match objective:
        case BudgetedObjective(indicator=SliceIndicator(slice_length=length)):
            for signal in signals_of(objective):
                match signal.kind, signal.of:
                    case SignalKind.CANARY_SUCCESS, Canary(name=name):
                        yield name, length
                    case _:
                        pass
        case _:
            return


def _names(
    document: Document, objective: Objective, stage: Stage, canaries: Canaries | None
) -> Iterator[Problem]:  # fmt: skip
    if isinstance(objective, CostObjective):
        return
    every = {*canary_names(stage, canaries), *_names_of_type("AWS::Synthetics::Canary", stage)}
    own = _own_by_dimension(stage)
    # In a stage whose name cannot be read from a canary's, the canary has a hash in its own, and no objective can name it so.
    plain = {f"{stage.scope.prefix}-{each.name}" for each in (() if canaries is None else canaries.canaries)}
    for path, name, value in _dimensions(document.data, ()):
        if name == "CanaryName":
            # A service may have canaries that nobody has told of: none of them is wrong.
            if every and value not in every and value not in plain:
                yield document.where(path, with_hint(f"there is no canary {value!r}", value, every))
            continue
        names = own.get(name, frozenset[str]())
        close = () if value in names else difflib.get_close_matches(value, names, n=1, cutoff=_LIKENESS)
        if close and not _is_of_another_stage(value, close[0], stage):
            yield document.where(path, f"{stage.scope.service} has no {value!r}; did you mean {close[0]}?")


def _own_by_dimension(stage: Stage) -> Mapping[str, frozenset[str]]:
    """What the service has of what a dimension names."""
    named = {dimension: _names_of_type(of, stage) for dimension, of in _NAMED_BY.items()}
    return {**named, "ApiName": named["ApiName"] or frozenset({stage.scope.prefix})}


def _names_of_type(of: str, stage: Stage) -> frozenset[str]:
    resources = () if stage.alarm_rules is None else stage.alarm_rules.resources
    return frozenset(each.name for each in resources if each.type == of)


def _is_known(stage: Stage) -> bool:
    """Whether it is known what the service is made of, or what it records."""
    return stage.own is not None or (stage.alarm_rules is not None and bool(stage.alarm_rules.resources))


def _is_of_another_stage(value: str, close: str, stage: Stage) -> bool:
    """Whether it is the same name but for the stage: then it may be meant."""
    service, words = stage.scope.service, value.split("-")
    return value.startswith(f"{service}-") and stage.name not in words and stage.name in close.split("-")


def _dimensions(data: object, path: KeyPath) -> Iterator[tuple[KeyPath, str, str]]:
    """Every dimension in a document: where it stands, its name and its value."""
    match data:
        case dict():
            for key, value in data.items():  # pyright: ignore[reportUnknownVariableType]
                if key == "dimensions" and isinstance(value, dict):
                    for name, text in value.items():  # pyright: ignore[reportUnknownVariableType]
                        if isinstance(text, str):
                            yield (*path, "dimensions", str(name)), str(name), text  # pyright: ignore[reportUnknownArgumentType]
                else:
                    yield from _dimensions(value, (*path, str(key)))  # pyright: ignore[reportUnknownArgumentType]
        case list():
            for number, value in enumerate(data):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
                yield from _dimensions(value, (*path, number))  # pyright: ignore[reportUnknownArgumentType]
        case _:
            return
