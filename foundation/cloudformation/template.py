"""A template as values: its resources in their order, what it gives to other templates, and what was left out, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from foundation.cloudformation.parameters import TakenDefault
from foundation.cloudformation.values import Value, as_text
from foundation.files.problem import Problem

STACK_TYPE = "AWS::CloudFormation::Stack"
# What CDK says of a resource: https://docs.aws.amazon.com/cdk/v2/guide/constructs.html
_CONSTRUCT_PATH = "aws:cdk:path"
_ASSET_PATH = "aws:asset:path"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateResource:
    """One resource. Its address is its logical id, after those of the stacks that it is nested in.

    `made_from` is the type of SAM that it is a part of; empty where the template itself has it. `where` is the file and line.
    `is_of_cdk` says that CDK wrote the template, and so a hash at the end of its logical id.
    """

    address: str
    logical_id: str
    type: str
    properties: Mapping[str, Value]
    where: str
    stack: str
    metadata: Mapping[str, Value] = field(default_factory=dict[str, Value])
    made_from: str = ""
    is_of_cdk: bool = False

    @property
    def construct_path(self) -> str:
        """Its path in a tree of CDK's constructs; empty where it is of none."""
        return as_text(self.metadata.get(_CONSTRUCT_PATH))

    @property
    def asset_path(self) -> str:
        """The file beside the template that CDK made for it; empty where there is none."""
        return as_text(self.metadata.get(_ASSET_PATH))


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A resource that a template has and its deployment, with these parameters, would not: its condition is false."""

    address: str
    type: str
    condition: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One template, evaluated. `outputs` are by name, `exports` what other stacks import, with the names that they import it by.

    `notes` are told to whoever reads it. `parameters` are the names that are declared.
    """

    file: Path
    stack: str
    description: str
    parameters: tuple[str, ...]
    taken_defaults: tuple[TakenDefault, ...]
    resources: tuple[TemplateResource, ...]
    left_out: tuple[LeftOut, ...]
    outputs: Mapping[str, Value]
    exports: tuple[tuple[Value, Value], ...]
    notes: tuple[Problem, ...]
