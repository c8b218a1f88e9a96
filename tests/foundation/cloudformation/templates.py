"""Templates for tests, written into a file and read."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from foundation.cloudformation.stacks import Templates, read_templates
from foundation.cloudformation.template import TemplateResource
from foundation.cloudformation.values import Value


def written(directory: Path, text: str, name: str = "template.yaml") -> Path:
    """A file of this text."""
    file = directory / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(dedent(text))
    return file


def read(directory: Path, text: str, name: str = "template.yaml", **parameters: str) -> Templates:
    """What is read of a template of this text."""
    return read_templates([written(directory, text, name)], parameters)


def by_id(templates: Templates) -> dict[str, TemplateResource]:
    """The resources by their addresses."""
    return {each.address: each for each in templates.resources}


def properties(directory: Path, text: str, **parameters: str) -> Mapping[str, Value]:
    """The properties of the one resource of a template whose other sections and properties are given.

    What stands below `Properties:` is given, with its indentation; sections stand above a line of dashes.
    """
    sections, _, below = dedent(text).rpartition("----\n")
    indented = "".join(f"      {line}\n" for line in below.splitlines())
    full = f"{sections}Resources:\n  Thing:\n    Type: AWS::SQS::Queue\n    Properties:\n{indented}"
    (directory / "template.yaml").write_text(full)
    (thing,) = read_templates([directory / "template.yaml"], parameters).resources
    return thing.properties
