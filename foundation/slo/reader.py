"""Reads an objectives file into the model, and reports every problem at once with its file, line and remedy."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from foundation.cloudwatch.emitted import EmittedMetric
from foundation.cloudwatch.names import Scope
from foundation.cloudwatch.parameters import Parameter, parts_of, read_parametrized
from foundation.files.documents import Document, Documents, KeyPath, yaml_documents
from foundation.files.explaining import with_hint
from foundation.files.forms import Form
from foundation.files.problem import Problem
from foundation.slo import openslo
from foundation.slo.event_metrics import events_of, trace_groups
from foundation.slo.from_openslo import MISSING_INDICATOR, to_objective
from foundation.slo.model import CostObjective, Objective, Objectives
from foundation.slo.plausible import check_meaning
from foundation.slo.source_check import OwnMetricsOf, check_sources

_FORMS: dict[str, type[openslo.AnyDocument]] = {
    "Service": openslo.Service,
    "DataSource": openslo.DataSource,
    "SLO": openslo.Slo,
    "CostObjective": openslo.CostDocument,
}
_ALARMS = "alarms follow from the burn-rate policy: remove it"
# Kinds of https://github.com/OpenSLO/OpenSLO/blob/v1.0.0/README.md that are not read here, with what to write instead.
_OF_OPENSLO = {
    "SLI": "write it as spec.indicator of the SLO",
    "AlertPolicy": _ALARMS,
    "AlertCondition": _ALARMS,
    "AlertNotificationTarget": "write `notify` in the burn-rate policy",
}
# Objectives of both kinds share one space of names: dashboards and alarms are named after them.
_SPACES = {"SLO": "objective", "CostObjective": "objective", "Service": "Service", "DataSource": "DataSource"}


# What only the deployment of a service knows, by the service's name.
ParametersOf = Callable[[str], Iterable[str]]


def _nothing(_service: str) -> Sequence[EmittedMetric]:
    return ()


def _no_parameters(_service: str) -> Sequence[str]:
    return ()


class _Kind(Form, extra="ignore"):
    kind: Literal["Service", "DataSource", "SLO", "CostObjective"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadObjectives:
    """The objectives of a file, what of it may well be a slip, and where each objective stands."""

    objectives: Objectives
    warnings: tuple[Problem, ...]
    documents: Mapping[str, Document]


def read_objectives(
    file: Path, *, stage: str, own: OwnMetricsOf = _nothing, parameters: ParametersOf = _no_parameters
) -> Objectives:
    """Read the objectives of one service; `${stage}` and `${service}` in the file become the stage and the service's name.

    `own` says which metrics a service emits itself, and `parameters` what only its deployment knows: in a dimension `${Name}` of
    such a name is a parameter. Raises InputError with all problems, each with file, line and key.
    """
    return check_objectives(file, stage=stage, own=own, parameters=parameters).objectives


def check_objectives(
    file: Path, *, stage: str, own: OwnMetricsOf = _nothing, parameters: ParametersOf = _no_parameters
) -> ReadObjectives:
    """The same with its warnings. Raises InputError as `read_objectives` does."""
    with yaml_documents(file) as found:
        services = [each for each in found.items if _at(each.data, "kind") == "Service"]
        names = {str(_at(each.data, "metadata", "name")) for each in services}
        scope = Scope(service=next(iter(names), ""), stage=stage)
        known = frozenset(parameters(scope.service))
        for document in found.items:
            kept = _of_a_deployment(document.data) & known
            document.expand({"stage": scope.stage, "service": scope.service}, kept=kept)
        read = [(document, _read(document)) for document in found.items]
        # On the data as written, so that a document's other problems do not hide what it shares with its neighbours.
        _check_references(found)
        emitted = tuple(own(scope.service))
        items = {
            objective.name: (objective, document, value)
            for document, value in read
            if value is not None and (objective := to_objective(document, value, scope)) is not None
        }
        for objective, document, value in items.values():
            _check_counted(document, objective)
            if isinstance(value, openslo.Slo | openslo.CostDocument):
                _check_meant(document, value, objective, emitted)
        if len(services) != 1:
            found.problem(f"exactly one document of kind Service is needed, there are {len(services)}")
        if not found.problems and not items:
            found.problem("no objective; add a document of kind SLO or CostObjective")
    (service,) = (value for _, value in read if isinstance(value, openslo.Service))
    return ReadObjectives(
        objectives=Objectives(
            service=service.metadata.name,
            stage=stage,
            title=service.metadata.displayName or service.metadata.name,
            description=service.spec.description,
            items=tuple(objective for objective, _, _ in items.values()),
        ),
        warnings=tuple(found.warnings),
        documents={name: document for name, (_, document, _) in items.items()},
    )


def _check_meant(
    document: Document, form: openslo.Slo | openslo.CostDocument, objective: Objective, own: tuple[EmittedMetric, ...]
) -> None:  # fmt: skip
    """Hold it against what there is, and then against what it can mean: of what there is not, nothing else is said."""
    before = len(document.problems)
    if isinstance(form, openslo.Slo):
        check_sources(document, form, own)
    if len(document.problems) == before:
        check_meaning(document, form, objective, own)


def _read(document: Document) -> openslo.AnyDocument | None:
    instead = _OF_OPENSLO.get(str(_at(document.data, "kind")))
    if instead is not None:
        document.problem(("kind",), f"{_at(document.data, 'kind')} is valid OpenSLO, and is not read here; {instead}")
        return None
    kind = document.read(_Kind)
    read = None if kind is None else document.read(_FORMS[kind.kind])
    if read is None and kind is not None and kind.kind == "SLO" and not _has_indicator(document.data):
        document.problem(("spec", "indicator"), MISSING_INDICATOR)
    return read


def _check_counted(document: Document, objective: Objective) -> None:
    """What CloudWatch would refuse of an objective's metrics is a problem of its document."""
    with document.at(("spec",)):
        if not isinstance(objective, CostObjective):
            events_of(objective.indicator)
            trace_groups(objective.indicator)


def _check_references(found: Documents) -> None:
    taken: dict[tuple[str, str], int] = {}
    sources: dict[str, str] = {}
    for document in found.items:
        name, space = _at(document.data, "metadata", "name"), _SPACES.get(str(_at(document.data, "kind")))
        if not isinstance(name, str) or space is None:
            continue
        if (space, name) in taken:
            said = f"{name!r} is taken by the {space} in line {taken[space, name]}"
            document.problem(("metadata", "name"), said)
        taken.setdefault((space, name), document.line_of(("metadata", "name")))
        if space == "DataSource":
            sources[name] = str(_at(document.data, "spec", "type"))
    services = [name for space, name in taken if space == "Service"]
    for document in found.items:
        service = _at(document.data, "spec", "service")
        if isinstance(service, str) and service not in services:
            said = f"no document of kind Service is named {service!r}"
            document.problem(("spec", "service"), with_hint(said, service, services))
        for path in _keys(document.data, "metricSourceRef"):
            name, kind = _at(document.data, *path), _at(document.data, *path[:-1], "type")
            if isinstance(name, str) and name not in sources:
                document.problem(path, with_hint(f"no document of kind DataSource is named {name!r}", name, sources))
            elif isinstance(name, str) and kind != sources[name]:
                document.problem(path, f"{name} is a source of type {sources[name]}, and this metric is of type {kind}")


def _of_a_deployment(data: Any) -> frozenset[str]:
    """What dimensions of metrics have in braces and only a deployment knows, such as the id of an API."""
    values = (_at(data, *path) for path in _keys(data, "dimensions"))
    texts = (text for each in values if isinstance(each, dict) for text in cast("dict[str, Any]", each).values())
    return frozenset(
        part.name
        for text in texts
        if isinstance(text, str)
        for part in parts_of(read_parametrized(text))
        if isinstance(part, Parameter)
    )


def _has_indicator(data: Any) -> bool:
    return any(True for _ in _keys(data, "indicator"))


def _keys(data: Any, wanted: str, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Where a key stands, wherever that is."""
    match data:
        case dict():
            for key, value in data.items():  # pyright: ignore[reportUnknownVariableType]
                if key == wanted and value is not None:
                    yield (*path, wanted)
                yield from _keys(value, wanted, (*path, str(key)))  # pyright: ignore[reportUnknownArgumentType]
        case list():
            for number, value in enumerate(data):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
                yield from _keys(value, wanted, (*path, number))
        case _:
            pass


def _at(data: Any, *path: str | int) -> Any:
    """What stands at a path, or None where the path leads nowhere."""
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data
