"""What is deployed of a service: the templates of its stacks, those that are nested in them, and the ids of their resources."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import boto3

from foundation.aws_errors import asking, connecting, patient
from foundation.cloudformation.assembly import AssembledStack
from foundation.cloudformation.stacks import Templates, read_deployed
from foundation.cloudformation.template import STACK_TYPE
from foundation.errors import InputError
from foundation.files.writing import write_text

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

_MOST_STACKS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """The templates of deployed stacks, and the physical ids of their resources by address: what Ref gives of them."""

    templates: Templates
    physical: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stack:
    """A stack: its template, the values of its parameters, and its resources by their logical ids, with type and id."""

    name: str
    body: str
    parameters: dict[str, str]
    resources: dict[str, tuple[str, str]]


def deployed(names: tuple[str, ...], region: str) -> Deployed:
    """What is deployed under these names in a Region. Raises InputError for a stack that is not there, and SourceError."""
    with connecting():
        client = boto3.client("cloudformation", region_name=region, config=patient())
    with asking("CloudFormation"):
        stacks = list(_stacks(client, names))
    with TemporaryDirectory() as scratch:
        assembled: list[AssembledStack] = []
        for each in stacks:
            write_text(file := Path(scratch) / f"{each.name}.template", each.body)
            assembled.append(AssembledStack(file=file, name=each.name, parameters=each.parameters))
        templates = read_deployed(assembled)
    by_stack = {each.name: each for each in stacks}
    physical: dict[str, str] = {}
    nested: set[str] = set()
    for resource in templates.resources:
        of_type, given = by_stack[resource.stack].resources.get(resource.logical_id, ("", ""))
        if given:
            physical[resource.address] = given
        if of_type == STACK_TYPE and _name_of(given) in by_stack:
            nested.add(resource.address)
    return Deployed(templates=replace(templates, nested=frozenset(nested)), physical=physical)


def _stacks(client: "CloudFormationClient", names: tuple[str, ...]) -> Iterator[_Stack]:
    waiting, seen = list(names), set[str]()
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        if len(seen) > _MOST_STACKS:
            raise InputError(f"--stack {names[0]}: more than {_MOST_STACKS} stacks, those that are nested counted")
        stack = _stack(client, name)
        yield stack
        waiting += (_name_of(given) for of_type, given in stack.resources.values() if of_type == STACK_TYPE and given)


def _stack(client: "CloudFormationClient", name: str) -> _Stack:
    described = client.describe_stacks(StackName=name)["Stacks"][0]
    # A text of YAML, or what a text of JSON was read to.
    body: object = client.get_template(StackName=name, TemplateStage="Processed")["TemplateBody"]
    pages = client.get_paginator("list_stack_resources").paginate(StackName=name)
    return _Stack(
        name=name,
        body=body if isinstance(body, str) else json.dumps(body, default=str),
        parameters={
            each["ParameterKey"]: each.get("ResolvedValue") or each.get("ParameterValue", "")
            for each in described.get("Parameters", [])
            if "ParameterKey" in each and each.get("ParameterValue") != "****"
        },
        resources={
            each["LogicalResourceId"]: (each["ResourceType"], each.get("PhysicalResourceId", ""))
            for page in pages
            for each in page["StackResourceSummaries"]
        },
    )


def _name_of(stack: str) -> str:
    """The name of a stack, of which an ARN may be given."""
    return stack.rsplit(":stack/", maxsplit=1)[-1].split("/", maxsplit=1)[0]
