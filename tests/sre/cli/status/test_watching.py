"""Rounds of --watch: begun as often as is asked, one after the other, drawn over one another without clearing the screen."""

import io
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from sre.cli.status.watching import Redrawn, SystemClock, watch

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


class FakeClock:
    """Stands still but where somebody waits or works, and interrupts a wait."""

    def __init__(self, *, rounds: int) -> None:
        self.at, self.rounds = AT, rounds
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if len(self.slept) == self.rounds:
            raise KeyboardInterrupt
        self.at += timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("takes_seconds", "pauses"),
    [(0, [10, 10]), (4, [6, 6]), (9.5, [1, 1]), (10, [1, 1]), (60, [1, 1]), (-3_600, [10, 10])],
    ids=["at once", "four seconds", "nearly all of it", "all of it", "longer", "a clock that is put back"],
)
def test_a_round_begins_so_often_and_is_never_without_a_pause(takes_seconds: float, pauses: list[float]) -> None:
    clock = FakeClock(rounds=2)
    began: list[datetime] = []

    def tell(now: datetime) -> None:
        began.append(now)
        clock.at += timedelta(seconds=takes_seconds)

    with pytest.raises(KeyboardInterrupt):
        watch(tell, every=timedelta(seconds=10), clock=clock)
    assert clock.slept == pauses
    assert began == [AT, AT + timedelta(seconds=takes_seconds + pauses[0])]


def test_rounds_are_written_over_one_another_in_one_piece_each() -> None:
    written: list[str] = []

    class Stream(io.StringIO):
        def write(self, text: str, /) -> int:
            written.append(text)
            return len(text)

    with suppress(KeyboardInterrupt), Redrawn(Stream()) as terminal:
        terminal.draw(["one", "two"])
        terminal.draw(["three"])
        raise KeyboardInterrupt
    first, second, last = written
    assert first == "\x1b[2J\x1b[?25l\x1b[Hone\x1b[K\ntwo\x1b[K\n\x1b[J"
    # The screen is cleared once; from then on what is longer is wiped behind each line, and below the last.
    assert second == "\x1b[Hthree\x1b[K\n\x1b[J"
    assert last == "\x1b[?25h"


def test_where_nothing_was_drawn_nothing_is_put_back() -> None:
    stream = io.StringIO()
    with Redrawn(stream):
        pass
    assert stream.getvalue() == ""


def test_the_clock_of_this_machine_is_in_utc_and_waits() -> None:
    clock = SystemClock()
    before = clock.now()
    clock.sleep(0)
    assert before.utcoffset() == timedelta(0)
    assert clock.now() >= before
