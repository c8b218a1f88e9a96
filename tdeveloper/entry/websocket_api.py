"""The WebSocket API: a client subscribes to a pipeline and gets its events, from the first, in order.

`$connect` is authorised by API Gateway (IAM) before anything here runs.
"""

import json
import os
from typing import Any, cast

from foundation import fault_switch as faults
from tdeveloper.entry.environment import at_init, connections, environment, now_seconds

at_init(environment, connections)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one WebSocket event: $connect, $disconnect, subscribe, or anything else with an explanation."""
    connection_id: str = event["requestContext"]["connectionId"]
    match event["requestContext"]["routeKey"]:
        case "$connect":
            pass
        case "$disconnect":
            store = environment().store
            for pipeline_id in store.subscriptions_of(connection_id):
                store.unsubscribe(pipeline_id, connection_id)
        case "subscribe" if not faults.switch_of(os.environ, stage=environment().stage).is_websocket_silent:
            _subscribe(connection_id, event.get("body"))
        case "subscribe":
            pass
        case _:
            _explain(connection_id, 'send {"action": "subscribe", "pipeline_id": "..."}')
    return {"statusCode": 200}


def _subscribe(connection_id: str, body: str | None) -> None:
    pipeline_id = _pipeline_id(body)
    platform = environment()
    if pipeline_id is None or platform.store.get(pipeline_id) is None:
        _explain(connection_id, f"no pipeline {pipeline_id!r}")
        return
    platform.store.subscribe(pipeline_id, connection_id, now_seconds=now_seconds())
    platform.catch_up(connection_id, pipeline_id)


def _pipeline_id(body: str | None) -> str | None:
    try:
        message = json.loads(body or "")
    except ValueError:
        return None
    pipeline_id = cast("dict[str, Any]", message).get("pipeline_id") if isinstance(message, dict) else None
    return pipeline_id if isinstance(pipeline_id, str) else None


def _explain(connection_id: str, text: str) -> None:
    connections().send(connection_id, {"type": "error", "message": text})
