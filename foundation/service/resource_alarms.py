"""What every resource of a type is alarmed on, as values; `alarms/` reads them from files and makes the alarms."""

from dataclasses import dataclass
from enum import Enum

from foundation.slo.burn_rate import Severity


class ResourceFact(Enum):
    """What of a resource, or of its stage, a dimension of its metrics holds."""

    NAME = "name"
    ARN = "arn"
    STAGE = "stage"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceAlarm:
    """One alarm on every resource of a CloudFormation type; it alarms above `above`, in so many of so many periods."""

    resource_type: str
    name: str
    namespace: str
    metric_name: str
    dimensions: tuple[tuple[str, ResourceFact], ...]
    statistic: str
    above: float
    period_seconds: int
    datapoints_to_alarm: int
    evaluation_periods: int
    severity: Severity
    impact: str
    runbook: str

    @property
    def key(self) -> tuple[str, str]:
        """What it is known by: another with the same key takes its place."""
        return self.resource_type, self.name
