"""What a load test sent, as `sre check` and `sre loadtest` have it."""

from dataclasses import asdict
from typing import Any

from reports.release_check.model import RequestRow
from sre.cli.outputs.model import Part


class Request(Part):
    """One kind of request; latencies are of good answers, from when a request was due, null without any."""

    request: str
    sent_count: int
    fault_count: int
    slow_or_fault_count: int
    refused_count: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    max_ms: float | None


class Load(Part):
    """What was sent, and how the generator did, the worst of its processes; `lag_p99_ms` is how late requests were begun.

    `closing_count` requests met a connection that the server was closing.
    """

    planned_rps: float
    seed: int
    started_count: int
    ended_count: int
    closing_count: int
    lag_p99_ms: float
    cpu_mean_percent: float
    cpu_max_percent: float
    connection_count: int
    connect_p99_ms: float
    submitted_count: int
    finished_count: int
    unfinished_count: int


def request_fields(row: RequestRow) -> dict[str, Any]:
    """One kind of request as the fields of its output: the row of a page, by the names that programs know."""
    fields: dict[str, Any] = asdict(row)
    return {"request": fields.pop("name"), "slow_or_fault_count": fields.pop("slow_count"), **fields}
