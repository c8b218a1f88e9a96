"""What a service begins to promise, by the kind of a resource; and that each number has its reason."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from foundation.service.ceiling import Ceiling
from foundation.service.resources import FactValue, Resource
from foundation.slo.reader import check_objectives
from sre.jobs.init.objectives_yaml import objectives_yaml, starters_for
from sre.jobs.init.starters import starters_of
from tests.sre.jobs.init.shop import NAMED

WHATEVER = Ceiling(ratio=Decimal(1), committed=(), unknown=())


def resource(of_type: str, label: str = "orders", **facts: FactValue) -> Resource:
    return Resource(
        type=f"AWS::{of_type}", label=label, name=f"{label}-production", arn="a", facts=tuple(facts.items())
    )


@pytest.mark.parametrize(
    ("of", "names"),
    [
        (resource("ApiGateway::RestApi", api_stage="live"), ["orders-latency", "orders-errors", "orders-availability"]),
        (resource("ApiGateway::RestApi", endpoint="PRIVATE"), ["orders-errors"]),
        (resource("ApiGatewayV2::Api", protocol="HTTP"), ["orders-latency", "orders-errors", "orders-availability"]),
        (
            resource("ApiGatewayV2::Api", protocol="WEBSOCKET", api_stage="live"),
            ["orders-latency", "orders-errors", "orders-availability"],
        ),
        # Its requests are counted only once there is a target for them: an outage would be 100 % available.
        (resource("ElasticLoadBalancingV2::LoadBalancer", full_name="app/orders/1"), ["orders-latency", "orders-errors"]),
        (resource("ElasticLoadBalancingV2::LoadBalancer", layer="network", full_name="net/orders/1"), []),
        (resource("Lambda::Function"), ["orders-errors"]),
        (resource("SQS::Queue"), ["orders-age"]),
        (resource("SQS::Queue", is_dead_letter=True), []),
        (resource("DynamoDB::Table"), []),
        (resource("Shop::Thing"), []),
    ],
)  # fmt: skip
def test_a_resource_begins_with_the_objectives_of_its_kind(of: Resource, names: list[str]) -> None:
    assert [each.name for each in starters_of(of, WHATEVER)] == names


@pytest.mark.parametrize(
    "of",
    [
        resource("ApiGateway::RestApi", api_stage="live"),
        resource("ApiGatewayV2::Api", protocol="HTTP", api_stage="$default"),
        resource("ApiGatewayV2::Api", protocol="WEBSOCKET", api_stage="live"),
        resource("ElasticLoadBalancingV2::LoadBalancer", full_name="app/orders/1"),
        resource("Lambda::Function"),
        resource("SQS::Queue"),
    ],
)
def test_every_objective_that_a_service_begins_with_is_read_without_a_warning(of: Resource, tmp_path: Path) -> None:
    file = tmp_path / "objectives.yaml"
    starters = starters_for(NAMED, [of], among=[of])
    file.write_text(objectives_yaml(NAMED, starters))
    read = check_objectives(file, stage="production")
    assert [each.name for each in read.objectives] == [each.name for each in starters]
    assert read.warnings == ()
    assert file.read_text().count("# Why ") == len(starters)
    assert file.read_text().count("Change it here: alarms, dashboards and reports follow.") == len(starters)


def test_an_api_promises_no_more_than_all_that_it_needs_can_give(tmp_path: Path) -> None:
    table, queue = resource("DynamoDB::Table", "table"), resource("SQS::Queue", "queue")
    function = replace(resource("Lambda::Function", "create"), needs=("table", "queue"))
    api = replace(resource("ApiGateway::RestApi", "api"), needs=("create",))
    starters = starters_for(NAMED, [api], among=[table, queue, function, api])
    assert [each.target_percent for each in starters] == ["99", "99.5", "99.5"]
    # 0.9999 x 0.999 x 0.9995 x 0.9995, as their types say with a source.
    assert starters[1].reason == (
        "Why 99.5 %: for all that it needs AWS commits itself to 99.79 % together (Tables 99.99 %, Queues 99.9 %, Functions "
        "99.95 %, REST APIs 99.95 %); what is promised above that is not yours to keep."
    )
    alone = starters_for(NAMED, [api], among=[api])
    assert [each.target_percent for each in alone] == ["99", "99.9", "99.5"]


def test_no_line_of_a_comment_is_longer_than_a_line_of_ours() -> None:
    several = [resource("ApiGateway::RestApi"), resource("Lambda::Function", "b"), resource("SQS::Queue", "c")]
    starters = starters_for(NAMED, several, among=several)
    assert max(map(len, objectives_yaml(NAMED, starters).splitlines())) <= 130


@pytest.mark.parametrize(
    ("visible", "receives", "below"), [(30, 5, 900), (300, 3, 900), (300, 4, 1_200), (43_200, 2, 86_400)]
)
def test_a_message_may_wait_as_long_as_it_is_tried_again(visible: int, receives: int, below: int) -> None:
    of = resource(
        "SQS::Queue", visibility_seconds=Decimal(visible), receives_before_dead_letter_count=Decimal(receives)
    )
    (starter,) = starters_of(of, WHATEVER)
    assert starter.below == below


@pytest.mark.parametrize(
    ("visible", "receives", "kept", "below", "said"),
    [
        # 3,600,000 s of tries: nothing becomes older than the 345,600 s that SQS keeps a message where nothing is said.
        (3_600, 1_000, None, 172_800, "A message is deleted after 345,600 s, worked on or not"),
        (3_600, 1_000, 1_209_600, 604_800, "A message is deleted after 1,209,600 s, worked on or not"),
        (3_600, 48, None, 172_800, "172,800 s is how long a message may be tried again, 48 times for 3600 s"),
        (3_600, 49, None, 172_800, "A message is deleted after 345,600 s, worked on or not"),
        (30, 5, 1_200, 600, "A message is deleted after 1,200 s, worked on or not"),
        (30, 5, 1_800, 900, "A quarter of an hour"),
        (0, 5, 1, 1, "A message is deleted after 1 s"),
    ],
)
def test_no_message_waits_longer_than_it_is_kept(
    visible: int, receives: int, kept: int | None, below: int, said: str
) -> None:
    facts = {"visibility_seconds": visible, "receives_before_dead_letter_count": receives, "retention_seconds": kept}
    known = {name: Decimal(value) for name, value in facts.items() if value is not None}
    of = resource("SQS::Queue", "orders", **known)
    (starter,) = starters_of(of, WHATEVER)
    assert starter.below == below
    assert starter.notes[0].startswith(said)


def test_faults_of_a_load_balancer_are_those_of_its_targets_and_it_says_what_is_missing() -> None:
    _, faults = starters_of(resource("ElasticLoadBalancingV2::LoadBalancer", full_name="app/orders/1"), WHATEVER)
    assert faults.description == "Requests that its targets answer with a fault of the server."
    (note,) = faults.notes
    assert note.startswith("What the load balancer answers itself is not among them (HTTPCode_ELB_5XX_Count)")
    _, faults, _ = starters_of(resource("ApiGateway::RestApi"), WHATEVER)
    assert faults.notes == ()


def test_the_latency_of_a_load_balancer_is_in_seconds_and_that_of_an_api_in_milliseconds() -> None:
    balancer = starters_of(resource("ElasticLoadBalancingV2::LoadBalancer", full_name="app/orders/1"), WHATEVER)
    api = starters_of(resource("ApiGateway::RestApi"), WHATEVER)
    assert [each.below for each in (balancer[0], api[0])] == [1, 1_000]


def test_the_name_of_the_stage_is_a_variable_and_a_name_that_is_taken_is_not_given_again() -> None:
    (starter,) = starters_for(NAMED, [resource("Lambda::Function")], among=[])
    assert starter.dimensions == (("FunctionName", "orders-${stage}"),)
    assert starters_for(NAMED, [resource("Lambda::Function")], among=[], taken=["orders-errors"]) == ()


@pytest.mark.parametrize(("letters", "name"), [(56, "x" * 56 + "-errors"), (57, "x" * 47 + "-ae14a256-errors")])
def test_a_long_label_makes_a_name_that_openslo_takes(letters: int, name: str) -> None:
    (starter,) = starters_of(resource("Lambda::Function", "x" * letters), WHATEVER)
    assert (starter.name, len(starter.name)) == (name, 63)


def test_no_dash_stands_twice_in_a_name_that_is_cut() -> None:
    (starter,) = starters_of(resource("Lambda::Function", "x" * 46 + "-" + "x" * 20), WHATEVER)
    assert starter.name == "x" * 46 + "-16270790-errors"


def test_labels_that_differ_at_their_ends_only_have_objectives_of_their_own() -> None:
    several = [resource("Lambda::Function", f"{'a-very-long-label-' * 4}{end}") for end in ("one", "two", "three")]
    names = [each.name for each in starters_for(NAMED, several, among=several)]
    assert len(set(names)) == 3
    assert all(name.startswith("a-very-long-label-a-very-long-label-a-very-long") for name in names)
