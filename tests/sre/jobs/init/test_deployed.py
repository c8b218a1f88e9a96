"""What is deployed, read back from moto's CloudFormation: physical ids, values of parameters, stacks that are nested."""

from collections.abc import Generator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from foundation.cloudwatch.parameters import parts_of
from foundation.errors import SourceError
from foundation.service.from_templates import Inventory, inventory_of
from foundation.service.resources import Resource
from sre.jobs.init.deployed import deployed
from tests.sre.cli.command_line import sre

REGION = "eu-west-1"
INNER = """\
{"Parameters": {"Letters": {"Type": "String"}},
 "Resources": {"Mail": {"Type": "AWS::SQS::Queue",
                        "Properties": {"RedrivePolicy": {"deadLetterTargetArn": {"Ref": "Letters"}, "maxReceiveCount": 3}}}}}
"""
OUTER = """\
Parameters: {Name: {Type: String, Default: orders}}
Conditions: {Never: !Equals [!Ref Name, never]}
Resources:
  Work: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 60}}
  Named: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "${Name}-${AWS::StackName}"}}
  Gone: {Type: AWS::SQS::Queue, Condition: Never}
  Sold: {Type: AWS::SNS::Topic}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
  Inner:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: "https://templates.s3.amazonaws.com/inner.json", Parameters: {Letters: !GetAtt Work.Arn}}
"""


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """A stack with one nested in it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="templates")
        s3.put_object(Bucket="templates", Key="inner.json", Body=INNER.encode())
        client = boto3.client("cloudformation", region_name=REGION)
        client.create_stack(
            StackName="shop", TemplateBody=OUTER, Parameters=[{"ParameterKey": "Name", "ParameterValue": "sold"}]
        )
        yield


def by_label(inventory: Inventory) -> dict[str, Resource]:
    return {each.label: each for each in inventory.resources}


@pytest.mark.usefixtures("shop")
def test_resources_have_the_names_that_their_deployment_gave_them() -> None:
    there = deployed(("shop",), REGION)
    found = by_label(inventory_of(there.templates, physical=there.physical))
    sqs = boto3.client("sqs", region_name=REGION)
    names = {url.rpartition("/")[2] for url in sqs.list_queues()["QueueUrls"]}
    queues = {label: each.name for label, each in found.items() if each.type == "AWS::SQS::Queue"}
    assert set(queues.values()) == names
    assert queues["named"] == "sold-shop"
    topics = boto3.client("sns", region_name=REGION).list_topics()["Topics"]
    assert [found["sold"].name] == [each["TopicArn"].rpartition(":")[2] for each in topics]
    assert [found["table"].name] == boto3.client("dynamodb", region_name=REGION).list_tables()["TableNames"]
    assert all(len(parts_of(each.name)) == 1 and "${" not in each.name for each in found.values())
    assert dict(found["work"].facts)["visibility_seconds"] == 60


@pytest.mark.usefixtures("shop")
def test_a_nested_stack_is_read_with_the_values_that_it_was_given() -> None:
    there = deployed(("shop",), REGION)
    inventory = inventory_of(there.templates, physical=there.physical)
    assert [each.type for each in inventory.free if each.reason == "a stack, whose own resources are told"] == [
        "AWS::CloudFormation::Stack"
    ]
    assert by_label(inventory)["mail"].needs == ("work",)
    assert [each.address for each in inventory.left_out] == ["shop.Gone"]
    assert inventory.notes == ()


@pytest.mark.usefixtures("shop")
def test_the_files_of_a_stack_are_written_and_updated_as_those_of_a_template(tmp_path: Path) -> None:
    line = ("init", "--stack", "shop", "--region", REGION, "--out", str(tmp_path))
    done = sre(*line)
    assert (done.returncode, done.stderr) == (0, "")
    text = (tmp_path / "service.yaml").read_text()
    assert "\nservice: shop\n" in text
    assert "name: sold-shop\n" in text
    assert "Nothing is new: no file is changed." in sre(*line, "--update").stdout


@pytest.mark.usefixtures("shop")
def test_a_stack_that_is_not_there_is_an_error_of_the_source() -> None:
    with pytest.raises(SourceError, match="CloudFormation answered DescribeStacks"):
        deployed(("none",), REGION)
