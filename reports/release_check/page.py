"""The release check's page: one self-contained HTML file, drawn from the values that are its JSON too."""

from pathlib import Path

from reports import charts
from reports.page_template import filled
from reports.release_check.model import ReleaseCheck

_TEMPLATE = Path(__file__).with_name("templates") / "release_check.html.j2"


def render_html(check: ReleaseCheck) -> str:
    """The page as one self-contained HTML file: no script, no address but its own."""
    return filled(
        _TEMPLATE,
        check=check,
        latency_chart=charts.latency_distribution(check.latencies, slow_after_ms=check.slow_after_ms),
        requests_chart=charts.requests_over_time(
            check.seconds, warm_up_seconds=check.warm_up_seconds, measured_seconds=check.measured_seconds
        ),
    )
