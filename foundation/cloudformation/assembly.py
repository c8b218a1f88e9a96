"""What CDK's synthesis wrote: its stacks, by the manifest of a cdk.out.

https://docs.aws.amazon.com/cdk/v2/guide/deploy.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field

from foundation.errors import InputError
from foundation.files.documents import json_document
from foundation.files.forms import Form

MANIFEST = "manifest.json"
_STACK, _ASSEMBLY = "aws:cloudformation:stack", "cdk:cloud-assembly"
_MOST_LEVELS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class AssembledStack:
    """A stack: its template, its name, and the parameters that the synthesis gives it."""

    file: Path
    name: str
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])


class _Properties(Form, extra="ignore"):
    templateFile: str = ""
    stackName: str = ""
    directoryName: str = ""
    parameters: dict[str, str] = Field(default_factory=dict[str, str])


class _Artifact(Form, extra="ignore"):
    type: str
    properties: _Properties = Field(default_factory=_Properties)


class _Manifest(Form, extra="ignore"):
    artifacts: dict[str, _Artifact] = Field(default_factory=dict[str, _Artifact])


def assembled_stacks(directory: Path) -> tuple[AssembledStack, ...]:
    """The stacks of a directory, in the order of its manifest. Raises InputError for one that has none, or is no cdk.out."""
    if not (directory / MANIFEST).is_file():
        raise InputError(
            f"{directory}: no cdk.out, which has a {MANIFEST}; name the files of templates, or run `cdk synth` first"
        )
    stacks = tuple(_stacks(directory, directory, 0))
    if not stacks:
        raise InputError(f"{directory / MANIFEST}: it names no stack")
    return stacks


def _stacks(directory: Path, root: Path, level: int) -> Iterator[AssembledStack]:
    if level > _MOST_LEVELS:
        raise InputError(f"{directory}: assemblies nested more than {_MOST_LEVELS} levels deep")
    manifest: _Manifest | None = None
    with json_document(directory / MANIFEST) as document:
        manifest = document.read(_Manifest)
    for name, artifact in (manifest.artifacts if manifest is not None else {}).items():
        if artifact.type == _STACK:
            file = _inside(directory / artifact.properties.templateFile, root)
            yield AssembledStack(
                file=file, name=artifact.properties.stackName or name, parameters=artifact.properties.parameters
            )
        elif artifact.type == _ASSEMBLY:
            yield from _stacks(_inside(directory / artifact.properties.directoryName, root), root, level + 1)


def _inside(path: Path, root: Path) -> Path:
    if not path.resolve().is_relative_to(root.resolve()):
        raise InputError(f"{root / MANIFEST}: {path} lies outside of {root}")
    return path
