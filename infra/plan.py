"""The alarm plan of a stage, with what is known of the service that its objectives name."""

from pathlib import Path

from alarms.model import Context, Plan
from alarms.stage_plan import plan_stage
from foundation.service.files import ServiceFiles
from foundation.slo.model import Objectives
from foundation.slo.reader import read_objectives
from infra.service import metrics_of, resources_of


def plan_of(
    stage: str,
    *,
    files: ServiceFiles,
    resource_alarms_file: Path | None = None,
    objectives: Objectives | None = None,
    runbook_url: str = "docs/runbooks",
    owner: str = "t-developer",
) -> tuple[Plan, Objectives]:
    """The plan of a stage and the objectives that it is made from: those of the file, unless they are given.

    Raises InputError for a file that cannot be read, a pair that can never alarm, and what CloudWatch would refuse.
    """
    objectives = objectives or read_objectives(files.objectives, stage=stage)
    plan = plan_stage(
        objectives,
        Context(service=objectives.service, stage=stage, owner=owner, runbook_url=runbook_url),
        policy_file=files.burn_rate,
        resource_alarms_file=resource_alarms_file,
        resources=resources_of(objectives.service, stage),
        own=metrics_of(objectives.service, stage),
    )
    return plan, objectives
