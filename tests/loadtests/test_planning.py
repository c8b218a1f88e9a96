"""How large a test must be, against published tables, and what it costs."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import InputError
from foundation.readings import NoData
from foundation.slo.error_budget import Counts
from foundation.slo.outcome import Pass
from foundation.slo.verdict import judge_share
from infra.service import T_DEVELOPER
from loadtests.planning import SampleSize, Tokens, fargate_usd, run_usd, sample_size
from loadtests.profiles import read_profiles
from tests.loadtests.flows_of_ours import FLOWS

LIMIT, P99 = Decimal("0.001"), Decimal("0.01")


@pytest.mark.parametrize(
    ("expected", "at_80", "at_90", "at_95"),
    [
        ("0.0001", (4742, 1), (4742, 1), (6294, 2)),
        ("0.0002", (6294, 2), (7752, 3), (9151, 4)),
        ("0.0003", (9151, 4), (11840, 6), (13146, 7)),
        ("0.0005", (19439, 12), (25495, 17), (31411, 22)),
        ("0.0007", (59930, 47), (81001, 66), (101793, 85)),
        ("0.0008", (140709, 121), (193052, 170), (242829, 217)),
    ],
)
def test_the_plan_is_that_of_the_binomial_table(
    expected: str, at_80: tuple[int, int], at_90: tuple[int, int], at_95: tuple[int, int]
) -> None:
    """Oracle: smallest n with P(X <= c | n, 0.001) <= 0.05 whose P(X <= c | n, expected) reaches the power; scipy 1.17."""
    for power, (events, bad) in (("0.8", at_80), ("0.9", at_90), ("0.95", at_95)):
        found = sample_size(budget_ratio=LIMIT, expected_bad_ratio=Decimal(expected), power_ratio=Decimal(power))
        assert found == SampleSize(event_count=events, bad_count=bad)


@pytest.mark.parametrize(
    ("expected", "events", "bad"), [("0.001", 473, 1), ("0.002", 773, 3), ("0.005", 2546, 17), ("0.007", 8094, 66)]
)
def test_a_latency_objective_needs_fewer(expected: str, events: int, bad: int) -> None:
    found = sample_size(budget_ratio=P99, expected_bad_ratio=Decimal(expected))
    assert found == SampleSize(event_count=events, bad_count=bad)


@given(st.integers(1, 500), st.integers(0, 70))
def test_what_a_plan_allows_passes_and_one_arrival_fewer_or_one_more_bad_one_does_not(
    budget: int, share_percent: int
) -> None:
    budget_ratio = Decimal(budget) / 10_000
    plan = sample_size(budget_ratio=budget_ratio, expected_bad_ratio=budget_ratio * share_percent / 100)

    def passes(total: int, bad: int) -> bool:
        return isinstance(judge_share(Counts(total_count=total, bad_count=bad), budget_ratio=budget_ratio), Pass)

    assert passes(plan.event_count, plan.bad_count)
    assert not passes(plan.event_count - 1, plan.bad_count)
    assert not passes(plan.event_count, plan.bad_count + 1)


PROFILE = replace(next(iter(read_profiles(T_DEVELOPER.load_profiles, FLOWS).values())), flows=FLOWS.flows)


def test_a_higher_confidence_needs_more() -> None:
    found = sample_size(budget_ratio=LIMIT, expected_bad_ratio=Decimal(0), confidence_ratio=Decimal("0.99"))
    assert found == SampleSize(event_count=4603, bad_count=0)


@pytest.mark.parametrize(
    ("expected", "said"), [("0.001", "is not better"), ("0.002", "is not better"), ("0.000999", "too close")]
)
def test_a_quality_that_cannot_be_proven_is_refused(expected: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        sample_size(budget_ratio=LIMIT, expected_bad_ratio=Decimal(expected))


def test_an_hour_of_reads_costs_what_the_price_list_says() -> None:
    """100 a second for an hour: 360,000 requests at $3.50 and $0.20 a million, 5 ms of half a GiB each."""
    expected = Decimal(360_000) * (Decimal("3.7E-6") + Decimal("0.005") * Decimal("0.5") * Decimal("0.0000133334"))
    assert run_usd(PROFILE, {"health": 100.0}, 3600) == expected


def test_what_a_flow_does_not_say_that_it_uses_has_no_price() -> None:
    flows = {name: replace(flow, uses=None if name == "status" else flow.uses) for name, flow in PROFILE.flows.items()}
    unsaid = run_usd(replace(PROFILE, flows=flows), {"health": 1.0, "status": 1.0}, 60)
    assert unsaid == NoData(reason="status says no `uses` in the file of flows")


def test_real_tokens_are_the_bill_of_an_agent_test() -> None:
    tokens = Tokens(
        input_count=8_000, output_count=900, input_usd_per_million=Decimal(3), output_usd_per_million=Decimal(15)
    )
    assert run_usd(PROFILE, {"agent": 1.0}, 1000, tokens=tokens) == Decimal("37.5")
    assert run_usd(PROFILE, {"agent": 1.0}, 1000) == 0


def test_a_task_on_fargate_is_paid_for_a_minute_at_least() -> None:
    assert fargate_usd(1, 3600) == Decimal("0.0395")
    assert fargate_usd(2, 1) == fargate_usd(2, 60)
