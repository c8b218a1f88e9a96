"""The REST API: health, submit a pipeline, read a pipeline.

A submission is answered 202 as soon as it is stored and its execution is started: the gates run
behind it, which is how "under one second" is honest.
"""

import json
import logging
import os
import time
import uuid
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from foundation import fault_switch as faults
from foundation.errors import RefusedError
from tdeveloper import metrics as catalogue
from tdeveloper.entry import telemetry
from tdeveloper.entry.environment import at_init, environment, now, now_seconds, step_functions
from tdeveloper.gates.outcomes import PipelineStatus
from tdeveloper.gates.pipelines import read_request

_log = logging.getLogger(__name__)
at_init(environment, step_functions)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one API Gateway proxy event (payload format 1.0), and write one access-log line."""
    began = time.monotonic()
    answer = _route(event)
    line = {
        "method": event["httpMethod"],
        "resource": event["resource"],
        "status": answer["statusCode"],
        "duration_ms": round((time.monotonic() - began) * 1000, 1),
    }
    print(json.dumps(line))
    return answer


def _route(event: dict[str, Any]) -> dict[str, Any]:
    if faults.switch_of(os.environ, stage=environment().stage).strike():
        return _answer(500, {"message": "the fault switch failed this request"})
    match event["httpMethod"], event["resource"]:
        case "GET", "/v1/health":
            return _answer(200, {"status": "ok", "stage": environment().stage})
        case "POST", "/v1/pipelines":
            return _submit(event.get("body"))
        case "GET", "/v1/pipelines/{pipeline_id}":
            return _read(event["pathParameters"]["pipeline_id"])
        case method, resource:
            return _answer(404, {"message": f"no route {method} {resource}"})


def _submit(body: str | None) -> dict[str, Any]:
    try:
        request = read_request(body)
    except RefusedError as error:
        return _answer(400, {"message": str(error)})
    platform = environment()
    pipeline_id = uuid.uuid4().hex
    platform.store.create(pipeline_id=pipeline_id, request=request, at=now(), now_seconds=now_seconds())
    try:
        step_functions().start_execution(
            stateMachineArn=platform.state_machine_arn,
            name=pipeline_id,
            input=json.dumps({"pipeline_id": pipeline_id, "archive_key": request.archive_key}),
        )
    except (BotoCoreError, ClientError):
        _log.exception("pipeline %s could not be started", pipeline_id)
        failed = PipelineStatus.FAILED
        platform.report(pipeline_id, "finished", status=failed, detail={"status": failed.value})
        return _answer(
            503, {"message": "the pipeline could not be started; submit it again", "pipeline_id": pipeline_id}
        )
    telemetry.emit(catalogue.PIPELINES_ACCEPTED, 1, dimensions={"Stage": platform.stage})
    return _answer(
        202, {"pipeline_id": pipeline_id, "status": PipelineStatus.ACCEPTED, "self": f"/v1/pipelines/{pipeline_id}"}
    )


def _read(pipeline_id: str) -> dict[str, Any]:
    pipeline = environment().store.get(pipeline_id)
    if pipeline is None:
        return _answer(404, {"message": f"no pipeline {pipeline_id!r}"})
    return _answer(200, pipeline.to_dict())


def _answer(status: int, body: dict[str, Any]) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": json.dumps(body),
    }
