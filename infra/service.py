"""T-Developer, the service under watch unless another is named: its files, its metrics, its resources.

The command line and the deployed handlers ask it; all others are given what they need. `stage` makes a stage of it.
"""

from foundation.cloudwatch.emitted import EmittedMetric
from foundation.service.files import ServiceFiles
from foundation.service.own_metrics import LoadTestMetrics, OwnMetrics, load_test_metrics
from foundation.service.resources import Resource
from infra.checkout import ROOT
from tdeveloper.metrics import NAMESPACE
from tdeveloper.own_metrics import own_metrics
from tdeveloper.resources import platform_resources

NAME = "t-developer"
OWNER = "t-developer"
RUNBOOKS = "docs/runbooks"
T_DEVELOPER = ServiceFiles(
    service=ROOT / "tdeveloper" / "service.yaml",
    objectives=ROOT / "tdeveloper" / "objectives.yaml",
    burn_rate=ROOT / "tdeveloper" / "burn_rate.yaml",
    canaries=ROOT / "tdeveloper" / "canaries.yaml",
    load_profiles=ROOT / "tdeveloper" / "load_profiles.yaml",
    traffic_profiles=ROOT / "tdeveloper" / "traffic_profiles.yaml",
    resource_alarms=ROOT / "alarms" / "resources.yaml",
    rule_tests=ROOT / "tdeveloper" / "rule_tests",
)
# What a month is estimated by, unless somebody names another profile.
TRAFFIC_PROFILE = "lean"
# What a unit cost is of.
COST_UNIT = "pipeline"


def metrics_of(service: str, stage: str) -> OwnMetrics | None:
    """The own metrics of a service's stage; None of a service that is not T-Developer, whose metrics are not known here."""
    return own_metrics(stage) if service == NAME else None


def emitted_by(service: str, stage: str) -> tuple[EmittedMetric, ...]:
    """Every metric that a service emits itself, as far as they are known here."""
    own = metrics_of(service, stage)
    return () if own is None else own.emitted


def resources_of(service: str, stage: str) -> tuple[Resource, ...]:
    """The resources of a service's stage; none of a service that is not T-Developer."""
    return platform_resources(service, stage) if service == NAME else ()


def default_load_test_metrics() -> LoadTestMetrics:
    """The metrics that a load test is published under, where nothing but its result says of which service it was."""
    return load_test_metrics(NAMESPACE)
