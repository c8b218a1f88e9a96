"""What a handler needs from its environment: the stage, the table, the bucket, and one client each."""

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from tdeveloper import metrics as catalogue
from tdeveloper.entry import telemetry
from tdeveloper.entry.store import PipelineStore
from tdeveloper.gates import event_delivery as progress
from tdeveloper.gates.outcomes import PipelineStatus
from tdeveloper.gates.pipelines import timestamp

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient

_AWS = Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "max_attempts": 3})


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The handler's surroundings; made once for each execution environment of a Lambda."""

    stage: str
    store: PipelineStore
    archives_bucket: str
    state_machine_arn: str
    connections_url: str

    def report(
        self,
        pipeline_id: str,
        name: str,
        *,
        detail: dict[str, Any] | None = None,
        status: PipelineStatus | None = None,
    ) -> None:
        """Append an event to a pipeline and send it to whoever follows the pipeline."""
        self.store.append_event(pipeline_id, name, at=now(), detail=detail or {}, status=status)
        for connection_id in self.store.subscribers_of(pipeline_id):
            self.catch_up(connection_id, pipeline_id)

    def catch_up(self, connection_id: str, pipeline_id: str) -> None:
        """Send one subscriber every event that it has not had yet."""
        pushed = progress.deliver(
            connection_id,
            pipeline_id,
            read=self.store.get,
            subscriptions=self.store,
            sender=ConnectionSender(self.connections_url),
        )
        if pushed:
            telemetry.emit(catalogue.EVENTS_PUSHED, pushed, dimensions={"Stage": self.stage})


class ConnectionSender:
    """Sends through API Gateway's @connections API."""

    def __init__(self, connections_url: str) -> None:
        self._client = _connections_client(connections_url)

    def send(self, connection_id: str, message: dict[str, Any]) -> bool:
        """Post one message; False when the client has gone."""
        try:
            self._client.post_to_connection(ConnectionId=connection_id, Data=json.dumps(message).encode())
        except self._client.exceptions.GoneException:
            return False
        return True


@cache
def environment() -> Environment:
    """The environment of this Lambda, read at its first call and kept while the execution environment lives."""
    return Environment(
        stage=os.environ["STAGE"],
        store=PipelineStore(boto3.resource("dynamodb", config=_AWS).Table(os.environ["PIPELINES_TABLE"])),
        archives_bucket=os.environ.get("ARCHIVES_BUCKET", ""),
        state_machine_arn=os.environ.get("STATE_MACHINE_ARN", ""),
        connections_url=os.environ.get("CONNECTIONS_URL", ""),
    )


@cache
def connections() -> ConnectionSender:
    """Who sends to this Lambda's WebSocket clients."""
    return ConnectionSender(environment().connections_url)


@cache
def _connections_client(connections_url: str) -> "ApiGatewayManagementApiClient":
    return boto3.client("apigatewaymanagementapi", endpoint_url=connections_url, config=_AWS)


@cache
def s3() -> Any:
    """The S3 client of this Lambda."""
    return boto3.client("s3", config=_AWS)


@cache
def step_functions() -> Any:
    """The Step Functions client of this Lambda."""
    return boto3.client("stepfunctions", config=_AWS)


def at_init(*clients: Callable[[], object]) -> None:
    """Make clients while Lambda imports the handler, so that no request waits for them; elsewhere an import makes nothing.

    https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html and its reserved variables,
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    """
    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        for make in clients:
            make()


def now() -> str:
    """The present instant as the platform writes it."""
    return timestamp(datetime.now(UTC))


def now_seconds() -> int:
    """The present instant in whole Unix seconds, for TTL attributes."""
    return int(time.time())
