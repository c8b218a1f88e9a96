"""A bill of resources beside a profile of their platform: what is the profile's, what is in no template, nothing twice."""

from decimal import Decimal

import pytest

from foundation.costs.bill import Bill, make_bill
from foundation.costs.book_file import read_book
from foundation.costs.completeness import resources_text
from foundation.costs.reasons import row_reasons
from foundation.costs.service_traffic import ServiceTraffic, of_profile
from foundation.costs.service_work import ServiceWork
from foundation.costs.traffic_file import choose_profile
from foundation.service.platform_bill import with_platform
from foundation.service.resource_bill import work_of
from foundation.service.resource_type_file import all_kinds
from foundation.service.resources import FactValue, Resource
from infra.service import T_DEVELOPER

BOOK, KINDS = read_book(), all_kinds()
LEAN = choose_profile("lean", T_DEVELOPER.traffic_profiles, unit="pipeline")
FACTS: tuple[tuple[str, FactValue], ...] = (("architecture", "arm64"), ("memory_mib", Decimal(1024)))


def a_resource(kind: str, label: str, *facts: tuple[str, FactValue]) -> Resource:
    return Resource(type=kind, label=label, name=label, arn=f"arn:aws:x:::{label}", facts=facts)


GATE = a_resource("AWS::Lambda::Function", "gate", *FACTS)


def work(*resources: Resource, gate: dict[str, int] | None = None) -> ServiceWork:
    numbers = {key: of_profile("lean", "gate", key, Decimal(value)) for key, value in (gate or {}).items()}
    traffic = ServiceTraffic(
        name="lean", about="", units_per_day=Decimal(50), unit="pipeline", resources={"gate": numbers} if gate else {},
        platform=LEAN,
    )  # fmt: skip
    return with_platform(work_of(resources, BOOK, traffic=traffic, unit="pipeline"), LEAN, BOOK, kinds=KINDS)


def bill(of: ServiceWork) -> Bill:
    return make_bill(of, BOOK, per_day=of.units_per_day)


def test_what_no_resource_says_of_its_traffic_is_as_in_the_profile() -> None:
    said = bill(work(GATE))
    assert f"{said.lines['lambda']:.2f}" == "2.80"
    assert not [each for each in work(GATE).unstated if each.line == "lambda"]


def test_what_a_resource_says_of_its_traffic_is_not_the_profiles_too() -> None:
    """50 a day are 1,520.83 a month: 20 s of 1 GB on arm64, a start of a second in a hundred, and a request."""
    said = bill(work(GATE, gate={"requests_per_unit": 1, "seconds": 20}))
    month = Decimal(50) * 730 / 24
    assert said.lines["lambda"] == pytest.approx(
        month * (Decimal("20.01") * Decimal("0.0000133334") + Decimal("0.0000002"))
    )


def test_what_no_template_has_is_not_billed_and_named_with_what_it_would_cost() -> None:
    found = work(GATE)
    missing = {each.line for each in found.not_in_template}
    assert {
        "waf",
        "database",
        "elasticache",
        "kms_secrets",
        "agentcore_runtime",
        "security_audit",
        "bedrock_tokens",
    } <= missing
    rows = {(row.line, row.key) for row in bill(found).rows}
    assert not {(each.line, each.key) for each in found.not_in_template} & rows
    assert "database $13.98" in resources_text(bill(found))
    assert bill(found).model is None


def test_what_is_of_the_account_stays_the_profiles() -> None:
    said = bill(work(GATE))
    assert f"{said.lines['cost_checks']:.2f}" == "0.99"
    assert f"{said.lines['obs_metrics']:.2f}" == "18.00"
    reasons = row_reasons(said)
    assert all(reason is not None and reason.factors for reason in reasons)


def test_tokens_are_billed_where_there_are_agents() -> None:
    said = bill(work(a_resource("AWS::BedrockAgentCore::Runtime", "planner")))
    assert said.model_name == "nova-micro"
    assert f"{said.lines['bedrock_tokens']:.2f}" == "2.87"
    assert said.token_prices == BOOK.model("nova-micro").prices


def test_canaries_of_templates_have_their_own_logs() -> None:
    canary = a_resource(
        "AWS::Synthetics::Canary", "api", ("schedule", "rate(5 minutes)"), ("memory_mib", Decimal(1024))
    )
    logs = a_resource("AWS::Logs::LogGroup", "logs")
    with_canaries, without = bill(work(canary, logs)), bill(work(logs))
    assert with_canaries.lines["obs_logs"] < without.lines["obs_logs"]
    assert f"{with_canaries.lines['obs_canaries']:.2f}" == "12.12"
