"""The table of trees, through an archive of every kind and the whole gate."""

import io
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from foundation.errors import RefusedError
from foundation.findings.model import Severity
from tdeveloper.gates.archive.extract import extract
from tdeveloper.gates.security import scan
from tests.tdeveloper.gates.cases import CASES, Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the gate says of an archive: how it ended, the files that it names, and the comments that it shows."""

    outcome: str
    named: frozenset[str]
    shown: frozenset[tuple[str, int]]


def the_gate(archive: bytes, directory: Path) -> Answer:
    """The one place that knows how the gate is called."""
    directory.mkdir(exist_ok=True)
    (directory / "archive").write_bytes(archive)
    try:
        extract(directory / "archive", directory / "tree")
    except RefusedError:
        return Answer(outcome="refused", named=frozenset(), shown=frozenset())
    report = scan(directory / "tree")
    found = {finding.path for finding in report.findings if finding.severity is Severity.HIGH}
    return Answer(
        outcome=report.outcome.value,
        named=frozenset(found | {unread.path for unread in report.unread}),
        shown=frozenset((suppression.path, suppression.line) for suppression in report.suppressions),
    )


def a_zip(files: dict[str, bytes]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return body.getvalue()


def a_tar(files: dict[str, bytes], mode: str = "w:gz") -> bytes:
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode=mode) as package:  # type: ignore[call-overload]
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            package.addfile(member, io.BytesIO(content))
    return body.getvalue()


@pytest.mark.parametrize("pack", [a_zip, a_tar])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_gate_answers_as_the_table_says(case: Case, pack: object, tmp_path: Path) -> None:
    answer = the_gate(a_zip(case.files) if pack is a_zip else a_tar(case.files), tmp_path)
    assert answer.outcome == case.outcome
    assert answer.named == set(case.named)
    assert answer.shown == set(case.shown)


def test_every_tree_has_a_name_of_its_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
