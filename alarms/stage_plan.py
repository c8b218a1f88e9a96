"""The plan of a stage: its objectives, the policy file, and what is known of the service beside them, put together."""

from collections.abc import Sequence
from pathlib import Path

from alarms.model import Context, Plan
from alarms.plan import make_plan
from alarms.resources import read_defaults
from foundation.service.own_metrics import OwnMetrics
from foundation.service.resources import Resource
from foundation.slo.burn_rate_file import read_policy
from foundation.slo.model import Objectives


def plan_stage(
    objectives: Objectives,
    context: Context,
    *,
    policy_file: Path,
    resource_alarms_file: Path | None,
    resources: Sequence[Resource],
    own: OwnMetrics | None,
) -> Plan:
    """The plan of a stage; `resource_alarms_file` is laid over the defaults.

    Raises InputError for a file that cannot be read, a pair that can never alarm, and what CloudWatch would refuse.
    """
    policy = read_policy(policy_file, objectives=objectives)
    defaults = read_defaults(resource_alarms_file, own=() if own is None else own.emitted)
    failures = () if own is None else own.failures
    return make_plan(objectives, policy, context, resources=resources, defaults=defaults, gates=failures)
