"""The dashboards that options name."""

from dataclasses import replace
from pathlib import Path

from dashboards.all_dashboards import all_dashboards
from dashboards.model import Dashboard
from foundation.cloudwatch.limits import LimitError
from foundation.errors import InputError
from infra.dashboards import deployment_of
from infra.service import T_DEVELOPER


def boards_of(stage: str, objectives_file: Path | None) -> tuple[str, tuple[Dashboard, ...]]:
    """How the deployment's names begin, and its dashboards. Raises InputError for what cannot be read or made."""
    files = replace(T_DEVELOPER, objectives=objectives_file or T_DEVELOPER.objectives)
    deployment = deployment_of(stage, files=files)
    try:
        return deployment.prefix, all_dashboards(deployment)
    except LimitError as error:
        raise InputError(str(error)) from error
