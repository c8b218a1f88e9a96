"""A bill at its boundaries: the limit at which a month is crossed, allowances that are shared, and what tokens have not."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.costs.bill import crossing, make_bill, price_rows
from foundation.costs.book import Key
from foundation.costs.book_file import read_book
from foundation.costs.levers import LEVERS
from foundation.costs.quantities import Use
from foundation.costs.traffic_file import read_profiles
from infra.service import T_DEVELOPER

BOOK = read_book()
LEAN = read_profiles(T_DEVELOPER.traffic_profiles, unit="pipeline")["lean"]
X86, ARM = Key("AWSLambda", "Lambda-GB-Second"), Key("AWSLambda", "Lambda-GB-Second-ARM")


def month_usd(per_day: str) -> Decimal:
    return make_bill(LEAN, BOOK, per_day=Decimal(per_day), model="nova-micro").total_usd


def crossed_at(limit_usd: Decimal) -> Decimal | None:
    return crossing(LEAN, BOOK, model="nova-micro", limit_usd=limit_usd)


@pytest.mark.parametrize("per_day", ["0.001", "0.002", "1", "999999999.999"])
def test_a_limit_is_crossed_at_the_rate_that_costs_exactly_as_much(per_day: str) -> None:
    assert crossed_at(month_usd(per_day)) == Decimal(per_day)


@settings(max_examples=15)
@given(st.decimals(min_value=month_usd("0.001"), max_value=10_000_000, places=2))
def test_a_limit_is_crossed_at_the_first_rate_that_costs_as_much(limit_usd: Decimal) -> None:
    found = crossed_at(limit_usd)
    assert found is not None
    assert month_usd(str(found)) >= limit_usd > month_usd(str(found - Decimal("0.001")))


def test_a_limit_that_takes_a_billion_pipelines_a_day_is_never_crossed() -> None:
    assert crossed_at(month_usd("1000000000")) is None


def test_a_limit_that_is_reached_without_pipelines_is_crossed_at_a_plain_zero() -> None:
    assert str(crossed_at(month_usd("0"))) == "0"


def test_nothing_of_the_tokens_is_free() -> None:
    (row,) = [
        each
        for each in make_bill(LEAN, BOOK, per_day=Decimal(50), model="nova-micro", with_free=True).rows
        if each.line == "bedrock_tokens"
    ]
    assert row.free == 0


@pytest.mark.parametrize(
    ("seconds", "free"),
    [
        ({X86: 800_000}, [400_000]),
        ({ARM: 800_000}, [400_000]),
        ({X86: 100_000}, [100_000]),
        ({X86: 600_000, ARM: 200_000}, [300_000, 100_000]),
        ({X86: 0, ARM: 800_000}, [0, 400_000]),
    ],
)
def test_the_free_seconds_of_lambda_are_shared_by_both_processors(seconds: dict[Key, int], free: list[int]) -> None:
    uses = [Use(line="lambda", key=key, quantity=Decimal(quantity)) for key, quantity in seconds.items()]
    assert [row.free for row in price_rows(uses, BOOK, with_free=True)] == free


def test_levers_that_say_what_the_lean_profile_has_change_nothing_of_it() -> None:
    assert [each.what for each in LEVERS if LEAN.with_changes(**each.changes) == LEAN] == [
        "a Knowledge Base on S3 Vectors", "Valkey serverless", "db.t4g.micro", "60 custom metrics",
        "AgentCore sessions idle for 60 s", "Lambda on arm64", "logs kept for 30 days",
    ]  # fmt: skip


def test_every_lever_changes_what_it_says_and_nothing_else() -> None:
    """A month has 730 hours, as in AWS's calculator; a zone of an endpoint is priced by itself."""
    assert {each.what: dict(each.changes) for each in LEVERS} == {
        "a Knowledge Base on OpenSearch Serverless Classic, 2 OCU": {"knowledge_store": "opensearch-classic"},
        "a Knowledge Base on S3 Vectors": {"knowledge_store": "s3-vectors"},
        "5 canaries every minute": {"canary_run_count": 5 * 60 * 730},
        "2 canaries every minute": {"canary_run_count": 2 * 60 * 730},
        "2 canaries every 15 minutes": {"canary_run_count": 2 * 4 * 730},
        "Redis OSS serverless": {"cache": "redis"},
        "Valkey serverless": {"cache": "valkey"},
        "8 interface endpoints in 2 zones": {"endpoint_az_count": 8 * 2, "nat_gateway_count": 0},
        "3 interface endpoints in 1 zone": {"endpoint_az_count": 3 * 1, "nat_gateway_count": 0},
        "no interface endpoint and no NAT gateway": {"endpoint_az_count": 0, "nat_gateway_count": 0},
        # What a pipeline then sends through the gateway is priced with it.
        "1 NAT gateway instead of endpoints": {"endpoint_az_count": 0, "nat_gateway_count": 1, "private_mib": 8},
        "2 NAT gateways instead of endpoints": {"endpoint_az_count": 0, "nat_gateway_count": 2, "private_mib": 8},
        "Aurora Serverless v2 that never pauses": {"database": "aurora-0.5-acu", "database_gb": 10},
        "db.t4g.micro": {"database": "db.t4g.micro", "database_gb": 20},
        "300 custom metrics": {"metric_count": 300},
        "60 custom metrics": {"metric_count": 60},
        "a poller of 100 metrics every minute": {"metrics_read_count": 100 * 60 * 730},
        "AgentCore Memory: 10 events, 4 retrievals, 1 record a unit": {
            "memory_event_count": 10, "memory_retrieval_count": 4, "memory_record_count": 1,
        },
        "no AgentCore Memory": {"memory_event_count": 0, "memory_retrieval_count": 0, "memory_record_count": 0},
        "AgentCore sessions idle for 900 s": {"agent_idle_seconds": 900},
        "AgentCore sessions idle for 60 s": {"agent_idle_seconds": 60},
        "Lambda on x86": {"architecture": "x86_64"},
        "Lambda on arm64": {"architecture": "arm64"},
        "Lambda of 10 s": {"lambda_seconds": 10},
        "Lambda of 1,024 MB": {"lambda_mib": 1_024},
        "30 transitions a unit": {"transition_count": 30},
        "five times the log lines": {"log_bytes": 5 * LEAN.per_unit.log_bytes},
        "logs kept for 365 days": {"log_retention_days": 365},
        "logs kept for 30 days": {"log_retention_days": 30},
        "no traces and no spans": {"trace_count": 0, "trace_read_count": 0, "span_kib": 0},
        "CloudTrail data events, 60 a unit": {"trail_event_count": 60},
        "the cost read every hour of a 30-day month, not at releases": {"cost_check_count_a_month": 30 * 24},
    }  # fmt: skip
    assert {each.model for each in LEVERS} == {None}
