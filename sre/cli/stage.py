"""Whose stage a command is about: made here of its options, once, and passed on from here."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TypedDict
from urllib.parse import urlsplit

import click

from foundation.errors import InputError, about
from foundation.pages.numbers import exact
from foundation.service.files import CompleteFiles, ServiceFiles
from foundation.service.stage import Stage, TargetChange
from foundation.service.what_if import what_if
from foundation.slo.burn_rate import alerts_for
from foundation.slo.burn_rate_file import read_policy
from foundation.slo.event_metrics import events_of
from foundation.slo.model import BudgetedObjective
from infra.service import RUNBOOKS, T_DEVELOPER, files_of_service
from infra.stage import check_stage
from sre.cli.types.names import STAGE
from sre.jobs.objectives.between_files import refuse_between

_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


class PlanOptions(TypedDict):
    """The options of every command that plans alarms."""

    stage: str
    service: Path | None
    objectives_file: Path | None
    policy: Path | None
    resource_alarms: Path | None


class WhatIfOptions(TypedDict):
    """The options that ask what would be."""

    what_if_targets: Sequence[tuple[str, Decimal]]
    what_if_policy: Path | None


class AskedPlanOptions(PlanOptions, WhatIfOptions):
    """Both."""


class WrittenPlanOptions(AskedPlanOptions):
    """Those of a command that writes alarms, whose descriptions have links."""

    runbook_url: str | None


def stage_from(
    *, stage: str, service: Path | None = None, objectives_file: Path | None = None, policy: Path | None = None,
    resource_alarms: Path | None = None, runbook_url: str | None = None,
    what_if_targets: Sequence[tuple[str, Decimal]] = (), what_if_policy: Path | None = None, plans_alarms: bool = True,
    is_here: bool = False,
) -> Stage:  # fmt: skip
    """The stage of this name as the options have it. Raises InputError for a file or a what-if that is wrong.

    What `is_here` runs on this machine, in a stage that no file needs to name. Where a command `plans_alarms`, one for which a
    pair of windows can never alarm is wrong, too.
    """
    files = files_of(service=service, objectives_file=objectives_file, policy=policy)
    made = check_stage(
        stage,
        files=files,
        resource_alarms_file=resource_alarms,
        runbook_url=runbook_url or RUNBOOKS,
        is_named=service is not None,
        is_here=is_here,
    )
    refuse_between(made, files)
    return ask(made.stage, targets=what_if_targets, policy=what_if_policy, plans_alarms=plans_alarms)


def files_of(
    *, service: Path | None = None, objectives_file: Path | None = None, policy: Path | None = None
) -> ServiceFiles:  # fmt: skip
    """The files of a service, or T-Developer's, with others in the place of those that are named. Raises InputError."""
    files = our_files() if service is None else files_of_service(service)
    return replace(files, objectives=objectives_file or files.objectives, burn_rate=policy or files.burn_rate)


def our_files(*, objectives_file: Path | None = None, policy: Path | None = None) -> CompleteFiles:
    """T-Developer's files, with others in the place of those that are named."""
    return replace(
        T_DEVELOPER,
        objectives=objectives_file or T_DEVELOPER.objectives,
        burn_rate=policy or T_DEVELOPER.burn_rate,
    )


def is_here(name: str, asked: str | None) -> bool:
    """Whether a stage is what runs on this machine: `local`, which nobody has asked for by name."""
    return asked is None and name == "local"


def refuse_elsewhere(service: Path | None) -> None:
    """Raise InputError for another service without an address: the platform on this machine is not its own."""
    if service is not None:
        raise InputError(
            f"--service {service}: the local platform is T-Developer's; give the address of this one's API by --url"
        )


def rule_tests_of(*, service: Path | None, objectives_file: Path | None) -> Path | None:
    """The service's own rule tests; None where it has none, and where only the objectives of a service are known."""
    if service is None:
        return None if objectives_file is not None else T_DEVELOPER.rule_tests
    return files_of_service(service).rule_tests


def ask(
    stage: Stage,
    *,
    targets: Sequence[tuple[str, Decimal]] = (),
    policy: Path | None = None,
    plans_alarms: bool = True,
) -> Stage:
    """The stage that a what-if asks about, which is reported to stderr.

    Raises InputError for one that is wrong, by the option that asks it: no file has what it says.
    """
    read = None if policy is None else read_policy(policy, objectives=stage.objectives)
    asked = what_if(stage, targets=targets, policy=read)
    if plans_alarms:
        _refuse_out_of_reach(asked, policy)
    for change in asked.what_ifs:
        click.echo(f"· what if: {change}", err=True)
    return asked


def _refuse_out_of_reach(asked: Stage, policy: Path | None) -> None:
    """Raise InputError where a pair of windows could never alarm for an objective as it is asked about."""
    if asked.alarm_rules is None:
        return
    targets = {each.objective: each.target_ratio for each in asked.changes if isinstance(each, TargetChange)}
    for objective in asked.objectives:
        if not isinstance(objective, BudgetedObjective) or events_of(objective.indicator) is None:
            continue
        options = [f"--what-if-policy {policy}"] if policy is not None else []
        if objective.name in targets:
            options.insert(0, f"--what-if-target {objective.name}={exact(targets[objective.name] * 100)}%")
        if options:
            with about(" ".join(options)):
                alerts_for(objective, asked.alarm_rules.policy)


def stage_at(url: str, stage: str | None) -> str:
    """The name of the stage behind an address: the one that is given, `local` for this machine, else its path's last part.

    Raises InputError where that is the name of no stage: a host is none.
    """
    if stage is not None:
        return stage
    address = urlsplit(url)
    if address.hostname in _THIS_MACHINE:
        return "local"
    last = address.path.rstrip("/").rpartition("/")[2]
    if not STAGE.matches(last):
        said = f"{last!r}, the end of its path, is none" if last else "it has no path whose end could say so"
        raise InputError(f"--url {url}: whose stage is it? {said}; give --stage")
    return last
