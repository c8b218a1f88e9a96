"""The first and the last step of the state machine: a pipeline is running, a pipeline is finished."""

from datetime import datetime
from typing import Any, cast

from tdeveloper import metrics as catalogue
from tdeveloper.entry import telemetry
from tdeveloper.entry.environment import environment, now


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Mark `{"pipeline_id", "step": "started"}` or `{..., "step": "finished", "gates": [{"gate", "outcome"}, ...]}`."""
    pipeline_id: str = event["pipeline_id"]
    platform = environment()
    if event["step"] == "started":
        platform.report(pipeline_id, "started", status="running")
        return {"status": "running"}
    for gate in event["gates"]:
        # A gate that broke could not record it itself: it may have been out of time or memory.
        if gate["outcome"] == "failed":
            failed = {"Stage": platform.stage, "Gate": cast("str", gate["gate"]), "Outcome": "failed"}
            telemetry.emit(catalogue.GATE_EXECUTIONS, 1, dimensions=failed)
    status = overall([cast("str", gate["outcome"]) for gate in event["gates"]])
    platform.report(pipeline_id, "finished", status=status, detail={"status": status})
    pipeline = platform.store.get(pipeline_id)
    if pipeline is not None:
        took = datetime.fromisoformat(now()) - datetime.fromisoformat(pipeline.accepted_at)
        telemetry.emit(
            catalogue.PIPELINE_DURATION,
            took.total_seconds() * 1000,
            dimensions={"Stage": platform.stage, "Outcome": status},
        )
    return {"status": status}


def overall(outcomes: list[str]) -> str:
    """A pipeline's status from its gates' outcomes: failed before rejected before passed; no gate at all is failed."""
    if not outcomes or "failed" in outcomes:
        return "failed"
    return "passed" if all(outcome == "passed" for outcome in outcomes) else "rejected"
