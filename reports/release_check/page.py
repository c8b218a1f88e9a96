"""The release check's page: one self-contained HTML file, drawn from the values that are its JSON too."""

from datetime import datetime
from pathlib import Path

from foundation.pages.numbers import count, duration, moment
from foundation.pages.template import filled
from reports import charts
from reports.release_check.model import ReleaseCheck
from reports.release_check.summary import summary_line
from reports.release_check.tables import (
    alarm_table,
    canary_table,
    fact_table,
    latency_table,
    request_table,
    step_table,
)

_TEMPLATE = Path(__file__).with_name("templates") / "release_check.html.j2"


@charts.unchecked
def render_html(check: ReleaseCheck) -> str:
    """The page as one self-contained HTML file: no script, no address but its own."""
    refused = sum(row.refused_count for row in check.requests)
    return filled(
        _TEMPLATE,
        check=check,
        summary=summary_line(check),
        began=moment(datetime.fromisoformat(check.started_at)),
        ended=moment(datetime.fromisoformat(check.ended_at)),
        count=count,
        duration=duration,
        sent=count(sum(row.sent_count for row in check.requests)),
        refused=count(refused) if refused else None,
        latency_chart=charts.latency_distribution(check.latencies, slow_after_ms=check.slow_after_ms),
        latencies=latency_table(check.latencies),
        requests_chart=charts.requests_over_time(
            check.seconds, warm_up_seconds=check.warm_up_seconds, measured_seconds=check.measured_seconds
        ),
        measured=request_table(check.requests, f"Measured part, {duration(check.measured_seconds)}"),
        warm_up=request_table(check.warm_up, f"Warm-up, {duration(check.warm_up_seconds)}"),
        canaries=canary_table(check.canaries),
        alarms=None if check.alarms is None else alarm_table(check.alarms),
        facts=fact_table(check),
        steps=step_table(check.steps),
    )
