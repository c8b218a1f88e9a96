"""Everything that a weekly report is made from, as it was read: each source with its age, and no data with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from foundation.cloudwatch.subscribers import Subscribers
from foundation.cloudwatch.suppression import Notification
from foundation.costs.bill import Bill
from foundation.readings import Known, NoData, Reading
from foundation.slo.coverage import Coverage
from foundation.slo.detection import Detection
from foundation.slo.error_budget import Counts
from foundation.slo.incidents import Incident
from foundation.slo.model import CostObjective
from reports.deployments import Operation
from reports.money import CostActuals
from reports.weekly.objectives import ObjectiveWeek
from reports.weekly.week import Week


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRead:
    """One source: what it answered, and through when, in words and as `newest_at`; `problem` is why it answered nothing."""

    name: str
    as_of: str
    note: str
    problem: str | None = None
    newest_at: datetime | None = None


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
    coverage: Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryWeek:
    """One canary's week, and how much of it is known.

    `expected_count` is how many runs its schedule asks for in the known time, None where it has none. `problem` is why its runs
    could not be read.
    """

    name: str
    run_count: int
    failed_count: int
    expected_count: int | None
    coverage: Coverage
    problem: NoData | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayWeek:
    """What API Gateway itself counted as requests and server errors, and how much of the week is known of both."""

    counts: Counts
    coverage: Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDuration:
    """How long one step of the work took in the week; each percentile is "at most", None is beyond the last bucket."""

    name: str
    run_count: int
    percentiles_ms: tuple[tuple[float, float | None], ...]
    coverage: Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmWeek:
    """One time that an alarm was in alarm, seen from `seen_from` until `seen_until`, and what became of its actions.

    `began_at` is None where it began before it was seen, `ended_at` where it had not ended when it was seen last. `incidents` are
    the labelled ones that it was about.
    """

    name: str
    severity: str
    began_at: datetime | None
    seen_from: datetime
    seen_until: datetime
    ended_at: datetime | None
    notification: Notification
    incidents: tuple[Incident, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartlyKnown:
    """Alarms, of whose states the same part of the week is known; `missing` is the rest."""

    count: int
    known_ratio: float
    missing: Known


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmsWeek:
    """The alarms that went off, how many were evaluated, and how many could not be for each reason.

    Those that were evaluated are known for at least nine tenths of the week. `partly_known` are all of which not the whole week
    is. `detections` are of labelled incidents, in their order.
    """

    fired: tuple[AlarmWeek, ...]
    evaluated_count: int
    without_count: tuple[tuple[str, int], ...]
    partly_known: tuple[PartlyKnown, ...]
    detections: tuple[tuple[Incident, Detection], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCount:
    """How many there were in the week, and how much of it is known."""

    count: int
    coverage: Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentsWeek:
    """What AgentCore and Bedrock counted, or why that is not known. Percentiles are upper ends of buckets."""

    counts: tuple[tuple[str, KnownCount | NoData], ...]
    prompt_count: int | None
    prompt_tokens: tuple[tuple[float, float | None], ...]
    long_prompt_count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateWeek:
    """The estimated month at the week's traffic.

    `basis` says where its units of work a day come from; `points` are (units a day, USD a month) up to beyond the crossing;
    `longest_crossing_per_day` is where a month of 31 days crosses the limit, None where it never does or nobody knows;
    `read_since` are the prices of the book that were read in the week or later.
    """

    bill: Bill
    basis: str
    fixed_usd: Decimal
    marginal_usd: Decimal
    crossing_per_day: Decimal | None
    longest_crossing_per_day: Decimal | None
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
    """The inputs of one report; `until` is where the week ends, or the minute in which it was asked for when it is not over.

    `accepted_by_day` are of three weeks, and of the days that are known as a whole. `estimate` is no data where nobody says
    what the service's work takes. `gateway` is what traces are held against, and `metrics_name` who counted the metrics.
    `causes_without` are what may have consumed a budget and could not be looked at, each with its reason.
    """

    service: str
    stage: str
    label: str
    week: Week
    until: datetime
    generated_at: datetime
    commit: str
    metrics_name: str
    sources: tuple[SourceRead, ...]
    objectives: tuple[tuple[str, str, ObjectiveWeek | NoData], ...]
    causes: tuple[Cause, ...]
    causes_without: tuple[str, ...]
    gateway: GatewayWeek | NoData
    latency: LatencyWeek | NoData
    stages: tuple[StageDuration | NoData, ...]
    agents: AgentsWeek | NoData
    canaries: tuple[CanaryWeek, ...] | NoData
    alarms: AlarmsWeek | NoData
    subscribers: tuple[Subscribers, ...] | NoData
    incidents: tuple[Incident, ...]
    operations: tuple[Operation, ...] | NoData
    load_tests: tuple[tuple[datetime, datetime], ...] | NoData
    accepted_count: int | NoData
    accepted_by_day: Mapping[date, int] | NoData
    cost_objective: CostObjective | None
    cost: Reading[CostActuals] | NoData
    estimate: EstimateWeek | NoData
    actions: tuple[Action, ...]
