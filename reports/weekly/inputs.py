"""Everything that a weekly report is made from, as it was read: each source with its age, and no data with its reason."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from foundation.cloudwatch.subscribers import Subscribers
from foundation.cloudwatch.suppression import Notification
from foundation.costs.bill import Bill
from foundation.readings import NoData, Reading
from foundation.slo.coverage import Coverage
from foundation.slo.error_budget import Counts
from foundation.slo.incidents import Incident
from foundation.slo.model import CostObjective
from reports.deployments import Operation
from reports.money import CostActuals
from reports.weekly.objectives import ObjectiveWeek
from reports.weekly.week import Week


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRead:
    """One source: what it answered, through when; `problem` is why it answered nothing."""

    name: str
    as_of: str
    note: str
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodBucket:
    """Of one period's requests, how many were answered above `from_ms` and up to `to_ms` (None: any longer)."""

    at: datetime
    from_ms: float
    to_ms: float | None
    count: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyWeek:
    """The API's latencies: percentiles of the week from the buckets' counts, and the buckets by the period."""

    request_count: int
    percentiles_ms: tuple[tuple[float, float | None], ...]
    buckets: tuple[PeriodBucket, ...]
    slow_after_ms: float
    period_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryWeek:
    """One canary's week, and how much of it is known; `expected_count` is what its schedule asks for, None where it has none."""

    name: str
    run_count: int
    failed_count: int
    expected_count: int | None
    coverage: Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDuration:
    """How long one stage of a pipeline took in the week; each percentile is "at most", None is beyond the last bucket."""

    name: str
    run_count: int
    percentiles_ms: tuple[tuple[float, float | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmWeek:
    """One time that an alarm was in alarm, and what became of its actions; `ended_at` is None while it lasts.

    `incidents` are the labelled ones that it was about.
    """

    name: str
    severity: str
    began_at: datetime
    ended_at: datetime | None
    notification: Notification
    incidents: tuple[Incident, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmsWeek:
    """The alarms that went off, how many were evaluated, and how many could not be for each reason."""

    fired: tuple[AlarmWeek, ...]
    evaluated_count: int
    without_count: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentsWeek:
    """What AgentCore and Bedrock counted; None is what neither has datapoints of. Percentiles are upper ends of buckets."""

    counts: tuple[tuple[str, int | None], ...]
    prompt_count: int | None
    prompt_tokens: tuple[tuple[float, float | None], ...]
    long_prompt_count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateWeek:
    """The estimated month at the week's traffic.

    `basis` says where its pipelines a day come from; `points` are (pipelines a day, USD a month) up to beyond the crossing;
    `read_since` are the prices of the book that were read in the week or later.
    """

    bill: Bill
    basis: str
    fixed_usd: Decimal
    marginal_usd: Decimal
    crossing_per_day: Decimal | None
    points: tuple[tuple[Decimal, Decimal], ...]
    book_version: str
    book_on: date
    read_since: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something that a team does about it."""

    what: str
    owner: str
    due_on: date
    effect: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What consumed an objective's budget in the week: bad events by what happened in their hour."""

    objective: str
    what: str
    bad_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyInputs:
    """The inputs of one report; `until` is where the week ends, or the end of this hour when it is not over.

    `gateway` is what API Gateway itself counted as requests and server errors, which traces are held against.
    """

    service: str
    stage: str
    label: str
    week: Week
    until: datetime
    generated_at: datetime
    commit: str
    sources: tuple[SourceRead, ...]
    objectives: tuple[tuple[str, str, ObjectiveWeek | NoData], ...]
    causes: tuple[Cause, ...]
    gateway: Counts | NoData
    latency: LatencyWeek | NoData
    stages: tuple[StageDuration, ...]
    agents: AgentsWeek | NoData
    canaries: tuple[CanaryWeek, ...] | NoData
    alarms: AlarmsWeek | NoData
    subscribers: tuple[Subscribers, ...] | NoData
    incidents: tuple[Incident, ...]
    operations: tuple[Operation, ...] | NoData
    load_tests: tuple[tuple[datetime, datetime], ...]
    pipeline_count: int | NoData
    pipeline_count_before: int | NoData
    cost_objective: CostObjective | None
    cost: Reading[CostActuals] | NoData
    estimate: EstimateWeek
    actions: tuple[Action, ...]
