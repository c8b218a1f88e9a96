"""The models of a weekly report's JSON: null is what is not known; what nothing is known of at all has a reason in its place."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from foundation.cloudwatch.suppression import NotificationOutcome
from foundation.files.output import Output, Part

State = Literal["healthy", "at_risk", "exhausted", "too_little_data", "no_data"]
Releases = Literal["allowed", "frozen", "undecided"]


class Unknown(Part):
    """What nothing is known of, and why."""

    reason: str


class Interval(Part):
    """A time without its end."""

    start_at: datetime
    end_at: datetime


class KnownTime(Part):
    """How much of a time is known; `is_stated` by the source itself."""

    known_ratio: float
    is_stated: bool
    newest_at: datetime | None
    missing: tuple[Interval, ...]


class Source(Part):
    """Where numbers come from, and through when; `problem` says why it could not be read."""

    name: str
    newest_at: datetime | None
    note: str
    problem: str | None


class Events(Part):
    """Events, and the bad ones."""

    sample_count: int
    bad_count: int


class Missing(Part):
    """Why too little is known, and of which times nothing is."""

    reason: str
    missing: tuple[Interval, ...]


class Objective(Part):
    """One objective over its window, which ends with the week; of one without data all but its name, state and reason is null.

    Spent and remaining ratios are shares of the budget; what remains is negative once it is overspent.
    """

    objective: str
    state: State
    reason: str
    as_of: datetime | None
    source: str | None
    unit: str | None
    target_ratio: Decimal | None
    allowed_bad_ratio: Decimal | None
    window_seconds: int | None
    window: Events | None
    week: Events | None
    good_ratio: Decimal | None
    allowed_bad_count: Decimal | None
    spent_ratio: Decimal | None
    least_spent_ratio: Decimal | None
    spent_in_week_ratio: Decimal | None
    remaining_ratio: Decimal | None
    remaining_a_week_ago_ratio: Decimal | None
    burn_rate_1h: Decimal | None
    burn_rate_6h: Decimal | None
    burn_rate_3d: Decimal | None
    burn_rates_as_of: datetime | None
    lasts_days: Decimal | None
    hours_with_data_ratio: float | None
    known_of_window: KnownTime | None
    known_of_week: KnownTime | None
    too_little: Missing | None


class Canary(Part):
    """A canary's runs in the week; of one that could not be read the reason says why."""

    canary: str
    run_count: int | None
    failed_count: int | None
    expected_count: int | None
    known_of_week: KnownTime | None
    reason: str | None


class BillKnown(Part):
    """Which days of the month's bill are known."""

    is_stated: bool
    intervals: tuple[Interval, ...]
    missing_days: tuple[date, ...]
    newest_day_that_may_not_be_whole: date | None
    problem: str | None


class Cost(Part):
    """The bill; gross leaves credits, refunds and tax out."""

    source: str
    through_on: date
    is_estimated: bool
    month_to_date_gross_usd: Decimal | None
    month_to_date_net_usd: Decimal | None
    run_rate_usd_per_day: Decimal | None
    month_end_usd: Decimal | None
    month_end_low_usd: Decimal | None
    month_end_high_usd: Decimal | None
    method: str
    request_count: int
    previous_month_usd: Decimal | None
    known: BillKnown


class PartlyKnownAlarms(Part):
    """Alarms of which the same part of the week is known."""

    count: int
    known_ratio: float
    missing: tuple[Interval, ...]


class NotEvaluated(Part):
    """How many alarms could not be evaluated, and why."""

    reason: str
    count: int


class Incident(Part):
    """A labelled incident."""

    name: str
    start_at: datetime


class FiredAlarm(Part):
    """One time in ALARM, seen from a moment until another."""

    alarm: str
    severity: str
    began_at: datetime | None
    seen_from: datetime
    seen_until: datetime
    ended_at: datetime | None
    notification: NotificationOutcome
    notified_at: datetime | None
    incidents: tuple[Incident, ...]


class Incidents(Part):
    """How many labelled incidents were paged."""

    given_count: int
    judged_count: int
    paged_count: int
    recall_ratio: float | None


class Alarms(Part):
    """The alarms of the week."""

    evaluated_count: int
    not_evaluated: tuple[NotEvaluated, ...]
    partly_known: tuple[PartlyKnownAlarms, ...]
    fired: tuple[FiredAlarm, ...]
    incidents: Incidents


class Money(Part):
    """How the month stands against its limit."""

    objective: str | None
    limit_usd: Decimal | None
    state: State
    over_limit: bool
    reason: str
    rests_on: str | None


class Estimate(Part):
    """The estimated month at the week's traffic; `unit` is what the service calls one unit of its work."""

    profile: str
    unit: str
    model: str
    month_usd: Decimal | None
    units_per_day: Decimal | None
    fixed_usd: Decimal | None
    marginal_usd_per_unit: Decimal | None
    crossing_units_per_day: Decimal | None
    longest_month_crossing_units_per_day: Decimal | None
    price_book_version: str


class Values(Part):
    """The numbers of one report."""

    service: str
    stage: str
    week: str
    start_at: datetime
    end_at: datetime
    reported_until: datetime
    generated_at: datetime
    commit: str
    sources: tuple[Source, ...]
    objectives: tuple[Objective, ...]
    canaries: tuple[Canary, ...] | Unknown
    accepted_count: int | None
    cost: Cost | Unknown
    alarms: Alarms | Unknown
    money: Money
    estimate: Estimate | Unknown


class WeeklyReport(Output):
    """A weekly report: whether releases are allowed, and the numbers that say so; 3 made numbers of texts in 2."""

    schema_version: int = 4
    title: str
    label: str
    releases: Releases
    reason: str
    values: Values
