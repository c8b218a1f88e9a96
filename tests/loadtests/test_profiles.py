"""Load profiles, and what is wrong with a wrong one."""

from pathlib import Path

import pytest

from foundation.errors import InputError
from foundation.slo.error_budget import Counts
from foundation.slo.reader import read_objectives
from foundation.slo.verdict import missing_count
from infra.service import T_DEVELOPER
from loadtests.profiles import choose_profile, read_profiles
from tests.loadtests.flows_of_ours import FLOWS

RATES = "arrivals_per_second: {health: 1, status: 1, pipeline: 0}"
GOOD = f"quick: {{warm_up_seconds: 1, duration_seconds: 2, description: d, {RATES}}}\n"


def test_the_release_profile_can_prove_every_objective_even_if_one_request_fails() -> None:
    profile = choose_profile("release", T_DEVELOPER.load_profiles, FLOWS)
    requests = profile.rate_rps * profile.duration_seconds
    errors = read_objectives(T_DEVELOPER.objectives, stage="production")["api-errors"]
    needed = missing_count(Counts(total_count=1, bad_count=1), budget_ratio=errors.budget_ratio)  # type: ignore[union-attr]
    assert needed is not None
    assert requests > 1.05 * (1 + needed)


def test_an_unknown_profile_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(InputError, match=r"no profile is named 'relase'; did you mean release\?"):
        choose_profile("relase", T_DEVELOPER.load_profiles, FLOWS)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "health: 1",
            "helth: 1",
            "arrivals_per_second.helth: there is no such flow in flows.yaml; did you mean health?",
        ),
        ("health: 1, status: 1", "health: 0", "no flow has a rate above 0"),
        ("duration_seconds: 2", "stages: []", "quick.stages"),
        ("duration_seconds: 2", "stages: [{seconds: 1, load: -1}]", "quick.stages.load: must be greater than 0"),
        ("duration_seconds: 2", "stages: [{seconds: 1, load: 1}], duration_seconds: 2", "needs either"),
        ("status: 1", "status: -1", "quick.arrivals_per_second.status: must be at least 0"),
        ("description: d", "colour: d", "quick.colour"),
        ("duration_seconds: 2", "duration_seconds: 0", "quick.duration_seconds"),
        ("duration_seconds: 2", "duration_seconds: long", "quick.duration_seconds"),
        ("duration_seconds: 2", "duration_seconds: nan", "quick.duration_seconds"),
        ("description: d", "description: d, also_expected: {health: [99]}", "quick.also_expected.health"),
        ("description: d", "description: d, also_expected: {health: [600]}", "quick.also_expected.health"),
        ("description: d", "description: d, also_expected: {health: [4xx]}", "quick.also_expected.health"),
        ("description: d", "description: d, also_expected: {health: []}", "quick.also_expected.health"),
        ("description: d", "description: d, also_expected: {helth: [204]}", "helth has no rate in arrivals_per_second"),
        (
            "d, arrivals_per_second: {",
            "d, also_expected: {agent: [204]}, arrivals_per_second: {agent: 1, ",
            "quick.also_expected.agent: is no flow of plain requests; those are health, status, pipeline",
        ),
        ("description: d", "description: d, also_expected: {pipeline: [204]}", "pipeline has no rate"),
    ],
)
def test_a_wrong_profile_is_named_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    file = tmp_path / "profiles.yaml"
    file.write_text(GOOD.replace(old, new))
    with pytest.raises(InputError) as caught:
        read_profiles(file, FLOWS)
    assert any(said in problem and "profiles.yaml:1:" in problem for problem in caught.value.problems)


def test_what_a_flow_also_expects_is_its_own(tmp_path: Path) -> None:
    file = tmp_path / "profiles.yaml"
    file.write_text(
        GOOD.replace("description: d", "description: d, also_expected: {health: [204, 302], status: [429]}")
    )
    assert read_profiles(file, FLOWS)["quick"].also_expected == {"health": {204, 302}, "status": {429}}


def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path) -> None:
    (tmp_path / "profiles.yaml").write_text("- a\n")
    with pytest.raises(InputError, match="must be a mapping of names, not a list"):
        read_profiles(tmp_path / "profiles.yaml", FLOWS)
