"""Reads an objectives file into the model, and reports every problem at once with its file, line and remedy."""

from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from errors import InputError
from slo import openslo
from slo.from_openslo import to_objective
from slo.model import Objective, Objectives
from slo.yaml_lines import Document, KeyPath, read_documents

DEFAULT_FILE = Path(__file__).with_name("objectives.yaml")

_KINDS: dict[str, type[openslo.AnyDocument]] = {
    "Service": openslo.Service,
    "DataSource": openslo.DataSource,
    "SLO": openslo.Slo,
    "CostObjective": openslo.CostDocument,
}


def read_objectives(file: Path = DEFAULT_FILE, *, stage: str = "production") -> Objectives:
    """Read the objectives of one service; `${stage}` in the file becomes `stage`.

    Raises InputError with all problems, each with file, line and key.
    """
    documents = read_documents(file)
    problems: list[str] = []
    parsed = [(document, _parse(document, problems)) for document in documents]
    known = [(document, value) for document, value in parsed if value is not None]
    _check_names(known, problems)
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


def _check_names(known: list[tuple[Document, openslo.AnyDocument]], problems: list[str]) -> None:
    first: dict[tuple[str, str], int] = {}
    for document, value in known:
        # Objectives of both kinds share one space of names: dashboards and alarms are named after them.
        space = "objective" if isinstance(value, openslo.Slo | openslo.CostDocument) else value.kind
        key = (space, value.metadata.name)
        line = document.line_of(("metadata", "name"))
        if key in first:
            problems.append(
                document.problem(("metadata", "name"), f"{key[1]!r} is taken by the {space} in line {first[key]}")
            )
        first.setdefault(key, line)
    services = {value.metadata.name for _, value in known if isinstance(value, openslo.Service)}
    sources = {value.metadata.name for _, value in known if isinstance(value, openslo.DataSource)}
    for document, value in known:
        if isinstance(value, openslo.Slo | openslo.CostDocument) and value.spec.service not in services:
            problems.append(
                document.problem(("spec", "service"), f"no document of kind Service is named {value.spec.service!r}")
            )
        for path in (path for path in document.lines if path and path[-1] == "metricSourceRef"):
            reference = _value_at(document.data, path)
            if reference not in sources:
                problems.append(document.problem(path, f"no document of kind DataSource is named {reference!r}"))


def _value_at(data: Any, path: KeyPath) -> Any:
    for part in path:
        data = data[part]
    return data
