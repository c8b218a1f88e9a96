"""docs/json.md and docs/ci.md: every command of theirs parses, every filter of jq finds something, and the workflow is YAML."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from foundation.cloudwatch.suppression import NotificationOutcome
from infra.checkout import ROOT
from loadtests.result import write_result
from sre.cli.main import sre as door
from sre.cli.outputs.schemas import outputs
from sre.cli.outputs.words import Outcome, RunOutcome
from tests.loadtests.factories import a_result
from tests.sre.cli.command_line import sre

PAGES = [(ROOT / "docs" / name).read_text() for name in ("json.md", "ci.md")]
(WORKFLOW,) = re.findall(r"```yaml\n(.*?)```", PAGES[1], re.DOTALL)


def examples() -> list[str]:
    return [line for page in PAGES for line in re.findall(r"^\$ (sre .*)$", page, re.MULTILINE)]


def steps() -> list[dict[str, Any]]:
    return [step for job in yaml.safe_load(WORKFLOW)["jobs"].values() for step in job["steps"]]


def commands_of_the_workflow() -> Iterator[list[str]]:
    for step in steps():
        filled = re.sub(r"\$\{\{.*?\}\}", "main", step.get("run", ""))
        for line in filled.splitlines():
            words = shlex.split(re.split(r" >>? | \|\| ", line)[0])
            if words and words[0].endswith("bin/sre"):
                yield words[1:]


def parse(words: list[str]) -> None:
    """Parse a command line and do nothing of it. Raises click's own errors for one that is wrong."""
    command: click.Command = door
    context = None
    while isinstance(command, click.Group):
        context = click.Context(command, info_name=words[0], parent=context)
        name, *words = words
        assert name in command.commands, name
        command = command.commands[name]
    command.make_context(command.name, list(words), parent=context)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    history = tmp_path / "build" / "load-test" / "history"
    history.mkdir(parents=True)
    write_result(a_result(good=4_900, faults=100), tmp_path / "build" / "load-test" / "load-result.json")
    return tmp_path


@pytest.mark.usefixtures("place")
def test_every_command_of_both_pages_parses() -> None:
    lines = [*(shlex.split(line.split(" | ")[0])[1:] for line in examples()), *commands_of_the_workflow()]
    assert len(lines) > 12
    for words in lines:
        parse(words)


def test_a_command_that_is_wrong_does_not_parse() -> None:
    with pytest.raises(click.UsageError):
        parse(["cost", "estimate", "--fromat", "json"])


@pytest.mark.skipif(shutil.which("jq") is None, reason="no jq on this machine")
@pytest.mark.usefixtures("place")
def test_every_filter_of_jq_finds_something() -> None:
    tried = 0
    for line in examples():
        command, _, jq = line.partition(" | ")
        if not jq:
            continue
        printed = sre(*shlex.split(command)[1:])
        assert printed.returncode in (0, 1, 3), printed.stderr
        done = subprocess.run(shlex.split(jq), input=printed.stdout, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{line}: {done.stderr}"
        found = done.stdout.split()
        assert found, line
        assert "null" not in found, line
        tried += 1
    assert tried > 5


def test_the_workflow_uses_actions_by_a_version_and_uploads_what_was_written() -> None:
    uses = [step["uses"] for step in steps() if "uses" in step]
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", each) for each in uses)
    assert sum("upload-artifact" in each for each in uses) == 2
    assert {"rules", "release-check"} == set(yaml.safe_load(WORKFLOW)["jobs"])


def test_every_name_of_the_table_is_a_key_of_some_output_and_every_word_is_one_of_ours() -> None:
    table = PAGES[0].split("## One name for one thing")[1].split("##")[0]
    keys = {
        key
        for model in outputs().values()
        for schema in (model.model_json_schema(mode="serialization"),)
        for each in (schema, *schema.get("$defs", {}).values())
        for key in each.get("properties", {})
    }
    first = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = {name for cell in first for name in re.findall(r"`([a-z_]+)`", cell)}
    assert named - keys == set()
    words = {each.value for words in (Outcome, RunOutcome, NotificationOutcome) for each in words}
    for word in words:
        assert f"`{word}`" in table, word
