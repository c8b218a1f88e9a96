"""What was found, a line each: a fact, how it stands with it, and what to do where it is not as it should be."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from foundation.cloudwatch.known_metrics import DatapointKind
from foundation.cloudwatch.metrics import Metric


class State(StrEnum):
    """How it stands with one thing. `normal` is what is not there, and need not be."""

    OK = "ok"
    NORMAL = "normal"
    MISSING = "missing"
    NOT_KNOWN = "not_known"

    @property
    def words(self) -> str:
        """The same for a person."""
        return self.value.replace("_", " ")

    @property
    def is_open(self) -> bool:
        """Whether somebody has to do something."""
        return self in (State.MISSING, State.NOT_KNOWN)


class Section(StrEnum):
    """Where a line stands."""

    HERE = "here"
    FILES = "files"
    ACCOUNT = "account"
    METRICS = "metrics"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line. Raises ValueError where something is to be done, and nothing says what."""

    name: str
    state: State
    said: str
    to_do: str = ""

    def __post_init__(self) -> None:
        if self.state.is_open and not self.to_do:
            raise ValueError(f"{self.name} is {self.state.words}, and nothing says what to do")


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricFinding:
    """A metric that alarms or panels look at. `region` is None where no Region is known, `line` where service.yaml names none."""

    metric: Metric
    region: str | None
    kind: DatapointKind
    alarms: tuple[str, ...]
    panels: tuple[str, ...]
    line: int | None
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionFinding:
    """An action of AWS's API, and the commands that need it."""

    action: str
    needed_by: tuple[str, ...]
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who asks, as STS says it; `credentials` is the kind of the credentials, and nothing of what is in them."""

    account: str
    arn: str
    credentials: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """All that was found of one stage. `service` is None where its service.yaml cannot be read, `place` says who was asked.

    Nothing of permissions is found on the local platform, which knows none.
    """

    service: str | None
    stage: str
    place: str
    region: str | None
    is_local: bool
    asked_at: datetime
    identity: Identity | None
    lines: tuple[tuple[Section, Finding], ...]
    metrics: tuple[MetricFinding, ...]
    permissions: tuple[PermissionFinding, ...]

    def of(self, section: Section) -> tuple[Finding, ...]:
        """The lines of one section, in order."""
        return tuple(finding for where, finding in self.lines if where is section)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that was found, in the order in which it is told."""
        return (
            *(finding for _, finding in self.lines),
            *(each.finding for each in self.metrics),
            *(each.finding for each in self.permissions),
        )

    def count(self, state: State) -> int:
        """How much of it is in a state."""
        return sum(each.state is state for each in self.findings)

    @property
    def is_well(self) -> bool:
        """Whether everything was found out, and nothing is missing."""
        return not any(each.state.is_open for each in self.findings)
