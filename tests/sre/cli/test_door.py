"""The door: which exit code what happens becomes, what is said of it, and that no stream can break a command."""

import os
import re
import stat
import tempfile
from pathlib import Path

import click
import pytest

import sre.cli.main as cli
from foundation.errors import Exit, InputError, PlatformError, SourceError
from foundation.files.writing import write_text
from foundation.pages.escapes import terminal
from sre.cli.streams import ReaderGone
from tests.sre.cli import command_line
from tests.sre.cli.command_line import PROGRAM, Done, sre_alone


def ended_by(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> Done:
    """How `sre check` ends when its work raises this."""

    def broken(**_: object) -> None:
        raise error

    monkeypatch.setattr(cli.sre.commands["check"], "callback", broken)
    return command_line.sre("check")


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (InputError("x: is wrong", ("x:1: a", "x:2: b")), 2, "Error: x: is wrong\n  x:1: a\n  x:2: b\n"),
        (SourceError("it did not answer"), 2, "Error: it did not answer\n"),
        (PlatformError("it did not start"), 2, "Error: it did not start\n"),
        (KeyboardInterrupt(), 130, "Interrupted.\n"),
        (click.Abort(), 130, "Interrupted.\n"),
        (ReaderGone(), 141, ""),
    ],
)  # fmt: skip
def test_what_is_raised_becomes_its_exit_code_and_its_text(
    error: BaseException, code: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = ended_by(error, monkeypatch)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", said)


@pytest.mark.parametrize(
    "error", [RuntimeError("a bug"), BrokenPipeError(32, "Broken pipe"), OSError(28, "full"), MemoryError()]
)
def test_all_else_is_a_bug_with_70_one_line_and_its_traceback_in_a_file(
    error: Exception, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = ended_by(error, monkeypatch)
    assert done.returncode == Exit.BUG == 70
    (file,) = temporary.iterdir()
    assert done.stderr.startswith(f"Error: this is a bug in sre: {type(error).__name__}")
    assert done.stderr.endswith(f"; the traceback is in {file}\n")
    assert done.stderr.count("\n") == 1
    assert "Traceback (most recent call last)" in file.read_text()
    assert "raise error" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_bug_names_the_innermost_line_of_ours(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> None:
        write_text(Path("x"), None)  # type: ignore[arg-type]

    monkeypatch.setattr(cli.sre.commands["check"], "callback", broken)
    assert re.search(
        r"AttributeError: .* in foundation/files/writing\.py:\d+; the traceback", command_line.sre("check").stderr
    )


def test_a_bug_whose_traceback_cannot_be_kept_is_told_whole(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(temporary / "gone"))
    done = ended_by(RuntimeError("a bug"), monkeypatch)
    assert done.returncode == 70
    assert "Traceback (most recent call last)" in done.stderr
    assert done.stderr.splitlines()[-1].endswith("; its traceback is above")


def test_what_a_users_text_hides_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = "a\x1b[2Jb\rc\u202ed\u2066e\x9bf\u2028g"
    done = ended_by(InputError(f"{hidden}: is wrong"), monkeypatch)
    assert done.stderr == r"Error: a\x1b[2Jb\rc\u202ed\u2066e\x9bf\u2028g: is wrong" + "\n"
    assert "\x1b" not in command_line.sre("check", "--\x1b[31mred").stderr
    assert terminal("two\nlines\tand an ä – €") == "two\nlines\tand an ä – €"


def test_no_exit_code_is_that_of_missed_unless_a_command_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert command_line.sre().returncode == 2
    assert command_line.sre("--help").returncode == 0
    assert command_line.sre("--version").returncode == 0
    assert command_line.sre("chek").returncode == 2
    monkeypatch.setattr(cli.sre.commands["check"], "callback", lambda **_: Exit.MISSED)
    assert command_line.sre("check").returncode == 1


def closed_pipe() -> int:
    """The end of a pipe that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    return writer


@pytest.mark.parametrize("arguments", [("--help",), ("alarms", "list"), ("cost", "estimate", "--json")])
def test_a_reader_that_has_gone_is_141_and_nothing_on_stderr(arguments: tuple[str, ...]) -> None:
    writer = closed_pipe()
    try:
        done = sre_alone(*arguments, stdout=writer)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def test_a_reader_that_has_gone_does_not_count_as_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    writer = closed_pipe()
    try:
        done = sre_alone("dashboards", "build", "--out", str(tmp_path), stdout=writer)
    finally:
        os.close(writer)
    # What it says of the bodies is no failure.
    (said,) = done.stderr.splitlines()
    assert (done.returncode, said[:2]) == (141, "· ")


@pytest.mark.parametrize("arguments", [("--help",), ("alarms", "list"), ("local", "status", "--home", "nowhere")])
def test_a_full_disk_behind_stdout_is_2_and_one_line(arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = sre_alone(*arguments, stdout=full)
    assert (done.returncode, done.stderr) == (2, "Error: stdout: cannot be written: No space left on device\n")


@pytest.mark.parametrize("where", ["/dev/full", "a closed pipe", "nowhere"])
def test_that_nobody_reads_stderr_changes_nothing(where: str) -> None:
    streams = {"/dev/full": "os.dup2(os.open('/dev/full', os.O_WRONLY), 2)", "nowhere": "os.close(2)",
               "a closed pipe": "r, w = os.pipe(); os.close(r); os.dup2(w, 2)"}  # fmt: skip
    program = f"import os; {streams[where]}; {PROGRAM}"
    assert sre_alone("chek", program=program) == Done(2, "", "")
    assert sre_alone("--version", program=program).stdout.startswith("sre, version")


def test_a_closed_stdout_is_no_traceback_and_no_files_end(tmp_path: Path) -> None:
    program = f"import os; os.close(1); {PROGRAM}"
    done = sre_alone("canaries", "build", "--out", str(tmp_path / "x.zip"), program=program)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "x.zip").read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
    ids=str,
)  # fmt: skip
def test_no_encoding_makes_an_error_of_a_letter(environment: dict[str, str]) -> None:
    program = (
        "import sys, click, sre.cli.main as door; door.take_streams(); click.echo('\\u65e5 \\udcff'); print('\\u65e5')"
    )
    done = sre_alone(
        program=f"{program}; sys.exit(door.run(['check', '--profile', '\\u65e5\\u202e']))", environment=environment
    )
    letter = r"\u65e5" if environment.get("PYTHONIOENCODING") == "latin-1" else "\u65e5"
    assert (done.returncode, done.stdout) == (2, f"{letter} \\udcff\n{letter}\n")
    assert "is no profile" in done.stderr


def test_without_home_and_directory_there_is_no_traceback(tmp_path: Path) -> None:
    gone = str(tmp_path / "gone")
    program = f"import os; os.mkdir({gone!r}); os.chdir({gone!r}); os.rmdir({gone!r}); {PROGRAM}"
    done = sre_alone("alarms", "list", program=program, environment={"HOME": ""})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "Error: the directory that you are in has gone; change to one that is there\n"
    assert sre_alone("--help", program=program, environment={"HOME": ""}).returncode == 0
    assert sre_alone("alarms", "list", environment={"HOME": ""}).returncode == 0
