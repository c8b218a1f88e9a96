"""How a service stands at a moment, as values: every block with its source, its window and how new it is, or why it is not known.

What is not known is neither quiet nor healthy: it is said with its reason, and no sentence counts it among what is met.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Generic, TypeVar, assert_never

from alarms.current import AlarmsNow
from foundation.errors import Exit
from foundation.readings import Interval, NoData, Reading
from reports.deployments import Operation
from reports.money import CostActuals
from reports.weekly.inputs import CanaryWeek
from reports.weekly.objectives import Health, ObjectiveWeek

Told_co = TypeVar("Told_co", covariant=True)


class Standing(Enum):
    """What became of an objective, in words that a table needs no colour for; one that is at risk is met."""

    MISSED = "missed"
    NOT_KNOWN = "not known"
    MET = "met"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Generic[Told_co]):
    """An answer, who gave it, the time that it is about, and until when it is known; None where nothing of that time is."""

    source: str
    window: Interval
    as_of: datetime | None
    answer: Told_co

    def age(self, at: datetime) -> timedelta | None:
        """How old it is at a moment; None where nothing is known."""
        return None if self.as_of is None else max(timedelta(0), at - self.as_of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """There is nothing to know, such as of canaries where a service has none; the reason says so."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveNow:
    """One objective, known until `as_of`; `budget` is None of one on money, and of one of which nothing is known."""

    name: str
    health: Health
    reason: str
    budget: ObjectiveWeek | None
    source: str
    as_of: datetime | None

    @property
    def standing(self) -> Standing:
        """Whether it is met, as far as anybody can say."""
        match self.health:
            case Health.HEALTHY | Health.AT_RISK:
                return Standing.MET
            case Health.EXHAUSTED:
                return Standing.MISSED
            case Health.TOO_LITTLE | Health.NO_DATA:
                return Standing.NOT_KNOWN
            case _:
                assert_never(self.health)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How a service stands `at` a moment, which is that of asking, `asked_at`, or the end of a recording.

    Objectives are in the order in which a person has to know of them: missed, not known, at risk, healthy. `source` is who was
    asked for metrics, and `limit_usd` what an objective says that a month may cost. Operations are the last first.
    """

    service: str
    stage: str
    source: str
    at: datetime
    asked_at: datetime
    objectives: tuple[ObjectiveNow, ...]
    limit_usd: Decimal | None
    alarms: Told[AlarmsNow] | NoData
    deployments: Told[tuple[Operation, ...]] | NoData | Absent
    canaries: Told[tuple[CanaryWeek, ...]] | NoData | Absent
    cost: Told[Reading[CostActuals]] | NoData | Absent

    def those(self, standing: Standing) -> tuple[ObjectiveNow, ...]:
        """The objectives of which something became."""
        return tuple(each for each in self.objectives if each.standing is standing)

    @property
    def firing_count(self) -> int:
        """How many alarms are known to be in ALARM."""
        return 0 if isinstance(self.alarms, NoData) else len(self.alarms.answer.firing)

    @property
    def not_known(self) -> tuple[str, ...]:
        """What beside objectives is not known, or only in part, in a few words each."""
        found: list[str] = []
        if isinstance(self.alarms, NoData):
            found.append("alarms")
        elif unknown := len(self.alarms.answer.unknown):
            found.append(f"{unknown} of {self.alarms.answer.count} alarms")
        if isinstance(self.deployments, NoData):
            found.append("deployments")
        if isinstance(self.canaries, NoData):
            found.append("canaries")
        elif isinstance(self.canaries, Told):
            silent = sum(not has_run(each) for each in self.canaries.answer)
            found += [f"{silent} of {len(self.canaries.answer)} canaries"] if silent else []
        if isinstance(self.cost, NoData):
            found.append("cost")
        return tuple(found)

    @property
    def exit_code(self) -> Exit:
        """Missed before all else; what fires or is not known leaves open whether all is well."""
        if self.those(Standing.MISSED):
            return Exit.MISSED
        if self.those(Standing.NOT_KNOWN) or self.not_known or self.firing_count or not self.objectives:
            return Exit.NOT_ENOUGH_EVIDENCE
        return Exit.MET


def has_run(canary: CanaryWeek) -> bool:
    """Whether a run of a canary is known: without one it has shown nothing."""
    return canary.problem is None and canary.run_count > 0
