"""What all dashboards of one deployment are made from: the objectives, the names of its resources, and its alarms."""

from collections.abc import Mapping
from dataclasses import dataclass

from foundation.cloudwatch import name_limits
from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.names import Scope
from foundation.cloudwatch.parameters import Parameter, parametrized
from foundation.slo.model import Objectives


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One stage of a service. `alarms` are the names of alarms that notify somebody; ids and ARNs may be parameters.

    `composite_alarms` are those of the alarms that are composites, and `alarm_statistics` the statistics of the others, empty for
    metric math and percentiles.
    `what_ifs` say what was changed of the stage to ask what its dashboards would be. `log_groups` are those of the functions,
    by the function's short name.
    """

    service: str
    stage: str
    objectives: Objectives
    functions: tuple[str, ...]
    gates: tuple[str, ...]
    log_groups: Mapping[str, str]
    namespace: str
    alarms: tuple[str, ...] = ()
    composite_alarms: frozenset[str] = frozenset()
    alarm_statistics: tuple[str, ...] = ()
    websocket_api_id: str = parametrized(Parameter("WebSocketApiId"))
    state_machine_arn: str = parametrized(Parameter("StateMachineArn"))
    archives_bucket: str = parametrized(Parameter("ArchivesBucket"))
    what_ifs: tuple[str, ...] = ()

    @property
    def scope(self) -> Scope:
        """Whose the names are."""
        return Scope(service=self.service, stage=self.stage)

    @property
    def prefix(self) -> str:
        """How the names of its resources begin."""
        return self.scope.prefix

    def rest_api(self, name: str) -> Metric:
        """A metric of the REST API."""
        return Metric(
            namespace="AWS/ApiGateway", name=name, dimensions=(("ApiName", self.prefix), ("Stage", self.stage))
        )

    def websocket_api(self, name: str) -> Metric:
        """A metric of the WebSocket API."""
        dimensions = (("ApiId", self.websocket_api_id), ("Stage", self.stage))
        return Metric(namespace="AWS/ApiGateway", name=name, dimensions=dimensions)

    def function(self, function: str, name: str) -> Metric:
        """A metric of one function, by its short name."""
        dimensions = (("FunctionName", self.scope.named(name_limits.FUNCTION, function)),)
        return Metric(namespace="AWS/Lambda", name=name, dimensions=dimensions)

    def own(self, name: str, **dimensions: str) -> Metric:
        """A metric that the platform emits itself."""
        return Metric(namespace=self.namespace, name=name, dimensions=(("Stage", self.stage), *dimensions.items()))
