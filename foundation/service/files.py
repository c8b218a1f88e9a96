"""The files that say what a service promises and how it is tried."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFiles:
    """One service's files: its objectives, when a budget burns too fast, its canaries, and its load and traffic profiles.

    `resource_alarms` are what resources of a type are alarmed on; `rule_tests` is a directory of rule tests for its alarms.
    """

    objectives: Path
    burn_rate: Path
    canaries: Path
    load_profiles: Path
    traffic_profiles: Path
    resource_alarms: Path
    rule_tests: Path
