"""The synthesis in a process of its own: what it answers, and what becomes of its errors."""

import json
import subprocess
from pathlib import Path

import pytest

import infra.assembly as assembly
from foundation.errors import BugError, InputError, PlatformError
from infra.settings import Settings
from tests.alarms.test_built import template


def ending_with(code: int, stderr: str, monkeypatch: pytest.MonkeyPatch) -> None:
    done = subprocess.CompletedProcess(["synth"], code, stdout="", stderr=stderr)
    monkeypatch.setattr(assembly, "run_child", lambda *_arguments, **_options: done)


def test_bad_input_of_the_synthesis_is_bad_input_here_with_nothing_around_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending_with(2, "objectives.yaml:3: spec: is missing\n", monkeypatch)
    with pytest.raises(InputError) as raised:
        assembly.assemble(Settings(stage="staging"), tmp_path)
    assert str(raised.value) == "objectives.yaml:3: spec: is missing"


def test_a_part_that_is_missing_is_the_platforms_and_says_what_was_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending_with(assembly.UNAVAILABLE, "uv is not installed here", monkeypatch)
    with pytest.raises(PlatformError, match="cannot be synthesized:\nuv is not installed here"):
        assembly.assemble(Settings(stage="staging"), tmp_path)


def test_a_bug_in_a_stack_is_a_bug_with_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'Traceback (most recent call last):\n  File "infra/stacks/data.py", line 7, in a\nAttributeError: planted\n'
    ending_with(1, text, monkeypatch)
    with pytest.raises(
        BugError, match=r'synthesis of the stacks: AttributeError: planted \(File "infra/stacks/data.py", line 7'
    ):
        assembly.assemble(Settings(stage="staging"), tmp_path)


def test_without_the_node_of_pypi_it_says_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assembly, "find_spec", lambda _name: None)
    with pytest.raises(PlatformError, match="make setup-run"):
        assembly.node_environment({})
    assert assembly.node_environment({"JSII_NODE": "/usr/bin/node"}) == {}


def test_an_assembly_that_drops_many_alarms_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = iter([10, 6, 6])

    def synthesized(_settings: Settings, out: Path, _stage: object) -> tuple[str, ...]:
        out.mkdir()
        (out / "alarms.template.json").write_text(json.dumps(template(next(counts))))
        return ("alarms",)

    monkeypatch.setattr(assembly, "_synthesized", synthesized)
    monkeypatch.setattr(assembly, "check_assembly", lambda *_arguments, **_options: None)
    out, settings = tmp_path / "cdk.out", Settings(stage="staging")
    assembly.assemble(settings, out)
    before = (out / "alarms.template.json").read_text()
    with pytest.raises(InputError, match="4 of the 10 alarms that were built last would be dropped"):
        assembly.assemble(settings, out)
    assert (out / "alarms.template.json").read_text() == before
    assert [each.name for each in tmp_path.iterdir()] == ["cdk.out"]
    assembly.assemble(settings, out, allow_drop=True)
    assert json.loads((out / "alarms.template.json").read_text()) == template(6)
