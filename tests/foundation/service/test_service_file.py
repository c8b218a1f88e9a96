"""A service.yaml: what it says becomes values, and what is wrong with it is told at once, each by its line."""

from decimal import Decimal
from pathlib import Path

import pytest

from foundation.cloudwatch.emitted import Unit
from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.parameters import Parameter, parts_of
from foundation.errors import InputError
from foundation.service.files import FileKind
from foundation.service.own_metrics import StepFailures
from foundation.service.service import Service
from foundation.service.service_file import read_files, read_service

POLICY = Path("policy.yaml")
SHOP = """\
service: orders
title: Orders
owner: shop
tags: {Team: shop}
stages: [staging, production]
metric_namespace: Shop/Orders
cost_unit: order
files: {panels: panels.yaml}
metrics:
- name: OrdersTaken
  unit: Count
  dimensions: [Stage]
  meaning: orders that were taken
  accepted: {Stage: "${stage}"}
- name: PackDuration
  unit: Milliseconds
  dimensions: [Stage, Step]
  meaning: how long packing takes
  durations: [{label: packing, dimensions: {Stage: "${stage}", Step: pack}}]
  failures:
  - step: packing
    words: the packer
    of: orders
    impact: They are not sent.
    runbook: packing
    dimensions: {Stage: a, Step: b}
resources:
- label: create-order
  type: AWS::Lambda::Function
  name: orders-${stage}-create
  arn: arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:orders-${stage}-create
  facts: {timeout_seconds: 10, architecture: arm64, has_stream: true, runtime: "${Runtime}"}
  needs: [table, queue]
  not_needs: [queue]
- label: table
  type: AWS::DynamoDB::Table
  name: ${Table}
  arn: ${TableArn}
  no_alarms: its team watches it
- {label: queue, type: "AWS::SQS::Queue", name: q, arn: a}
"""


def read(tmp_path: Path, text: str = SHOP, *, stage: str = "staging") -> Service:
    (tmp_path / "panels.yaml").touch()
    (tmp_path / "service.yaml").write_text(text)
    return read_service(tmp_path / "service.yaml", stage=stage, burn_rate=POLICY)


def test_a_service_is_who_it_says(tmp_path: Path) -> None:
    service = read(tmp_path)
    assert (service.name, service.title, service.owner, service.stage) == ("orders", "Orders", "shop", "staging")
    assert (service.stages, service.tags, service.cost_unit) == (
        ("staging", "production"),
        (("Team", "shop"),),
        "order",
    )


def test_a_directory_stands_for_the_service_file_in_it(tmp_path: Path) -> None:
    service = read(tmp_path)
    assert read_service(tmp_path, stage="staging", burn_rate=POLICY) == service
    assert read_files(tmp_path, burn_rate=POLICY) == service.files


def test_its_resources_are_those_of_the_stage(tmp_path: Path) -> None:
    create, table, _ = read(tmp_path, stage="production").resources
    assert create.name == "orders-production-create"
    assert parts_of(create.arn)[-1] == ":function:orders-production-create"
    assert create.fact("timeout_seconds") == Decimal(10)
    assert create.fact("architecture") == "arm64"
    assert create.fact("has_stream") is True
    assert parts_of(str(create.fact("runtime"))) == ("${Runtime}",)
    assert create.fact("gone") is None
    assert (table.name, parts_of(table.name)) == ("${Table}", (Parameter("Table"),))
    assert table.no_alarms == "its team watches it"


FACTS = """\
service: a
title: A
owner: b
resources:
- {label: a, type: "AWS::Demo::Thing", name: a, arn: a, facts: {a: true, b: "2.5", c: NaN, d: 1e9, e: "01", f: "${stage}"}}
- {label: b, type: "AWS::ApiGateway::RestApi", name: b, arn: a, facts: {api_stage: "01", method_count: "${Count}"}}
- {label: c, type: "AWS::ApiGateway::RestApi", name: c, arn: a, facts: {api_stage: "true", method_count: "12"}}
- {label: d, type: "AWS::ApiGateway::RestApi", name: d, arn: a, facts: {api_stage: "${stage}"}}
"""


def test_a_fact_is_of_the_kind_that_its_type_declares(tmp_path: Path) -> None:
    _, one, other, third = read(tmp_path, FACTS).resources
    assert one.fact("api_stage") == "01"
    count = one.fact("method_count")
    assert isinstance(count, str)
    assert parts_of(count) == (Parameter("Count"),)
    assert (other.fact("api_stage"), other.fact("method_count")) == ("true", Decimal(12))
    assert third.fact("api_stage") == "staging"


def test_a_fact_of_a_type_that_nobody_knows_is_what_it_looks_like(tmp_path: Path) -> None:
    assert read(tmp_path, FACTS).resources[0].facts == (
        ("a", True), ("b", Decimal("2.5")), ("c", "NaN"), ("d", "1e9"), ("e", Decimal(1)), ("f", "staging")
    )  # fmt: skip


def test_what_a_person_struck_is_not_needed(tmp_path: Path) -> None:
    assert read(tmp_path).resources[0].needs == ("table",)


def test_its_own_metrics_are_those_of_the_stage_with_those_of_load_tests(tmp_path: Path) -> None:
    service = read(tmp_path)
    own = service.own
    assert own is not None
    taken = Metric(namespace="Shop/Orders", name="OrdersTaken", dimensions=(("Stage", "staging"),))
    packing = (("Stage", "staging"), ("Step", "pack"))
    assert own.accepted == taken
    assert own.durations == (("packing", Metric(namespace="Shop/Orders", name="PackDuration", dimensions=packing)),)
    failed = Metric(namespace="Shop/Orders", name="PackDuration", dimensions=(("Stage", "a"), ("Step", "b")))
    assert own.failures == (
        StepFailures(
            step="packing",
            words="the packer",
            of="orders",
            impact="They are not sent.",
            runbook="packing",
            metric=failed,
        ),
    )
    assert [(each.name, each.unit) for each in service.emitted[:2]] == [
        ("OrdersTaken", Unit.COUNT), ("PackDuration", Unit.MILLISECONDS)
    ]  # fmt: skip
    assert [each.name for each in service.emitted[2:]] == [each.name for each in own.load_test.all]
    assert own.load_test_requests.dimensions == (("Stage", "staging"),)


def test_a_service_without_a_namespace_has_no_metrics_of_its_own(tmp_path: Path) -> None:
    service = read(tmp_path, "service: a\ntitle: A\nowner: b\n")
    assert service.own is None
    assert service.emitted == ()
    assert service.resources == ()


def test_files_that_are_not_named_are_the_usual_objectives_the_policy_that_is_given_and_none(tmp_path: Path) -> None:
    files = read(tmp_path).files
    assert (files.objectives, files.burn_rate) == (tmp_path / "objectives.yaml", POLICY)
    assert (files.panels, files.canaries) == (tmp_path / "panels.yaml", None)
    assert files.needed(FileKind.PANELS) == tmp_path / "panels.yaml"
    with pytest.raises(InputError, match=r"service\.yaml: files: the service has no canaries; name its file there"):
        files.needed(FileKind.CANARIES)


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        ("service: orders", "service: Orders!", 1, "service: "),
        ("owner: shop", "ownr: shop", 3, "did you mean owner?"),
        ("metric_namespace: Shop/Orders\n", "", 8, "metrics: own metrics need a metric_namespace"),
        ("panels: panels.yaml", "panels: panel.yaml", 8, "panel.yaml; write it, or take this line away"),
        ("{panels:", "{pannels:", 8, "did you mean panels?"),
        ("name: PackDuration", "name: OrdersTaken", 10, "two metrics are called OrdersTaken"),
        ("name: OrdersTaken", "name: LoadTestFaults", 10, "two metrics are called LoadTestFaults"),
        ("unit: Count", "unit: Counts", 11, "unit"),
        ('accepted: {Stage: "${stage}"}', "accepted: {Step: x}", 14, "must have the metric's dimensions: Stage"),
        ("{label: packing, dimensions: {Stage: \"${stage}\", Step: pack}", "{label: p, dimensions: {Stage: s}", 19,
         "must have the metric's dimensions: Stage, Step"),
        ("dimensions: {Stage: a, Step: b}", "dimensions: {Stage: a}", 26, "must have the metric's dimensions"),
        ("- label: table", "- label: create-order", 28, "two resources are called 'create-order'"),
        ("needs: [table, queue]", "needs: [tabel]", 33, "no resource is called 'tabel'; did you mean table?"),
        ("needs: [table, queue]", "needs: [create-order]", 33, "a resource does not need itself"),
        ("name: ${Table}", "name: ${Table", 37, "${Table has no closing brace"),
        ('runtime: "${Runtime}"', 'runtime: "${Ru n}"', 32, "${Ru n} holds no name of a parameter"),
        ("timeout_seconds: 10", "timeout_second: 10", 32, "is no fact of AWS::Lambda::Function; did you mean timeout_seconds?"),
        ("timeout_seconds: 10", "timeout_seconds: NaN", 32, "timeout_seconds: must be a number, such as 99.9, not 'NaN'"),
        ("timeout_seconds: 10", "timeout_seconds: ten", 32, "timeout_seconds: must be a number, such as 99.9, not 'ten'"),
        ("timeout_seconds: 10", "timeout_seconds: 1e18", 32, "must be below 1,000,000,000,000,000,000, not '1e18'"),
        ("has_stream: true", "has_stream: 1", 32, "has_stream: must be true or false, not '1'"),
        ("type: AWS::DynamoDB::Table", "type: Table", 36, "type: "),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_its_line(tmp_path: Path, before: str, after: str, line: int, said: str) -> None:
    assert before in SHOP
    with pytest.raises(InputError) as raised:
        read(tmp_path, SHOP.replace(before, after, 1))
    assert f"service.yaml:{line}: " in str(raised.value)
    assert said in str(raised.value)


def test_two_metrics_that_both_count_accepted_work_are_refused(tmp_path: Path) -> None:
    second = SHOP.replace("  durations: [", '  accepted: {Stage: "${stage}", Step: x}\n  durations: [')
    with pytest.raises(InputError, match="two metrics say accepted"):
        read(tmp_path, second)


def test_every_problem_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    text = SHOP.replace("needs: [table, queue]", "needs: [gone]").replace("name: ${Table}", "name: ${")
    with pytest.raises(InputError, match="2 problems"):
        read(tmp_path, text)
