"""The security gate as a step of the state machine: fetch the archive, unpack it, scan it, store what was found."""

import json
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from foundation.errors import RefusedError
from tdeveloper import metrics as catalogue
from tdeveloper.entry import telemetry
from tdeveloper.entry.environment import Environment, at_init, connections, environment, s3
from tdeveloper.gates import security
from tdeveloper.gates.archive.extract import Extracted, extract
from tdeveloper.gates.archive.limits import Limits
from tdeveloper.gates.outcomes import GateOutcome

GATE = "security"
_CHUNK_BYTES = 1024 * 1024
# What stands in the pipeline itself, an item of at most 400 KB; the report in the bucket names more.
_NAMED_COUNT = 20
_REASON_CHARACTERS = 1_000
at_init(environment, connections, s3)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Run the gate for `{"pipeline_id", "archive_key"}`; the outcome is a verdict, or that the archive is refused."""
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
    limits = Limits()
    try:
        _fetch(platform.archives_bucket, archive_key, directory / "archive", limits)
        extracted = extract(directory / "archive", directory / "tree", limits)
    except RefusedError as refusal:
        return {"outcome": GateOutcome.REFUSED.value, "reason": str(refusal)[:_REASON_CHARACTERS]}
    report = security.scan(directory / "tree")
    _emit(platform.stage, report, extracted)
    report_key = f"results/{pipeline_id}/{GATE}.json"
    whole = report.to_dict()
    s3().put_object(
        Bucket=platform.archives_bucket,
        Key=report_key,
        ContentType="application/json",
        Body=json.dumps(whole).encode(),
    )
    named = {"unread": whole["unread"][:_NAMED_COUNT], "suppressions": whole["suppressions"][:_NAMED_COUNT]}
    return {**{name: value for name, value in whole.items() if name != "findings"}, **named, "report_key": report_key}


def _fetch(bucket: str, key: str, target: Path, limits: Limits) -> None:
    """Write the object to `target`; its size is looked at before its body is read."""
    answer = s3().get_object(Bucket=bucket, Key=key)
    with closing(answer["Body"]) as body:
        if answer["ContentLength"] > limits.archive_bytes:
            raise RefusedError(
                f"the archive has {answer['ContentLength']:,} bytes, and may have {limits.archive_bytes:,}"
            )
        with target.open("wb") as out:
            for chunk in body.iter_chunks(_CHUNK_BYTES):
                out.write(chunk)


def _emit(stage: str, report: security.SecurityReport, extracted: Extracted) -> None:
    dimensions = {"Stage": stage, "Gate": GATE}
    telemetry.emit(catalogue.ARCHIVE_SIZE, extracted.total_bytes, dimensions=dimensions)
    for severity, count in report.count_by_severity.items():
        telemetry.emit(catalogue.GATE_FINDINGS, count, dimensions={**dimensions, "Severity": severity})
