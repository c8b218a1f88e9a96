"""A file that breaks a tool costs the tree this file, and no other."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tdeveloper.gates.batches import Batches, in_batches
from tdeveloper.gates.tool import Broke, Trouble


def broke(trouble: Trouble) -> Broke:
    return Broke(why=f"tool: {trouble.value}", trouble=trouble)


Run = Callable[[tuple[int, ...]], int | Broke]


def summing(bad: set[int], trouble: Trouble = Trouble.CRASHED) -> tuple[Run, list[tuple[int, ...]]]:
    runs: list[tuple[int, ...]] = []

    def run(batch: tuple[int, ...]) -> int | Broke:
        runs.append(batch)
        return broke(trouble) if bad & set(batch) else sum(batch)

    return run, runs


def test_without_files_nothing_runs() -> None:
    run, runs = summing(set())
    assert in_batches([], run) == Batches(answers=(), unread=())
    assert runs == []


def test_files_that_break_nothing_are_one_batch() -> None:
    run, runs = summing(set())
    assert in_batches([1, 2, 3], run) == Batches(answers=(((1, 2, 3), 6),), unread=())
    assert runs == [(1, 2, 3)]


@given(st.integers(1, 200), st.sets(st.integers(0, 199), max_size=8))
def test_exactly_the_files_that_break_it_are_unread_and_all_others_are_answered_in_order(
    file_count: int, bad: set[int]
) -> None:
    run, _ = summing(bad)
    batches = in_batches(range(file_count), run)
    assert [file for file, _ in batches.unread] == sorted(file for file in bad if file < file_count)
    answered = [file for files, _ in batches.answers for file in files]
    assert answered == [file for file in range(file_count) if file not in bad]
    assert all(sum(files) == answer for files, answer in batches.answers)


def test_what_less_to_look_at_does_not_help_is_not_tried_again() -> None:
    for trouble in (Trouble.TIME_IS_OVER, Trouble.REFUSED):
        run, runs = summing({2}, trouble)
        batches = in_batches([1, 2], run)
        assert batches.unread == ((1, f"tool: {trouble.value}"), (2, f"tool: {trouble.value}"))
        assert (batches.answers, len(runs)) == ((), 1)


@pytest.mark.parametrize(("most_breaks", "run_count"), [(1, 1), (2, 3), (5, 9)])
def test_a_tool_that_breaks_on_everything_is_not_asked_for_ever(most_breaks: int, run_count: int) -> None:
    run, runs = summing(set(range(1_000)))
    batches = in_batches(range(1_000), run, most_breaks=most_breaks)
    assert sorted(file for file, _ in batches.unread) == list(range(1_000))
    assert len(runs) == run_count  # each break but the last makes two


def test_a_tool_may_break_128_times() -> None:
    run, runs = summing(set(range(1_000)))
    in_batches(range(1_000), run)
    # After the break with number 128 nothing is halved any more.
    halved_count = sum(len(batch) > 1 for batch in runs[:127])
    assert len(runs) == 1 + 2 * halved_count
