"""The release check's page: one self-contained HTML file, drawn from the values that are its JSON too."""

from reports import charts
from reports.page_template import filled
from reports.release_check import ReleaseCheck


def render_html(check: ReleaseCheck) -> str:
    """The page as one self-contained HTML file: no script, no address but its own."""
    return filled(
        "release_check.html.j2",
        check=check,
        latency_chart=charts.latency_distribution(check.latencies, slow_after_ms=check.slow_after_ms),
        requests_chart=charts.requests_over_time(check.seconds, warm_up_seconds=check.warm_up_seconds),
    )
