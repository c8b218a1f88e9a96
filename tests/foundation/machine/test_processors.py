"""Whose CPU it was, from recorded looks at /proc: children that ended, orphans, and numbers that were given again."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.machine.processors import Process, ours_among, process_of, processors_of, ticks_between

# As Linux 6.18 wrote them.
STAT = """cpu  6262572 2240202 1072717 3977588 44105 0 23027 21126 0 0
cpu0 2995131 1109118 508747 2179097 10219 0 5785 10328 0 0
cpu1 3267441 1131083 563970 1798490 33885 0 17241 10797 0 0
intr 61063979 0 0
ctxt 12345
"""
CAT = "26368 (cat) R 26336 26336 22808 0 -1 4194304 101 0 0 0 7 5 3 2 20 0 1 0 6844580 3133440 383 0"


def a_process(
    number: int, *, parent: int = 1, session: int = 0, own: int = 0, waited: int = 0, started: int = 0
) -> Process:
    return Process(
        number=number, parent=parent, session=session or number, own_ticks=own, waited_ticks=waited, started_ticks=started
    )  # fmt: skip


def by_identity(*processes: Process) -> dict[tuple[int, int], Process]:
    return {each.identity: each for each in processes}


def test_a_process_is_read_with_its_own_time_and_that_of_children_it_waited_for() -> None:
    assert process_of(CAT) == a_process(
        26_368, parent=26_336, session=22_808, own=12, waited=5, started=6_844_580
    )  # fmt: skip


@pytest.mark.parametrize("name", ["(sd-pam)", "a b", ") R 1 1 1 (", "tmux: server"])
def test_a_name_may_hold_whatever_a_name_may_hold(name: str) -> None:
    assert process_of(CAT.replace("cat", name)) == process_of(CAT)


@pytest.mark.parametrize("text", ["", "1 (init) S 0 1", "x (y) " + "0 " * 30])
def test_what_is_no_stat_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        process_of(text)


def test_busy_is_user_nice_and_system_of_the_processors_that_may_be_used() -> None:
    both = processors_of(STAT, {0, 1})
    assert (both.core_count, both.busy_ticks, both.steal_ticks) == (
        2, 2_995_131 + 1_109_118 + 508_747 + 3_267_441 + 1_131_083 + 563_970, 10_328 + 10_797,
    )  # fmt: skip
    one = processors_of(STAT, {1, 5})
    assert (one.core_count, one.busy_ticks, one.steal_ticks) == (1, 3_267_441 + 1_131_083 + 563_970, 10_797)
    with pytest.raises(ValueError, match="names no processor"):
        processors_of(STAT, {7})


def test_ours_are_the_roots_our_sessions_and_all_that_these_started() -> None:
    check = a_process(10, parent=5, session=5)
    locust = a_process(20, parent=10)
    worker = a_process(21, parent=20, session=20)
    emulator = a_process(30)
    function = a_process(31, parent=30, session=30)
    # Its parent has ended, and the session tells whose it is.
    orphan = a_process(32, session=30)
    daemon_of_a_child = a_process(22, session=20)
    neighbour, shell = a_process(40), a_process(5)
    found = ours_among(
        [check, locust, worker, emulator, function, orphan, daemon_of_a_child, neighbour, shell],
        roots={10}, sessions={30}, known=set(),
    )  # fmt: skip
    assert {each.number for each in found.values()} == {10, 20, 21, 22, 30, 31, 32}


def test_what_runs_beside_us_in_our_own_terminal_is_not_ours() -> None:
    check, neighbour = a_process(10, session=10), a_process(11, parent=5, session=10)
    assert set(ours_among([check, neighbour], roots={10}, sessions=set(), known=set())) == {check.identity}


def test_what_was_ours_is_ours_when_its_parent_has_ended_and_a_number_given_again_is_not() -> None:
    orphan = a_process(50, parent=1, session=4, started=7)
    assert set(ours_among([orphan], roots=set(), sessions=set(), known={(50, 7)})) == {(50, 7)}
    assert ours_among([replace(orphan, started_ticks=9)], roots=set(), sessions=set(), known={(50, 7)}) == {}


def test_processes_that_call_each_other_parent_end_the_search() -> None:
    one, other = a_process(1, parent=2), a_process(2, parent=1)
    assert len(ours_among([one, other], roots={1}, sessions=set(), known=set())) == 2


def test_what_runs_on_is_counted_by_its_difference_and_what_is_new_whole() -> None:
    before = by_identity(a_process(10, own=500))
    after = by_identity(a_process(10, own=530), a_process(11, parent=10, own=20, started=105))
    assert ticks_between(before, after, looked_at_ticks=100) == 50


def test_what_is_only_new_to_us_is_counted_from_now_on() -> None:
    found_late = a_process(11, own=9_000, waited=500, started=50)
    assert ticks_between({}, by_identity(found_late), looked_at_ticks=100) == 0


def test_a_child_that_ended_is_counted_once_with_what_it_took_after_the_last_look() -> None:
    before = by_identity(a_process(10, own=500, waited=100), a_process(11, parent=10, own=70))
    after = by_identity(a_process(10, own=501, waited=100 + 80))
    assert ticks_between(before, after, looked_at_ticks=100) == 1 + 10


def test_a_child_that_began_and_ended_between_two_looks_is_ours() -> None:
    before, after = by_identity(a_process(10, waited=0)), by_identity(a_process(10, waited=40))
    assert ticks_between(before, after, looked_at_ticks=100) == 40


def test_a_family_of_which_two_generations_ended_is_counted_once() -> None:
    before = by_identity(
        a_process(10, waited=0), a_process(11, parent=10, own=20, waited=5), a_process(12, parent=11, own=30)
    )
    # 11 waited for 12 (35 in all) and took 25 itself; then 10 waited for 11: 25 + 5 + 35.
    after = by_identity(a_process(10, waited=65))
    assert ticks_between(before, after, looked_at_ticks=100) == 65 - 20 - 5 - 30


def test_one_that_nobody_of_ours_waited_for_takes_nothing_away_from_the_others() -> None:
    before = by_identity(
        a_process(10, own=0, waited=0), a_process(20, parent=1, own=900), a_process(11, parent=10, own=50)
    )
    after = by_identity(a_process(10, own=30, waited=0))
    assert ticks_between(before, after, looked_at_ticks=100) == 30


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.booleans()), max_size=8))
def test_however_children_end_the_time_of_a_parent_and_its_children_is_all_there(
    children: list[tuple[int, int, bool]],
) -> None:
    """Each took so much before the first look, so much after it, and ended or not; their parent waits for each that ended."""
    before = by_identity(
        a_process(1), *(a_process(2 + place, parent=1, own=first) for place, (first, _, _) in enumerate(children))
    )
    waited = sum(first + then for first, then, has_ended in children if has_ended)
    after = by_identity(
        a_process(1, waited=waited),
        *(
            a_process(2 + place, parent=1, own=first + then)
            for place, (first, then, has_ended) in enumerate(children)
            if not has_ended
        ),
    )
    assert ticks_between(before, after, looked_at_ticks=100) == sum(then for _, then, _ in children)
