"""An inventory has a word for every resource of a template; the templates here have the shapes that public ones have."""

from pathlib import Path

import pytest

from foundation.cloudformation.stacks import read_templates
from foundation.service.from_templates import FreeResource, Inventory, inventory_of
from infra.checkout import ROOT
from tests.foundation.cloudformation.templates import read
from tests.foundation.service.templates import by_label, inventory

WORDPRESS = """\
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  InstanceType: {Type: String, Default: t3.small, AllowedValues: [t3.micro, t3.small]}
  DBUser: {Type: String, NoEcho: true, MinLength: 1}
  SSHLocation: {Type: String, Default: 0.0.0.0/0}
Mappings:
  RegionMap:
    us-east-1: {AMI: ami-1}
    eu-west-1: {AMI: ami-2}
Resources:
  WebServer:
    Type: AWS::EC2::Instance
    Metadata: {AWS::CloudFormation::Init: {config: {packages: {yum: {httpd: []}}}}}
    CreationPolicy: {ResourceSignal: {Timeout: PT15M}}
    Properties:
      ImageId: !FindInMap [RegionMap, !Ref AWS::Region, AMI]
      InstanceType: !Ref InstanceType
      SecurityGroups: [!Ref WebServerSecurityGroup]
      UserData:
        Fn::Base64: !Sub |
          #!/bin/bash -xe
          /opt/aws/bin/cfn-init -v --stack ${AWS::StackName} --resource WebServer --region ${AWS::Region}
          echo ${!PATH}
  WebServerSecurityGroup:
    Type: AWS::EC2::SecurityGroup
    Properties: {SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: !Ref SSHLocation}]}
Outputs:
  URL: {Value: !Join ['', ['http://', !GetAtt WebServer.PublicDnsName, /wordpress]]}
"""
DATABASE = """\
Parameters:
  Environment: {Type: String, Default: test, AllowedValues: [test, prod]}
  Snapshot: {Type: String, Default: ''}
Mappings: {Sizes: {test: {Class: db.t3.micro, Storage: 20}, prod: {Class: db.m5.large, Storage: 100}}}
Conditions:
  IsProd: !Equals [!Ref Environment, prod]
  HasSnapshot: !Not [!Equals [!Ref Snapshot, '']]
Resources:
  Database:
    Type: AWS::RDS::DBInstance
    DeletionPolicy: Snapshot
    Properties:
      DBInstanceClass: !FindInMap [Sizes, !Ref Environment, Class]
      AllocatedStorage: !FindInMap [Sizes, !Ref Environment, Storage]
      Engine: postgres
      MultiAZ: !If [IsProd, true, false]
      DBSnapshotIdentifier: !If [HasSnapshot, !Ref Snapshot, !Ref AWS::NoValue]
      DBSubnetGroupName: !Ref Subnets
      MasterUserPassword: '{{resolve:secretsmanager:shop:SecretString:password}}'
  Replica:
    Type: AWS::RDS::DBInstance
    Condition: IsProd
    Properties: {SourceDBInstanceIdentifier: !Ref Database}
  Subnets: {Type: AWS::RDS::DBSubnetGroup, Properties: {SubnetIds: !Split [',', !ImportValue network-subnets]}}
"""


def words(found: Inventory) -> dict[str, str]:
    """What is said of each resource."""
    said = {each.label: "unknown" if each.label in found.unknown else "watched" for each in found.resources}
    said |= {each.address: each.reason for each in found.free}
    return said | {each.address: f"left out by {each.condition}" for each in found.left_out}


def test_a_web_server_with_its_script(tmp_path: Path) -> None:
    found = inventory(tmp_path, WORDPRESS)
    assert words(found) == {"web-server": "watched", "WebServerSecurityGroup": words(found)["WebServerSecurityGroup"]}
    assert by_label(found)["web-server"].fact("instance_class") in ("t3.small", None)
    assert found.parameters == ("WebServer",)


def test_a_database_with_mappings_and_conditions(tmp_path: Path) -> None:
    found = inventory(tmp_path, DATABASE)
    database = by_label(found)["database"]
    assert (database.fact("instance_class"), database.fact("storage_gib"), database.fact("is_multi_az")) == (
        "db.t3.micro", 20, False,
    )  # fmt: skip
    assert words(found)["Replica"] == "left out by IsProd"
    prod = inventory(tmp_path, DATABASE, Environment="prod")
    assert by_label(prod)["database"].fact("is_multi_az") is True
    assert by_label(prod)["replica"].needs == ("database",)


def test_a_type_that_nobody_knows_is_in_the_inventory_and_told_by_name(tmp_path: Path) -> None:
    text = """\
        Resources:
          Odd: {Type: Shop::Own::Thing, Properties: {Queue: !Ref Queue}}
          Queue: {Type: AWS::SQS::Queue}
          Once: {Type: Custom::Seed, Properties: {ServiceToken: x}}
          Inner: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: none.yaml}}
        """
    found = inventory(tmp_path, text)
    assert found.unknown == ("odd", "inner")
    assert [each.label for each in found.known] == ["queue"]
    assert by_label(found)["odd"].needs == ("queue",)
    assert found.free == (
        FreeResource(address="Once", type="Custom::Seed", reason="what a function does when the stack is deployed"),
    )
    assert ["is not at hand" in note for note in found.notes] == [True]


def test_a_nested_stack_is_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "inner.yaml").write_text("Resources: {Queue: {Type: AWS::SQS::Queue}}\n")
    text = "Resources: {Inner: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: inner.yaml}}}\n"
    found = inventory(tmp_path, text)
    assert words(found) == {"queue": "watched", "Inner": "a stack, whose own resources are told"}
    assert by_label(found)["queue"].name == "${QueueQueueName}"


def test_the_shop_of_the_examples() -> None:
    found = by_label(inventory_of_orders())
    assert {label: each.needs for label, each in found.items()} == {
        "orders-table": (),
        "shipping-queue": ("shipping-dead-letters",),
        "shipping-dead-letters": (),
        "shipped-topic": (),
        "create-order": ("orders-table", "shipping-queue"),
        "get-order": ("orders-table",),
        "ship-order": ("shipped-topic", "shipping-queue"),
        "orders-api": ("create-order", "get-order"),
    }


def inventory_of_orders() -> Inventory:
    return inventory_of(read_templates([ROOT / "examples/orders/template.yaml"], {}))


@pytest.mark.parametrize("text", [WORDPRESS, DATABASE])
def test_every_resource_has_a_word_once(text: str, tmp_path: Path) -> None:
    read_resources = read(tmp_path, text)
    found = inventory(tmp_path, text)
    assert len(words(found)) == len(read_resources.resources) + len(read_resources.left_out)
