"""A metric that a service emits itself: its name, unit and dimension names.

It imports the standard library alone, because it is packed with the handlers that emit.
"""

from dataclasses import dataclass
from enum import Enum


class Unit(Enum):
    """CloudWatch units that our metrics use (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html)."""

    COUNT = "Count"
    MILLISECONDS = "Milliseconds"
    BYTES = "Bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmittedMetric:
    """A metric of a service's own: `dimension_names` is the one dimension set it is emitted with."""

    namespace: str
    name: str
    unit: Unit
    dimension_names: tuple[str, ...]
    meaning: str
