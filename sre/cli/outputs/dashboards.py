"""`sre dashboards diff`: its JSON."""

from sre.cli.outputs.model import Output, Part


class Difference(Part):
    """One thing that differs, with both values in words."""

    dashboard: str
    description: str


class DashboardDifferences(Output):
    """How the dashboards that are there differ from the code's; `is_same` where nothing does."""

    stage: str
    is_same: bool
    dashboard_count: int
    differences: tuple[Difference, ...]
