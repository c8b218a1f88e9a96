"""T-Developer, the service under watch unless another is named, and how any service is read of its files.

The command line and the deployed handlers ask it; all others are given what they need. `stage` makes a stage of it.
"""

from functools import cache
from pathlib import Path

from foundation.service.files import CompleteFiles, ServiceFiles
from foundation.service.own_metrics import LoadTestMetrics, OwnMetrics
from foundation.service.service import Service
from foundation.service.service_file import read_files, read_service
from infra.checkout import ROOT

NAME = "t-developer"
OWNER = "t-developer"
RUNBOOKS = "docs/runbooks"
T_DEVELOPER = CompleteFiles(
    service=ROOT / "tdeveloper" / "service.yaml",
    objectives=ROOT / "tdeveloper" / "objectives.yaml",
    burn_rate=ROOT / "tdeveloper" / "burn_rate.yaml",
    canaries=ROOT / "tdeveloper" / "canaries.yaml",
    flows=ROOT / "tdeveloper" / "flows.yaml",
    load_profiles=ROOT / "tdeveloper" / "load_profiles.yaml",
    traffic_profiles=ROOT / "tdeveloper" / "traffic_profiles.yaml",
    resource_alarms=ROOT / "tdeveloper" / "resource_alarms.yaml",
    rule_tests=ROOT / "tdeveloper" / "rule_tests",
    panels=ROOT / "tdeveloper" / "panels.yaml",
)
# What a month is estimated by, unless somebody names another profile.
TRAFFIC_PROFILE = "lean"


def files_of_service(place: Path) -> ServiceFiles:
    """The files of the service that a service.yaml, or a directory with one, tells of.

    The burn-rate policy of one that names none is the SRE workbook's, which is T-Developer's, too. Raises InputError.
    """
    return read_files(place, burn_rate=T_DEVELOPER.burn_rate)


def service_of(files: ServiceFiles, *, stage: str) -> Service:
    """The service of these files in a stage. Raises InputError with every problem of its file."""
    return read_service(files.service, stage=stage, burn_rate=T_DEVELOPER.burn_rate)


def cost_unit_of(files: ServiceFiles, *, stage: str) -> str:
    """What a unit cost of the service is of, by its service.yaml; *unit* where that does not say. Raises InputError."""
    return service_of(files, stage=stage).cost_unit or "unit"


def metrics_of(service: str, stage: str) -> OwnMetrics | None:
    """The own metrics of a service's stage; None of a service that is not T-Developer, whose metrics are not known here."""
    return service_of(T_DEVELOPER, stage=stage).own if service == NAME else None


@cache
def default_load_test_metrics() -> LoadTestMetrics:
    """The metrics that a load test is published under, where nothing but its result says of which service it was."""
    own = service_of(T_DEVELOPER, stage="production").own
    if own is None:
        raise AssertionError(f"{T_DEVELOPER.service}: it has a metric_namespace")
    return own.load_test
