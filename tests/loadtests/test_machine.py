"""What was recorded of the machine comes into the result of this run, whatever its end, and into no other."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import loadtests.machine as of_load
from foundation.errors import InputError
from foundation.machine.recording import LocalTarget, Recorded
from loadtests.machine import recorded_machine
from loadtests.result import LoadResult, read_result, write_result
from tests.loadtests.factories import a_result

LINE = {
    "length_seconds": 1.0, "others_cores": 0.9, "ours_cores": 1.0, "steal_cores": 0.0, "wakings_ms": [1.0, 3.0],
    "stalled_ms": 0.5, "waiting_ratio": 0.1, "available_bytes": 100, "swapped_bytes": 0,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _recordings(monkeypatch: pytest.MonkeyPatch) -> None:
    class Recording:
        def __init__(self, target: LocalTarget | None) -> None:
            self.target, self.began = target, datetime.now(UTC).timestamp()

        def end(self) -> Recorded:
            lines = ({"core_count": 2}, *({"at": self.began + second, **LINE} for second in range(60)))
            return Recorded(lines=lines, target=self.target)

    monkeypatch.setattr(of_load, "Recording", Recording)


def a_result_of(began_at: datetime) -> LoadResult:
    return replace(a_result(good=100), started_at=began_at.isoformat(timespec="seconds"), run_id="own")


def kept_in(file: Path) -> Callable[[], tuple[LoadResult, Path] | None]:
    """The run's own result, as whoever started the run knows it."""

    def kept() -> tuple[LoadResult, Path] | None:
        try:
            result = read_result(file)
        except InputError:
            return None
        return (result, file) if result.run_id == "own" else None

    return kept


def test_the_result_has_the_machine_from_the_beginning_of_its_warm_up(tmp_path: Path) -> None:
    file = tmp_path / "load-result.json"
    with recorded_machine(kept_in(file), LocalTarget(sessions=(1,))):
        write_result(a_result_of(datetime.now(UTC)), file)
    machine = read_result(file).machine
    assert machine is not None
    assert (machine.core_count, machine.holds_target, len(machine.samples)) == (2, True, 60)
    # Of sixty seconds ten were warm-up, of which a part of a second may be cut off.
    assert machine.wake_count in (2 * 49, 2 * 50)
    assert read_result(file).disturbance is not None


def test_an_interrupt_goes_on_and_leaves_a_result_with_the_machine(tmp_path: Path) -> None:
    file = tmp_path / "load-result.json"

    def interrupted() -> None:
        with recorded_machine(kept_in(file), None):
            write_result(a_result_of(datetime.now(UTC)), file)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    machine = read_result(file).machine
    assert machine is not None
    assert not machine.holds_target


def test_an_earlier_result_of_a_run_that_did_not_begin_is_left_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "load-result.json"
    write_result(replace(a_result_of(datetime.now(UTC)), run_id="an earlier one"), file)
    before = file.read_bytes()
    with recorded_machine(kept_in(file), None):
        pass
    assert file.read_bytes() == before


def test_a_result_that_cannot_be_read_is_left_to_whoever_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "load-result.json"
    with recorded_machine(kept_in(file), None):
        file.write_text("{")
    assert file.read_text() == "{"


def test_without_a_result_there_is_none(tmp_path: Path) -> None:
    with recorded_machine(kept_in(tmp_path / "load-result.json"), None):
        pass
    assert list(tmp_path.iterdir()) == []
