"""The command line: what it answers to bad input, and that its documentation is complete."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

import sre.cli.main as cli
from foundation.slo.reader import DEFAULT_FILE
from infra.checkout import ROOT
from sre.cli.main import sre


def run_sre(*arguments: str) -> "subprocess.CompletedProcess[str]":
    program = "from sre.cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False, cwd=ROOT, timeout=60
    )


def commands(group: click.Group, prefix: str = "sre") -> list[str]:
    found: list[str] = []
    for name, command in group.commands.items():
        found += commands(command, f"{prefix} {name}") if isinstance(command, click.Group) else [f"{prefix} {name}"]
    return found


def test_a_broken_objectives_file_prints_every_problem_with_its_line_and_exits_2(tmp_path: Path) -> None:
    text = DEFAULT_FILE.read_text()
    broken = text.replace("  budgetingMethod: Occurrences", "  budgetMethod: Occurrences", 1)
    broken = broken.replace("targetPercent: 99.9\n", "targetPercent: 1000\n", 1)
    broken = broken.replace("name: availability", "name: api-errors")
    start = broken.index("  indicator:\n    metadata:\n      name: stack-operations")
    broken = broken[:start] + broken[broken.index("  timeWindow", start) :]
    file = tmp_path / "objectives.yaml"
    file.write_text(broken)
    done = run_sre("check", "--objectives", str(file), "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert done.stdout == ""
    for said in (
        "spec.budgetMethod: unknown key",
        "spec.budgetingMethod: is missing",
        "targetPercent: input should be less",
        "'api-errors' is taken by the objective in line",
        "spec.indicator: an SLO needs an indicator",
    ):
        assert said in done.stderr
    assert done.stderr.count(f"{file}:") == 5
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "--profile", "none"), "no such profile; there are agent, progress, release, smoke"),
        (("check", "--duration", "soon"), "'soon' is no duration; write 90s, 5m or 1h"),
        (("check", "--objectives", "none.yaml"), "none.yaml: cannot be read"),
        (("check", "--url", "https://x/y", "--fault-switch", "errors=1%"), "leave it out with --url"),
        (("check", "--url", "nonsense", "--archive-key", "a"), "--url nonsense: must be an address"),
        (("check", "--url", "https://x/y"), "--archive-key is needed"),
        (("check", "--fault-switch", "sometimes"), "--fault-switch: cannot read 'sometimes'"),
        (("check", "--out", "README.md"), "--out README.md: cannot be written to"),
        (("local", "up", "--port", "80"), "80 is not in the range"),
        (("synth", "--stage", "moon"), "'moon' is not one of"),
        (("synth", "--stage", "local", "--region", "moon"), "--region moon"),
        (("chek",), "No such command 'chek'"),
    ],
)
def test_bad_input_is_one_message_and_exit_code_2(
    arguments: tuple[str, ...],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    extra = ("--out", str(tmp_path / "out")) if arguments[0] == "check" and "--out" not in arguments else ()
    # In this process: twelve times all imports are most of a minute.
    monkeypatch.setattr(sys, "argv", ["sre", *arguments, *extra])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    stderr = capsys.readouterr().err
    assert said in stderr
    assert ended.value.code == 2
    assert "Traceback" not in stderr


def test_status_of_nothing_is_down_and_exit_code_1(tmp_path: Path) -> None:
    done = run_sre("local", "status", "--home", str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "The local platform is down.\n")
    assert run_sre("local", "down", "--home", str(tmp_path)).returncode == 0


@pytest.mark.parametrize("command", commands(sre))
def test_every_command_has_help_and_stands_in_the_documentation(command: str) -> None:
    done = run_sre(*command.split()[1:], "--help")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 5
    documented = (ROOT / "docs" / "commands.md").read_text()
    assert f"`{command}`" in documented


def test_help_imports_nothing_heavy() -> None:
    heavy = ("boto3", "pandas", "aws_cdk", "pydantic", "scipy", "altair", "locust")
    program = f"import sys; import sre.cli.main; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_a_bug_is_exit_code_2_and_never_the_1_that_says_missed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(cli.sre.commands["check"], "callback", broken)
    monkeypatch.setattr(sys, "argv", ["sre", "check"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert "no verdict on anything" in capsys.readouterr().err
