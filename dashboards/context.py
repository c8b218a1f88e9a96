"""What all dashboards of one deployment are made from: its objectives, resources and own metrics, its panels, and its alarms."""

from dataclasses import dataclass

from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.names import Scope
from foundation.service.own_metrics import OwnMetrics
from foundation.service.panel_queries import Inventory
from foundation.service.panels import Page, PanelTemplate
from foundation.service.resources import Resource
from foundation.slo.model import Objectives


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceKind:
    """The resources of one kind, with all that is known of them, and the panels of each; `name` is that of its page."""

    name: str
    title: str
    resources: tuple[Resource, ...]
    panels: tuple[PanelTemplate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One stage of a service. `alarms` are the names of alarms that notify somebody.

    `composite_alarms` are those of the alarms that are composites, and `alarm_statistics` the statistics of the others, empty for
    metric math and percentiles. `kinds` are those that there are resources of, `pages` the service's own. `own` is None where it
    records nothing itself. `what_ifs` say what was changed of the stage to ask what its dashboards would be.
    """

    objectives: Objectives
    resources: tuple[Resource, ...] = ()
    kinds: tuple[ResourceKind, ...] = ()
    pages: tuple[Page, ...] = ()
    own: OwnMetrics | None = None
    has_load_test: bool = False
    alarms: tuple[str, ...] = ()
    composite_alarms: frozenset[str] = frozenset()
    alarm_statistics: tuple[str, ...] = ()
    what_ifs: tuple[str, ...] = ()

    @property
    def stage(self) -> str:
        """What the stage is called."""
        return self.objectives.stage

    @property
    def scope(self) -> Scope:
        """Whose the names are."""
        return Scope(service=self.objectives.service, stage=self.objectives.stage)

    @property
    def prefix(self) -> str:
        """How the names of its resources begin."""
        return self.scope.prefix

    @property
    def inventory(self) -> Inventory:
        """Its resources, as panels name them."""
        return Inventory(scope=self.scope, resources=self.resources)

    @property
    def client_latency(self) -> Metric | None:
        """What a load test's client sees of the latency; None where the service records nothing itself."""
        if self.own is None:
            return None
        latency = self.own.load_test.latency
        return Metric(namespace=latency.namespace, name=latency.name, dimensions=(("Stage", self.stage),))
