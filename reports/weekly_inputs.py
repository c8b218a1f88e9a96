"""Everything that a weekly report is made from, as it was read: each source with its age, and no data with its reason."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from costs.bill import Bill
from reports.deployments import Operation
from reports.money import CostActuals
from reports.week import Week
from reports.weekly_objectives import ObjectiveWeek
from slo.error_budget import NoData
from slo.model import CostObjective


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRead:
    """One source: what it told, through when; `problem` is why it told nothing."""

    name: str
    as_of: str
    note: str
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyBand:
    """Of one period's requests, how many were answered above `from_ms` and up to `to_ms` (None: any longer)."""

    at: datetime
    from_ms: float
    to_ms: float | None
    count: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyWeek:
    """The API's latencies: percentiles of the week from the bands' counts, and the bands by the period."""

    request_count: int
    percentiles_ms: tuple[tuple[float, float | None], ...]
    bands: tuple[LatencyBand, ...]
    slow_after_ms: float
    period_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryWeek:
    """One canary's week; `expected_count` is what its schedule asks for, None where it has none."""

    name: str
    run_count: int
    failed_count: int
    expected_count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmWeek:
    """One time that an alarm went off; `ended_at` is None while it lasts."""

    name: str
    severity: str
    began_at: datetime
    ended_at: datetime | None


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

    `per_day_basis` says where the estimate's pipelines a day come from.
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
    latency: LatencyWeek | NoData
    canaries: tuple[CanaryWeek, ...] | NoData
    alarms: tuple[AlarmWeek, ...] | NoData
    operations: tuple[Operation, ...] | NoData
    load_tests: tuple[tuple[datetime, datetime], ...]
    pipeline_count: int | NoData
    per_day_basis: str
    cost_objective: CostObjective | None
    cost: CostActuals | NoData
    estimate: Bill
    crossing_per_day: Decimal | None
    price_book_on: date
    actions: tuple[Action, ...]
