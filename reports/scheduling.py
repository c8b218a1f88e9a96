"""Runs the report every week where a person runs it: one at a time, and a run that fails ends nothing and is tried again.

`schedule` ticks; what is due follows from what was served last, which a file keeps. After a sleep of weeks the newest few reports
are made up, each of its own week, and the older ones are named; a file that cannot be true is named and not believed. What is
named stands in the next notification, too. A lock beside that file keeps a second schedule away.
"""

import fcntl
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import schedule

from foundation.errors import InputError, SreError
from foundation.files.writing import make_directory, write_text

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEK = timedelta(days=7)
_TICK_SECONDS = 30
# A laptop that wakes has no network yet, and Cost Explorer asks for cents each time: a few more tries, then next week.
_TRIED_AGAIN_AFTER = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=6))
# CloudWatch keeps minutes for fifteen days, and five minutes for sixty-three; and each report asks Cost Explorer for cents.
_MADE_UP_AT_MOST = 4
# Longer than all tries of one report take.
_LATE = timedelta(hours=12)
# A clock that was put back a little after a report finds its own stamp ahead of it.
_CLOCK_DRIFT = timedelta(hours=1)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReport:
    """One report that is due: when it was, and what whoever is notified of it must know besides."""

    due_at: datetime
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """The times that are to be served, the oldest first, and what is not as it should be."""

    times: tuple[datetime, ...]
    problem: str | None


@dataclass(slots=True, kw_only=True)
class WeeklySchedule:
    """`run` once a week at a weekday and a time in UTC; `state_file` holds the scheduled time that was served last."""

    run: Callable[[DueReport], None]
    weekday: str
    at: str
    state_file: Path
    say: Callable[[str], None]
    now: Callable[[], datetime] = _now
    sleep: Callable[[float], None] = time.sleep
    _is_running: bool = field(default=False, init=False)
    _failure_count: int = field(default=0, init=False)
    _not_before: datetime | None = field(default=None, init=False)
    _notes: list[str] = field(default_factory=list[str], init=False)

    def forever(self) -> None:
        """Tick until interrupted. Raises InputError for a time that is none, and when another schedule has the directory."""
        due_at = self.due_after(self.now())
        with self._alone():
            self.say(f"the next report is due {due_at:%Y-%m-%d %H:%M} UTC; Ctrl-C ends this")
            ticking = schedule.Scheduler()
            ticking.every(_TICK_SECONDS).seconds.do(self.tick)
            self.tick()
            while True:
                ticking.run_pending()
                self.sleep(1)

    def tick(self) -> bool:
        """Run the oldest report that is due; whether one ran. A failure is reported and tried again three times, then the next.

        A bug passes: it would be the same each time.
        """
        now = self.now()
        if self._is_running or (self._not_before is not None and now < self._not_before):
            return False
        due = self._due(now)
        if due.problem is not None and due.problem not in self._notes:
            self._note(due.problem)
        if not due.times:
            return False
        due_at = due.times[0]
        self._is_running = True
        try:
            late = (f"it was due {due_at:%Y-%m-%d %H:%M} UTC, and is made up",) if now - due_at > _LATE else ()
            self.run(DueReport(due_at=due_at, notes=(*late, *self._notes)))
        except SreError as error:
            self._failed(due_at, now, str(error))
        else:
            self._notes.clear()
            self._served(due_at)
            rest = f"{len(due.times) - 1} more are made up now" if len(due.times) > 1 else self._next(now)
            self.say(f"the report of {due_at:%Y-%m-%d} is written; {rest}")
        finally:
            self._is_running = False
        return True

    def _next(self, now: datetime) -> str:
        return f"the next is due {self.due_after(now):%Y-%m-%d %H:%M} UTC"

    def _note(self, what: str) -> None:
        """Report something, and keep it for the next notification."""
        self.say(what)
        self._notes.append(what)

    def _failed(self, due_at: datetime, now: datetime, why: str) -> None:
        said = f"the report of {due_at:%Y-%m-%d} failed: {why}"
        if self._failure_count == len(_TRIED_AGAIN_AFTER):
            self._served(due_at)
            self._note(f"{said}\nit is not tried again before next week")
            return
        self._not_before = now + _TRIED_AGAIN_AFTER[self._failure_count]
        self._failure_count += 1
        self.say(f"{said}\nit is tried again at {self._not_before:%H:%M} UTC")

    def _served(self, due_at: datetime) -> None:
        self._failure_count, self._not_before = 0, None
        self._remember(due_at)

    @contextmanager
    def _alone(self) -> Generator[None]:
        file = self.state_file.with_suffix(".lock")
        make_directory(file.parent)
        try:
            opened = file.open("w")
        except OSError as error:
            raise InputError(f"{file.parent}: cannot be written to: {error.strerror}") from error
        with opened:
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise InputError(f"{file.parent}: another schedule writes there; end it, or give --out") from error
            yield

    def _due(self, now: datetime) -> _Due:
        """What is due by now. The first start serves nothing that is past; a stamp that cannot be true, the newest only."""
        newest = self.due_after(now) - _WEEK
        try:
            stamp = self.state_file.read_text()
        except FileNotFoundError:
            self._remember(now)
            return _Due(times=(), problem=None)
        except (OSError, UnicodeDecodeError) as error:
            return self._unbelieved(newest, f"cannot be read ({error})")
        last = _moment(stamp)
        if last is None:
            return self._unbelieved(newest, f"holds no time ({stamp[:40]!r})")
        if last > now:
            if last == newest + _WEEK and last - now <= _CLOCK_DRIFT:
                return _Due(times=(), problem=None)
            return self._unbelieved(newest, f"says {last:%Y-%m-%d %H:%M} UTC, which has not come yet")
        missed_count = max(0, -((last - newest) // _WEEK))
        times = tuple(newest - number * _WEEK for number in reversed(range(min(missed_count, _MADE_UP_AT_MOST))))
        if missed_count <= _MADE_UP_AT_MOST:
            return _Due(times=times, problem=None)
        oldest, left_out = newest - (missed_count - 1) * _WEEK, missed_count - _MADE_UP_AT_MOST
        return _Due(
            times=times,
            problem=f"{missed_count} reports were due since {oldest:%Y-%m-%d} and none was written; the newest "
            f"{_MADE_UP_AT_MOST} are made up, and the {left_out} before {times[0]:%Y-%m-%d} are not: "
            "`sre report weekly --week` writes one",
        )

    def _unbelieved(self, newest: datetime, why: str) -> _Due:
        return _Due(
            times=(newest,),
            problem=f"{self.state_file} {why}: when a report was last written is not known; that of {newest:%Y-%m-%d} is "
            "written again, and those that were missed before it are not",
        )

    def due_after(self, now: datetime) -> datetime:
        """The first scheduled time after an instant. Raises InputError for a time that is none."""
        try:
            hour, minute = (int(part) for part in self.at.split(":"))
            today = now.astimezone(UTC).replace(hour=hour, minute=minute, second=0, microsecond=0)
        except ValueError as error:
            raise InputError(f"--at {self.at}: write a time of the day, such as 07:00") from error
        due = today + timedelta(days=(_DAYS.index(self.weekday) - today.weekday()) % 7)
        return due if due > now else due + _WEEK

    def _remember(self, at: datetime) -> None:
        write_text(self.state_file, at.isoformat())


def _moment(stamp: str) -> datetime | None:
    """The time of a stamp; None for a text that is none, or one without a zone."""
    try:
        found = datetime.fromisoformat(stamp.strip())
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo is not None and 2000 <= found.year < 2100 else None
