"""The tables of a release check's page: requests, latencies, canaries, alarms, and what the run was."""

from foundation.pages.numbers import count, duration, quantity
from reports.page_model import Table, number_columns, text_columns
from reports.release_check.model import (
    AlarmRow,
    AlarmsUnderLoad,
    CanaryRow,
    LatencyBucket,
    ReleaseCheck,
    RequestRow,
    StepRow,
)


def request_table(rows: tuple[RequestRow, ...], caption: str) -> Table:
    """One kind of request a row; percentiles are of good answers, in ms."""
    return Table(
        caption=f"{caption}; latencies are those of good answers",
        columns=(
            *text_columns("request"),
            *number_columns("sent", "faults", "slow", "refused", "p50 ms", "p95 ms", "p99 ms", "max ms"),
        ),
        rows=tuple(
            (
                row.name,
                *(count(each) for each in (row.sent_count, row.fault_count, row.slow_count, row.refused_count)),
                *(_ms(each) for each in (row.p50_ms, row.p95_ms, row.p99_ms, row.max_ms)),
            )
            for row in rows
        ),
        empty="no request was sent in this phase",
    )


def latency_table(buckets: tuple[LatencyBucket, ...]) -> Table:
    """The bars of the distribution."""
    return Table(
        caption="Requests of the measured part by latency",
        columns=number_columns("from ms", "to ms", "requests"),
        rows=tuple((_ms(bucket.from_ms), _ms(bucket.to_ms), count(bucket.count)) for bucket in buckets),
    )


def canary_table(rows: tuple[CanaryRow, ...]) -> Table:
    """One run a row."""
    return Table(
        caption="Canary runs before and after the load. Slow answers are beyond the latency objective's threshold, and fail none",
        columns=(
            *text_columns("canary", "load", "result"),
            *number_columns("took", "slow", "slowest ms"),
            *text_columns("steps, or why not"),
        ),
        rows=tuple(
            (
                row.name,
                row.when,
                row.outcome.value,
                "–" if row.took_seconds is None else duration(row.took_seconds),
                "–" if row.took_seconds is None else count(row.slow_count),
                _ms(row.slowest_ms),
                row.because if row.disturbance is None else f"{row.because}; but {row.disturbance}",
            )
            for row in rows
        ),
        empty="no canary was run",
    )


def alarm_table(alarms: AlarmsUnderLoad) -> Table:
    """The alarms that fired, and what became of their actions."""
    return Table(
        caption="Alarms that fired. Suppressed: a faster alarm of the same objective had already notified",
        columns=(
            *text_columns("alarm", "severity", "outcome"),
            *number_columns("after"),
            *text_columns("what it says"),
        ),
        rows=tuple((row.name, row.severity, row.word, _after(row), row.impact) for row in alarms.fired),
        empty="no alarm fired",
    )


def fact_table(check: ReleaseCheck) -> Table:
    """What the run was."""
    return Table(caption="Facts of this run", columns=text_columns("fact", "value"), rows=check.facts)


def step_table(rows: tuple[StepRow, ...]) -> Table:
    """What each step took, the parts of bringing the platform up first; together they are the whole."""
    return Table(
        caption="Steps of this run",
        columns=(*text_columns("step"), *number_columns("took"), *text_columns("why it failed")),
        rows=tuple((row.name, duration(row.took_seconds), row.failure or "–") for row in rows),
        empty="no step was begun",
    )


def _after(row: AlarmRow) -> str:
    return "before the load" if row.after_seconds is None else duration(row.after_seconds)


def _ms(value: float | None) -> str:
    return "–" if value is None else quantity(value, digits=0 if value >= 100 else 1)
