"""The worked bill, to the cent: lines, quantities, unit costs, levers, crossings and totals, and the laws of any bill."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from foundation.costs.bill import Bill, cents, crossing, make_bill, unit_costs
from foundation.costs.book import Key
from foundation.costs.book_file import read_book
from foundation.costs.levers import apply_levers
from foundation.costs.quantities import LONGEST_MONTH_HOURS, MONTH_DAYS, uses
from foundation.costs.traffic_file import read_profiles
from infra.service import T_DEVELOPER

BOOK, PROFILES = read_book(), read_profiles(T_DEVELOPER.traffic_profiles, unit="pipeline")
LEAN = PROFILES["lean"]
# Decimal has 28 digits; shares of a whole are rounded in the last.
ROUNDING = Decimal("1e-15")
RATES = st.integers(0, 5000).map(Decimal)


def bill(per_day: int | Decimal, model: str = "nova-micro", profile: str = "lean", *, with_free: bool = False) -> Bill:
    return make_bill(PROFILES[profile], BOOK, per_day=Decimal(per_day), model=model, with_free=with_free)


# Worked by hand from list prices of us-east-1: a line, and its month at 0, 50, 500 and 5,000 pipelines a day.
LINES = {
    "api_gateway": ("0.00", "0.07", "0.66", "6.62"), "waf": ("8.00", "8.01", "8.05", "8.55"),
    "lambda": ("0.00", "2.80", "28.04", "280.37"), "step_functions": ("0.00", "0.57", "5.70", "57.03"),
    "bedrock_tokens": ("0.00", "2.87", "28.74", "287.44"), "agentcore_runtime": ("0.00", "2.08", "20.80", "207.97"),
    "agentcore_memory": ("0.00", "2.40", "23.95", "239.53"), "agentcore_gateway": ("0.00", "0.11", "1.14", "11.41"),
    "knowledge_base": ("0.02", "0.03", "0.21", "1.99"), "dynamodb": ("0.00", "0.08", "0.76", "7.58"),
    "s3": ("0.20", "0.36", "1.82", "16.37"), "elasticache": ("6.13", "6.13", "6.14", "6.20"),
    "database": ("13.98", "13.98", "13.98", "13.98"), "network": ("43.80", "43.88", "44.64", "52.17"),
    "kms_secrets": ("5.40", "5.51", "6.46", "16.05"), "events_queues": ("0.00", "0.01", "0.14", "1.37"),
    "fargate_load": ("1.55", "1.55", "1.55", "1.55"), "security_audit": ("3.50", "3.50", "3.50", "3.50"),
    "obs_alarms": ("4.60", "4.60", "4.60", "4.60"), "obs_dashboards": ("9.00", "9.00", "9.00", "9.00"),
    "obs_canaries": ("24.21", "24.21", "24.21", "24.21"), "obs_metrics": ("18.36", "18.36", "18.36", "18.36"),
    "obs_logs": ("0.04", "0.15", "1.14", "11.03"), "obs_traces": ("0.00", "0.08", "0.76", "7.61"),
    "cost_checks": ("0.99", "0.99", "0.99", "0.99"),
}  # fmt: skip


@pytest.mark.parametrize(("column", "per_day"), list(enumerate((0, 50, 500, 5000))))
def test_every_line_of_the_worked_bill(column: int, per_day: int) -> None:
    expected = {line: Decimal(row[column]) for line, row in LINES.items()}
    assert {line: cents(cost) for line, cost in bill(per_day).lines.items()} == expected


@pytest.mark.parametrize(("per_day", "usd"), [(0, "57.19"), (50, "57.38"), (500, "59.06"), (5000, "75.80")])
def test_what_observability_is_of_it(per_day: int, usd: str) -> None:
    assert cents(bill(per_day).observability_usd) == Decimal(usd)


@pytest.mark.parametrize(
    ("profile", "per_day", "model", "listed", "always_free"),
    [
        ("lean", 0, "nova-micro", "139.77", "123.69"),
        ("lean", 50, "nova-micro", "151.33", "132.09"),
        ("lean", 500, "nova-micro", "255.34", "234.69"),
        ("lean", 5000, "nova-micro", "1295.48", "1266.20"),
        ("lean", 500, "haiku-4.5-us", "1230.35", "1209.69"),
        ("naive", 500, "nova-micro", "1269.37", "1245.97"),
    ],
)
def test_the_golden_totals(profile: str, per_day: int, model: str, listed: str, always_free: str) -> None:
    assert cents(bill(per_day, model, profile).total_usd) == Decimal(listed)
    assert cents(bill(per_day, model, profile, with_free=True).total_usd) == Decimal(always_free)


# By hand, at list price: what the naive profile pays without any pipeline.
NAIVE_FIXED = {
    "waf": "8.00", "kms_secrets": "5.40",
    "elasticache": "91.25",  # 1 GB x 730 x 0.125
    "database": "44.80",  # 0.5 ACU x 730 x 0.12 + 10 GB x 0.10
    "network": "65.70",  # 2 x 730 x 0.045
    "knowledge_base": "350.40",  # 2 OCU x 730 x 0.24
    "s3": "0.20", "fargate_load": "1.55", "security_audit": "3.50",
    "obs_alarms": "17.50",  # 60 x 0.10 + 20 x 0.30 + 5 composite x 0.50 + 10 x 3 x 0.10
    "obs_dashboards": "18.00",
    "obs_canaries": "302.63",  # 219,000 x (0.0012 + 10 x 0.0000166667 + 0.0000002 + 3 x 0.000005)
    "obs_metrics": "133.80",  # 300 x 0.30 + 4,380,000 x 0.00001
    "obs_logs": "0.74",  # 219,000 x 4 KiB x (0.50 + 12 x 0.03 + 5 x 0.005)
    "cost_checks": "0.99",
}  # fmt: skip


def test_the_naive_profile_line_by_line_without_traffic() -> None:
    found = {line: f"{cents(usd)}" for line, usd in bill(0, profile="naive").lines.items() if usd}
    assert found == NAIVE_FIXED


def test_the_naive_logs_of_a_pipeline_are_660_000_bytes() -> None:
    """600,000 bytes of its own and 60,000 of the platform, written, kept for twelve months and scanned five times."""
    usd = Decimal(660_000) / 2**30 * (Decimal("0.50") + Decimal("0.03") * 365 / MONTH_DAYS + 5 * Decimal("0.005"))
    found = unit_costs(PROFILES["naive"], BOOK, model="nova-micro")["obs_logs"]
    assert f"{found:.12f}" == f"{usd:.12f}" == "0.000543985516"


def test_what_one_further_pipeline_costs() -> None:
    expected = {
        "bedrock_tokens": "0.00189000", "lambda": "0.00184352", "agentcore_memory": "0.00157500",
        "agentcore_runtime": "0.00136750", "step_functions": "0.00037500", "s3": "0.00010631",
        "agentcore_gateway": "0.00007500", "obs_logs": "0.00007231", "kms_secrets": "0.00007000", "network": "0.00005505",
        "obs_traces": "0.00005005", "dynamodb": "0.00004987", "api_gateway": "0.00004350", "knowledge_base": "0.00001300",
        "events_queues": "0.00000900", "waf": "0.00000360", "elasticache": "0.00000046",
    }  # fmt: skip
    found = unit_costs(LEAN, BOOK, model="nova-micro")
    assert {line: f"{cost:.8f}" for line, cost in found.items()} == expected
    assert f"{sum(found.values()):.8f}" == "0.00759917"


@pytest.mark.parametrize(
    ("model", "months", "listed", "always_free"),
    [
        ("nova-micro", ("151.33", "255.34", "1295.48"), 1558, 1663),
        ("haiku-5.5-global", ("157.58", "317.85", "1920.54"), 1011, 1075),
        ("nova-2-lite-us", ("188.60", "628.10", "5023.04"), 369, 390),
        ("nova-pro", ("214.15", "883.60", "7578.04"), 242, 255),
        ("haiku-4.5-us", ("248.83", "1230.35", "11045.54"), 165, 174),
        ("sonnet-4.6-us", ("449.58", "3237.85", "31120.54"), 58, 61),
        ("opus-5.5-us", ("549.95", "4241.60", "41158.04"), 44, 46),
    ],
)
def test_the_month_by_model_and_where_500_dollars_are_crossed(
    model: str, months: tuple[str, ...], listed: int, always_free: int
) -> None:
    assert tuple(str(cents(bill(per_day, model).total_usd)) for per_day in (50, 500, 5000)) == months
    limit = Decimal(500)
    for with_free, expected in ((False, listed), (True, always_free)):
        where = crossing(LEAN, BOOK, model=model, limit_usd=limit, with_free=with_free)
        assert where is not None
        assert round(where) == expected
        below, above = (bill(int(where) + more, model, with_free=with_free).total_usd for more in (0, 1))
        assert below < limit <= above


QUANTITIES = {
    ("AmazonApiGateway/ApiGatewayRequest", "api_gateway"): ("9125", "91250", "912500"),
    ("AmazonApiGateway/ApiGatewayMessage", "api_gateway"): ("30416.6667", "304166.6667", "3041666.6667"),
    ("AmazonApiGateway/ApiGatewayMinute", "api_gateway"): ("15208.3333", "152083.3333", "1520833.3333"),
    ("AWSLambda/Request-ARM", "lambda"): ("6083.3333", "60833.3333", "608333.3333"),
    ("AWSLambda/Lambda-GB-Second-ARM", "lambda"): ("210183.9193", "2101839.1927", "21018391.9271"),
    ("AmazonStates/StateTransition", "step_functions"): ("22812.5", "228125", "2281250"),
    ("AmazonBedrockAgentCore/Runtime-vCPU-Hours", "agentcore_runtime"): ("15.2083", "152.0833", "1520.8333"),
    ("AmazonBedrockAgentCore/Runtime-GB-Hours", "agentcore_runtime"): ("76.0417", "760.4167", "7604.1667"),
    ("AmazonBedrockAgentCore/Memory-ShortTerm-Events", "agentcore_memory"): ("6083.3333", "60833.3333", "608333.3333"),
    ("AmazonBedrockAgentCore/Memory-Retrievals", "agentcore_memory"): ("1520.8333", "15208.3333", "152083.3333"),
    ("AmazonBedrockAgentCore/Gateway-ToolCalls", "agentcore_gateway"): ("15208.3333", "152083.3333", "1520833.3333"),
    ("AmazonDynamoDB/WriteRequestUnits", "dynamodb"): ("38020.8333", "380208.3333", "3802083.3333"),
    ("AmazonDynamoDB/ReadRequestUnits", "dynamodb"): ("30416.6667", "304166.6667", "3041666.6667"),
    ("AmazonDynamoDB/TimedStorage-ByteHrs", "dynamodb"): ("0.1073", "1.0729", "10.7288"),
    ("AmazonS3/Requests-Tier1", "s3"): ("15208.3333", "152083.3333", "1520833.3333"),
    ("AmazonS3/Requests-Tier2", "s3"): ("45625", "456250", "4562500"),
    ("AmazonS3/TimedStorage-ByteHrs", "s3"): ("2.9297", "29.2969", "292.9688"),
    ("AmazonCloudWatch/DataProcessing-Bytes", "obs_logs"): ("0.2651", "2.0498", "19.8962"),
    ("AmazonCloudWatch/Application-Signals-Bytes", "obs_traces"): ("0.174", "1.7405", "17.4046"),
    ("AWSXRay/XRay-TracesStored", "obs_traces"): ("1520.8333", "15208.3333", "152083.3333"),
    ("awskms/KMS-Requests", "kms_secrets"): ("30416.6667", "304166.6667", "3041666.6667"),
    ("AmazonCloudWatch/CW:Canary-runs", "obs_canaries"): ("17520", "17520", "17520"),
}


@pytest.mark.parametrize(("column", "per_day"), list(enumerate((50, 500, 5000))))
def test_the_quantities_behind_it(column: int, per_day: int) -> None:
    found = {(str(use.key), use.line): use.quantity for use in uses(LEAN, per_day=Decimal(per_day))}
    for key, row in QUANTITIES.items():
        assert round(found[key], 4) == Decimal(row[column]), key


@pytest.mark.parametrize(
    ("what", "differences", "crossing_per_day"),
    [
        ("a Knowledge Base on OpenSearch Serverless Classic, 2 OCU", ("350.38", "350.31", "349.62"), 26),
        ("5 canaries every minute", ("278.84", "278.84", "278.84"), 217),
        ("2 canaries every minute", ("96.99", "96.99", "96.99"), 703),
        ("2 canaries every 15 minutes", ("-16.16", "-16.16", "-16.16"), 1005),
        ("Redis OSS serverless", ("85.12", "85.12", "85.15"), 735),
        ("8 interface endpoints in 2 zones", ("73.00", "73.00", "73.00"), 767),
        ("3 interface endpoints in 1 zone", ("-21.90", "-21.90", "-21.90"), 1021),
        ("no interface endpoint and no NAT gateway", ("-43.84", "-44.25", "-48.26"), 1082),
        ("1 NAT gateway instead of endpoints", ("-10.46", "-6.05", "38.06"), 966),
        ("2 NAT gateways instead of endpoints", ("22.39", "26.80", "70.91"), 881),
        ("Aurora Serverless v2 that never pauses", ("30.82", "30.82", "30.82"), 880),
        ("300 custom metrics", ("72.00", "72.00", "72.00"), 770),
        ("a poller of 100 metrics every minute", ("43.44", "43.44", "43.44"), 846),
        ("AgentCore Memory: 10 events, 4 retrievals, 1 record a unit", ("5.59", "55.89", "558.91"), 741),
        ("no AgentCore Memory", ("-2.40", "-23.95", "-239.53"), 1103),
        ("AgentCore sessions idle for 900 s", ("3.35", "33.53", "335.34"), 816),
        ("Lambda on x86", ("0.70", "7.01", "70.06"), 927),
        ("Lambda of 10 s", ("-1.40", "-14.01", "-140.12"), 1040),
        ("Lambda of 1,024 MB", ("-1.18", "-11.80", "-118.02"), 1027),
        ("30 transitions a unit", ("0.57", "5.70", "57.03"), 934),
        ("five times the log lines", ("0.38", "3.77", "37.70"), 943),
        ("logs kept for 365 days", ("0.09", "0.68", "6.57"), 959),
        ("no traces and no spans", ("-0.08", "-0.76", "-7.61"), 966),
        ("CloudTrail data events, 60 a unit", ("0.09", "0.91", "9.13"), 957),
        ("the cost read every hour of a 30-day month, not at releases", ("56.96", "56.96", "56.96"), 810),
    ],
)
def test_the_levers_each_alone(what: str, differences: tuple[str, ...], crossing_per_day: int) -> None:
    for per_day, expected in zip((50, 500, 5000), differences, strict=True):
        effects = apply_levers(
            LEAN, BOOK, per_day=Decimal(per_day), model="haiku-5.5-us", limit_usd=Decimal(500), only=what
        )
        (found,) = effects
        assert cents(found.difference_usd) == Decimal(expected)
        assert found.crossing_per_day is not None
        assert round(found.crossing_per_day) == crossing_per_day


@given(RATES, RATES)
def test_the_list_bill_is_linear(one: Decimal, other: Decimal) -> None:
    together = bill(one).total_usd + bill(other).total_usd - bill(0).total_usd
    assert abs(together - bill(one + other).total_usd) < Decimal("1e-9")


@given(RATES)
def test_the_free_allowances_never_make_it_dearer_and_never_negative(per_day: Decimal) -> None:
    free, listed = bill(per_day, with_free=True), bill(per_day)
    assert free.total_usd <= listed.total_usd
    assert all(row.cost_usd > -ROUNDING and row.free - row.quantity < ROUNDING for row in free.rows)


@given(RATES, st.integers(1, 500).map(Decimal))
def test_more_pipelines_never_cost_less(per_day: Decimal, more: Decimal) -> None:
    for with_free in (False, True):
        assert bill(per_day + more, with_free=with_free).total_usd >= bill(per_day, with_free=with_free).total_usd


@given(RATES)
def test_the_total_is_the_sum_of_its_lines(per_day: Decimal) -> None:
    made = bill(per_day, with_free=True)
    assert abs(sum(made.lines.values()) - made.total_usd) < Decimal("1e-9")


@given(st.integers(150, 5_000).map(Decimal), st.sampled_from(sorted(BOOK.models)), st.booleans())
@example(Decimal(1_124), "sonnet-4.6-us", True)
def test_the_crossing_is_the_first_thousandth_at_which_the_limit_is_reached(
    limit_usd: Decimal, model: str, with_free: bool
) -> None:
    where = crossing(LEAN, BOOK, model=model, limit_usd=limit_usd, with_free=with_free)
    assert where is not None
    assert bill(where - Decimal("0.001"), model, with_free=with_free).total_usd < limit_usd
    assert bill(where, model, with_free=with_free).total_usd >= limit_usd


def test_a_rate_that_costs_a_third_of_a_cent_too_little_is_not_the_crossing() -> None:
    """162 a day cost $1,123.997."""
    assert round(bill(162, "sonnet-4.6-us", with_free=True).total_usd, 3) == Decimal("1123.997")
    where = crossing(LEAN, BOOK, model="sonnet-4.6-us", limit_usd=Decimal(1_124), with_free=True)
    assert where == Decimal("162.001")


def test_a_limit_that_is_reached_without_any_pipeline_is_crossed_at_none() -> None:
    assert crossing(LEAN, BOOK, model="nova-micro", limit_usd=bill(0).total_usd) == 0


def test_a_limit_beyond_any_rate_is_never_crossed() -> None:
    assert crossing(LEAN, BOOK, model="nova-micro", limit_usd=Decimal("1e30")) is None


def test_a_row_that_has_no_allowance_costs_the_same_with_the_allowances() -> None:
    free, listed = bill(500, with_free=True), bill(500)
    with_none = {row.key for row in listed.rows if row.key not in BOOK.prices or not BOOK[row.key].free}
    assert len(with_none) > 20
    for one, other in zip(free.rows, listed.rows, strict=True):
        if one.key in with_none:
            assert one == other


def test_the_free_seconds_of_lambda_end_on_the_sixth_day_so_that_no_run_rate_may_be_taken_before() -> None:
    """At 500 a day gates and canaries burn 74,862 GB-seconds a day of 400,000."""
    seconds = sum(use.quantity for use in uses(LEAN, per_day=Decimal(500)) if "GB-Second" in use.key.usage_type)
    a_day = seconds / MONTH_DAYS
    assert round(a_day) == 74_862
    assert f"{400_000 / a_day:.1f}" == "5.3"


@pytest.mark.parametrize(
    ("model", "real_usd"),
    [
        ("nova-micro", "33.02"), ("haiku-5.5-us", "53.49"), ("nova-2-lite-us", "139.52"), ("haiku-4.5-us", "311.59"),
        ("sonnet-5.5-us", "598.38"), ("opus-5.5-us", "1171.95"),
    ],
)  # fmt: skip
def test_load_tests_of_a_thousand_pipelines_a_week_on_top_of_fifty_a_day(model: str, real_usd: str) -> None:
    more = Decimal(1_000) / 7
    on_top = bill(50 + more, model).total_usd - bill(50, model).total_usd
    assert cents(on_top) == Decimal(real_usd)
    stubbed = on_top - (bill(50 + more, model).lines["bedrock_tokens"] - bill(50, model).lines["bedrock_tokens"])
    assert cents(stubbed) == Decimal("24.81")


def test_a_nat_gateway_is_worth_four_and_a_half_endpoints_in_a_zone() -> None:
    hours = {key.usage_type: price.first_usd for key, price in BOOK.prices.items()}
    assert hours["NatGateway-Hours"] / hours["VpcEndpoint-Hours"] == Decimal("4.5")


def test_a_database_that_pauses_is_cheaper_than_the_small_one_for_216_waking_hours() -> None:
    awake, aurora = PROFILES["naive"], Key("AmazonRDS", "Aurora:ServerlessV2Usage")
    small_usd = bill(0).lines["database"]
    storage_usd = BOOK[Key("AmazonRDS", "Aurora:StorageUsage")].first_usd * awake.fixed.database_gb
    assert round((small_usd - storage_usd) / (Decimal("0.5") * BOOK[aurora].first_usd)) == 216


def test_a_limit_that_holds_for_730_hours_may_not_hold_in_a_month_of_31_days() -> None:
    """$499.66 at 1,557 pipelines a day; a day more is a day more of traffic and of hours, and of no month's fee."""

    def longest(per_day: int | Decimal) -> Bill:
        return make_bill(LEAN, BOOK, per_day=Decimal(per_day), model="nova-micro", month_hours=LONGEST_MONTH_HOURS)

    assert (cents(bill(1557).total_usd), bill(1557).total_usd < 500) == (Decimal("499.66"), True)
    assert longest(1557).total_usd > 500
    for line in ("waf", "obs_dashboards", "obs_alarms"):
        assert longest(0).lines[line] == bill(0).lines[line]
    assert longest(0).lines["network"] == bill(0).lines["network"] * 744 / 730
    where = crossing(LEAN, BOOK, model="nova-micro", limit_usd=Decimal(500), month_hours=LONGEST_MONTH_HOURS)
    assert where is not None
    assert longest(where).total_usd >= 500 > longest(where - Decimal("0.001")).total_usd


@given(RATES, st.sampled_from(["lean", "naive"]))
def test_the_longest_month_never_costs_less(per_day: Decimal, profile: str) -> None:
    longest = make_bill(
        PROFILES[profile], BOOK, per_day=per_day, model="nova-micro", month_hours=LONGEST_MONTH_HOURS
    )  # fmt: skip
    month = bill(per_day, profile=profile)
    assert all(usd >= month.lines[line] - ROUNDING for line, usd in longest.lines.items())
    assert longest.total_usd <= month.total_usd * 744 / 730 + ROUNDING
