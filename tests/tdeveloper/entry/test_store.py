"""Pipelines in DynamoDB, against moto."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tdeveloper.entry.store import PipelineStore
from tdeveloper.gates.outcomes import PipelineStatus
from tdeveloper.gates.pipelines import PipelineRequest

REQUEST = PipelineRequest(repository="octo/cat", commit="a" * 40, archive_key="archives/x.zip")


@pytest.fixture
def store() -> Iterator[PipelineStore]:
    with mock_aws():
        keys: Any = [("pk", "HASH"), ("sk", "RANGE")]
        table = boto3.resource("dynamodb", region_name="us-east-1").create_table(
            TableName="pipelines",
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
            BillingMode="PAY_PER_REQUEST",
        )
        stored = PipelineStore(table)
        stored.create(pipeline_id="p", request=REQUEST, at="t0", now_seconds=1_000)
        yield stored


def test_a_new_pipeline_is_accepted_and_has_one_event(store: PipelineStore) -> None:
    pipeline = store.get("p")
    assert pipeline is not None
    assert pipeline.status == "accepted"
    assert pipeline.request == REQUEST
    assert [(event.sequence, event.name) for event in pipeline.events] == [(1, "accepted")]


def test_events_are_numbered_in_the_order_they_came(store: PipelineStore) -> None:
    store.append_event("p", "started", at="t1", detail={}, status=PipelineStatus.RUNNING)
    store.append_event("p", "gate-finished", at="t2", detail={"gate": "security", "findings": {"HIGH": 2}})
    pipeline = store.get("p")
    assert pipeline is not None
    assert pipeline.status == "running"
    assert [(event.sequence, event.name) for event in pipeline.events] == [
        (1, "accepted"),
        (2, "started"),
        (3, "gate-finished"),
    ]
    assert pipeline.events[2].detail == {"gate": "security", "findings": {"HIGH": 2}}


def test_a_gates_result_lies_under_its_name(store: PipelineStore) -> None:
    store.record_gate("p", "security", {"outcome": "passed", "file_count": 3})
    pipeline = store.get("p")
    assert pipeline is not None
    assert pipeline.gates == {"security": {"outcome": "passed", "file_count": 3}}


def test_an_unknown_pipeline_is_none(store: PipelineStore) -> None:
    assert store.get("q") is None


def test_a_pipeline_is_not_created_twice_and_no_event_comes_from_nowhere(store: PipelineStore) -> None:
    with pytest.raises(Exception, match="ConditionalCheckFailed"):
        store.create(pipeline_id="p", request=REQUEST, at="t9", now_seconds=1_000)
    with pytest.raises(Exception, match="ConditionalCheckFailed"):
        store.append_event("q", "started", at="t1", detail={})


def test_only_one_sender_has_the_lease(store: PipelineStore) -> None:
    store.subscribe("p", "c", now_seconds=1_000)
    assert store.lease("p", "c", now_ms=5_000, until_ms=15_000) == 0
    assert store.lease("p", "c", now_ms=6_000, until_ms=16_000) is None
    store.release("p", "c", sent=2)
    assert store.lease("p", "c", now_ms=7_000, until_ms=17_000) == 2


def test_a_lease_that_was_never_given_back_ends_by_itself(store: PipelineStore) -> None:
    store.subscribe("p", "c", now_seconds=1_000)
    store.lease("p", "c", now_ms=5_000, until_ms=15_000)
    assert store.lease("p", "c", now_ms=15_001, until_ms=25_001) == 0


def test_a_subscriber_who_left_is_found_nowhere(store: PipelineStore) -> None:
    store.subscribe("p", "c", now_seconds=1_000)
    assert store.subscribers_of("p") == ("c",)
    assert store.subscriptions_of("c") == ("p",)
    store.unsubscribe("p", "c")
    assert store.subscribers_of("p") == ()
    assert store.subscriptions_of("c") == ()
    assert store.lease("p", "c", now_ms=1, until_ms=2) is None
    store.release("p", "c", sent=1)
    assert store.subscribers_of("p") == ()
