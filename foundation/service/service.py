"""The service under watch, in one of its stages: who it is, what it is made of, and what it records of itself."""

from dataclasses import dataclass

from foundation.cloudwatch.emitted import EmittedMetric
from foundation.cloudwatch.parameters import parameters_in
from foundation.service.files import ServiceFiles
from foundation.service.own_metrics import OwnMetrics
from foundation.service.resources import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service in one stage. `stages` are all that it has, empty where that is not said.

    `own` is None where it records no metrics of its own; `cost_unit` is what a unit cost is of, such as an order.
    """

    name: str
    title: str
    owner: str
    stage: str
    stages: tuple[str, ...]
    tags: tuple[tuple[str, str], ...]
    cost_unit: str | None
    own: OwnMetrics | None
    resources: tuple[Resource, ...]
    files: ServiceFiles

    @property
    def parameters(self) -> frozenset[str]:
        """The names of what only a deployment knows of its resources."""
        texts = (text for each in self.resources for text in (each.name, each.arn, *(fact for _, fact in each.facts)))
        return frozenset(parameter.name for text in texts for parameter in parameters_in(text))

    @property
    def emitted(self) -> tuple[EmittedMetric, ...]:
        """Every metric that it records itself."""
        return () if self.own is None else self.own.emitted
