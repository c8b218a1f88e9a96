"""Reads what is known of kinds of resources: one file a kind in resource_types/, named after its type.

`AWS::SQS::Queue` is aws_sqs_queue.yaml; a kind that only some resources of a type are of has a word more,
aws_sqs_queue.dead_letter.yaml. Only the files of the types that are asked for are read.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import assert_never, cast

from foundation.cloudwatch.parameters import PSEUDO_PARAMETERS
from foundation.files.documents import Document, KeyPath, yaml_documents
from foundation.files.explaining import with_hint
from foundation.service.resource_alarms import ResourceAlarm
from foundation.service.resource_type import FactKind, FactRule, FreeTypes, ResourceType, placeholders_in
from foundation.service.resource_type_alarms import alarm_of, check_alarm
from foundation.service.resource_type_alarms_form import facts_named
from foundation.service.resource_type_form import FactForm, FreeForm, ResourceTypeForm, value_of
from foundation.service.resource_type_panels import kind_panels
from foundation.service.resources import FactValue, Resource

DIRECTORY = Path(__file__).with_name("resource_types")
FREE_FILE = DIRECTORY / "free.yaml"
_TITLE = re.compile(r"^title:(.*)$", re.MULTILINE)


def kind_of(resource: Resource) -> ResourceType | None:
    """The kind that a resource is of: the one that says most of its facts; None where its type has no file, or none fits."""
    fitting = [kind for kind in kinds_of(resource.type) if kind.is_of(resource)]
    return max(fitting, key=lambda kind: len(kind.where), default=None)


def with_defaults(resource: Resource) -> Resource:
    """The resource with what AWS takes where nothing is said of it, as far as its kind is known."""
    kind = kind_of(resource)
    return resource if kind is None else kind.with_defaults(resource)


@cache
def kinds_of(type_name: str) -> tuple[ResourceType, ...]:
    """Every kind of a CloudFormation type, the general one first; empty where no file knows it.

    Raises InputError with every problem of a file.
    """
    return tuple(read_resource_type(file) for file in _files(type_name))


def facts_of(type_name: str) -> tuple[FactRule, ...]:
    """The facts that resources of a type may have, of all its kinds; of one name it is the first that says more places."""
    found: dict[str, FactRule] = {}
    for rule in (rule for kind in kinds_of(type_name) for rule in kind.facts):
        if rule.name not in found or len(rule.otherwise) > len(found[rule.name].otherwise):
            found[rule.name] = rule
    return tuple(found.values())


def known_types() -> tuple[str, ...]:
    """Every type that has a file, in order. It reads all of them: for an error's list, not for a command's start."""
    files = sorted(set(DIRECTORY.glob("*.yaml")) - {FREE_FILE})
    return tuple(sorted({read_resource_type(file).type for file in files}))


def all_kinds() -> tuple[ResourceType, ...]:
    """Every kind of every type: all files are read, which takes most of a second."""
    return tuple(read_resource_type(file) for file in sorted(DIRECTORY.glob("*.yaml")) if file != FREE_FILE)


@cache
def known_titles() -> frozenset[str]:
    """What each kind that has a file calls many of it. It reads a line of every file, and nothing else of it."""
    texts = (file.read_text(encoding="utf-8") for file in DIRECTORY.glob("*.yaml") if file != FREE_FILE)
    return frozenset(found[1].strip() for text in texts if (found := _TITLE.search(text)) is not None)


@cache
def free_types() -> tuple[FreeTypes, ...]:
    """The types that cost nothing by themselves and need no watch. Raises InputError for a type that is there twice."""
    groups: list[FreeTypes] = []
    seen: set[str] = set()
    with yaml_documents(FREE_FILE) as found:
        document = found.only("groups of types")
        for path in document.items():
            form = document.read(FreeForm, path)
            if form is None:
                continue
            for number, name in enumerate(form.types):
                if name in seen:
                    document.problem((*path, "types", number), f"{name} is there already")
                seen.add(name)
            groups.append(FreeTypes(reason=form.reason, types=frozenset(form.types)))
    return tuple(groups)


def why_free(type_name: str) -> str | None:
    """Why a type costs nothing by itself and needs no watch; None where it may cost something, or is not known."""
    return next((group.reason for group in free_types() if type_name in group.types), None)


def read_resource_type(file: Path) -> ResourceType:
    """One file. Raises InputError with every problem, each with its line."""
    made: ResourceType | None = None
    with yaml_documents(file) as found:
        document = found.only("a type of resource")
        form = document.read(ResourceTypeForm)
        if form is not None:
            made = _made(document, form)
    return cast("ResourceType", made)


def _files(type_name: str) -> tuple[Path, ...]:
    stem = type_name.lower().replace("::", "_")
    if not stem.replace("_", "").isalnum() or stem == FREE_FILE.stem:
        return ()
    return (*DIRECTORY.glob(f"{stem}.yaml"), *sorted(DIRECTORY.glob(f"{stem}.*.yaml")))


def _made(document: Document, form: ResourceTypeForm) -> ResourceType:
    stem = form.type.lower().replace("::", "_")
    if document.file.name.split(".")[0] != stem:
        document.problem(("type",), f"{form.type} stands in {stem}.yaml, where it is looked for")
    facts = tuple(rule for name, given in form.facts.items() if (rule := _fact(document, name, given)) is not None)
    identity = form.identity.made()
    if bool(form.unwatched) == bool(form.alarms):
        document.problem(("unwatched",), "says why there are no alarms: write it, or alarms, and not both")
    known = {*form.facts, "name", *(each.name for each in PSEUDO_PARAMETERS)}
    for name in placeholders_in(identity.arn or ""):
        if name not in known:
            document.problem(("identity", "arn"), with_hint(f"there is no fact {name!r}", name, known))
    return ResourceType(
        type=form.type,
        name=_name_of(document),
        where=_where(document, form, facts),
        title=form.title,
        one=form.one,
        source=form.source,
        commitment=None if form.commitment is None else form.commitment.made(),
        identity=identity,
        facts=facts,
        unwatched=form.unwatched,
        alarms=_alarms(document, form, facts),
        panels=kind_panels(form.panels, document, type_name=form.type, facts=tuple(form.facts)),
        bill=form.bill.made(document, {rule.name: _like(rule) for rule in facts}),
    )


def _name_of(document: Document) -> str:
    """What a kind is called among those of its type: what its file's name has behind the type."""
    return document.file.stem.partition(".")[2]


def _alarms(
    document: Document, form: ResourceTypeForm, facts: Iterable[FactRule]
) -> tuple[ResourceAlarm, ...]:  # fmt: skip
    known = {rule.name for rule in facts}
    made: list[ResourceAlarm] = []
    for number, entry in enumerate(form.alarms):
        path: KeyPath = ("alarms", number)
        if any(each.name == entry.name for each in made):
            document.problem((*path, "name"), "another alarm has this name")
        for fact, key in (
            dict.fromkeys(entry.when, "when")
            | ({} if entry.runs is None else {entry.runs: "runs"})
            | facts_named(entry.metric, entry.breach, entry.proofs)
        ).items():
            if fact not in known:
                document.problem((*path, key), with_hint(f"there is no fact {fact!r}", fact, known))
        alarm = alarm_of(entry, document, path, resource_type=form.type, kind=_name_of(document))
        if alarm is not None:
            made.append(alarm)
            check_alarm(alarm, document, path)
    return tuple(made)


def _fact(document: Document, name: str, form: FactForm) -> FactRule | None:
    path: KeyPath = ("facts", name)
    if form.default is not None and form.source is None:
        document.problem(path, "a default needs its source")
    if form.property is None and form.kind == "sum":
        document.problem(path, "say the property that it is")
    with document.at((*path, "default")):
        return form.made(name)
    return None


def _like(rule: FactRule) -> FactValue:
    """A value of a fact's kind."""
    match rule.kind:
        case FactKind.NUMBER | FactKind.COUNT | FactKind.SUM:
            return Decimal(0)
        case FactKind.TEXT:
            return ""
        case FactKind.FLAG:
            return False
        case _:
            assert_never(rule.kind)


def _where(
    document: Document, form: ResourceTypeForm, facts: Iterable[FactRule]
) -> tuple[tuple[str, tuple[FactValue, ...]], ...]:  # fmt: skip
    kinds = {rule.name: rule.kind for rule in facts}
    where: list[tuple[str, tuple[FactValue, ...]]] = []
    for name, written in form.where.items():
        if name not in kinds:
            document.problem(("where", name), with_hint(f"there is no fact {name!r}", name, kinds))
            continue
        with document.at(("where", name)):
            values = [written] if isinstance(written, str) else written
            where.append((name, tuple(value_of(kinds[name], each) for each in values)))
    return tuple(where)
