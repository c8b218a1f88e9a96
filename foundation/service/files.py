"""The files that say what a service is, what it promises and how it is tried."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from foundation.errors import InputError


class FileKind(Enum):
    """A file that a service may have, by its key in `files` of its service.yaml."""

    CANARIES = "canaries"
    FLOWS = "flows"
    LOAD_PROFILES = "load_profiles"
    TRAFFIC_PROFILES = "traffic_profiles"
    RESOURCE_ALARMS = "resource_alarms"
    RULE_TESTS = "rule_tests"
    PANELS = "panels"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFiles:
    """One service's files: what it is, its objectives, when a budget burns too fast, its canaries, the
    flows of its load, its load and traffic profiles.

    `resource_alarms` changes what resources of a type are alarmed on; `rule_tests` is a directory of rule tests for its alarms,
    `panels` its own dashboards. What a service has not is None.
    """

    service: Path
    objectives: Path
    burn_rate: Path
    canaries: Path | None
    flows: Path | None
    load_profiles: Path | None
    traffic_profiles: Path | None
    resource_alarms: Path | None
    rule_tests: Path | None
    panels: Path | None

    def needed(self, kind: FileKind) -> Path:
        """The file of a kind. Raises InputError where the service has none, with where to name one."""
        found: Path | None = getattr(self, kind.value)
        if found is None:
            raise InputError(f"{self.service}: files: the service has no {kind.value}; name its file there")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteFiles(ServiceFiles):
    """The files of a service that has one of every kind, but for what it may do without."""

    canaries: Path
    flows: Path
    load_profiles: Path
    traffic_profiles: Path
    resource_alarms: Path
    rule_tests: Path
