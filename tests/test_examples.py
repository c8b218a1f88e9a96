"""What the examples have of what commands write is what these commands write today."""

from pathlib import Path

import pytest

from infra.checkout import ROOT
from tests.sre.cli.command_line import sre

EXAMPLES = ROOT / "examples"


@pytest.mark.parametrize("name", ["orders"])
def test_the_files_of_an_example_are_those_that_init_writes_of_its_template(name: str, tmp_path: Path) -> None:
    """After a change of what `sre init` writes: `sre init --template examples/NAME/template.yaml --out examples/NAME --force`."""
    done = sre("init", "--template", str(EXAMPLES / name / "template.yaml"), "--out", str(tmp_path / name))
    assert done.returncode == 0, done.stderr
    for written in sorted((tmp_path / name).iterdir()):
        assert written.read_text() == (EXAMPLES / name / written.name).read_text(), written.name


@pytest.mark.parametrize("name", ["orders"])
def test_an_example_is_checked_without_a_problem_and_without_a_warning(name: str) -> None:
    done = sre("objectives", "check", "--service", str(EXAMPLES / name))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("No problem.\n")


def test_an_update_of_an_example_changes_nothing(tmp_path: Path) -> None:
    for file in (EXAMPLES / "orders").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    done = sre("init", "--template", str(tmp_path / "template.yaml"), "--out", str(tmp_path), "--update")
    assert "Nothing is new: no file is changed." in done.stdout
