"""The plan that the options of `sre alarms` name, and how some of those options are read."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypedDict, Unpack

from alarms.model import Plan
from alarms.notation import NotationError, read_span
from foundation.errors import InputError
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


def parameters_of(given: tuple[str, ...]) -> dict[str, str]:
    """--parameter NAME=VALUE, as a mapping. Raises InputError for one that is not written so."""
    parameters: dict[str, str] = {}
    for each in given:
        name, separator, value = each.partition("=")
        if not separator or not name or not value:
            raise InputError(f"--parameter {each}: write NAME=VALUE, such as WebSocketApiId=abc123")
        parameters[name] = value
    return parameters


def span_of(option: str, given: str) -> timedelta:
    """A time span such as 90m, 6h or 7d. Raises InputError for another."""
    try:
        return read_span(given)
    except NotationError as error:
        raise InputError(f"{option}: {error}") from error


def _files(objectives: Path | None, policy: Path | None) -> ServiceFiles:
    return replace(
        T_DEVELOPER, objectives=objectives or T_DEVELOPER.objectives, burn_rate=policy or T_DEVELOPER.burn_rate
    )  # fmt: skip
