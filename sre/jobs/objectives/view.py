"""All that follows from a service's files for one stage, as one value that can be compared with another."""

from collections.abc import Mapping
from dataclasses import dataclass

from alarms.model import Plan
from alarms.plan import plan_of
from canaries.definitions import Canaries, read_canaries
from canaries.settings import judged_settings
from dashboards.all_dashboards import all_dashboards
from dashboards.model import Dashboard
from foundation.costs.traffic import Profile as Traffic
from foundation.costs.traffic_file import read_profiles as read_traffic
from foundation.files.problem import Problem
from foundation.service.files import CompleteFiles
from foundation.slo.burn_rate import BurnRateAlert, alerts_for
from foundation.slo.event_metrics import events_of
from foundation.slo.model import BudgetedObjective, Objective, Objectives
from infra.dashboards import deployment_of
from infra.service import cost_unit_of
from infra.stage import CheckedStage
from loadtests.flows_file import read_flows
from loadtests.profiles import Profile, read_profiles
from sre.jobs.objectives.between_files import refuse_between


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceView:
    """One stage of a service, and what its files make of it.

    `elsewhere` are the objectives of another stage, which show what of them depends on the stage; `limits` are the settings by
    which canaries judge.
    """

    made: CheckedStage
    plan: Plan
    boards: tuple[Dashboard, ...]
    canaries: Canaries
    profiles: Mapping[str, Profile]
    traffic: Mapping[str, Traffic]
    limits: Mapping[str, str]
    elsewhere: Objectives

    @property
    def objectives(self) -> Mapping[str, Objective]:
        """The objectives by their names."""
        return {each.name: each for each in self.made.stage.objectives}

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What of the objectives may well be a slip."""
        return self.made.read.warnings

    def alerts(self, objective: Objective) -> Mapping[str, BurnRateAlert]:
        """The pairs of windows that an objective is alarmed by, by their names."""
        rules = self.made.stage.alarm_rules
        if rules is None or not isinstance(objective, BudgetedObjective) or events_of(objective.indicator) is None:
            return {}
        there = {planned.name for planned in self.plan}
        return {
            alert.name: alert
            for alert in alerts_for(objective, rules.policy)
            if self.plan.context.scope.alarm(objective.name, alert.severity.value, alert.name) in there
        }


def view_of(files: CompleteFiles, made: CheckedStage, *, elsewhere: Objectives) -> ServiceView:
    """The view of a stage that was made of these files. Raises InputError for one that is wrong, with all of its problems."""
    refuse_between(made, files)
    plan = plan_of(made.stage)
    return ServiceView(
        made=made,
        plan=plan,
        boards=all_dashboards(deployment_of(made.stage, plan)),
        canaries=read_canaries(files.canaries),
        profiles=read_profiles(files.load_profiles, read_flows(files.flows)),
        traffic=read_traffic(files.traffic_profiles, unit=cost_unit_of(files, stage=made.stage.name)),
        limits=judged_settings(made.stage),
        elsewhere=elsewhere,
    )
