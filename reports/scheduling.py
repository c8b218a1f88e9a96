"""Runs the report every week where a person runs it: one at a time, and a run that fails ends nothing and is tried again.

`schedule` ticks; what is due is decided by what was served last, which a file keeps, so that a laptop that slept through Monday
morning reports as soon as it wakes, once. A lock beside that file keeps a second schedule away.
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
_TICK_SECONDS = 30
# A laptop that wakes has no network yet, and Cost Explorer asks for cents each time: a few more tries, then next week.
_TRIED_AGAIN_AFTER = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=6))


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class WeeklySchedule:
    """`run` once a week at a weekday and a time in UTC; `state_file` holds when that was done last."""

    run: Callable[[], None]
    weekday: str
    at: str
    state_file: Path
    say: Callable[[str], None]
    now: Callable[[], datetime] = _now
    sleep: Callable[[float], None] = time.sleep
    _is_running: bool = field(default=False, init=False)
    _failure_count: int = field(default=0, init=False)
    _not_before: datetime | None = field(default=None, init=False)

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
        """Run if a run is due; whether it ran. A failure is reported and tried again three times before the next week.

        A bug passes: it would be the same each time.
        """
        now = self.now()
        if self._is_running or not self.is_due(now) or (self._not_before is not None and now < self._not_before):
            return False
        self._is_running = True
        try:
            self.run()
        except SreError as error:
            self._failed(now, str(error))
        else:
            self._served(now)
            self.say(
                f"the report of {now:%Y-%m-%d} is written; the next is due {self.due_after(now):%Y-%m-%d %H:%M} UTC"
            )
        finally:
            self._is_running = False
        return True

    def _failed(self, now: datetime, why: str) -> None:
        if self._failure_count == len(_TRIED_AGAIN_AFTER):
            self._served(now)
            self.say(f"the report of {now:%Y-%m-%d} failed: {why}\nit is not tried again before next week")
            return
        self._not_before = now + _TRIED_AGAIN_AFTER[self._failure_count]
        self._failure_count += 1
        self.say(f"the report of {now:%Y-%m-%d} failed: {why}\nit is tried again at {self._not_before:%H:%M} UTC")

    def _served(self, now: datetime) -> None:
        self._failure_count, self._not_before = 0, None
        self._remember(now)

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

    def is_due(self, now: datetime) -> bool:
        """Whether the newest scheduled time has not been served; the first start serves none that is past."""
        last = self._last_run_at()
        if last is None:
            self._remember(now)
            return False
        return last < self.due_after(now) - timedelta(days=7)

    def due_after(self, now: datetime) -> datetime:
        """The first scheduled time after an instant. Raises InputError for a time that is none."""
        try:
            hour, minute = (int(part) for part in self.at.split(":"))
            today = now.astimezone(UTC).replace(hour=hour, minute=minute, second=0, microsecond=0)
        except ValueError as error:
            raise InputError(f"--at {self.at}: write a time of the day, such as 07:00") from error
        due = today + timedelta(days=(_DAYS.index(self.weekday) - today.weekday()) % 7)
        return due if due > now else due + timedelta(days=7)

    def _last_run_at(self) -> datetime | None:
        try:
            return datetime.fromisoformat(self.state_file.read_text().strip())
        except (OSError, ValueError):
            return None

    def _remember(self, at: datetime) -> None:
        write_text(self.state_file, at.isoformat())
