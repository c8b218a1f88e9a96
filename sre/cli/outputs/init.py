"""`sre init`: its JSON."""

from pathlib import Path

from foundation.cloudformation.stacks import Templates
from foundation.service.from_templates import Inventory
from foundation.service.resource_type_file import kind_of
from sre.cli.outputs.model import Output, Part
from sre.jobs.init.files import Written
from sre.jobs.init.update import Update


class ReadTemplate(Part):
    """A template that was read: its file, the stack that it is of, and how many resources it has."""

    file: str
    stack: str
    resource_count: int


class TakenDefault(Part):
    """A parameter that nobody gave a value, so that its default was taken."""

    name: str
    value: str


class WatchedResource(Part):
    """A resource of the service; `kind` is None where its type is not known: it has no alarms, and no price.

    `unwatched` says why resources of its kind have no alarms of their own; empty where they have some.
    """

    label: str
    type: str
    kind: str | None
    unwatched: str
    name: str
    needs: tuple[str, ...]


class FreeResource(Part):
    """A resource that costs nothing by itself and needs no watch of its own, and why."""

    resource: str
    type: str
    reason: str


class LeftOutResource(Part):
    """A resource that is in the template, and not in its deployment: its condition is false."""

    resource: str
    type: str
    condition: str


class KeptValue(Part):
    """A value of service.yaml that differs from the template's, and stays because a person may have written it."""

    label: str
    key: str
    here: str
    in_template: str


class Grown(Part):
    """A key of a resource that something was added to."""

    label: str
    key: str


class Initialized(Output):
    """What was read, understood and written; `files` is empty where nothing was new.

    `added` are the labels that an update added, `gone` those that are in no template any more. `unpromised` are added ones
    without an objective, since no other resource of their type has one. `parameters` are what only a deployment knows.
    """

    stage: str
    files: tuple[str, ...]
    objectives: tuple[str, ...]
    unpromised: tuple[str, ...]
    is_update: bool
    added: tuple[str, ...]
    grown: tuple[Grown, ...]
    kept: tuple[KeptValue, ...]
    gone: tuple[str, ...]
    templates: tuple[ReadTemplate, ...]
    taken_defaults: tuple[TakenDefault, ...]
    resources: tuple[WatchedResource, ...]
    free: tuple[FreeResource, ...]
    left_out: tuple[LeftOutResource, ...]
    parameters: tuple[str, ...]
    notes: tuple[str, ...]
    next_commands: tuple[str, ...]


def initialized(
    templates: Templates | None, inventory: Inventory | None, written: Written, *, out: Path, stage: str
) -> Initialized:
    """The output of what was read and written; without a template there is only what was written."""
    update = written.update
    return Initialized(
        stage=stage,
        files=tuple(map(str, written.files)),
        objectives=written.objectives,
        unpromised=written.unpromised,
        is_update=update is not None,
        added=() if update is None else tuple(each.label for each in update.added),
        grown=() if update is None else tuple(Grown(label=label, key=key) for label, key in update.grown),
        kept=() if update is None else _kept(update),
        gone=() if update is None else update.gone,
        templates=() if templates is None else _templates(templates),
        taken_defaults=() if templates is None else _taken(templates),
        resources=() if inventory is None else _resources(inventory),
        free=() if inventory is None else _free(inventory),
        left_out=() if inventory is None else _left_out(inventory),
        parameters=() if inventory is None else inventory.parameters,
        notes=() if inventory is None else tuple(map(str, inventory.notes)),
        next_commands=next_commands(out, stage),
    )


def next_commands(out: Path, stage: str) -> tuple[str, ...]:
    """What to do next: look at the files, at the alarms that follow from them, and at the dashboards."""
    service = f"--service {out}" + ("" if stage == "production" else f" --stage {stage}")
    return (
        f"sre objectives check {service}",
        f"sre alarms list {service}",
        f"sre dashboards preview {service} --simulate",
    )


def _kept(update: Update) -> tuple[KeptValue, ...]:
    return tuple(
        KeptValue(label=each.label, key=each.key, here=each.here, in_template=each.in_template) for each in update.kept
    )


def _templates(templates: Templates) -> tuple[ReadTemplate, ...]:
    return tuple(
        ReadTemplate(file=str(each.file), stack=each.stack, resource_count=len(each.resources) + len(each.left_out))
        for each in templates.items
    )


def _taken(templates: Templates) -> tuple[TakenDefault, ...]:
    return tuple(
        TakenDefault(name=each.name, value=each.value)
        for template in templates.items
        for each in template.taken_defaults
    )


def _resources(inventory: Inventory) -> tuple[WatchedResource, ...]:
    return tuple(
        WatchedResource(
            label=each.label,
            type=each.type,
            kind=None if (kind := kind_of(each)) is None else kind.one,
            unwatched="" if kind is None else kind.unwatched,
            name=each.name,
            needs=each.needs,
        )
        for each in inventory.resources
    )


def _free(inventory: Inventory) -> tuple[FreeResource, ...]:
    return tuple(FreeResource(resource=each.address, type=each.type, reason=each.reason) for each in inventory.free)


def _left_out(inventory: Inventory) -> tuple[LeftOutResource, ...]:
    return tuple(
        LeftOutResource(resource=each.address, type=each.type, condition=each.condition) for each in inventory.left_out
    )
