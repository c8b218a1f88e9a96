"""The dashboards that options name."""

from dataclasses import replace
from pathlib import Path

from dashboards.all_dashboards import all_dashboards
from dashboards.context import Deployment
from dashboards.model import Dashboard
from infra.dashboards import deployment_of
from infra.service import T_DEVELOPER


def boards_of(stage: str, objectives_file: Path | None) -> tuple[Deployment, tuple[Dashboard, ...]]:
    """The deployment, and its dashboards. Raises InputError for what cannot be read or made."""
    files = replace(T_DEVELOPER, objectives=objectives_file or T_DEVELOPER.objectives)
    deployment = deployment_of(stage, files=files)
    return deployment, all_dashboards(deployment)
