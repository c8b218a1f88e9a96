"""One stage of a service as one value: what it promises, what it records itself, and what its alarms are made from.

It is made once, at the door, and passed from there; `stage_file` brings it into another process, and `what_if` changes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from foundation.cloudwatch.names import Scope
from foundation.service.own_metrics import OwnMetrics
from foundation.service.panels import Page
from foundation.service.resource_alarms import ResourceAlarm
from foundation.service.resources import Resource
from foundation.slo.burn_rate import BurnRatePolicy
from foundation.slo.model import Objectives
from foundation.slo.subscription import Subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRules:
    """What the alarms of a stage are made from, beside its objectives; `resource_alarms` are those of its `resources`.

    `subscriptions` say who hears of them, as the service's files have it.
    """

    policy: BurnRatePolicy
    resources: tuple[Resource, ...]
    resource_alarms: tuple[ResourceAlarm, ...]
    owner: str
    runbook_url: str
    subscriptions: tuple[Subscription, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetChange:
    """Another target than an objective has."""

    objective: str
    target_ratio: Decimal
    instead_of_ratio: Decimal

    def __str__(self) -> str:
        return f"{self.objective} at {_percent(self.target_ratio)} instead of {_percent(self.instead_of_ratio)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChange:
    """Another burn-rate policy than a stage has, both by their names."""

    policy: str
    instead_of: str

    def __str__(self) -> str:
        return f"another burn-rate policy, {self.policy} instead of {self.instead_of}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage. `own` is None where the service's own metrics are not known.

    `alarm_rules` is None where objectives are only judged, as Locust does that a person started by hand. `pages` are its own
    dashboards; it `has_load_test` where it says how it is loaded.
    """

    objectives: Objectives
    own: OwnMetrics | None
    alarm_rules: AlarmRules | None
    changes: tuple[TargetChange | PolicyChange, ...] = ()
    pages: tuple[Page, ...] = ()
    has_load_test: bool = False

    @property
    def scope(self) -> Scope:
        """Whose stage it is."""
        return Scope(service=self.objectives.service, stage=self.objectives.stage)

    @property
    def name(self) -> str:
        """What the stage is called."""
        return self.objectives.stage

    @property
    def what_ifs(self) -> tuple[str, ...]:
        """What was changed of it to ask what would be, a phrase each; none of a stage as its files have it."""
        return tuple(str(change) for change in self.changes)


def with_what_ifs(text: str, what_ifs: Sequence[str]) -> str:
    """A label or a description, with what was changed of its stage to ask what would be."""
    return f"{text}; what if: {', '.join(what_ifs)}" if what_ifs else text


def _percent(ratio: Decimal) -> str:
    return f"{(ratio * 100).normalize():f} %"
