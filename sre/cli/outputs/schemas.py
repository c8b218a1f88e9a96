"""The schema of every command's JSON, as `docs/schemas/` has it: `python -m sre.cli.outputs.schemas` writes them anew."""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pkgutil import resolve_name
from typing import Any

import click
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from foundation.files.output import Output
from foundation.files.writing import OutDirectory
from infra.checkout import ROOT
from sre.cli.main import sre
from sre.cli.options import JsonOption

DIRECTORY = ROOT / "docs" / "schemas"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Numbers(GenerateJsonSchema):
    """A Decimal is written as a number, and not, as pydantic would, as a text."""

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        """A number; of bounds and digits a reader need not know."""
        del schema
        return {"type": "number"}


def commands_of(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command below a group, by the words that it is called with."""
    if isinstance(command, click.Group):
        for name, each in sorted(command.commands.items()):
            yield from commands_of(each, (*path, name))
    else:
        yield path, command


def outputs() -> dict[tuple[str, ...], type[Output]]:
    """The model of every command that prints JSON, by its words."""
    return {
        path: resolve_name(f"sre.cli.outputs.{option.output}")
        for path, command in commands_of(sre)
        for option in command.params
        if isinstance(option, JsonOption)
    }


def schema_of(path: tuple[str, ...], model: type[Output]) -> dict[str, Any]:
    """The JSON Schema of one command's output."""
    made = model.model_json_schema(mode="serialization", schema_generator=_Numbers)
    for each in (made, *made.get("$defs", {}).values()):
        each.pop("title", None)
        for field in each.get("properties", {}).values():
            field.pop("title", None)
        if "description" in each:
            each["description"] = re.sub(r"\s+", " ", each["description"])
    made["properties"]["schema_version"] = {"const": model.model_fields["schema_version"].default}
    return {"$schema": _DIALECT, "title": f"sre {' '.join(path)} --json", **made}


def schema_files() -> Mapping[str, str]:
    """What stands in docs/schemas/, by the name of the file."""
    return {
        f"{'-'.join(path)}.json": json.dumps(schema_of(path, model), indent=2) + "\n"
        for path, model in outputs().items()
    }


def main() -> None:
    """Write them all; one whose command has gone is removed."""
    files = schema_files()
    for there in DIRECTORY.glob("*.json"):
        if there.name not in files:
            there.unlink()
    for name, text in files.items():
        OutDirectory(root=DIRECTORY).write_text(name, text)
    sys.stdout.write(f"{DIRECTORY}: {len(files)} schemas\n")


if __name__ == "__main__":
    main()
