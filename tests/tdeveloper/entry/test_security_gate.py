"""The gate's step: what it hands to the state machine, to the table, to the bucket and to the metrics, by outcome."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

import tdeveloper.entry.security_gate as security_gate
from foundation.errors import RefusedError
from tdeveloper.gates.archive.limits import Limits
from tests.tdeveloper.entry.moto_platform import KEY, MotoPlatform, moto_platform
from tests.tdeveloper.gates.cases import CLEAN, SHELL


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[MotoPlatform]:
    with moto_platform(monkeypatch) as started:
        yield started


def run() -> dict[str, Any]:
    return security_gate.handler({"pipeline_id": "p", "archive_key": KEY}, None)


def executions(lines: str) -> list[str]:
    emitted = [json.loads(line) for line in lines.splitlines()]
    return [line["Outcome"] for line in emitted if "GateExecutions" in line]


@pytest.mark.parametrize(
    ("files", "outcome"),
    [
        ({"a.py": CLEAN}, "passed"),
        ({"a.py": SHELL}, "rejected"),
        ({"a.py": CLEAN, "b.py": b"def (:\n"}, "inconclusive"),
        ({}, "refused"),
    ],
)
def test_the_outcome_reaches_the_state_machine_the_table_the_subscribers_and_the_metrics(
    platform: MotoPlatform, capsys: pytest.CaptureFixture[str], files: dict[str, bytes], outcome: str
) -> None:
    platform.put(files)
    assert run() == {"gate": "security", "outcome": outcome}
    pipeline = platform.pipeline
    assert pipeline.gates["security"]["outcome"] == outcome
    assert pipeline.to_dict()["gates"]["security"]["outcome"] == outcome
    assert pipeline.events[-1].detail == {"gate": "security", "outcome": outcome}
    assert executions(capsys.readouterr().out) == [outcome]


def test_what_was_not_looked_at_is_named_in_the_pipeline_and_in_the_report(platform: MotoPlatform) -> None:
    platform.put({"a.py": CLEAN + b"import os  # nosec\n", "b.py": b"def (:\n"})
    run()
    gate = platform.pipeline.gates["security"]
    assert gate["unread"] == [{"path": "b.py", "why": "cannot be parsed as Python by the gate"}]
    assert gate["suppressions"] == [{"tool": "bandit", "path": "a.py", "line": 3}]
    assert (gate["unread_count"], gate["suppressions_count"], gate["file_count"], gate["python_file_count"]) == (
        1,
        1,
        2,
        2,
    )
    report = platform.report(gate["report_key"])
    assert report["outcome"] == "inconclusive"
    assert report["unread"] == gate["unread"]
    assert report["suppressions"] == gate["suppressions"]
    assert report["findings_count"] == gate["findings_count"] == {"HIGH": 0, "MEDIUM": 0, "LOW": 0, "UNDEFINED": 0}


def test_the_pipeline_names_twenty_and_counts_all_and_the_report_names_more(platform: MotoPlatform) -> None:
    platform.put({f"{'d' * 200}/{number}.py": b"def (:  # nosec\n" for number in range(30)})
    run()
    gate = platform.pipeline.gates["security"]
    assert (len(gate["unread"]), gate["unread_count"]) == (20, 30)
    assert (len(gate["suppressions"]), gate["suppressions_count"]) == (20, 30)
    assert "findings" not in gate
    assert len(platform.report(gate["report_key"])["unread"]) == 30


def test_a_refusal_has_its_reason(platform: MotoPlatform) -> None:
    platform.put({"a\nb": b"x" * 10})
    run()
    assert platform.pipeline.gates["security"]["reason"].startswith("'a\\nb': a character of the name does not print")


def test_an_archive_that_is_not_there_breaks_the_gate(platform: MotoPlatform) -> None:
    with pytest.raises(ClientError, match="NoSuchKey"):
        run()


class Body:
    """An object's content that nobody may read."""

    is_closed = False

    def iter_chunks(self, _size: int) -> Iterator[bytes]:
        raise AssertionError("read")

    def close(self) -> None:
        self.is_closed = True


def test_an_object_that_is_too_large_is_refused_before_its_body_is_read(
    platform: MotoPlatform, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    body, limit = Body(), Limits().archive_bytes

    class S3:
        def get_object(self, **_: str) -> dict[str, Any]:
            return {"ContentLength": limit + 1, "Body": body}

    monkeypatch.setattr(security_gate, "s3", S3)
    assert run()["outcome"] == "refused"
    assert (
        platform.pipeline.gates["security"]["reason"] == f"the archive has {limit + 1:,} bytes, and may have {limit:,}"
    )
    assert body.is_closed


def test_the_reason_of_a_refusal_is_bounded(platform: MotoPlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise RefusedError("x" * 5_000)

    platform.put({"a.py": CLEAN})
    monkeypatch.setattr(security_gate, "extract", refuse)
    run()
    assert platform.pipeline.gates["security"]["reason"] == "x" * 1_000
