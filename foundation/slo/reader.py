"""Reads an objectives file into the model, and reports every problem at once with its file, line and remedy."""

from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from foundation.errors import InputError
from foundation.files.yaml_lines import Document, read_documents
from foundation.slo import openslo
from foundation.slo.from_openslo import MISSING_INDICATOR, to_objective
from foundation.slo.model import Objective, Objectives

_KINDS: dict[str, type[openslo.AnyDocument]] = {
    "Service": openslo.Service,
    "DataSource": openslo.DataSource,
    "SLO": openslo.Slo,
    "CostObjective": openslo.CostDocument,
}


def read_objectives(file: Path, *, stage: str = "production") -> Objectives:
    """Read the objectives of one service; `${stage}` in the file becomes `stage`.

    Raises InputError with all problems, each with file, line and key.
    """
    documents = read_documents(file)
    problems: list[str] = []
    parsed = [(document, _parse(document, problems)) for document in documents]
    known = [(document, value) for document, value in parsed if value is not None]
    # On the data as written, so that a document's other problems do not hide what it shares with its neighbours.
    _check_references(documents, problems)
    for document, value in parsed:
        if value is None and _at(document.data, "kind") == "SLO" and not _has_indicator(document.data):
            problems.append(document.problem(("spec", "indicator"), MISSING_INDICATOR))
    objectives: list[Objective] = []
    for document, value in known:
        objective = to_objective(document, value, stage=stage, problems=problems)
        if objective is not None:
            objectives.append(objective)
    services = [value.metadata.name for _, value in known if isinstance(value, openslo.Service)]
    if not problems and len(services) != 1:
        problems.append(
            f"{file}:1: document: exactly one document of kind Service is needed, there are {len(services)}"
        )
    if not problems and not objectives:
        problems.append(f"{file}:1: document: no objective; add a document of kind SLO or CostObjective")
    if problems:
        raise InputError(f"{file} has {len(problems)} problem{'s' if len(problems) > 1 else ''}:", tuple(problems))
    return Objectives(service=services[0], items=tuple(objectives))


def _parse(document: Document, problems: list[str]) -> openslo.AnyDocument | None:
    data = cast("dict[str, Any]", document.data if isinstance(document.data, dict) else {})
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        problems.append(document.problem(("kind",), f"must be one of {', '.join(_KINDS)}, not {kind!r}"))
        return None
    try:
        return _KINDS[kind].model_validate(data)
    except ValidationError as error:
        for detail in error.errors():
            # A discriminated union puts its tag into the path, where the file has no such key.
            path = tuple(part for part in detail["loc"] if part not in ("CloudWatch", "XRay", "CloudFormation"))
            problems.append(document.problem(path, _explain(detail["type"], detail["msg"], detail.get("input"))))
        return None


def _explain(kind: str, message: str, given: object) -> str:
    match kind:
        case "extra_forbidden":
            return "unknown key; remove it or correct its spelling"
        case "missing":
            return "is missing"
        case _:
            return f"{message[0].lower()}{message[1:]}, not {given!r}"


def _check_references(documents: tuple[Document, ...], problems: list[str]) -> None:
    # Objectives of both kinds share one space of names: dashboards and alarms are named after them.
    spaces = {"SLO": "objective", "CostObjective": "objective", "Service": "Service", "DataSource": "DataSource"}
    lines: dict[tuple[str, str], int] = {}
    for document in documents:
        name, space = _at(document.data, "metadata", "name"), spaces.get(str(_at(document.data, "kind")))
        if not isinstance(name, str) or space is None:
            continue
        if (space, name) in lines:
            taken = f"{name!r} is taken by the {space} in line {lines[space, name]}"
            problems.append(document.problem(("metadata", "name"), taken))
        lines.setdefault((space, name), document.line_of(("metadata", "name")))
    for document in documents:
        service = _at(document.data, "spec", "service")
        if isinstance(service, str) and ("Service", service) not in lines:
            problems.append(document.problem(("spec", "service"), f"no document of kind Service is named {service!r}"))
        for path in (path for path in document.lines if path and path[-1] == "metricSourceRef"):
            source = _at(document.data, *path)
            if isinstance(source, str) and ("DataSource", source) not in lines:
                problems.append(document.problem(path, f"no document of kind DataSource is named {source!r}"))


def _has_indicator(data: Any) -> bool:
    targets = _at(data, "spec", "objectives")
    inner = (
        any(_at(target, "indicator") for target in cast("list[Any]", targets)) if isinstance(targets, list) else False
    )
    return inner or _at(data, "spec", "indicator") is not None


def _at(data: Any, *path: str | int) -> Any:
    """What stands at a path, or None where the path leads nowhere."""
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data
