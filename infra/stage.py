"""Makes the stage of a service from its files, with what is known here of the service that its objectives name.

The command line and the deployed handlers ask it, once; whatever they start is given the stage.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import assert_never

from alarms.resource_alarm_file import read_resource_alarms
from foundation.cloudwatch.names import Scope
from foundation.cloudwatch.parameters import parameters_in
from foundation.errors import InputError
from foundation.files.documents import Document, KeyPath
from foundation.files.explaining import with_hint
from foundation.files.problem import Problem
from foundation.files.yaml_tree import refused
from foundation.service.files import ServiceFiles
from foundation.service.panel_queries import Inventory
from foundation.service.panels import Page
from foundation.service.panels_file import read_pages
from foundation.service.resources import Resource
from foundation.service.service import Service
from foundation.service.stage import AlarmRules, Stage
from foundation.slo.burn_rate import BurnRatePolicy, PairError, PairFault, alerts_for
from foundation.slo.burn_rate_file import read_policy_with_subscriptions
from foundation.slo.event_metrics import events_of
from foundation.slo.model import BudgetedObjective
from foundation.slo.reader import ReadObjectives, check_objectives
from infra.checkout import ROOT
from infra.service import RUNBOOKS, T_DEVELOPER, service_of

_RUNBOOKS = ROOT / RUNBOOKS
_REST_API = "AWS::ApiGateway::RestApi"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedStage:
    """A stage, and the objectives that were read for it, with what of them may well be a slip.

    `service` is None where the objectives are of another service than the one whose resources are known.
    """

    stage: Stage
    read: ReadObjectives
    service: Service | None


def make_stage(
    name: str,
    *,
    files: ServiceFiles = T_DEVELOPER,
    resource_alarms_file: Path | None = None,
    runbook_url: str = RUNBOOKS,
) -> Stage:
    """The stage of this name; `resource_alarms_file` is laid over the service's own.

    Raises InputError for a file that cannot be read, with all of its problems.
    """
    return check_stage(
        name, files=files, resource_alarms_file=resource_alarms_file, runbook_url=runbook_url
    ).stage  # fmt: skip


def check_stage(
    name: str,
    *,
    files: ServiceFiles = T_DEVELOPER,
    resource_alarms_file: Path | None = None,
    runbook_url: str = RUNBOOKS,
    is_named: bool = False,
    is_here: bool = False,
) -> CheckedStage:
    """The same with the objectives as they were read. Raises InputError as `make_stage` does.

    Of a service that `is_named` the objectives must be its own; else those of another have none of its resources.
    What runs on this machine (`is_here`) is of no stage that its file must have named.
    """
    known = service_of(files, stage=name)
    read = check_objectives(
        files.objectives,
        stage=name,
        own=lambda service: known.emitted if service == known.name else (),
        parameters=lambda service: known.parameters if service == known.name else (),
    )
    objectives = read.objectives
    if is_named and objectives.service != known.name:
        said = f"these are the objectives of {objectives.service}, and {files.service} is of {known.name}"
        raise InputError(Problem(said, file=files.objectives, line=1))
    service = known if objectives.service == known.name else None
    if service is not None and service.stages and name not in service.stages and not is_here:
        said = with_hint(f"--stage {name}: {service.name} has no such stage", name, service.stages)
        raise InputError(f"{said}; {files.service} says which it has")
    own, resources = (None, ()) if service is None else (service.own, service.resources)
    objectives = replace(objectives, own_apis=_own_apis(resources))
    read = replace(read, objectives=objectives)
    changes = (None if service is None else files.resource_alarms, resource_alarms_file)
    policy, subscriptions = read_policy_with_subscriptions(files.burn_rate, objectives=objectives)
    if out_of_reach := _out_of_reach(read, policy, files.burn_rate):
        raise refused(files.objectives, out_of_reach)
    return CheckedStage(
        read=read,
        service=service,
        stage=Stage(
            objectives=objectives,
            own=own,
            alarm_rules=AlarmRules(
                policy=policy,
                resources=resources,
                resource_alarms=read_resource_alarms(
                    resources,
                    tuple(each for each in changes if each is not None),
                    own=() if own is None else own.emitted,
                    runbooks=_runbooks(files),
                    has_own_runbooks=runbook_url != RUNBOOKS and resource_alarms_file is not None,
                ),
                owner=known.owner if service is None else service.owner,
                runbook_url=runbook_url,
                subscriptions=subscriptions,
            ),
            pages=_pages(service, read),
            has_load_test=service is not None and service.files.load_profiles is not None,
        ),
    )


def _own_apis(resources: Iterable[Resource]) -> tuple[tuple[str, str | None], ...]:
    """The REST APIs among resources whose names are known before a deployment: a load test calls them."""
    found: list[tuple[str, str | None]] = []
    for each in resources:
        if each.type == _REST_API and not parameters_in(each.name):
            stage = dict(each.facts).get("api_stage")
            found.append((each.name, str(stage) if isinstance(stage, str) and not parameters_in(stage) else None))
    return tuple(found)


def _pages(service: Service | None, read: ReadObjectives) -> tuple[Page, ...]:
    """The service's own dashboards."""
    if service is None or service.files.panels is None:
        return ()
    objectives = read.objectives
    scope = Scope(service=objectives.service, stage=objectives.stage)
    return read_pages(
        service.files.panels,
        inventory=Inventory(scope=scope, resources=service.resources),
        own=service.emitted,
        objectives=objectives,
    )


def _runbooks(files: ServiceFiles) -> Path | None:
    """Where the pages are that the alarms of resources name, where they are at hand: those of an earlier revision are not.

    A deployed handler has no documentation beside it; there its files were looked at before they were deployed.
    """
    is_ours = files.resource_alarms in (None, T_DEVELOPER.resource_alarms)
    return _RUNBOOKS if is_ours and _RUNBOOKS.is_dir() else None


def _out_of_reach(read: ReadObjectives, policy: BurnRatePolicy, policy_file: Path) -> list[Problem]:
    """The objectives for which a pair of the policy can never alarm, told where the objective says what keeps it from that."""
    problems: list[Problem] = []
    for objective in read.objectives:
        if not isinstance(objective, BudgetedObjective) or events_of(objective.indicator) is None:
            continue
        try:
            alerts_for(objective, policy)
        except PairError as error:
            document, said = read.documents[objective.name], f"pair {error.pair} of {policy_file.name}: {error.said}"
            problems.append(document.where(_path_of(error.fault, document), said))
    return problems


def _path_of(fault: PairFault, document: Document) -> KeyPath:
    """Where an objective says what keeps a pair from ever alarming."""
    match fault:
        case PairFault.TARGET:
            target: KeyPath = ("spec", "objectives", 0)
            return (*target, "target" if document.text((*target, "target")) else "targetPercent")
        case PairFault.WINDOW:
            return ("spec", "timeWindow", 0, "duration")
        case _:
            assert_never(fault)
