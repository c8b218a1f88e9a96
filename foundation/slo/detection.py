"""Whether an incident was paged: by which alarm, how soon; or that nobody was paged; or that nobody can say.

It is judged where a page was sent for it, or where every alarm that could have paged is known from its start to its end. What
could not be judged is in neither part of recall.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from foundation.readings import Interval, Known
from foundation.slo.incidents import Incident


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Somebody was paged at a time by an alarm; `ended_at` is None where the alarm has not ended."""

    alarm: str
    at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """An alarm that pages: what it sent, when it may have and nobody can say, and of which time its state is known."""

    alarm: str
    objective: str | None
    pages: tuple[Page, ...]
    maybe_at: tuple[datetime, ...]
    known: Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Paged:
    """The first page that is known of.

    `is_first` is whether there was surely none before it; `reset_after` is how long the alarm outlasted the incident.
    """

    alarm: str
    after: timedelta
    is_first: bool
    reset_after: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPaged:
    """Every alarm that could have paged was known, and none did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotJudged:
    """No page is known of, and of some alarm that could have paged this time is not known."""

    missing: Known


Detection = Paged | NotPaged | NotJudged
# The shortest time that anything is known of.
_MOMENT = timedelta(seconds=1)


def detect(incident: Incident, pagers: Sequence[Pager], *, until: datetime) -> Detection:
    """What became of an incident, from all alarms that page, those included of which nothing is known.

    One that is still going on is judged up to `until`, where what is looked at ends.
    """
    concerned = [each for each in pagers if incident.concerns(each.objective)]
    pages = [
        page for each in concerned for page in each.pages if incident.explains(page.at, each.objective)
    ]  # fmt: skip
    if pages:
        first = min(pages, key=lambda page: (page.at, page.alarm))
        return Paged(
            alarm=first.alarm,
            after=first.at - incident.start_at,
            is_first=first.at == incident.start_at
            or not _missing(concerned, Interval(start_at=incident.start_at, end_at=first.at)).spans,
            reset_after=None if first.ended_at is None or incident.end_at is None else first.ended_at - incident.end_at,
        )
    during = Interval(start_at=incident.start_at, end_at=incident.end_at or max(until, incident.start_at + _MOMENT))
    missing = _missing(concerned, during)
    if not missing.spans and any(
        incident.explains(at, each.objective) for each in concerned for at in each.maybe_at
    ):  # fmt: skip
        missing = Known.of([during.span])
    return NotJudged(missing=missing) if missing.spans else NotPaged()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """How many incidents were given, judged and paged."""

    given_count: int
    judged_count: int
    paged_count: int

    @property
    def ratio(self) -> float | None:
        """The share of those that were judged; None where none was."""
        return self.paged_count / self.judged_count if self.judged_count else None


def recall_of(detections: Sequence[Detection]) -> Recall:
    """Over incidents, of which those that were not judged count in neither part."""
    return Recall(
        given_count=len(detections),
        judged_count=sum(not isinstance(each, NotJudged) for each in detections),
        paged_count=sum(isinstance(each, Paged) for each in detections),
    )


def _missing(pagers: Sequence[Pager], during: Interval) -> Known:
    missing = Known.nothing()
    for each in pagers:
        missing |= each.known.missing(during)
    return missing
