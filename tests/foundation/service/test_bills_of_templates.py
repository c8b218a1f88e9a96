"""What resources cost as their templates have them: the facts that a bill needs stand where templates write them."""

from decimal import Decimal
from pathlib import Path

from foundation.costs.bill import cents, make_bill
from foundation.costs.book_file import read_book
from foundation.costs.service_work import ServiceWork, Standing
from foundation.service.resource_bill import work_of
from tests.foundation.service.templates import inventory

BOOK = read_book()


def work(tmp_path: Path, text: str) -> ServiceWork:
    return work_of(inventory(tmp_path, text).resources, BOOK, traffic=None, unit="order")


def usd(found: ServiceWork) -> str:
    """The month without any traffic, to the cent."""
    return str(cents(make_bill(found, BOOK, per_day=Decimal(0)).total_usd))


def unknown(found: ServiceWork) -> dict[str, str]:
    return {each.label: each.reason for each in found.resources if each.standing is Standing.UNKNOWN}


TASK = """\
          Task:
            Type: AWS::ECS::TaskDefinition
            Properties: {Family: shop, Cpu: "512", Memory: "1024", RuntimePlatform: {CpuArchitecture: ARM64}}
"""


def test_a_service_on_fargate_costs_what_its_task_takes(tmp_path: Path) -> None:
    """By hand, of the price book: 2 tasks of 0.5 processors at $0.03238 and 1 GB at $0.00356, 730 hours."""
    text = f"""\
        Resources:
{TASK}
          Shop: {{Type: AWS::ECS::Service, Properties: {{LaunchType: FARGATE, DesiredCount: 2, TaskDefinition: !Ref Task}}}}
        """
    found = work(tmp_path, text)
    assert (usd(found), unknown(found), found.unstated) == ("28.84", {}, ())


def test_a_strategy_says_what_a_service_runs_on_and_without_one_its_cluster_does(tmp_path: Path) -> None:
    text = f"""\
        Resources:
{TASK}
          Plain: {{Type: AWS::ECS::Cluster}}
          Fargate: {{Type: AWS::ECS::Cluster, Properties: {{DefaultCapacityProviderStrategy: [{{CapacityProvider: FARGATE}}]}}}}
          Own:
            Type: AWS::ECS::Service
            Properties:
              Cluster: !Ref Plain
              TaskDefinition: !Ref Task
              CapacityProviderStrategy: [{{CapacityProvider: FARGATE, Weight: 1}}]
          Clusters: {{Type: AWS::ECS::Service, Properties: {{Cluster: !GetAtt Fargate.Arn, TaskDefinition: !Ref Task}}}}
          Mixed:
            Type: AWS::ECS::Service
            Properties:
              TaskDefinition: !Ref Task
              CapacityProviderStrategy: [{{CapacityProvider: FARGATE}}, {{CapacityProvider: FARGATE_SPOT}}]
          Servers: {{Type: AWS::ECS::Service, Properties: {{Cluster: !Ref Plain, TaskDefinition: !Ref Task}}}}
        """
    found = work(tmp_path, text)
    assert usd(found) == "28.84"
    assert {line.resource for line in found.lines} == {"own", "clusters"}
    assert unknown(found) == {"mixed": "no line of its kind is for launch_type FARGATE,FARGATE_SPOT"}
    assert "servers" in {each.label for each in found.free}


def test_a_task_of_another_template_leaves_its_size_to_be_said(tmp_path: Path) -> None:
    text = """\
        Parameters: {Task: {Type: String}}
        Resources:
          Shop: {Type: AWS::ECS::Service, Properties: {LaunchType: FARGATE, TaskDefinition: !Ref Task}}
        """
    found = work(tmp_path, text)
    assert {each.missing for each in found.unstated} == {"task_cpu_units of shop", "task_memory_mib of shop"}


def test_the_capacity_of_a_tables_indexes_is_paid_for_as_its_own_is(tmp_path: Path) -> None:
    """By hand: 10 + 20 + 30 of each at $0.00013 and $0.00065, 730 hours."""
    text = """\
        Parameters: {Some: {Type: Number}}
        Resources:
          Orders:
            Type: AWS::DynamoDB::Table
            Properties:
              ProvisionedThroughput: {ReadCapacityUnits: 10, WriteCapacityUnits: 10}
              GlobalSecondaryIndexes:
              - {IndexName: a, ProvisionedThroughput: {ReadCapacityUnits: 20, WriteCapacityUnits: 20}}
              - {IndexName: b, ProvisionedThroughput: {ReadCapacityUnits: 30, WriteCapacityUnits: 30}}
          Open:
            Type: AWS::DynamoDB::Table
            Properties:
              ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 1}
              GlobalSecondaryIndexes:
              - {IndexName: a, ProvisionedThroughput: {ReadCapacityUnits: !Ref Some, WriteCapacityUnits: 20}}
              - {IndexName: b, ProvisionedThroughput: {ReadCapacityUnits: 30, WriteCapacityUnits: 0}}
          Asked:
            Type: AWS::DynamoDB::Table
            Properties: {BillingMode: PAY_PER_REQUEST, GlobalSecondaryIndexes: [{IndexName: a}]}
        """
    found = work(tmp_path, text)
    orders = make_bill(found, BOOK, per_day=Decimal(0))
    assert str(cents(sum((row.cost_usd for row in orders.rows if row.resource == "orders"), Decimal(0)))) == "34.16"
    assert "index_read_capacity_per_second of open" in {each.missing for each in found.unstated}
    assert "index_write_capacity_per_second of open" not in {each.missing for each in found.unstated}
    assert not [line for line in found.lines if line.resource == "asked"]


def test_the_methods_of_an_api_are_counted_where_they_are_resources_and_else_nobody_has_said_them(
    tmp_path: Path,
) -> None:
    text = """\
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Plain: {Type: AWS::ApiGateway::RestApi, Properties: {Name: plain}}
          Get: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Plain, HttpMethod: GET}}
          Put: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Plain, HttpMethod: PUT}}
          One: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Plain, MethodSettings: [{MetricsEnabled: true}]}}
          Written: {Type: AWS::ApiGateway::RestApi, Properties: {Body: {paths: {/orders: {get: {}}}}}}
          Two: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Written, MethodSettings: [{MetricsEnabled: true}]}}
          Made: {Type: AWS::Serverless::Api, Properties: {StageName: live, MethodSettings: [{MetricsEnabled: true}]}}
          Work:
            Type: AWS::Serverless::Function
            Properties:
              Events: {Get: {Type: Api, Properties: {RestApiId: !Ref Made, Path: /orders, Method: get}}}
        """
    found = work(tmp_path, text)
    # Five metrics of each of two methods, at $0.30.
    assert usd(found) == "3.00"
    assert {each.missing for each in found.unstated if each.missing.startswith("method_count")} == {
        "method_count of written",
        "method_count of made",
    }


def test_environments_that_are_kept_ready_are_paid_for_of_every_alias_and_of_versions(tmp_path: Path) -> None:
    """By hand: 730 hours of 3,600 s and a GB at $0.0000041667, times 5 and 2."""
    text = """\
        Resources:
          Work: {Type: AWS::Lambda::Function, Properties: {MemorySize: 1024}}
          Plain: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Work}}
          Live:
            Type: AWS::Lambda::Alias
            Properties: {FunctionName: !Ref Work, ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 3}}
          Next:
            Type: AWS::Lambda::Alias
            Properties: {FunctionName: !Ref Work, ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 2}}
          Other: {Type: AWS::Lambda::Function, Properties: {MemorySize: 1024}}
          First:
            Type: AWS::Lambda::Version
            Properties: {FunctionName: !Ref Other, ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 2}}
        """
    bill = make_bill(work(tmp_path, text), BOOK, per_day=Decimal(0))
    assert {row.resource: str(cents(row.cost_usd)) for row in bill.rows if row.cost_usd} == {
        "work": "54.75",
        "other": "21.90",
    }


def test_metrics_that_are_made_of_logs_are_paid_for_and_an_api_destination_is_not_free(tmp_path: Path) -> None:
    text = """\
        Resources:
          Faults: {Type: AWS::Logs::MetricFilter, Properties: {MetricTransformations: [{MetricName: faults}]}}
          ByShop:
            Type: AWS::Logs::MetricFilter
            Properties: {MetricTransformations: [{MetricName: sold, Dimensions: [{Key: shop, Value: $.shop}]}]}
          Partner: {Type: AWS::Events::ApiDestination, Properties: {Name: partner}}
        """
    found = work(tmp_path, text)
    assert usd(found) == "0.30"
    assert [each.missing for each in found.unstated] == ["metrics of by-shop"]
    assert unknown(found) == {"partner": "it is paid for by invocation; no price was found in a source with a date"}
