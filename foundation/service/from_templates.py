"""The inventory of a service from its templates: every resource is watched and paid for, free, unknown, or left out, by name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from foundation.cloudformation.stacks import Templates
from foundation.cloudformation.template import STACK_TYPE, LeftOut, TemplateResource
from foundation.cloudwatch.parameters import PSEUDO_PARAMETERS, parameters_in
from foundation.files.problem import Problem
from foundation.service.resource_type_file import kinds_of, why_free
from foundation.service.resources import Resource
from foundation.service.template_facts import TemplateFacts
from foundation.service.template_labels import labels_of
from foundation.service.template_needs import TemplateNeeds

_CUSTOM = "Custom::"
_RUNS_ONCE = "what a function does when the stack is deployed"
_IS_READ = "a stack, whose own resources are told"


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeResource:
    """A resource that costs nothing by itself and needs no watch of its own, and why."""

    address: str
    type: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What templates say of a service. `resources` are those that have a kind, and those of a type that nobody knows.

    `unknown` are the labels of the latter. `parameters` are what only a deployment knows of their names and facts.
    """

    resources: tuple[Resource, ...]
    unknown: tuple[str, ...]
    free: tuple[FreeResource, ...]
    left_out: tuple[LeftOut, ...]
    parameters: tuple[str, ...]
    notes: tuple[Problem, ...]

    @property
    def known(self) -> tuple[Resource, ...]:
        """The resources that have a kind."""
        return tuple(each for each in self.resources if each.label not in self.unknown)


def inventory_of(templates: Templates, *, physical: Mapping[str, str] | None = None) -> Inventory:
    """The inventory of templates, in their order; `physical` are the ids that a deployment gave, by address."""
    free: list[FreeResource] = []
    kept: list[TemplateResource] = []
    unknown: set[str] = set()
    for each in templates.resources:
        reason = _why_free(each, templates)
        if reason is not None:
            free.append(FreeResource(address=each.address, type=each.type, reason=reason))
            continue
        kept.append(each)
        if not kinds_of(each.type):
            unknown.add(each.address)
    labels = labels_of(kept)
    facts = TemplateFacts(templates=templates, physical=physical or {})
    made = {each.address: _resource(each, labels[each.address], facts) for each in kept}
    needs = TemplateNeeds(templates=templates, by_name=facts.by_name).all()
    resources = tuple(
        replace(made[address], needs=tuple(labels[other] for other in needs[address] if other in labels))
        for address in labels
    )
    return Inventory(
        resources=resources,
        unknown=tuple(labels[address] for address in labels if address in unknown),
        free=tuple(free),
        left_out=templates.left_out,
        parameters=_parameters(resources),
        notes=tuple(dict.fromkeys((*templates.notes, *facts.notes))),
    )


def _resource(of: TemplateResource, label: str, facts: TemplateFacts) -> Resource:
    found = facts.facts(of)
    name = facts.name(of)
    return Resource(type=of.type, label=label, name=name, arn=facts.arn(of, name, found), facts=found)


def _why_free(resource: TemplateResource, templates: Templates) -> str | None:
    if resource.type == STACK_TYPE and resource.address in templates.nested:
        return _IS_READ
    if resource.type.startswith(_CUSTOM):
        return _RUNS_ONCE
    return why_free(resource.type)


def _parameters(resources: Iterable[Resource]) -> tuple[str, ...]:
    """The names that a deployment gives values for, each once."""
    found = (
        parameter
        for each in resources
        for text in (each.name, each.arn, *(value for _, value in each.facts))
        for parameter in sorted(parameters_in(text) - PSEUDO_PARAMETERS, key=lambda one: one.name)
    )
    return tuple(dict.fromkeys(each.name for each in found))
