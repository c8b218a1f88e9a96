"""The plan that the options of `sre alarms` name."""

from dataclasses import replace
from pathlib import Path
from typing import TypedDict, Unpack

from alarms.model import Plan
from foundation.service.files import ServiceFiles
from foundation.slo.model import Objectives
from infra.plan import plan_of
from infra.service import T_DEVELOPER


class PlanOptions(TypedDict):
    """The options of every command that makes a plan."""

    stage: str
    objectives_file: Path | None
    policy: Path | None
    resource_alarms: Path | None
    runbook_url: str


def plan_from(
    *, objectives: Objectives | None = None, **options: Unpack[PlanOptions]
) -> tuple[Plan, Objectives]:  # fmt: skip
    """The plan and its objectives: those of the file, unless they are given. Raises InputError."""
    return plan_of(
        options["stage"],
        files=_files(options["objectives_file"], options["policy"]),
        resource_alarms_file=options["resource_alarms"],
        objectives=objectives,
        runbook_url=options["runbook_url"],
    )


def _files(objectives: Path | None, policy: Path | None) -> ServiceFiles:
    return replace(
        T_DEVELOPER, objectives=objectives or T_DEVELOPER.objectives, burn_rate=policy or T_DEVELOPER.burn_rate
    )  # fmt: skip
