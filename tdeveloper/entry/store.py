"""Pipelines and their subscribers in one DynamoDB table.

    pk             sk               holds
    PIPELINE#<id>  STATE            the pipeline, its gates' results and its events as one list
    PIPELINE#<id>  CONNECTION#<c>   a subscriber: the last sequence sent to it, and the lease of who is sending
    CONNECTION#<c> PIPELINE#<id>    the way back, for $disconnect

Events are one list on one item, so that appending is atomic and their order is the list's.
"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from boto3.dynamodb.conditions import Key
from botocore.exceptions import ClientError

from tdeveloper.gates.outcomes import PipelineStatus
from tdeveloper.gates.pipelines import Pipeline, PipelineRequest, ProgressEvent

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

_STATE = "STATE"
_KEEP_SECONDS = 30 * 24 * 3600


class PipelineStore:
    """Reads and writes pipelines; `table` has the string keys pk and sk and the TTL attribute expires_at."""

    def __init__(self, table: "Table") -> None:
        self._table = table

    def create(self, *, pipeline_id: str, request: PipelineRequest, at: str, now_seconds: int) -> None:
        """Store a new pipeline with its first event, `accepted`."""
        self._table.put_item(
            Item={
                **_pipeline_key(pipeline_id),
                "status": PipelineStatus.ACCEPTED.value,
                "repository": request.repository,
                "commit": request.commit,
                "archive_key": request.archive_key,
                "accepted_at": at,
                "gates": {},
                "events": [{"name": "accepted", "at": at, "detail": {}}],
                "expires_at": now_seconds + _KEEP_SECONDS,
            },
            ConditionExpression="attribute_not_exists(pk)",
        )

    def get(self, pipeline_id: str) -> Pipeline | None:
        """The pipeline as it is now (a consistent read), or None."""
        item = self._table.get_item(Key=_pipeline_key(pipeline_id), ConsistentRead=True).get("Item")
        if item is None:
            return None
        data: dict[str, Any] = dict(item)
        return Pipeline(
            pipeline_id=pipeline_id,
            status=PipelineStatus(data["status"]),
            request=PipelineRequest(
                repository=data["repository"], commit=data["commit"], archive_key=data["archive_key"]
            ),
            accepted_at=data["accepted_at"],
            gates=_plain(data["gates"]),
            events=tuple(
                ProgressEvent(sequence=number, name=event["name"], at=event["at"], detail=_plain(event["detail"]))
                for number, event in enumerate(data["events"], start=1)
            ),
        )

    def append_event(
        self, pipeline_id: str, name: str, *, at: str, detail: dict[str, Any], status: PipelineStatus | None = None
    ) -> None:
        """Append one event, and set the status with it when one is given."""
        values: dict[str, Any] = {":event": [{"name": name, "at": at, "detail": detail}]}
        change = "SET events = list_append(events, :event)"
        names: dict[str, str] = {}
        if status is not None:
            change += ", #status = :status"
            names["#status"] = "status"
            values[":status"] = status.value
        self._table.update_item(
            Key=_pipeline_key(pipeline_id),
            UpdateExpression=change,
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeValues=values,
            **({"ExpressionAttributeNames": names} if names else {}),  # pyright: ignore[reportArgumentType]
        )

    def record_gate(self, pipeline_id: str, gate: str, result: dict[str, Any]) -> None:
        """Store one gate's result under its name."""
        self._table.update_item(
            Key=_pipeline_key(pipeline_id),
            UpdateExpression="SET gates.#gate = :result",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeNames={"#gate": gate},
            ExpressionAttributeValues={":result": result},
        )

    def subscribe(self, pipeline_id: str, connection_id: str, *, now_seconds: int) -> None:
        """Remember that a connection wants the pipeline's events, from the first on."""
        expires_at = now_seconds + 3 * 3600  # API Gateway closes a connection after two hours
        self._table.put_item(
            Item={**_subscriber_key(pipeline_id, connection_id), "sent": 0, "lease_until": 0, "expires_at": expires_at}
        )
        self._table.put_item(
            Item={"pk": f"CONNECTION#{connection_id}", "sk": f"PIPELINE#{pipeline_id}", "expires_at": expires_at}
        )

    def unsubscribe(self, pipeline_id: str, connection_id: str) -> None:
        """Forget one subscription."""
        self._table.delete_item(Key=_subscriber_key(pipeline_id, connection_id))
        self._table.delete_item(Key={"pk": f"CONNECTION#{connection_id}", "sk": f"PIPELINE#{pipeline_id}"})

    def subscriptions_of(self, connection_id: str) -> tuple[str, ...]:
        """The pipelines that a connection follows."""
        found = self._table.query(KeyConditionExpression=Key("pk").eq(f"CONNECTION#{connection_id}"))["Items"]
        return tuple(str(item["sk"]).removeprefix("PIPELINE#") for item in found)

    def subscribers_of(self, pipeline_id: str) -> tuple[str, ...]:
        """The connections that follow a pipeline (a consistent read)."""
        found = self._table.query(
            KeyConditionExpression=Key("pk").eq(f"PIPELINE#{pipeline_id}") & Key("sk").begins_with("CONNECTION#"),
            ConsistentRead=True,
        )["Items"]
        return tuple(str(item["sk"]).removeprefix("CONNECTION#") for item in found)

    def lease(self, pipeline_id: str, connection_id: str, *, now_ms: int, until_ms: int) -> int | None:
        """Become the one sender to a subscriber; the last sequence it was sent, or None while another sends."""
        try:
            answer = self._table.update_item(
                Key=_subscriber_key(pipeline_id, connection_id),
                UpdateExpression="SET lease_until = :until",
                ConditionExpression="attribute_exists(pk) AND lease_until < :now",
                ExpressionAttributeValues={":until": until_ms, ":now": now_ms},
                ReturnValues="ALL_NEW",
            )
        except ClientError as error:
            if _is_failed_condition(error):
                return None
            raise
        return int(str(answer.get("Attributes", {})["sent"]))

    def release(self, pipeline_id: str, connection_id: str, *, sent: int) -> None:
        """Give the lease back and remember how far the subscriber is."""
        try:
            self._table.update_item(
                Key=_subscriber_key(pipeline_id, connection_id),
                UpdateExpression="SET sent = :sent, lease_until = :free",
                ConditionExpression="attribute_exists(pk)",
                ExpressionAttributeValues={":sent": sent, ":free": 0},
            )
        except ClientError as error:
            if not _is_failed_condition(error):  # else the subscriber left meanwhile
                raise


def _pipeline_key(pipeline_id: str) -> dict[str, str]:
    return {"pk": f"PIPELINE#{pipeline_id}", "sk": _STATE}


def _subscriber_key(pipeline_id: str, connection_id: str) -> dict[str, str]:
    return {"pk": f"PIPELINE#{pipeline_id}", "sk": f"CONNECTION#{connection_id}"}


def _is_failed_condition(error: ClientError) -> bool:
    return error.response.get("Error", {}).get("Code") == "ConditionalCheckFailedException"


def _plain(value: Any) -> Any:
    """DynamoDB's Decimals as int: nothing that is stored here has a fraction."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_plain(item) for item in cast("list[Any]", value)]
    return int(value) if isinstance(value, Decimal) else value
