"""Small trees, wheels and what a sandbox tells of a run, as tests need them."""

import base64
import hashlib
import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from foundation.sandbox.model import Absent, Ending, Exited, Ran, Stream, Why
from tdeveloper.gates.testing.claims import ClaimedTest, Outcome
from tdeveloper.gates.testing.job import COVERAGE, JUNIT

HEAD = b'<?xml version="1.0" encoding="utf-8"?>'


def a_tree(directory: Path, files: Mapping[str, str]) -> Path:
    """A tree of these files."""
    directory.mkdir(exist_ok=True)
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return directory


def a_wheel(directory: Path, name: str, version: str, files: Mapping[str, str]) -> str:
    """Make a wheel of pure Python; its digest as locks have it."""
    info = f"{name}-{version}.dist-info"
    inside = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip('=')},"
        f"{len(text.encode())}\n"
        for path, text in inside.items()
    )
    directory.mkdir(parents=True, exist_ok=True)
    wheel = directory / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as package:
        for path, text in inside.items():
            package.writestr(path, text)
        package.writestr(f"{info}/RECORD", f"{record}{info}/RECORD,,\n")
    return f"sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}"


def a_junit(*cases: str, failures: int = 0, errors: int = 0, skipped: int = 0) -> bytes:
    """pytest's file with these test cases."""
    counts = f'errors="{errors}" failures="{failures}" skipped="{skipped}" tests="{len(cases)}"'
    body = (
        f'<testsuites name="pytest tests"><testsuite name="pytest" {counts}>{"".join(cases)}</testsuite></testsuites>'
    )
    return HEAD + body.encode()


def a_case(name: str, inside: str = "", *, classname: str = "test_a", file: str = "test_a.py", line: str = "0") -> str:
    """A test case of it."""
    return f'<testcase classname="{classname}" name="{name}" file="{file}" line="{line}" time="0.1">{inside}</testcase>'


def events(*told: Mapping[str, object], count: int | None = None) -> bytes:
    """What our plugin tells: the tests, and how many were collected, which are all of them unless it is said."""
    collected = len({each["test"] for each in told if not each.get("is_module")}) if count is None else count
    lines = [{"event": "collected", "count": collected}, *({"event": "ended", **each} for each in told)]
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def a_coverage(covered: int = 3, lines: int = 4, *, covered_branches: int = 1, branches: int = 2) -> bytes:
    """coverage's file of one module."""
    summary = {
        "covered_lines": covered, "num_statements": lines, "covered_branches": covered_branches, "num_branches": branches,
        "percent_covered": 1.0,
    }  # fmt: skip
    return json.dumps({"meta": {}, "files": {"a.py": {"summary": summary}}, "totals": summary}).encode()


def a_run(
    *,
    ending: Ending | None = None,
    status: int = 0,
    junit: bytes | Why = Why.MISSING,
    coverage: bytes | Why = Why.MISSING,
    told: bytes = b"",
    printed: str = "",
) -> Ran:
    """What a sandbox tells of a run."""
    artifacts = {JUNIT: junit, COVERAGE: coverage}
    return Ran(
        ending=ending or Exited(status=status),
        stdout=Stream(tail=printed.encode(), total_bytes=len(printed)),
        stderr=Stream(tail=told, total_bytes=len(told)),
        artifacts={name: Absent(why=each) if isinstance(each, Why) else each for name, each in artifacts.items()},
        wall_seconds=1.5,
        cpu_seconds=1.25,
        peak_memory_bytes=40 << 20,
        left_out_count=0,
    )


def a_test(name: str, outcome: Outcome = Outcome.PASSED, *, path: str = "test_a.py", line: int = 1) -> ClaimedTest:
    """A test of a claim."""
    return ClaimedTest(name=name, outcome=outcome, path=path, line=line, message="")


def some_tests(names: Iterable[str], outcome: Outcome = Outcome.PASSED) -> tuple[ClaimedTest, ...]:
    """Several that ended alike."""
    return tuple(a_test(name, outcome) for name in names)
