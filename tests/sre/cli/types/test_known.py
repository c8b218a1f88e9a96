"""What a shell offers is what the files hold, as their own readers read them."""

import pytest

import sre.cli.types.known as known
from alarms.plan import plan_of
from canaries.definitions import read_canaries
from foundation.costs.book_file import read_book
from foundation.costs.traffic_file import read_profiles as read_traffic_profiles
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from loadtests.profiles import read_profiles as read_load_profiles
from sre.cli.types.names import (
    ALARM,
    CANARY,
    DEPLOYED_STAGE,
    LOAD_PROFILE,
    MODEL,
    OBJECTIVE,
    REGION,
    TRAFFIC_PROFILE,
    Name,
)
from sre.cli.types.pairs import FAULT_SWITCH, TARGET
from tests.loadtests.flows_of_ours import FLOWS

STAGE = make_stage("production")


def offered(of: Name, incomplete: str = "") -> list[str]:
    return [each.value for each in of.completions(incomplete)]


def test_the_objectives_are_those_of_the_file() -> None:
    assert offered(OBJECTIVE) == [each.name for each in STAGE.objectives]
    assert offered(OBJECTIVE, "api-e") == ["api-errors"]


def test_the_profiles_the_models_and_the_canaries_are_those_of_their_files() -> None:
    assert sorted(offered(LOAD_PROFILE)) == sorted(read_load_profiles(T_DEVELOPER.load_profiles, FLOWS))
    assert sorted(offered(TRAFFIC_PROFILE)) == sorted(
        read_traffic_profiles(T_DEVELOPER.traffic_profiles, unit="pipeline")
    )
    assert sorted(offered(MODEL)) == sorted(read_book().models)
    assert offered(CANARY) == [each.name for each in read_canaries(T_DEVELOPER.canaries).canaries]


def test_the_alarms_are_those_of_the_plan_without_what_all_names_begin_with() -> None:
    plan = plan_of(STAGE)
    assert set(offered(ALARM)) == {each.name.removeprefix(f"{STAGE.scope.prefix}-") for each in plan}


def test_stages_and_regions_begin_as_what_was_written() -> None:
    assert offered(DEPLOYED_STAGE, "s") == ["staging"]
    assert offered(REGION, "eu-n") == ["eu-north-1"]
    assert all(REGION.matches(each) for each in offered(REGION))


@pytest.mark.parametrize(
    ("begun", "completed"),
    [
        ("e", ["errors=1%", "errors=5%"]),
        ("errors=1%,w", ["errors=1%,websocket=silent"]),
        ("nothing", []),
    ],
)
def test_a_fault_is_completed_after_those_that_stand_there(begun: str, completed: list[str]) -> None:
    assert [each.value for each in FAULT_SWITCH.completions(begun)] == completed


def test_every_fault_that_is_offered_is_one() -> None:
    for each in FAULT_SWITCH.completions(""):
        assert FAULT_SWITCH.read(each.value) == each.value


def test_a_target_is_begun_with_its_objective() -> None:
    assert [each.value for each in TARGET.completions("mon")] == ["monthly-cost="]


def test_where_a_file_is_not_there_nothing_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "_SERVICE", known._SERVICE / "gone")
    assert (known.objectives(), known.alarms(), known.canaries()) == ((), (), ())
