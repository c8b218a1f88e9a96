"""The release check's page: one self-contained HTML file, drawn from the values that are its JSON too."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reports import charts
from reports.release_check import ReleaseCheck


def render_html(check: ReleaseCheck) -> str:
    """The page as one self-contained HTML file: no script, no address but its own."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("release_check.html.j2").render(
        check=check,
        latency_chart=charts.latency_distribution(check.latencies, slow_after_ms=check.slow_after_ms),
        requests_chart=charts.requests_over_time(check.seconds, warm_up_seconds=check.warm_up_seconds),
    )
