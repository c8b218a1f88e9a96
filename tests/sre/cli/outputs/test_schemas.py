"""Every command's JSON has a schema that is published: read from click, so a new command needs no edit here."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sre.cli.main import sre
from sre.cli.outputs.schemas import DIRECTORY, commands_of, outputs, schema_files, schema_of

_IDENTIFIER = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def objects_of(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (each for each in (schema, *schema.get("$defs", {}).values()) if each.get("type") == "object")


def test_the_published_schemas_are_those_of_the_commands() -> None:
    files = schema_files()
    there = {file.name: file.read_text() for file in DIRECTORY.glob("*.json")}
    assert there == files, "python -m sre.cli.outputs.schemas writes them anew"


def test_a_command_with_json_has_a_schema() -> None:
    with_json = {path for path, command in commands_of(sre) for each in command.params if "--json" in each.opts}
    assert with_json == set(outputs())


@pytest.mark.parametrize("path", outputs(), ids=" ".join)
def test_its_keys_are_identifiers_its_version_comes_first_and_all_keys_are_always_there(path: tuple[str, ...]) -> None:
    schema = schema_of(path, outputs()[path])
    Draft202012Validator.check_schema(schema)
    assert next(iter(schema["properties"])) == "schema_version"
    assert schema["properties"]["schema_version"]["const"] >= 1
    for each in objects_of(schema):
        assert each["additionalProperties"] is False, "a map has keys that are no identifiers: make it a list"
        assert set(each.get("required", [])) == set(each["properties"])
        for key in each["properties"]:
            assert _IDENTIFIER.fullmatch(key), key
    for member in re.findall(r'"enum": \[(.*?)\]', json.dumps(schema)):
        for word in json.loads(f"[{member}]"):
            assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", word), word
