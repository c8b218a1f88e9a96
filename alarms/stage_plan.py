"""The plan of a stage of T-Developer: the objectives file, the policy, and the resources of its stacks, put together."""

from dataclasses import dataclass
from pathlib import Path

from alarms.model import Context, Plan
from alarms.plan import make_plan
from alarms.resources import read_defaults
from foundation.cloudwatch.limits import LimitError
from foundation.errors import InputError
from foundation.slo import burn_rate_file, reader
from foundation.slo.burn_rate import PolicyError
from foundation.slo.model import Objectives
from tdeveloper.resources import GATES, platform_resources


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The files that a plan is made of; None is the project's own. `resources` is laid over the defaults."""

    objectives: Path | None = None
    policy: Path | None = None
    resources: Path | None = None


def plan_stage(
    stage: str,
    *,
    files: Files | None = None,
    objectives: Objectives | None = None,
    runbook_url: str = "docs/runbooks",
    owner: str = "t-developer",
) -> tuple[Plan, Objectives]:
    """The plan of a stage and the objectives that it is made from: those of the file, unless they are given.

    Raises InputError for a file that cannot be read, a pair that can never alarm, and what CloudWatch would refuse.
    """
    files = files or Files()
    objectives = objectives or reader.read_objectives(files.objectives or reader.DEFAULT_FILE, stage=stage)
    policy_file = files.policy or burn_rate_file.DEFAULT_FILE
    policy = burn_rate_file.read_policy(policy_file, objectives=objectives)
    context = Context(service=objectives.service, stage=stage, owner=owner, runbook_url=runbook_url)
    # Another service's file brings its own objectives; the resources are those of our own stacks.
    own = files.objectives in (None, reader.DEFAULT_FILE)
    resources = platform_resources(context.service, stage) if own else ()
    try:
        plan = make_plan(
            objectives,
            policy,
            context,
            resources=resources,
            defaults=read_defaults(files.resources),
            gates=GATES if own else (),
        )
    except (PolicyError, LimitError) as error:
        raise InputError(f"{policy_file}: {error}" if isinstance(error, PolicyError) else str(error)) from error
    return plan, objectives
