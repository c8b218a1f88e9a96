"""Makes the stage of a service from its files, with what is known here of the service that its objectives name.

The command line and the deployed handlers ask it, once; whatever they start is given the stage.
"""

from pathlib import Path

from alarms.resources import read_resource_alarms
from foundation.service.files import ServiceFiles
from foundation.service.stage import AlarmRules, Stage
from foundation.slo.burn_rate_file import read_policy_with_subscriptions
from foundation.slo.reader import read_objectives
from infra.checkout import ROOT
from infra.service import OWNER, RUNBOOKS, T_DEVELOPER, metrics_of, resources_of

_RUNBOOKS = ROOT / RUNBOOKS


def make_stage(
    name: str,
    *,
    files: ServiceFiles = T_DEVELOPER,
    resource_alarms_file: Path | None = None,
    runbook_url: str = RUNBOOKS,
) -> Stage:
    """The stage of this name; `resource_alarms_file` is laid over the defaults.

    Raises InputError for a file that cannot be read, with all of its problems.
    """
    objectives = read_objectives(files.objectives, stage=name)
    own = metrics_of(objectives.service, name)
    policy, subscriptions = read_policy_with_subscriptions(files.burn_rate, objectives=objectives)
    return Stage(
        objectives=objectives,
        own=own,
        alarm_rules=AlarmRules(
            policy=policy,
            resources=resources_of(objectives.service, name),
            resource_alarms=read_resource_alarms(
                resource_alarms_file,
                own=() if own is None else own.emitted,
                # A deployed handler has no documentation beside it; there its files were looked at before they were deployed.
                runbooks=_RUNBOOKS if _RUNBOOKS.is_dir() else None,
                has_own_runbooks=runbook_url != RUNBOOKS,
            ),
            owner=OWNER,
            runbook_url=runbook_url,
            subscriptions=subscriptions,
        ),
    )
