"""Every page at the width of a telephone, a tablet and a desk: nothing overflows, no number is broken, everybody can read it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alarms.plan import plan_of
from dashboards.all_dashboards import all_dashboards
from dashboards.preview import preview_page
from dashboards.simulation import Simulation
from infra.dashboards import deployment_of
from infra.stage import make_stage
from reports.release_check.page import render_html
from reports.weekly.page import to_html
from tests.browser import MISSING, assert_readable
from tests.loadtests.factories import a_result
from tests.reports.report_in_browser import CONTRAST, in_scheme
from tests.reports.weekly.test_page import page_of_a_bad_week
from tests.sre.jobs.release_check.test_check import a_check


def dashboards() -> str:
    stage = make_stage("production")
    boards = [each for each in all_dashboards(deployment_of(stage, plan_of(stage))) if each.name in ("overview", "api")]
    end_at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    return preview_page(boards, Simulation(), label="simulation", start_at=end_at - timedelta(hours=6), end_at=end_at)


PAGES: dict[str, Callable[[], str]] = {
    "weekly report": lambda: to_html(page_of_a_bad_week()),
    "release check": lambda: render_html(a_check(a_result(good=4_000, slow=900, faults=100))),
    "dashboards": dashboards,
}


@pytest.mark.slow
@pytest.mark.skipif(MISSING, reason="no chromium on this machine (Debian's package chromium)")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 768, 1_440])
@pytest.mark.parametrize("name", list(PAGES))
def test_a_page_reads_at_every_width(name: str, width: int, scheme: str, tmp_path: Path) -> None:
    found = assert_readable(in_scheme(PAGES[name](), scheme), tmp_path, width=width, scripts=[CONTRAST])
    assert 'data-low-contrast="none"' in found, found
