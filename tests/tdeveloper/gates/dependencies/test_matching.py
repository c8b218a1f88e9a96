"""Which versions an advisory is about: OSV's evaluation, by examples, laws, and an oracle that goes another way."""

from bisect import bisect_right
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from foundation.advisories.model import Affected
from tdeveloper.gates.dependencies.matching import Answer, Match, match_version
from tests.foundation.advisories.factories import affected
from tests.tdeveloper.gates.dependencies.trees import NPM

YES, NO, UNKNOWN = Answer.AFFECTED, Answer.NOT_AFFECTED, Answer.UNDECIDED
FIXED = affected("a", ("introduced 1.0", "fixed 1.2"))
LAST = affected("a", ("introduced 1.0", "last_affected 1.2"))
TWICE = affected("a", ("introduced 3", "fixed 3.1", "introduced 0", "fixed 1.2"))
TOUCHING = affected("a", ("introduced 0", "fixed 1.0", "introduced 1.0", "fixed 1.2"))
ONE_VERSION = affected("a", ("introduced 1.0", "last_affected 1.0"))
LIMITED = affected("a", ("introduced 0", "limit 1.2"))
ENDLESS = affected("a", ("introduced 0", "limit *"))
OF_NPM = affected("a", ("introduced 1.0.0", "fixed 1.2.0-rc.1"), ecosystem=NPM)
LISTED = affected("a", versions=("1.0", "odd one"))
BOTH = affected("a", ("introduced 1", "fixed 2"), versions=("0.5",))
UNREADABLE = affected("a", ("introduced 0.1dev-r1716", "fixed 2"), versions=("1.0",))
TWO_RANGES = affected("a", ("introduced odd", "fixed 2"), ("introduced 1", "fixed 1.5"))


@pytest.mark.parametrize(
    ("part", "version", "answer"),
    [
        (FIXED, "0.9", NO), (FIXED, "1.0", YES), (FIXED, "1.1", YES), (FIXED, "1.2", NO), (FIXED, "1.2rc1", YES),
        (FIXED, "1.0rc1", NO), (FIXED, "1.2+local", NO), (FIXED, "1.1+local", YES), (FIXED, "1.10", NO),
        (LAST, "1.2", YES), (LAST, "1.2+local", YES), (LAST, "1.2.1", NO), (LAST, "0.9", NO), (LAST, "1.2.post1", NO),
        (TWICE, "1.1", YES), (TWICE, "2", NO), (TWICE, "3.0", YES), (TWICE, "3.1", NO), (TWICE, "0.dev0", YES),
        (TOUCHING, "1.0", YES), (TOUCHING, "1.2", NO),
        (ONE_VERSION, "1.0", YES), (ONE_VERSION, "1.1", NO), (ONE_VERSION, "0.9", NO),
        (LIMITED, "1.1", YES), (LIMITED, "1.2", NO), (ENDLESS, "999", YES),
        (OF_NPM, "1.2.0-beta", YES), (OF_NPM, "1.2.0-rc.1", NO), (OF_NPM, "1.2.0", NO), (OF_NPM, "1.0.0-rc.1", NO),
        (LISTED, "1.0", YES), (LISTED, "1.0.0", YES), (LISTED, "1.1", NO), (LISTED, "odd one", YES), (LISTED, "odd", UNKNOWN),
        (BOTH, "0.5", YES), (BOTH, "0.5.0", YES), (BOTH, "1.5", YES), (BOTH, "0.6", NO),
        (UNREADABLE, "1.0", YES), (UNREADABLE, "1.0.0", YES), (UNREADABLE, "3", UNKNOWN),
        (TWO_RANGES, "1.2", YES), (TWO_RANGES, "1.7", UNKNOWN),
        (affected("a"), "1.0", UNKNOWN),
        (FIXED, "latest", UNKNOWN), (OF_NPM, "1.0", UNKNOWN),
    ],
)  # fmt: skip
def test_a_version_is_affected_or_not_or_nobody_can_say(part: Affected, version: str, answer: Answer) -> None:
    assert match_version(part, version).answer is answer


@pytest.mark.parametrize(
    ("part", "version", "fixed"),
    [
        (FIXED, "1.1", ("1.2",)),
        (TWICE, "1.1", ("1.2", "3.1")),
        (TWICE, "3.0", ("3.1",)),
        (LAST, "1.1", ()),
        (affected("a", ("introduced 0", "fixed 10"), ("introduced 0", "fixed 9")), "1", ("9", "10")),
        (affected("a", ("introduced 0", "fixed 0"), versions=("1",)), "1", ()),
        (affected("a", ("introduced 0", "fixed odd"), versions=("1",)), "1", ()),
    ],
)
def test_the_versions_in_which_it_is_fixed_are_the_later_ones(
    part: Affected, version: str, fixed: tuple[str, ...]
) -> None:
    assert match_version(part, version) == Match(answer=YES, fixed=fixed)


VERSIONS = st.builds(
    "{}.{}{}".format, st.integers(0, 4), st.integers(0, 4), st.sampled_from(["", "a1", "rc1", ".post1"])
)


@st.composite
def ranges(draw: st.DrawFn) -> tuple[str, ...]:
    """A range as people write it: introduced and fixed in turn, at rising versions."""
    versions = sorted(draw(st.sets(VERSIONS.map(Version), min_size=1, max_size=6)))
    return tuple(f"{'fixed' if at % 2 else 'introduced'} {version}" for at, version in enumerate(versions))


@given(ranges(), VERSIONS)
def test_an_oracle_that_counts_events_below_a_version_agrees(events: tuple[str, ...], version: str) -> None:
    """In a range of rising events in turn, a version is affected when an odd number of them is at or below it."""
    below = bisect_right([Version(event.split(" ")[1]) for event in events], Version(version))
    expected = YES if below % 2 else NO
    assert match_version(affected("a", events), version).answer is expected


@given(st.lists(ranges(), min_size=1, max_size=4), VERSIONS, st.randoms())
def test_the_order_of_ranges_and_of_events_does_not_count(
    several: list[tuple[str, ...]], version: str, random: Random
) -> None:
    shuffled = [list(events) for events in several]
    for events in (*shuffled, shuffled):
        random.shuffle(events)
    assert match_version(affected("a", *several), version) == match_version(affected("a", *shuffled), version)


@given(VERSIONS, VERSIONS)
def test_below_introduced_and_at_fixed_nothing_is_affected(one: str, other: str) -> None:
    low, high = sorted((one, other), key=Version)
    if Version(low) == Version(high):
        return
    part = affected("a", (f"introduced {low}", f"fixed {high}"))
    assert match_version(part, low).answer is YES
    assert match_version(part, high).answer is NO
    assert match_version(part, f"{Version(low).major}.{Version(low).minor}.dev0").answer is NO


@given(st.lists(ranges(), min_size=2, max_size=4), VERSIONS)
def test_what_one_range_has_no_other_takes_away(several: list[tuple[str, ...]], version: str) -> None:
    alone = any(match_version(affected("a", each), version).answer is YES for each in several)
    assert (match_version(affected("a", *several), version).answer is YES) is alone
