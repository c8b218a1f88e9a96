"""Reads a service.yaml: who a service is, its resources and its own metrics, every problem at once with its file and line."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from foundation.cloudwatch.parameters import parameters_in
from foundation.errors import InputError
from foundation.files.documents import Document, KeyPath, yaml_documents
from foundation.files.explaining import shown, with_hint
from foundation.files.forms import Form, Line, Prose
from foundation.service.files import FileKind, ServiceFiles
from foundation.service.own_metrics_file import Label, OwnMetricForm, own_metrics
from foundation.service.resource_type import FactKind
from foundation.service.resource_type_file import facts_of, kinds_of
from foundation.service.resource_type_form import value_of
from foundation.service.resources import FactValue, Resource
from foundation.service.service import Service
from foundation.service.service_text import service_text

FILE_NAME = "service.yaml"
MOST_RESOURCES = 5_000
_OBJECTIVES, _BURN_RATE = "objectives", "burn_rate"
# As what is read of a template.
_MOST = 10**18
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", re.ASCII)
_Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]


class _Resource(Form):
    label: Label
    type: str = Field(pattern=r"^[A-Za-z0-9]+(::[A-Za-z0-9@_-]+){1,3}$", max_length=300)
    name: Line = Field(min_length=1, max_length=2_048)
    arn: Line | None = Field(default=None, min_length=1, max_length=2_048)
    facts: dict[_Key, Line] = Field(default_factory=dict[str, str])
    needs: list[Label] = Field(default_factory=list[str])
    not_needs: list[Label] = Field(default_factory=list[str])
    no_alarms: Line = Field(default="", max_length=400)


class _Service(Form):
    service: Label
    title: Line = Field(min_length=1, max_length=200)
    owner: Line = Field(min_length=1, max_length=200)
    about: Prose = Field(default="", max_length=2_000)
    tags: dict[Line, Line] = Field(default_factory=dict[str, str], max_length=50)
    stages: list[Label] = Field(default_factory=list[str], max_length=50)
    metric_namespace: str | None = Field(default=None, pattern=r"^[^:\s][\x21-\x7e]{0,254}$")
    cost_unit: Line | None = Field(default=None, min_length=1, max_length=60)
    files: dict[str, Line] = Field(default_factory=dict[str, str])
    metrics: list[OwnMetricForm] = Field(default_factory=list[OwnMetricForm], max_length=500)
    resources: list[_Resource] = Field(default_factory=list[_Resource], max_length=MOST_RESOURCES)


def read_files(file: Path, *, burn_rate: Path) -> ServiceFiles:
    """The files that such a file names. Raises InputError as `read_service` does."""
    file = _file_at(file)
    made: ServiceFiles | None = None
    with yaml_documents(file) as found:
        document = found.only("a service")
        form = document.read(_Service)
        if form is not None:
            made = _files(form.files, document, burn_rate)
    if made is None:
        raise AssertionError("a form that cannot be read is a problem of its file")
    return made


def read_service(file: Path, *, stage: str, burn_rate: Path) -> Service:
    """The service that a file, or the service.yaml of a directory, tells of, in one of its stages.

    `burn_rate` is the policy of a service that names none. Raises InputError with every problem of the file.
    """
    file = _file_at(file)
    with yaml_documents(file) as found:
        document = found.only("a service")
        form = document.read(_Service)
        made = None if form is None else _made(form, document, stage=stage, burn_rate=burn_rate)
    if made is None:
        raise AssertionError("a form that cannot be read is a problem of its file")
    return made


def _file_at(place: Path) -> Path:
    return place / FILE_NAME if place.is_dir() else place


def _made(form: _Service, document: Document, *, stage: str, burn_rate: Path) -> Service:
    variables = {"stage": stage, "service": form.service}
    return Service(
        name=form.service,
        title=form.title,
        owner=form.owner,
        stage=stage,
        stages=tuple(form.stages),
        tags=tuple(form.tags.items()),
        cost_unit=form.cost_unit,
        own=own_metrics(form.metric_namespace, form.metrics, document, variables),
        resources=_resources(form.resources, document, variables),
        files=_files(form.files, document, burn_rate),
    )


def _files(given: Mapping[str, str], document: Document, burn_rate: Path) -> ServiceFiles:
    """The files beside this one: those that are named, and else those of the usual names, as far as they are there.

    One that is named and not there is a problem.
    """
    known = [_OBJECTIVES, _BURN_RATE, *(kind.value for kind in FileKind)]
    there: dict[str, Path] = {}
    for key, name in given.items():
        path = document.file.parent / name
        if key not in known:
            document.problem(("files", key), with_hint("is no file of a service", key, known))
        elif not path.exists():
            document.problem(("files", key), f"there is no {path}; write it, or take this line away")
        else:
            there[key] = path
    return ServiceFiles(
        service=document.file,
        objectives=there.get(_OBJECTIVES, document.file.parent / "objectives.yaml"),
        burn_rate=there.get(_BURN_RATE, burn_rate),
        **{kind.value: there.get(kind.value) or _usual(kind, document.file.parent) for kind in FileKind},
    )


def _usual(kind: FileKind, directory: Path) -> Path | None:
    path = directory / (kind.value if kind is FileKind.RULE_TESTS else f"{kind.value}.yaml")
    return path if path.exists() else None


def _resources(
    given: Sequence[_Resource], document: Document, variables: Mapping[str, str]
) -> tuple[Resource, ...]:  # fmt: skip
    labels = [each.label for each in given]
    twice = {label for label, count in Counter(labels).items() if count > 1}
    made: list[Resource] = []
    for number, each in enumerate(given):
        path: KeyPath = ("resources", number)
        if each.label in twice:
            document.problem((*path, "label"), f"two resources are called {each.label!r}; labels are of one each")
        for at, needed in enumerate(each.needs):
            if needed not in labels:
                document.problem((*path, "needs", at), with_hint(f"no resource is called {needed!r}", needed, labels))
            elif needed == each.label:
                document.problem((*path, "needs", at), "a resource does not need itself")
        name = _stored(each.type, _text(each.name, document, (*path, "name"), variables))
        facts = tuple(_facts(each.type, each.facts, document, (*path, "facts"), variables))
        made.append(
            Resource(
                type=each.type,
                label=each.label,
                name=name,
                arn=_arn(each, name, facts, document, path, variables),
                facts=facts,
                needs=tuple(needed for needed in each.needs if needed not in each.not_needs),
                no_alarms=each.no_alarms,
            )
        )
    return tuple(made)


def _stored(type_name: str, name: str) -> str:
    """A name as AWS stores it."""
    kind = next(iter(kinds_of(type_name)), None)
    return name if kind is None else kind.identity.stored(name)


def _arn(
    each: _Resource,
    name: str,
    facts: tuple[tuple[str, FactValue], ...],
    document: Document,
    path: KeyPath,
    variables: Mapping[str, str],
) -> str:
    """The ARN as it is written, or as its type has it of a name."""
    if each.arn is not None:
        return _text(each.arn, document, (*path, "arn"), variables)
    kind = next(iter(kinds_of(each.type)), None)
    followed = None if kind is None else kind.arn_of(name, facts)
    if followed is None:
        document.problem((*path, "arn"), f"is missing, and follows from no name of {each.type}; write it")
        return name
    return followed


def _facts(
    of_type: str, given: Mapping[str, str], document: Document, path: KeyPath, variables: Mapping[str, str]
) -> Iterator[tuple[str, FactValue]]:
    """The facts by the kinds that the file of the type declares; of a type that has no file each is what it looks like."""
    declared = {rule.name: rule.kind for rule in facts_of(of_type)}
    for name, written in given.items():
        if declared and name not in declared:
            document.problem((*path, name), with_hint(f"is no fact of {of_type}", name, declared))
            continue
        with document.at((*path, name)):
            text = service_text(written, variables)
            # What only a deployment knows is of no kind yet.
            if parameters_in(text):
                yield name, text
            else:
                yield name, _fact(text, declared.get(name))


def _fact(text: str, kind: FactKind | None) -> FactValue:
    """The value of a fact; without a kind it is what it looks like. Raises InputError where it is none of its kind."""
    if kind is not None:
        value = value_of(kind, text)
        if isinstance(value, Decimal) and abs(value) >= _MOST:
            raise InputError(f"must be below {_MOST:,}, not {shown(text)}")
        return value
    if text in ("true", "false"):
        return text == "true"
    return Decimal(text) if _NUMBER.fullmatch(text) else text


def _text(given: str, document: Document, path: KeyPath, variables: Mapping[str, str]) -> str:
    with document.at(path):
        return service_text(given, variables)
    return given
