"""`sre doctor`: its JSON."""

from pydantic import AwareDatetime

from foundation.cloudwatch.known_metrics import DatapointKind
from foundation.errors import Exit
from sre.cli.outputs.model import Output, Part
from sre.jobs.doctor.findings import Diagnosis, Finding, Identity, MetricFinding, PermissionFinding, State


class Line(Part):
    """What was found of one thing here, of a file, or of the account; `to_do` is null where nothing is to be done."""

    section: str
    name: str
    state: State
    description: str
    to_do: str | None


class Dimension(Part):
    """A dimension of a metric; what only a deployment knows of its value stands there as `${Name}`."""

    name: str
    value: str


class WatchedMetric(Part):
    """A metric that alarms or panels look at, and whether ListMetrics has it: it leaves out what had no datapoint for two weeks.

    `normal` is one that is not there, and need not be. `line` is that of service.yaml which names the metric or its resource.
    """

    namespace: str
    metric: str
    dimensions: tuple[Dimension, ...]
    region: str | None
    datapoints: DatapointKind
    alarms: tuple[str, ...]
    panels: tuple[str, ...]
    line: int | None
    state: State
    description: str
    to_do: str | None


class Permission(Part):
    """An action of AWS's API, and the commands that need it."""

    action: str
    needed_by: tuple[str, ...]
    state: State
    description: str
    to_do: str | None


class Caller(Part):
    """Who asked, as STS says it; `credentials` is the kind of the credentials."""

    account: str
    arn: str
    credentials: str


class DoctorReport(Output):
    """What was found of a stage; `exit_code` is 3 where anything is `missing` or `not_known`.

    `service` is null where its file cannot be read, `region` where none is known, `caller` where STS did not say who asked.
    Of the local platform there are no permissions.
    """

    service: str | None
    stage: str
    is_local: bool
    region: str | None
    asked_at: AwareDatetime
    exit_code: int
    ok_count: int
    normal_count: int
    missing_count: int
    not_known_count: int
    caller: Caller | None
    lines: tuple[Line, ...]
    metrics: tuple[WatchedMetric, ...]
    permissions: tuple[Permission, ...]


def report_of(found: Diagnosis, code: Exit) -> DoctorReport:
    """The output of a diagnosis that ends with an exit code."""
    return DoctorReport(
        service=found.service,
        stage=found.stage,
        is_local=found.is_local,
        region=found.region,
        asked_at=found.asked_at,
        exit_code=int(code),
        ok_count=found.count(State.OK),
        normal_count=found.count(State.NORMAL),
        missing_count=found.count(State.MISSING),
        not_known_count=found.count(State.NOT_KNOWN),
        caller=None if found.identity is None else _caller(found.identity),
        lines=tuple(_line(section.value, each) for section, each in found.lines),
        metrics=tuple(map(_metric, found.metrics)),
        permissions=tuple(map(_permission, found.permissions)),
    )


def _line(section: str, found: Finding) -> Line:
    return Line(
        section=section, name=found.name, state=found.state, description=found.said, to_do=found.to_do or None
    )  # fmt: skip


def _metric(found: MetricFinding) -> WatchedMetric:
    return WatchedMetric(
        namespace=found.metric.namespace,
        metric=found.metric.name,
        dimensions=tuple(Dimension(name=name, value=value) for name, value in found.metric.dimensions),
        region=found.region,
        datapoints=found.kind,
        alarms=found.alarms,
        panels=found.panels,
        line=found.line,
        state=found.finding.state,
        description=found.finding.said,
        to_do=found.finding.to_do or None,
    )


def _permission(found: PermissionFinding) -> Permission:
    return Permission(
        action=found.action,
        needed_by=found.needed_by,
        state=found.finding.state,
        description=found.finding.said,
        to_do=found.finding.to_do or None,
    )


def _caller(identity: Identity) -> Caller:
    return Caller(account=identity.account, arn=identity.arn, credentials=identity.credentials)
