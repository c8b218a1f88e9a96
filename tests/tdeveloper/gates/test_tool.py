"""A program of somebody else's: it ends, breaks, hangs, floods, and what came of it is told apart."""

import json
import os
import sys
import time
from pathlib import Path

import pytest

from foundation.errors import PlatformError
from tdeveloper.gates.tool import Broke, Ran, Trouble, find_tool, run_tool


def python(
    tmp_path: Path,
    code: str,
    *,
    seconds: float = 30.0,
    output_bytes: int = 1024,
    good_codes: frozenset[int] | None = None,
) -> Ran | Broke:
    return run_tool(
        "tool", [sys.executable, "-c", code], cwd=tmp_path, seconds=seconds, output_bytes=output_bytes,
        good_codes=good_codes or frozenset({0}),
    )  # fmt: skip


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def ends(pid: int) -> bool:
    for _ in range(500):
        if not is_running(pid):
            return True
        time.sleep(0.01)
    return False


def test_a_tool_that_ends_has_said_what_it_found(tmp_path: Path) -> None:
    assert python(tmp_path, "print('found')") == Ran(exit_code=0, stdout=b"found\n")
    assert python(tmp_path, "print('x'); exit(1)", good_codes=frozenset({0, 1})) == Ran(exit_code=1, stdout=b"x\n")


def test_a_tool_gets_its_directory_a_home_that_is_gone_and_nothing_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "ours")
    ran = python(tmp_path, "import json, os; print(json.dumps([os.getcwd(), os.nice(0), dict(os.environ)]))")
    assert isinstance(ran, Ran)
    directory, niceness, environment = json.loads(ran.stdout)
    assert directory == str(tmp_path.resolve())
    assert niceness == min(19, os.nice(0) + 10)
    assert set(environment) - {"PWD", "SHLVL", "_", "LC_CTYPE"} == {"HOME", "LANG", "NO_COLOR", "PATH", "TMPDIR"}
    assert environment["HOME"] == environment["TMPDIR"] != str(tmp_path)
    assert not Path(environment["HOME"]).exists()


def test_a_tool_runs_where_there_is_no_nice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tdeveloper.gates.tool.os.defpath", str(tmp_path / "none"))
    assert python(tmp_path, "import os; print(os.nice(0))") == Ran(exit_code=0, stdout=f"{os.nice(0)}\n".encode())


def test_a_tool_that_hangs_ends_within_its_time_and_so_does_what_it_started(tmp_path: Path) -> None:
    code = (
        "import os, subprocess, time\n"
        "child = subprocess.Popen(['sleep', '600'], start_new_session=True)\n"
        f"open({str(tmp_path / 'pids')!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        "time.sleep(600)"
    )
    assert python(tmp_path, code, seconds=2.0) == Broke(
        why="tool: did not end within 2 s", trouble=Trouble.TIME_IS_OVER
    )
    assert all(ends(int(pid)) for pid in (tmp_path / "pids").read_text().split())


def test_a_tool_that_closes_its_pipes_and_goes_on_ends_within_its_time(tmp_path: Path) -> None:
    broke = python(tmp_path, "import os, time; os.close(1); os.close(2); time.sleep(600)", seconds=1.5)
    assert broke == Broke(why="tool: did not end within 1.5 s", trouble=Trouble.TIME_IS_OVER)


def test_a_tool_that_writes_without_end_has_broken(tmp_path: Path) -> None:
    broke = python(tmp_path, "while True: print('x' * 1000)")
    assert broke == Broke(why="tool: wrote more than the 1,024 bytes that are read", trouble=Trouble.CRASHED)


def test_as_much_as_is_read_is_no_more_than_is_read(tmp_path: Path) -> None:
    assert isinstance(python(tmp_path, "import os; os.write(1, b'x' * 1024)"), Ran)
    assert isinstance(python(tmp_path, "import os; os.write(1, b'x' * 1025)"), Broke)


def test_complaints_are_no_answer_and_block_nothing(tmp_path: Path) -> None:
    ran = python(tmp_path, "import sys; sys.stderr.write('x' * 1_000_000); print('found')")
    assert ran == Ran(exit_code=0, stdout=b"found\n")


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("exit(1)", "tool: ended with exit code 1"),
        ("import os; os.kill(os.getpid(), 11)", "tool: was ended by SIGSEGV"),
        ("exit(134)", "tool: was ended by SIGABRT"),
        ("exit(255)", "tool: ended with exit code 255"),
        ("exit(128)", "tool: ended with exit code 128"),
    ],
)
def test_how_a_tool_broke_is_told_without_its_own_words(tmp_path: Path, code: str, why: str) -> None:
    broke = python(tmp_path, f"import sys; print('thread 4711 in /tmp/x', file=sys.stderr); {code}")
    assert broke == Broke(why=why, trouble=Trouble.CRASHED)


def test_a_tool_that_refuses_its_options_says_why_in_its_first_line(tmp_path: Path) -> None:
    broke = python(tmp_path, "import sys; print('\\n  no option --x  \\nUsage', file=sys.stderr); exit(2)")
    assert broke == Broke(why="tool: refuses its options: no option --x", trouble=Trouble.REFUSED)
    assert python(tmp_path, "exit(2)") == Broke(why="tool: refuses its options", trouble=Trouble.REFUSED)


def test_a_tool_that_is_not_there_has_broken(tmp_path: Path) -> None:
    broke = run_tool("tool", [str(tmp_path / "none")], cwd=tmp_path, seconds=30.0)
    assert broke == Broke(why="tool: ended with exit code 127", trouble=Trouble.CRASHED)


def test_without_time_a_tool_is_not_started(tmp_path: Path) -> None:
    broke = python(tmp_path, f"open({str(tmp_path / 'ran')!r}, 'w')", seconds=0.0)
    assert broke == Broke(why="tool: no time was left for it", trouble=Trouble.TIME_IS_OVER)
    assert not (tmp_path / "ran").exists()


def test_what_a_tool_writes_to_a_disk_is_bounded(tmp_path: Path) -> None:
    broke = python(tmp_path, "open('large', 'wb').truncate(1 << 40)")
    assert isinstance(broke, Broke)
    assert not (tmp_path / "large").exists() or (tmp_path / "large").stat().st_size == 0


def test_a_tool_is_found_beside_python_or_in_the_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_tool("ruff") == Path(sys.executable).parent / "ruff"
    bundled = tmp_path / "bin/ruff"
    bundled.parent.mkdir()
    bundled.write_text("")
    monkeypatch.setattr("tdeveloper.gates.tool.__file__", str(tmp_path / "tdeveloper/gates/tool.py"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python/python3"))
    with pytest.raises(PlatformError, match=r"^ruff: is neither in .*; install the dependency group"):
        find_tool("ruff")
    bundled.chmod(0o755)
    assert find_tool("ruff") == bundled.resolve()
