"""Looks at a /proc, which is a directory here: what is read of it, and what a machine without a part of it says."""

from pathlib import Path

import pytest

import foundation.machine.sampler as sampler
from foundation.machine.sampler import difference, look, memory

STAT = "{number} (python) S {parent} 0 {session} 0 -1 0 0 0 0 0 {user} {system} {waited} 0 20 0 1 0 {started} 0 0"


@pytest.fixture
def proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sampler, "_usable_processors", lambda: {0, 1})
    monkeypatch.setattr(sampler, "_ticks_a_second", lambda: 100)
    (tmp_path / "pressure").mkdir()
    (tmp_path / "net").mkdir()
    processors(tmp_path, busy=0, steal=0)
    pressure(tmp_path, 0)
    return tmp_path


def processors(proc: Path, *, busy: int, steal: int) -> None:
    (proc / "stat").write_text(f"cpu 0\ncpu0 {busy} 0 0 0 0 9 9 {steal} 0 0\ncpu1 0 0 0 0 0 0 0 0 0 0\n")


def pressure(proc: Path, total_us: int) -> None:
    line = f"some avg10=49.70 avg60=22.93 avg300=17.91 total={total_us}\nfull avg10=0.00 total=0\n"
    (proc / "pressure" / "cpu").write_text(line)


def process(proc: Path, number: int, *, parent: int = 1, session: int = 0, user: int = 0, waited: int = 0) -> None:
    (proc / str(number)).mkdir(exist_ok=True)
    text = STAT.format(
        number=number, parent=parent, session=session, user=user, system=0, waited=waited, started=number
    )
    (proc / str(number) / "stat").write_text(text)


def at(second: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampler.time, "monotonic", lambda: second)
    monkeypatch.setattr(sampler.time, "clock_gettime", lambda _clock: second + 1_000)  # pyright: ignore[reportUnknownLambdaType]


def test_a_neighbour_that_takes_a_core_is_other_work_beside_ours_and_what_is_stolen(
    proc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process(proc, 10)
    process(proc, 30, session=30)
    process(proc, 40)
    at(0.0, monkeypatch)
    before = look({10}, {30}, None, proc=proc)
    process(proc, 10, user=10)
    process(proc, 30, session=30, user=60)
    process(proc, 40, user=200)
    processors(proc, busy=270, steal=14)
    pressure(proc, 500_000)
    at(2.0, monkeypatch)
    after = look({10}, {30}, before, proc=proc)
    found = difference(before, after)
    assert found == pytest.approx(
        {"length_seconds": 2.0, "ours_cores": 0.35, "others_cores": 1.0, "steal_cores": 0.07}
    )  # fmt: skip
    assert after.waiting_us == 500_000


def test_a_child_of_ours_that_ended_meanwhile_is_not_booked_as_somebody_elses(
    proc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process(proc, 10)
    at(0.0, monkeypatch)
    before = look({10}, set(), None, proc=proc)
    process(proc, 10, waited=50)
    processors(proc, busy=50, steal=0)
    at(1.0, monkeypatch)
    found = difference(before, look({10}, set(), before, proc=proc))
    assert (found["ours_cores"], found["others_cores"]) == (0.5, 0.0)


def test_ticks_that_ours_are_ahead_of_the_processors_make_no_other_work_below_zero(
    proc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process(proc, 10)
    at(0.0, monkeypatch)
    before = look({10}, set(), None, proc=proc)
    process(proc, 10, user=101)
    processors(proc, busy=100, steal=0)
    at(1.0, monkeypatch)
    assert difference(before, look({10}, set(), before, proc=proc))["others_cores"] == 0.0


def test_a_process_that_ends_while_it_is_looked_at_is_passed_over(proc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    process(proc, 10)
    (proc / "11").mkdir()
    (proc / "12").mkdir()
    (proc / "12" / "stat").write_text("")
    at(0.0, monkeypatch)
    assert {number for number, _ in look({10, 11, 12}, set(), None, proc=proc).ours} == {10}


def test_without_pressure_there_is_none_and_without_proc_there_is_no_look(
    proc: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (proc / "pressure" / "cpu").unlink()
    at(0.0, monkeypatch)
    assert look(set(), set(), None, proc=proc).waiting_us is None
    with pytest.raises(OSError, match="stat"):
        look(set(), set(), None, proc=tmp_path / "none")


def test_memory_is_what_is_available_and_what_is_swapped_out_and_none_where_it_is_not_told(tmp_path: Path) -> None:
    (tmp_path / "meminfo").write_text("MemTotal: 24 kB\nMemAvailable: 10 kB\nSwapTotal: 8 kB\nSwapFree: 5 kB\n")
    assert memory(proc=tmp_path) == {"available_bytes": 10_240, "swapped_bytes": 3_072}
    assert memory(proc=tmp_path / "none") == {"available_bytes": None, "swapped_bytes": None}
