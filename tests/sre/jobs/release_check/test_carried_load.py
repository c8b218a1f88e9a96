"""A load is fitted to the machine downwards only, keeps its arrivals, and spares no platform that burns CPU time."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.service import T_DEVELOPER
from loadtests.profiles import Profile, choose_profile
from sre.jobs.release_check.carried_load import (
    CORE_SECONDS_PER_ARRIVAL,
    LONGEST_SECONDS,
    SHARE_OF_MACHINE_RATIO,
    FittedLoad,
    fit_load,
)
from tests.loadtests.flows_of_ours import FLOWS

FILE = T_DEVELOPER.load_profiles
RELEASE = choose_profile("release", FILE, FLOWS)
# What the release profile takes of a machine.
TAKEN_CORES = RELEASE.rate_rps * CORE_SECONDS_PER_ARRIVAL / SHARE_OF_MACHINE_RATIO


def fitted(cores: float | None, out: Path, *, profile: Profile = RELEASE, seconds: float | None = None) -> FittedLoad:
    return fit_load(
        profile,
        profile.duration_seconds if seconds is None else seconds,
        profiles_file=FILE,
        out=out,
        cores=None if cores is None else lambda: cores,
    )


def test_a_machine_that_carries_the_plan_is_given_the_plan(tmp_path: Path) -> None:
    load = fitted(TAKEN_CORES * 1.001, tmp_path)
    assert (load.profile, load.duration_seconds, load.profiles_file, load.is_carried) == (RELEASE, 120, FILE, True)
    assert load.sentence == "44.4 arrivals a second, as planned; this machine carries 44.4"


def test_the_two_cores_of_the_reference_carry_the_release_profile(tmp_path: Path) -> None:
    assert fitted(2.0, tmp_path).profile == RELEASE


@pytest.mark.parametrize(
    ("found", "asked_count"), [((0.1, 0.2, 2.0), 3), ((0.1, 2.0), 2), ((2.0,), 1), ((0.5, 0.6, 0.4), 3)]
)
def test_what_takes_the_machine_for_some_seconds_lowers_no_rate(
    found: tuple[float, ...], asked_count: int, tmp_path: Path
) -> None:
    left = list(found)
    load = fit_load(
        RELEASE, 120, profiles_file=FILE, out=tmp_path, cores=lambda: left.pop(0)
    )  # fmt: skip
    assert len(found) - len(left) == asked_count
    carried_rps = SHARE_OF_MACHINE_RATIO * max(found) / CORE_SECONDS_PER_ARRIVAL
    assert load.profile.rate_rps == pytest.approx(min(RELEASE.rate_rps, carried_rps))


def test_half_of_what_it_takes_is_half_the_rate_for_twice_as_long(tmp_path: Path) -> None:
    load = fitted(TAKEN_CORES / 2, tmp_path)
    assert load.profile.rate_rps == pytest.approx(22.2)
    assert load.duration_seconds == load.profile.duration_seconds == 240
    assert load.sentence == "22.2 arrivals a second for 240 s: what this machine carries; planned 44.4 for 120 s"


def test_another_process_reads_the_profile_as_it_was_fitted(tmp_path: Path) -> None:
    expects = dataclasses.replace(RELEASE, also_expected={"health": frozenset({204, 304})})
    load = fitted(TAKEN_CORES / 2, tmp_path, profile=expects)
    assert choose_profile("release", load.profiles_file, FLOWS) == load.profile


def test_what_cannot_be_measured_in_ten_minutes_is_not_begun_and_names_the_rate(tmp_path: Path) -> None:
    load = fitted(TAKEN_CORES / 10, tmp_path)
    assert not load.is_carried
    assert load.sentence == (
        "this machine carries 4.4 arrivals a second beside its other work, and 9.2 would be needed for enough of them in ten "
        "minutes; end the other work, and check again"
    )
    assert list(tmp_path.iterdir()) == []


def test_ten_minutes_with_the_warm_up_are_the_longest(tmp_path: Path) -> None:
    longest = 120 / (LONGEST_SECONDS - RELEASE.schedule.warm_up_seconds)
    assert fitted(TAKEN_CORES * longest * 1.0001, tmp_path).duration_seconds == 585
    assert not fitted(TAKEN_CORES * longest * 0.999, tmp_path).is_carried


@pytest.mark.parametrize("name", ["spike", "stress", "soak"])
def test_a_profile_that_asks_what_breaks_is_left_as_it_is(tmp_path: Path, name: str) -> None:
    profile = choose_profile(name, FILE, FLOWS)
    load = fitted(0.001, tmp_path, profile=profile)
    assert (load.profile, load.sentence, load.is_carried) == (profile, "", True)


def test_a_target_on_another_machine_is_loaded_as_planned(tmp_path: Path) -> None:
    load = fitted(None, tmp_path)
    assert (load.profile, load.sentence) == (RELEASE, "")


@given(st.floats(0.001, 64), st.floats(1, 580))
def test_the_rate_never_rises_and_the_arrivals_never_become_fewer(
    tmp_path_factory: pytest.TempPathFactory, cores: float, seconds: float
) -> None:
    load = fitted(cores, tmp_path_factory.getbasetemp(), seconds=seconds)
    assert load.profile.rate_rps <= RELEASE.rate_rps
    assert load.profile.rate_rps * load.duration_seconds >= RELEASE.rate_rps * seconds * (1 - 1e-9)
    assert load.duration_seconds + RELEASE.schedule.warm_up_seconds <= LONGEST_SECONDS


@given(st.floats(0.2, 8))
def test_a_platform_that_burns_300_ms_a_request_has_more_to_do_than_there_are_cores_at_every_fitted_rate(
    tmp_path_factory: pytest.TempPathFactory, cores: float
) -> None:
    load = fitted(cores, tmp_path_factory.getbasetemp())
    if load.is_carried:
        assert load.profile.rate_rps * 0.3 > 1.5 * cores
