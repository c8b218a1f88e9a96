"""Runs the report every week where a person runs it: one at a time, and a run that fails ends nothing.

`schedule` ticks; what is due is decided by when the last run began, which a file keeps, so that a laptop that slept
through Monday morning reports as soon as it wakes, once.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import schedule

from errors import InputError, SreError

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TICK_SECONDS = 30


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class WeeklySchedule:
    """`run` once a week at a weekday and a time in UTC; `state_file` holds when the last run began."""

    run: Callable[[], None]
    weekday: str
    at: str
    state_file: Path
    say: Callable[[str], None]
    now: Callable[[], datetime] = _now
    sleep: Callable[[float], None] = time.sleep
    _is_running: bool = field(default=False, init=False)

    def forever(self) -> None:
        """Tick until interrupted. Raises InputError for a time that is none."""
        self.say(f"the next report is due {self.due_after(self.now()):%Y-%m-%d %H:%M} UTC; Ctrl-C ends this")
        ticking = schedule.Scheduler()
        ticking.every(_TICK_SECONDS).seconds.do(self.tick)
        self.tick()
        while True:
            ticking.run_pending()
            self.sleep(1)

    def tick(self) -> bool:
        """Run if a run is due; whether it ran. A failure is told, counts as a run, and is not repeated until the next week."""
        now = self.now()
        if self._is_running or not self.is_due(now):
            return False
        self._is_running = True
        try:
            self._remember(now)
            self.run()
            self.say(
                f"the report of {now:%Y-%m-%d} is written; the next is due {self.due_after(now):%Y-%m-%d %H:%M} UTC"
            )
        except SreError as error:
            self.say(f"the report of {now:%Y-%m-%d} failed: {error}")
        except Exception as error:  # noqa: BLE001 - whatever one run does must not end the others
            self.say(f"the report of {now:%Y-%m-%d} failed: {type(error).__name__}: {error}")
        finally:
            self._is_running = False
        return True

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
        self.state_file.parent.mkdir(parents=True, exist_ok=True)
        partial = self.state_file.with_suffix(".partial")
        partial.write_text(at.isoformat())
        partial.replace(self.state_file)
