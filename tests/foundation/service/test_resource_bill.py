"""What resources cost: each billed, free, or unknown by name; each quantity by its factors and their origins; and the laws."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.costs.bill import Bill, cents, make_bill, unit_costs
from foundation.costs.book import Key, PriceBook, Tier
from foundation.costs.book_file import read_book
from foundation.costs.completeness import resources_text, without
from foundation.costs.origins import Assumed, OfProfile, OfTemplate
from foundation.costs.service_traffic import ServiceTraffic, of_profile
from foundation.costs.service_work import Scale, ServiceWork, Standing
from foundation.costs.statement import explain, headline, table
from foundation.errors import InputError
from foundation.service.resource_bill import work_of
from foundation.service.resource_type_file import all_kinds
from foundation.service.resources import FactValue, Resource

BOOK = read_book()
KINDS = all_kinds()


def a_resource(kind: str, label: str = "it", **facts: FactValue | int) -> Resource:
    made = tuple((name, Decimal(value) if type(value) is int else value) for name, value in facts.items())
    return Resource(type=kind, label=label, name=label, arn=f"arn:aws:x:::{label}", facts=made)  # pyright: ignore[reportArgumentType]


def traffic(resources: Mapping[str, Mapping[str, float]], per_day: int = 100) -> ServiceTraffic:
    return ServiceTraffic(
        name="usual",
        about="",
        units_per_day=Decimal(per_day),
        unit="order",
        resources={
            label: {key: of_profile("usual", label, key, Decimal(str(value))) for key, value in numbers.items()}
            for label, numbers in resources.items()
        },
    )


def work(*resources: Resource, by: ServiceTraffic | None = None) -> ServiceWork:
    return work_of(resources, BOOK, traffic=by, unit="order")


def bill(found: ServiceWork) -> Bill:
    return make_bill(found, BOOK, per_day=found.units_per_day)


FUNCTION = a_resource("AWS::Lambda::Function", "create-order", timeout_seconds=10, memory_mib=512, architecture="arm64")


def test_a_function_costs_its_requests_and_its_seconds_at_its_own_memory_and_processor() -> None:
    """100 a day are 3,041.67 a month of 730 hours: 0.2 s of 0.5 GB each, and a second's start of every hundredth."""
    found = bill(work(FUNCTION, by=traffic({"create-order": {"requests_per_unit": 1, "seconds": 0.2}})))
    month = Decimal(100) * 730 / 24
    by_type = Counter[str]()
    for row in found.rows:
        by_type[row.key.usage_type] += row.quantity  # pyright: ignore[reportArgumentType]
    assert by_type["Request-ARM"] == month
    assert by_type["Lambda-GB-Second-ARM"] == pytest.approx(month * Decimal("0.2") / 2 + month / 100 / 2)
    assert found.lines["lambda"] == pytest.approx(
        month * Decimal("0.0000002") + month * Decimal("0.105") * Decimal("0.0000133334")
    )


def test_each_factor_says_where_it_comes_from() -> None:
    found = work(FUNCTION, by=traffic({"create-order": {"requests_a_month": 1_000}}))
    seconds = next(line for line in found.lines if line.key.usage_type == "Lambda-GB-Second-ARM")
    assert [(each.what, each.value, each.origin) for each in seconds.factors] == [
        ("requests", 1_000, OfProfile(profile="usual", key="resources.create-order.requests_a_month")),
        ("seconds", 10, OfTemplate(resource="create-order", fact="timeout_seconds", is_upper_bound=True)),
        ("memory_mib", 512, OfTemplate(resource="create-order", fact="memory_mib")),
    ]
    starts = [line for line in found.lines if line.key.usage_type == "Lambda-GB-Second-ARM"][1]
    assert isinstance(starts.factors[1].origin, Assumed)
    assert "in under 1 % of invocations" in starts.factors[1].origin.why


def test_a_fact_that_the_template_says_nothing_of_is_awss_default_and_says_so() -> None:
    found = work(
        a_resource("AWS::Lambda::Function", "plain"), by=traffic({"plain": {"requests_per_unit": 1, "seconds": 1}})
    )  # fmt: skip
    memory = next(factor for line in found.lines for factor in line.factors if factor.what == "memory_mib")
    assert (memory.value, memory.origin) == (128, OfTemplate(resource="plain", fact="memory_mib", is_default=True))


def test_a_count_of_a_unit_and_one_of_a_month_add_up() -> None:
    found = bill(work(FUNCTION, by=traffic({"create-order": {"requests_per_unit": 2, "requests_a_month": 30}})))
    requests = sum(row.quantity for row in found.rows if row.key.usage_type == "Request-ARM")
    assert requests == pytest.approx(2 * Decimal(100) * 730 / 24 + 30)


def test_without_a_profile_there_is_what_is_paid_without_any_traffic_and_the_rest_is_told() -> None:
    found = work(FUNCTION, a_resource("AWS::EC2::NatGateway", "way-out"))
    said = bill(found)
    assert said.lines == {"network": Decimal("32.850")}
    assert {each.missing for each in found.unstated} == {"requests of create-order", "processed_gb of way-out"}
    assert (
        without(said) == ", without 2 numbers that nobody has said: requests of create-order, processed_gb of way-out"
    )
    assert headline(said, limit_usd=Decimal(500), crossing_per_day=None) == (
        "$32.85 for a month of 730 hours without any traffic (list price), without 2 numbers that nobody has said: "
        "requests of create-order, processed_gb of way-out."
    )


def test_a_resource_of_an_unknown_type_or_price_is_in_the_sentence_of_the_total_and_never_zero() -> None:
    found = work(
        a_resource("AWS::Fancy::Thing", "thing"),
        a_resource("AWS::EC2::Instance", "server", instance_type="u-24tb1.metal"),
        a_resource("AWS::EC2::NatGateway", "way-out"),
        a_resource("AWS::IAM::Role", "role"),
    )
    assert [(each.label, each.standing) for each in found.resources] == [
        ("thing", Standing.UNKNOWN), ("server", Standing.UNKNOWN), ("way-out", Standing.BILLED), ("role", Standing.FREE),
    ]  # fmt: skip
    said = bill(found)
    assert without(said).startswith(", without 2 resources of unknown price: thing, server")
    text = resources_text(said)
    assert "  thing (AWS::Fancy::Thing): its type is not known here" in text
    assert "  server (AWS::EC2::Instance): no price of AmazonEC2/BoxUsage:u-24tb1.metal" in text
    assert "1 resource costs nothing: who may do what (1)" in text
    assert not [row for row in said.rows if row.resource in ("thing", "server")]


def test_of_many_names_five_are_told() -> None:
    found = work(*(a_resource("AWS::Fancy::Thing", f"thing-{number}") for number in range(7)))
    assert without(bill(found)) == (
        ", without 7 resources of unknown price: thing-0, thing-1, thing-2, thing-3, thing-4 and 2 more"
    )


@pytest.mark.parametrize(
    ("resource", "usd"),
    [
        # By hand, of the price book: a month of 730 hours.
        (a_resource("AWS::KMS::Key"), "1.00"),
        (a_resource("AWS::SecretsManager::Secret"), "0.40"),
        (a_resource("AWS::EC2::VPCEndpoint", endpoint="Interface", subnet_count=2), "14.60"),
        (a_resource("AWS::WAFv2::WebACL", rule_count=3), "8.00"),
        (
            a_resource(
                "AWS::RDS::DBInstance",
                instance_class="db.t4g.micro",
                engine="postgres",
                storage_gib=20,
                storage_type="gp3",
            ),
            "13.98",
        ),
        (
            a_resource(
                "AWS::RDS::DBInstance", instance_class="db.t3.large", engine="mysql", storage_gib=30, is_multi_az=True
            ),
            "205.46",
        ),
        (
            a_resource(
                "AWS::ElastiCache::ReplicationGroup", node_type="cache.t4g.micro", engine="valkey", node_count=2
            ),
            "18.69",
        ),
        (
            a_resource(
                "AWS::ECS::Service", launch_type="FARGATE", desired_count=2, task_cpu_units=256, task_memory_mib=512
            ),
            "18.02",
        ),
        (
            a_resource(
                "AWS::ECS::Service",
                launch_type="FARGATE",
                desired_count=1,
                task_cpu_units=1024,
                task_memory_mib=2048,
                architecture="ARM64",
                public_address="ENABLED",
            ),
            "32.49",
        ),
        (
            a_resource(
                "AWS::DynamoDB::Table",
                billing_mode="PROVISIONED",
                read_capacity_per_second=30,
                write_capacity_per_second=20,
            ),
            "12.34",
        ),
        (
            a_resource(
                "AWS::RDS::DBInstance", is_in_cluster=True, engine="aurora-postgresql", instance_class="db.t3.large"
            ),
            "119.72",
        ),
        (a_resource("AWS::CloudWatch::Alarm", period_seconds=60), "0.10"),
        (a_resource("AWS::CloudWatch::Alarm", period_seconds=10), "0.30"),
        (a_resource("AWS::CloudWatch::Alarm", is_math=True, metric_count=4), "0.40"),
        (a_resource("AWS::CloudWatch::Alarm", is_math=True, metric_count=2, math_period_seconds=30), "0.60"),
        (a_resource("AWS::CloudWatch::Alarm", is_math=True, is_anomaly=True, metric_count=1), "0.30"),
        (a_resource("AWS::CloudWatch::CompositeAlarm"), "0.50"),
        (a_resource("AWS::CloudWatch::Dashboard"), "3.00"),
        # 8,760 runs: 0.0012 each, 10 s of 1 GB, a request, three objects, and 4 KiB of log.
        (a_resource("AWS::Synthetics::Canary", schedule="rate(5 minutes)", memory_mib=1024), "12.12"),
        (
            a_resource(
                "AWS::Lambda::Function",
                architecture="x86_64",
                memory_mib=1024,
                has_provisioned_concurrency=True,
                provisioned_concurrency_count=2,
            ),
            "21.90",
        ),
        (a_resource("AWS::EKS::Cluster"), "73.00"),
        (a_resource("AWS::ElasticLoadBalancingV2::LoadBalancer"), "16.43"),
        (a_resource("AWS::EC2::Instance", instance_type="t3.medium"), "30.37"),
        (a_resource("AWS::EC2::Volume", size_gib=10, volume_type="gp2"), "1.00"),
        (a_resource("AWS::EC2::Volume", size_gib=40, volume_type="gp3", iops_per_second=4000, has_iops=True), "8.20"),
        (a_resource("AWS::Route53::HostedZone"), "0.50"),
        (a_resource("AWS::Kinesis::Stream", shard_count=4), "43.80"),
        (a_resource("AWS::Scheduler::Schedule", schedule="rate(1 minute)"), "0.04"),
        (a_resource("AWS::SQS::Queue", has_consumer=True), "0.26"),
        (a_resource("AWS::ApiGateway::RestApi", has_detailed_metrics=True, method_count=3), "4.50"),
        (a_resource("AWS::ApiGateway::RestApi", has_cache=True, cache_gib="0.5"), "14.60"),
    ],
)
def test_what_is_paid_without_any_traffic(resource: Resource, usd: str) -> None:
    used = work(resource)
    assert [each.standing for each in used.resources] == [Standing.BILLED]
    assert f"{cents(bill(used).total_usd)}" == usd


@pytest.mark.parametrize(
    ("resource", "why"),
    [
        (a_resource("AWS::EC2::VPCEndpoint"), "a gateway endpoint"),
        (a_resource("AWS::ECS::Service"), "its tasks run on servers, which have their own bill"),
        (
            a_resource("AWS::ECS::Service", architecture="${Arch}"),
            "its tasks run on servers, which have their own bill",
        ),
        (
            a_resource(
                "AWS::RDS::DBInstance", is_in_cluster=True, engine="aurora-mysql", instance_class="db.serverless"
            ),
            "an instance without a size of its own, whose units are on its cluster's bill",
        ),
        (a_resource("AWS::Events::Rule"), "a rule; the events of an own application are paid for on their bus"),
        (a_resource("AWS::SSM::Parameter"), "a standard parameter"),
        (a_resource("AWS::CloudTrail::Trail"), "the first copy of management events"),
        (a_resource("AWS::IAM::Role"), "who may do what"),
    ],
)
def test_what_costs_nothing_says_why(resource: Resource, why: str) -> None:
    (found,) = work(resource).resources
    assert (found.standing, found.reason) == (Standing.FREE, why)


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        (
            a_resource("AWS::DynamoDB::Table", table_class="STANDARD_INFREQUENT_ACCESS"),
            "no line of its kind is for table_class STANDARD_INFREQUENT_ACCESS",
        ),
        (
            a_resource("AWS::Lambda::Function", architecture="${Arch}"),
            "its architecture is ${Arch}, which only a deployment knows",
        ),
        (
            a_resource("AWS::DynamoDB::Table", billing_mode="${Mode}"),
            "its billing_mode is ${Mode}, which only a deployment knows",
        ),
        (
            a_resource("AWS::DynamoDB::Table", billing_mode="${Mode}", table_class="${Class}"),
            "its billing_mode is ${Mode}, which only a deployment knows; "
            "its table_class is ${Class}, which only a deployment knows",
        ),
        (
            a_resource("AWS::RDS::DBInstance", engine="oracle-ee", instance_class="db.m5.4xlarge", storage_gib=100),
            "no line of its kind is for engine oracle-ee",
        ),
        (a_resource("AWS::RDS::DBInstance", instance_class="db.t3.large"), "its engine is not known"),
        (
            a_resource("AWS::RDS::DBCluster", engine="aurora-mysql", storage_type="aurora-iopt1"),
            "no line of its kind is for storage_type aurora-iopt1",
        ),
        (
            a_resource("AWS::RDS::DBCluster", engine="mysql", storage_type="gp3"),
            "no line of its kind is for engine mysql; no line of its kind is for storage_type gp3",
        ),
        (
            a_resource("AWS::CloudWatch::Alarm", period_seconds="${Period}"),
            "its period_seconds is ${Period}, which only a deployment knows",
        ),
        (
            a_resource("AWS::ECS::Service", launch_type="${Launch}"),
            "its launch_type is ${Launch}, which only a deployment knows",
        ),
        (a_resource("AWS::ECS::Service", launch_type="EXTERNAL"), "no line of its kind is for launch_type EXTERNAL"),
        (a_resource("AWS::SSM::Parameter", tier="${Tier}"), "its tier is ${Tier}, which only a deployment knows"),
        (a_resource("AWS::Logs::LogGroup", log_class="DELIVERY"), "no line of its kind is for log_class DELIVERY"),
        (
            a_resource("AWS::EC2::Volume", size_gib=10, volume_type="io2", iops_per_second=100),
            "no price of AmazonEC2/EBS:VolumeP-IOPS.io2",
        ),
        (
            a_resource("AWS::RDS::DBInstance", engine="postgres", instance_class="${Class}"),
            "no price of AmazonRDS/InstanceUsage:${instance_class}/CreateDBInstance:0014",
        ),
        (
            a_resource("AWS::AutoScaling::AutoScalingGroup"),
            "its servers are of a launch template, which is not looked into",
        ),
        (
            a_resource(
                "AWS::Lambda::Function",
                architecture="arm64",
                has_provisioned_concurrency=True,
                provisioned_concurrency_count=1,
            ),
            "no price of AWSLambda/Lambda-Provisioned-Concurrency-ARM",
        ),
    ],
)
def test_what_is_not_known_of_a_price_says_why(resource: Resource, reason: str) -> None:
    (found,) = work(resource).resources
    assert (found.standing, found.reason) == (Standing.UNKNOWN, reason)


@pytest.mark.parametrize("tracing", ["Active", "PassThrough"])
def test_a_value_for_which_nothing_is_paid_leaves_a_resource_billed(tracing: str) -> None:
    (found,) = work(a_resource("AWS::Lambda::Function", tracing=tracing)).resources
    assert (found.standing, found.reason) == (Standing.BILLED, "")


def test_every_kind_with_the_facts_that_aws_takes_by_itself_lacks_none_of_its_lines() -> None:
    """A default that no line of its kind is for would make every plain resource unknown."""
    reasons = {
        (kind.type, kind.name): found.reason
        for kind in KINDS
        for found in work(replace(a_resource(kind.type), facts=tuple((n, v[0]) for n, v in kind.where))).resources
        if "is for" in found.reason
    }
    assert reasons == {}


def test_numbers_of_a_resource_that_there_is_not_or_that_it_has_no_use_for_are_refused_at_once() -> None:
    with pytest.raises(InputError) as raised:
        work(FUNCTION, by=traffic({"create-ordr": {"seconds": 1}, "create-order": {"request_per_unit": 1}}))
    assert raised.value.problems == (
        "traffic profile usual: resources.create-ordr: no resource is called so; did you mean create-order?",
        "traffic profile usual: resources.create-order.request_per_unit: AWS::Lambda::Function has no such number; did you mean "
        "requests_per_unit?",
    )


def test_numbers_of_a_type_are_of_each_of_its_resources_that_has_none_of_its_own() -> None:
    topics = [a_resource("AWS::SNS::Topic", label) for label in ("orders", "news", "alarms")]
    by = traffic({"AWS::SNS::Topic": {"publishes_a_month": 30}, "news": {"publishes_per_unit": 2}, "AWS::KMS::Key": {}})
    found = work(*topics, by=by)
    assert {line.resource: (line.scale, line.factors[0].value) for line in found.lines} == {
        "orders": (Scale.AVERAGE_MONTH, 30), "news": (Scale.UNIT, 2), "alarms": (Scale.AVERAGE_MONTH, 30),
    }  # fmt: skip
    assert found.lines[0].factors[0].origin == OfProfile(
        profile="usual", key="resources.AWS::SNS::Topic.publishes_a_month"
    )


def test_a_type_that_has_no_lines_or_no_such_number_is_refused() -> None:
    with pytest.raises(InputError) as raised:
        work(FUNCTION, by=traffic({"AWS::SNS::Topik": {"seconds": 1}, "AWS::SNS::Topic": {"publish_per_unit": 1}}))
    assert raised.value.problems == (
        "traffic profile usual: resources.AWS::SNS::Topik: no such type has lines of a bill here; "
        "name a resource, or another type",
        "traffic profile usual: resources.AWS::SNS::Topic.publish_per_unit: AWS::SNS::Topic has no such number; did you mean "
        "publishes_per_unit?",
    )


def test_every_line_of_every_kind_has_a_price_or_names_one_that_is_told_as_unknown() -> None:
    """Of keys without a fact in them; those that have none are told by name with each resource."""
    keys = {line.key for kind in KINDS for line in kind.bill.lines if "${" not in line.key}
    missing = {key for key in keys if Key(*key.split("/")) not in BOOK.prices}
    assert missing == {
        "AmazonKinesis/OnDemand-BilledIncomingBytes", "AmazonKinesis/OnDemand-BilledOutgoingBytes",
        "AWSLambda/Lambda-Provisioned-Concurrency-ARM", "AmazonRDS/RDS:Multi-AZ-PIOPS-Storage",
        "AmazonEC2/EBS:VolumeP-IOPS.io2",
    }  # fmt: skip


def test_a_line_of_a_resource_is_explained_by_its_factors() -> None:
    said = explain(
        bill(work(FUNCTION, by=traffic({"create-order": {"requests_per_unit": 1, "seconds": 0.2}}))), BOOK, "lambda"
    )
    assert "Lambda: $0.00487 a month at 100 orders a day" in said or "a month at 100 orders a day" in said
    assert (
        "    template, profile: create-order: requests 1 (profile usual: resources.create-order.requests_per_unit) × seconds 0.2"
        in said
    )
    assert " × memory_mib 512 (template: memory_mib of create-order)" in said


def test_the_table_says_of_each_line_where_its_quantities_come_from() -> None:
    found = bill(work(FUNCTION, by=traffic({"create-order": {"requests_per_unit": 1}})))
    said = table(found, fixed_usd=Decimal(0), marginal_usd=Decimal(1))
    assert next(line for line in said.splitlines() if line.startswith("Lambda")).endswith(
        "lambda             template, profile, assumed"
    )
    assert "per further order" in said


FACTS: dict[str, st.SearchStrategy[FactValue]] = {
    "architecture": st.sampled_from(["arm64", "x86_64", "other"]),
    "schedule": st.sampled_from(["rate(5 minutes)", "cron(0 * * * ? *)", "at(2026-01-01T00:00:00)", ""]),
    "launch_type": st.sampled_from(["FARGATE", "EC2"]),
    "endpoint": st.sampled_from(["Interface", "Gateway"]),
    "billing_mode": st.sampled_from(["PROVISIONED", "PAY_PER_REQUEST"]),
    "engine": st.sampled_from(["postgres", "mysql", "valkey", "redis", "oracle"]),
    "instance_class": st.sampled_from(["db.t4g.micro", "db.t3.large", "${Class}"]),
    "storage_type": st.sampled_from(["gp2", "gp3", "io1"]),
}


@st.composite
def resources(draw: st.DrawFn) -> tuple[Resource, ...]:
    """Resources of any kind, some of unknown types and of free ones, with some of their facts."""
    made: list[Resource] = []
    for number in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(KINDS))
        facts: dict[str, FactValue] = {name: values[0] for name, values in kind.where}
        for rule in kind.facts:
            if rule.name in facts or draw(st.booleans()):
                continue
            match rule.kind.value:
                case "flag":
                    facts[rule.name] = draw(st.booleans())
                case "number" | "count":
                    facts[rule.name] = Decimal(draw(st.integers(0, 4_000)))
                case _:
                    facts[rule.name] = draw(FACTS.get(rule.name, st.just("x")))
        name = draw(st.sampled_from([kind.type, kind.type, kind.type, "AWS::IAM::Role", "AWS::Fancy::Thing"]))
        made.append(replace(a_resource(name, f"r{number}"), facts=tuple(facts.items())))
    return tuple(made)


@st.composite
def traffics(draw: st.DrawFn, of: tuple[Resource, ...]) -> ServiceTraffic:
    """Numbers of some of their terms."""
    given: dict[str, dict[str, float]] = {}
    kinds = {each.type: each for each in KINDS}
    for each in of:
        kind = kinds.get(each.type)
        terms = () if kind is None else kind.bill.traffic
        numbers: dict[str, float] = {}
        for term in terms:
            ends = ("_per_unit", "_a_month") if term.counts else ("",)
            for end in ends:
                if draw(st.booleans()):
                    numbers[f"{term.name}{end}"] = draw(st.integers(0, 1_000))
        found = [one for one in KINDS if one.type == each.type]
        if len(found) == 1:
            given[each.label] = numbers
    return traffic(given, draw(st.integers(0, 500)))


DATA = st.data()


@settings(max_examples=40)
@given(DATA)
def test_every_resource_stands_in_exactly_one_of_billed_free_and_unknown_and_the_total_is_its_lines(
    data: st.DataObject,
) -> None:
    of = data.draw(resources())
    found = work(*of, by=data.draw(traffics(of)))
    assert [each.label for each in found.resources] == [each.label for each in of]
    billed = {line.resource for line in found.lines} | {each.resource for each in found.unstated}
    for each in found.resources:
        assert bool(each.reason) == (each.standing is not Standing.BILLED)
        if each.standing is Standing.BILLED:
            assert each.label in billed
        if each.standing is Standing.FREE:
            assert each.label not in billed
        if each.standing is Standing.UNKNOWN:
            assert each.label in without(bill(found)) or len(found.unknown) > 5
    said = bill(found)
    assert said.total_usd == sum(row.cost_usd for row in said.rows)
    assert abs(said.total_usd - sum(said.lines.values(), Decimal(0))) < Decimal("1e-9")
    # What nobody has said, and what has no price, is in no row.
    assert not {(row.resource, row.line, row.key) for row in said.rows} & {
        (each.resource, each.line, each.key) for each in found.unstated
    }
    assert all(row.factors for row in said.rows)


@settings(max_examples=40)
@given(DATA, st.integers(1, 5))
def test_no_number_and_no_price_that_grows_makes_a_bill_smaller(data: st.DataObject, times: int) -> None:
    of = data.draw(resources())
    by = data.draw(traffics(of))
    found = work(*of, by=by)
    before = bill(found).total_usd
    label = data.draw(st.sampled_from([*by.resources, ""]))
    more = {key: replace(number, value=number.value * times + 1) for key, number in by.resources.get(label, {}).items()}
    grown = work(*of, by=replace(by, resources={**by.resources, label: more} if label else by.resources))
    assert bill(grown).total_usd >= before
    assert make_bill(found, BOOK, per_day=found.units_per_day + times).total_usd >= before
    assert make_bill(found, dearer(BOOK, times), per_day=found.units_per_day).total_usd >= before
    assert sum(unit_costs(found, BOOK).values(), Decimal(0)) >= 0


def dearer(book: PriceBook, times: int) -> PriceBook:
    return replace(
        book,
        prices={
            key: replace(
                price, tiers=tuple(Tier(up_to=tier.up_to, price_usd=tier.price_usd * times) for tier in price.tiers)
            )
            for key, price in book.prices.items()
        },
    )  # fmt: skip
