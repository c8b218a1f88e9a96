"""The dashboards of a stage, with all that they show."""

from alarms.plan import plan_of
from dashboards.all_dashboards import all_dashboards
from dashboards.context import Deployment
from dashboards.model import Dashboard
from foundation.service.stage import Stage
from infra.dashboards import deployment_of


def boards_of(stage: Stage) -> tuple[Deployment, tuple[Dashboard, ...]]:
    """The deployment of a stage, and its dashboards. Raises InputError for alarms that cannot be planned."""
    deployment = deployment_of(stage, plan_of(stage))
    return deployment, all_dashboards(deployment)
