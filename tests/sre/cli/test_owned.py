"""Whatever writes a run's results owns their directory: a second one is told who has it, and deletes nothing of it."""

import os
from pathlib import Path

import pytest

from foundation.errors import Exit
from foundation.processes.lock import owner_of, owning
from sre.cli.owned import owning_out
from tests.sre.cli.command_line import sre

RUNS = {
    "check": ("check",),
    "load test": ("loadtest", "run", "--url", "http://127.0.0.1:9"),
    "canaries": ("canaries", "run", "--url", "http://127.0.0.1:9"),
    "demonstration": ("report", "demo"),
}
RESULTS = ("index.html", "release-check.json", "load-result.json", "stage.json", "metrics.parquet", "locust.log")


@pytest.mark.parametrize("command", RUNS.values(), ids=RUNS)
def test_a_second_run_in_one_directory_is_told_who_has_it_and_deletes_nothing(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    for name in RESULTS:
        (tmp_path / name).write_text(f"the last good {name}")
    with owning(tmp_path, instead=""):
        before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
        done = sre(*command, "--out", str(tmp_path))
        assert (done.returncode, done.stdout) == (2, "")
        assert f"{tmp_path} is in use by process {os.getpid()} (`" in done.stderr
        assert done.stderr.endswith("give this run a directory of its own by --out\n")
        assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before


def test_a_command_owns_its_directory_until_its_end_however_that_comes(tmp_path: Path) -> None:
    @owning_out
    def run(*, out: Path, word: str) -> Exit:
        assert owner_of(out) is not None
        raise KeyboardInterrupt(word)

    with pytest.raises(KeyboardInterrupt, match="enough"):
        run(out=tmp_path, word="enough")
    assert list(tmp_path.iterdir()) == []
