"""The first and the last step of the state machine: a pipeline is running, a pipeline is finished."""

from datetime import datetime
from typing import Any, cast

from tdeveloper import metrics as catalogue
from tdeveloper.entry import telemetry
from tdeveloper.entry.environment import at_init, connections, environment, now
from tdeveloper.gates.outcomes import GateOutcome, PipelineStatus, overall

at_init(environment, connections)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Mark `{"pipeline_id", "step": "started"}` or `{..., "step": "finished", "gates": [{"gate", "outcome"}, ...]}`."""
    pipeline_id: str = event["pipeline_id"]
    platform = environment()
    if event["step"] == "started":
        platform.report(pipeline_id, "started", status=PipelineStatus.RUNNING)
        return {"status": PipelineStatus.RUNNING}
    outcomes = [(cast("str", gate["gate"]), GateOutcome.read(gate["outcome"])) for gate in event["gates"]]
    for gate, outcome in outcomes:
        # A gate that broke could not record it itself: it may have been out of time or memory.
        if outcome is GateOutcome.FAILED:
            failed = {"Stage": platform.stage, "Gate": gate, "Outcome": outcome.value}
            telemetry.emit(catalogue.GATE_EXECUTIONS, 1, dimensions=failed)
    status = overall(outcome for _, outcome in outcomes)
    platform.report(pipeline_id, "finished", status=status, detail={"status": status})
    pipeline = platform.store.get(pipeline_id)
    if pipeline is not None:
        took = datetime.fromisoformat(now()) - datetime.fromisoformat(pipeline.accepted_at)
        telemetry.emit(
            catalogue.PIPELINE_DURATION,
            took.total_seconds() * 1000,
            dimensions={"Stage": platform.stage, "Outcome": status.value},
        )
    return {"status": status}
