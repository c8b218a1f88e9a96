"""What every resource of a kind is alarmed on, and what proves it, as values; readers make them, and `alarms/` the alarms.

A proof is in the resource's own terms, and names its metric by itself: written before the alarm, and never worked out from it.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from foundation.cloudwatch.evaluation import AlarmState, MissingData
from foundation.slo.burn_rate import Severity


class ResourceFact(Enum):
    """What of a resource, or of its stage, a dimension of its metrics holds."""

    NAME = "name"
    ARN = "arn"
    STAGE = "stage"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFact:
    """A dimension that holds a fact of the resource, by its name."""

    fact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedText:
    """A dimension that holds this text, in which `${name}` is the resource's name."""

    text: str


DimensionValue = ResourceFact | OwnFact | FixedText
Dimensions = tuple[tuple[str, DimensionValue], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactShare:
    """A number that follows from a fact of the resource, which is a number: so many times it."""

    fact: str
    times: Decimal


class Comparison(Enum):
    """On which side of its threshold a value is breaching; the threshold itself never is."""

    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofExpectation:
    """The state that an alarm must have so long after the first value; `at` is written as people write durations."""

    line: int
    at: str
    state: AlarmState


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmProof:
    """Values minute by minute in the notation of rule tests, and what the alarm must make of them."""

    line: int
    says: str
    values: str
    expectations: tuple[ProofExpectation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmProofs:
    """One proof on which an alarm fires and one on which it stays quiet, with the metric and the statistic of their values.

    With a `scale` a value is in that unit: percent of a time-out, say. `file` is where they are written.
    """

    file: str
    namespace: str
    metric_name: str
    dimensions: Dimensions
    statistic: str
    scale: FactShare | None
    fires: AlarmProof
    quiet: AlarmProof


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceAlarm:
    """One alarm on every resource of a kind: so many of so many periods are beyond the threshold.

    `kind` is the kind of its type that it is for, None for all of them; `when` are facts that a resource must have, too.
    `source` is a URL, or says that the choice is ours. `proofs` is None of one that a service's own file makes without.
    `schedule_fact` says how often it runs what the metric is of: an alarm that looks more often sees no run, and is left out.
    """

    resource_type: str
    kind: str | None
    when: tuple[tuple[str, str], ...]
    name: str
    namespace: str
    metric_name: str
    dimensions: Dimensions
    statistic: str
    comparison: Comparison
    threshold: float | FactShare
    period_seconds: int
    datapoints_to_alarm: int
    evaluation_periods: int
    missing_data: MissingData
    severity: Severity
    impact: str
    runbook: str
    source: str
    proofs: AlarmProofs | None
    schedule_fact: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What a file that changes it calls it by."""
        return self.resource_type, self.name
