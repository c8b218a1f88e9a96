"""The dashboards of a stage, with all that they show."""

from alarms.plan import plan_of
from dashboards.all_dashboards import all_dashboards
from dashboards.context import Deployment
from dashboards.known import unknown_metrics
from dashboards.model import Dashboard
from foundation.errors import InputError
from foundation.service.stage import Stage
from infra.dashboards import deployment_of


def boards_of(stage: Stage) -> tuple[Deployment, tuple[Dashboard, ...]]:
    """The deployment of a stage, and its dashboards. Raises InputError for alarms that cannot be planned, and unknown metrics."""
    deployment = deployment_of(stage, plan_of(stage))
    boards = all_dashboards(deployment)
    if unknown := unknown_metrics(boards, () if stage.own is None else stage.own.emitted):
        raise InputError("there are panels of metrics that do not exist:", unknown)
    return deployment, boards
