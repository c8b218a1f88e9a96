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
