"""The security gate as a step of the state machine: fetch the archive, unpack it, scan it, store what was found."""

import json
import tempfile
import time
from pathlib import Path
from typing import Any

from foundation.errors import RefusedError
from tdeveloper import metrics as catalogue
from tdeveloper.entry import telemetry
from tdeveloper.entry.environment import Environment, environment, s3
from tdeveloper.gates import security
from tdeveloper.gates.archive import Extracted, extract

GATE = "security"


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Run the gate for `{"pipeline_id", "archive_key"}`; the outcome is passed, rejected or refused (the archive)."""
    platform = environment()
    pipeline_id: str = event["pipeline_id"]
    platform.report(pipeline_id, "gate-started", detail={"gate": GATE})
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="gate-") as directory:
        result = _run(platform, pipeline_id, event["archive_key"], Path(directory))
    dimensions = {"Stage": platform.stage, "Gate": GATE}
    telemetry.emit(catalogue.GATE_DURATION, (time.monotonic() - began) * 1000, dimensions=dimensions)
    telemetry.emit(catalogue.GATE_EXECUTIONS, 1, dimensions={**dimensions, "Outcome": result["outcome"]})
    platform.store.record_gate(pipeline_id, GATE, result)
    platform.report(pipeline_id, "gate-finished", detail={"gate": GATE, "outcome": result["outcome"]})
    return {"gate": GATE, "outcome": result["outcome"]}


def _run(platform: Environment, pipeline_id: str, archive_key: str, directory: Path) -> dict[str, Any]:
    archive = directory / "archive"
    s3().download_file(platform.archives_bucket, archive_key, str(archive))
    try:
        extracted = extract(archive, directory / "tree")
    except RefusedError as refusal:
        return {"outcome": "refused", "reason": str(refusal)}
    report = security.scan(directory / "tree")
    _emit(platform.stage, report, extracted)
    report_key = f"results/{pipeline_id}/{GATE}.json"
    s3().put_object(
        Bucket=platform.archives_bucket,
        Key=report_key,
        ContentType="application/json",
        Body=json.dumps(
            {"findings": [finding.to_dict() for finding in report.findings], "skipped": report.skipped}
        ).encode(),
    )
    return {
        "outcome": "passed" if report.passed else "rejected",
        "findings_count": report.count_by_severity,
        "skipped_count": len(report.skipped),
        "file_count": extracted.file_count,
        "report_key": report_key,
    }


def _emit(stage: str, report: security.SecurityReport, extracted: Extracted) -> None:
    dimensions = {"Stage": stage, "Gate": GATE}
    telemetry.emit(catalogue.ARCHIVE_SIZE, extracted.total_bytes, dimensions=dimensions)
    for severity, count in report.count_by_severity.items():
        telemetry.emit(catalogue.GATE_FINDINGS, count, dimensions={**dimensions, "Severity": severity})
