"""A bill at its boundaries: the limit at which a month is crossed, allowances that are shared, and what tokens have not."""

from decimal import Decimal

import pytest

from foundation.costs.bill import crossing, make_bill, price_rows
from foundation.costs.book import Key
from foundation.costs.book_file import read_book
from foundation.costs.levers import LEVERS
from foundation.costs.quantities import Use
from foundation.costs.traffic_file import read_profiles
from infra.service import T_DEVELOPER

BOOK = read_book()
LEAN = read_profiles(T_DEVELOPER.traffic_profiles)["lean"]
X86, ARM = Key("AWSLambda", "Lambda-GB-Second"), Key("AWSLambda", "Lambda-GB-Second-ARM")


def month_usd(per_day: str) -> Decimal:
    return make_bill(LEAN, BOOK, per_day=Decimal(per_day), model="nova-micro").total_usd


def crossed_at(limit_usd: Decimal) -> Decimal | None:
    return crossing(LEAN, BOOK, model="nova-micro", limit_usd=limit_usd)


@pytest.mark.parametrize("per_day", ["0.001", "0.002", "1", "999999999.999"])
def test_a_limit_is_crossed_at_the_rate_that_costs_exactly_as_much(per_day: str) -> None:
    assert crossed_at(month_usd(per_day)) == Decimal(per_day)


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


@pytest.mark.parametrize(
    ("what", "quantity", "worked"),
    [
        ("5 canaries every minute", "canary_run_count", 5 * 60 * 730),
        ("2 canaries every minute", "canary_run_count", 2 * 60 * 730),
        ("2 canaries every 15 minutes", "canary_run_count", 2 * 4 * 730),
        ("a poller of 100 metrics every minute", "metrics_read_count", 100 * 60 * 730),
        ("five times the log lines", "log_bytes", 5 * LEAN.pipeline.log_bytes),
        ("the cost read every hour of a 30-day month, not at releases", "cost_check_count_a_month", 30 * 24),
        ("Lambda of 1,024 MB", "lambda_mib", 1024),
        ("CloudTrail data events, 60 a pipeline", "trail_event_count", 60),
    ],
)
def test_a_lever_has_the_quantity_that_it_says(what: str, quantity: str, worked: int | Decimal) -> None:
    (lever,) = [each for each in LEVERS if each.what == what]
    assert lever.changes[quantity] == worked
