"""The estimate as a person asks for it: table, JSON, FOCUS, templates, a load test, and bad input."""

import csv
import dataclasses
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from unittest.mock import ANY

import pytest

from foundation.costs.bill import make_bill
from foundation.costs.book_file import read_book
from foundation.costs.focus import COLUMNS, to_focus
from foundation.costs.traffic_file import choose_profile
from foundation.errors import InputError
from infra.service import T_DEVELOPER
from loadtests.measured_traffic import measured_traffic
from loadtests.result import write_result
from tests.loadtests.factories import a_result
from tests.sre.cli.command_line import sre

LEAN_A_DAY = 50
MANDATORY_IN_FOCUS_1_2 = {
    "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodStart", "BillingPeriodEnd",
    "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargePeriodStart", "ChargePeriodEnd", "ContractedCost",
    "EffectiveCost", "InvoiceIssuerName", "ListCost", "PricingQuantity", "PricingUnit", "ProviderName", "PublisherName",
    "ServiceCategory", "ServiceName",
}  # fmt: skip


def test_the_table_says_month_crossing_observability_and_the_age_of_the_prices() -> None:
    done = sre("cost", "estimate")
    assert done.returncode == 0
    assert "Estimate: $151.33 for a month of 730 hours at 50 pipelines a day with nova-micro (list price" in done.stdout
    assert "The limit of $500 is reached at 1,559 pipelines a day" in done.stdout
    assert "The longest month, of 31 days, costs $" in done.stdout
    assert "  observability                $57.38    37.9 %" in done.stdout
    assert "  fixed cost                  $139.77    92.4 %" in done.stdout
    assert "per further pipeline         $0.00760" in done.stdout
    assert "Oldest price: read on 2024-07-01" in done.stdout


def test_the_json_has_the_same_numbers_and_an_estimate_above_the_limit_is_a_miss() -> None:
    done = sre("cost", "estimate", "--per-day", "5000", "--free-tier", "--json", "--levers")
    assert done.returncode == 1
    data = json.loads(done.stdout)
    assert (data["total_usd"], data["outcome"], data["over_limit"]) == (1266.20, "miss", True)
    assert data["levers"] == sorted(data["levers"], key=lambda each: each["difference_usd"])


def test_a_limit_that_730_hours_keep_and_a_month_of_31_days_does_not_is_missed() -> None:
    done = sre("cost", "estimate", "--per-day", "1557", "--json")
    data = json.loads(done.stdout)
    assert (done.returncode, data["total_usd"]) == (1, 499.66)
    longest = data["longest_month"]
    assert (longest["day_count"], longest["over_limit"], longest["total_usd"] > 500) == (31, True, True)
    assert sre("cost", "estimate", "--per-day", str(longest["crossing_units_per_day"])).returncode == 1


def test_a_line_is_explained_down_to_its_sources() -> None:
    done = sre("cost", "explain", "obs_canaries")
    assert "CW:Canary-runs: 17,520 runs = $21.02" in done.stdout
    assert "2026-09-24" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("estimate", "--traffic-profile", "rich"), "no profile is named 'rich'"),
        (("estimate", "--model", "gpt-9"), "gpt-9: no model has this name"),
        (("estimate", "--per-day", "many"), "'many' is no number; write one such as 50"),
        (("estimate", "--per-day", "nan"), "'nan' is no number; write one such as 50"),
        (("estimate", "--per-day", "-1"), "'-1' is not between 0 and 10,000,000"),
        (("explain", "coffee"), "coffee: the bill has no such line; it has api_gateway"),
        (("estimate", "--traffic-profiles", "nowhere.yaml"), "nowhere.yaml: cannot be read"),
    ],
)
def test_bad_input_says_what_and_what_there_is(arguments: tuple[str, ...], said: str) -> None:
    done = sre("cost", *arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_the_rows_are_focus_with_every_mandatory_column_and_add_up() -> None:
    bill = make_bill(
        choose_profile("lean", T_DEVELOPER.traffic_profiles, unit="pipeline"),
        read_book(),
        per_day=Decimal(50),
        model="nova-micro",
    )
    rows = list(csv.DictReader(to_focus(bill, month_on=date(2026, 12, 31)).splitlines()))
    assert set(COLUMNS) >= MANDATORY_IN_FOCUS_1_2
    assert abs(sum(Decimal(row["BilledCost"]) for row in rows) - bill.total_usd) < Decimal("1e-8")
    assert {row["ChargeCategory"] for row in rows} == {"Usage"}
    assert rows[0]["BillingPeriodStart"] == "2026-12-01T00:00:00Z"
    assert rows[0]["BillingPeriodEnd"] == "2027-01-01T00:00:00Z"


def test_a_load_test_gives_requests_of_a_unit_and_no_forecast_of_traffic(tmp_path: Path) -> None:
    result = a_result(good=5000)
    result = dataclasses.replace(result, work=dataclasses.replace(result.work, submitted_count=100))
    measured = measured_traffic(result)
    file = tmp_path / "load-result.json"
    write_result(result, file)
    done = sre("cost", "estimate", "--load-result", str(file), "--json")
    data = json.loads(done.stdout, parse_float=Decimal)
    assert data["units_per_day"] == LEAN_A_DAY
    (requests,) = [each["quantity"] for each in data["rows"] if each["usage_type"] == "ApiGatewayRequest"]
    assert requests == round(measured.rest_request_count * LEAN_A_DAY * 730 / 24, 6)


PROFILES = T_DEVELOPER.traffic_profiles.read_text()


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (PROFILES.replace("rest_request_count: 6", "rest_request_count: many"),
         ["profiles.yaml:8: lean.per_unit.rest_request_count: must be a number, such as 99.9, not 'many'"]),
        (PROFILES.replace("kms_count: 20", "kms_count: -20").replace("secret_count: 6", "secrets: 6"),
         ["lean.per_unit.kms_count: must be at least 0, not '-20'",
          "lean.fixed.secrets: unknown key; did you mean secret_count?"]),
        (PROFILES.replace("cache: valkey", "cache: memcached"), ["lean.fixed.cache: must be valkey or redis, not 'memcached'"]),
        (PROFILES.replace("metric_count: 60", "metric_count: .inf"), ["metric_count: must be a number, such as 99.9"]),
        (PROFILES.replace("like: lean", "like: mean"), ["naive.like: mean is no other profile of this file; did you mean lean?"]),
        (PROFILES.replace("like: lean", "like: naive"), ["naive.like: naive is no other profile of this file; there are lean"]),
        (f"{PROFILES.replace('like: lean', 'like: mine')}mine: {{like: naive}}\n",
         ["mine.like: naive is no other profile of this file; there are lean"]),
        ("lean: 3", ["lean: must be a mapping of keys to values, not '3'"]),
        ("[]", ["must be a mapping of names"]),
        ("lean: [", ["not valid YAML"]),
    ],
)  # fmt: skip
def test_every_problem_of_a_profile_is_told_at_once_with_its_line_and_key(
    text: str, problems: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "profiles.yaml"
    file.write_text(text)
    done = sre("cost", "estimate", "--traffic-profiles", str(file))
    assert done.returncode == 2
    for problem in problems:
        assert problem in done.stderr


def test_a_profile_may_be_like_one_that_is_like_another(tmp_path: Path) -> None:
    file = tmp_path / "profiles.yaml"
    file.write_text(f"{PROFILES}mine:\n  about: x\n  like: naive\n  per_unit: {{kms_count: 21}}\n")
    mine, naive = (choose_profile(name, file, unit="pipeline") for name in ("mine", "naive"))
    assert mine.per_unit == dataclasses.replace(naive.per_unit, kms_count=Decimal(21))
    assert mine.fixed == naive.fixed


def test_rows_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = sre("cost", "estimate", "--focus", str(tmp_path / "file" / "rows.csv"))
    assert done.returncode == 2
    assert "rows.csv: cannot be written" in done.stderr


def test_other_models_are_levers_and_the_dearest_of_them_comes_last() -> None:
    done = sre("cost", "estimate", "--levers", "--json")
    levers = json.loads(done.stdout)["levers"]
    assert levers == sorted(levers, key=lambda each: each["difference_usd"])
    assert levers[-1] == {
        "description": "agents on opus-5.5-us", "difference_usd": 398.63, "crossing_units_per_day": ANY,
    }  # fmt: skip


def test_a_line_explained_as_json_adds_up_to_the_line() -> None:
    said = json.loads(sre("cost", "explain", "obs_canaries", "--json").stdout, parse_float=Decimal)
    assert said["cost_usd"] == Decimal("24.21")
    assert f"{sum(row['cost_usd'] for row in said['rows']):.2f}" == "24.21"
    assert all(row["source"] and row["read_on"] for row in said["rows"])


@pytest.mark.parametrize(
    ("quantities", "problem"),
    [
        ("per_unit: {input_tokens: 100, cache_read_tokens: 101}",
         "2: mine.per_unit.cache_read_tokens: is 101 of the 100 input_tokens: no more than those can be cached"),
        ("per_unit: {input_tokens: 100.5, cache_read_tokens: 100.6}",
         "2: mine.per_unit.cache_read_tokens: is 100.6 of the 100.5 input_tokens: no more than those can be cached"),
        ("per_unit: {cache_read_tokens: 30001}",
         "2: mine.per_unit.cache_read_tokens: is 30001 of the 30000 input_tokens: no more than those can be cached"),
        ("fixed: {load_hours_a_week: 168.5}", "2: mine.fixed.load_hours_a_week: is 168.5, and a week has 168"),
        ("per_unit: {input_tokens: 100, cache_read_tokens: 100}", None),
        ("fixed: {load_hours_a_week: 168}", None),
    ],
)  # fmt: skip
def test_quantities_that_cannot_be_true_together_are_refused_at_their_line(
    tmp_path: Path, quantities: str, problem: str | None
) -> None:
    file = tmp_path / "profiles.yaml"
    file.write_text(f"mine: {{like: lean,\n  {quantities}}}\n" + PROFILES)
    if problem is None:
        assert choose_profile("mine", file, unit="pipeline").name == "mine"
    else:
        with pytest.raises(InputError) as caught:
            choose_profile("mine", file, unit="pipeline")
        assert caught.value.problems == (f"{file}:{problem}",)


@pytest.mark.parametrize(("count", "is_read"), [(100, True), (101, False), (3_000, False)])
def test_profiles_may_be_like_one_another_only_so_far(count: int, is_read: bool, tmp_path: Path) -> None:
    chain = "".join(f"p{number}: {{like: p{number + 1}}}\n" for number in range(count))
    file = tmp_path / "profiles.yaml"
    file.write_text(
        chain + T_DEVELOPER.traffic_profiles.read_text().replace("\nlean:", f"\np{count}:").replace("lean", f"p{count}")
    )
    if is_read:
        assert (
            choose_profile("p0", file, unit="pipeline").units_per_day
            == choose_profile(f"p{count}", file, unit="pipeline").units_per_day
        )
    else:
        with pytest.raises(InputError) as raised:
            choose_profile("p0", file, unit="pipeline")
        assert "profiles.yaml:101: p100.like: more than 100 profiles are like one another here" in str(raised.value)
