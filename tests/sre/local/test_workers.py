"""How many workers a function has here: by the cores, with a least and a most."""

import pytest

from sre.local.workers import API, PATIENCE_SECONDS, SUBSCRIPTIONS, core_count, worker_count


@pytest.mark.parametrize(("cores", "count"), [(1, 8), (2, 8), (3, 12), (4, 16), (64, 16)])
def test_the_api_has_four_workers_a_core_from_eight_to_sixteen(cores: int, count: int) -> None:
    assert worker_count(API, cores=cores) == count


@pytest.mark.parametrize(("cores", "count"), [(1, 2), (2, 2), (3, 3), (8, 8), (64, 8)])
def test_another_function_has_a_worker_a_core_from_two_to_eight(cores: int, count: int) -> None:
    assert worker_count(SUBSCRIPTIONS, cores=cores) == worker_count("anything", cores=cores) == count


def test_the_functions_are_called_as_the_stacks_call_them() -> None:
    assert (API, SUBSCRIPTIONS) == ("t-developer-local-api", "t-developer-local-subscriptions")


def test_a_call_waits_as_long_as_api_gateway_does() -> None:
    assert PATIENCE_SECONDS == 29


def test_this_machine_has_a_core() -> None:
    assert core_count() >= 1
