"""`sre report weekly`: its JSON, which is also `report.json` beside its page."""

from reports.weekly.output_model import WeeklyReport

__all__ = ("WeeklyReport",)
