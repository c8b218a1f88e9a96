from pathlib import Path

import pytest

from foundation.cloudformation.values import Attribute, at, attributes_in
from tests.foundation.cloudformation.templates import by_id, read

TEXT = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Queue: {{Type: AWS::SQS::Queue}}
  Table: {{Type: AWS::DynamoDB::Table}}
  Topic: {{Type: AWS::SNS::Topic}}
  Bucket: {{Type: AWS::S3::Bucket}}
  Pool: {{Type: AWS::Cognito::UserPool}}
  Group: {{Type: AWS::Logs::LogGroup}}
  Work:
    Type: AWS::Serverless::Function
    Properties: {{Events: {{It: {{Type: {kind}, Properties: {given}}}}}}}
"""


@pytest.mark.parametrize(
    ("kind", "given", "made", "source"),
    [
        ("SQS", "{Queue: !GetAtt Queue.Arn}", "WorkIt: AWS::Lambda::EventSourceMapping", "Queue"),
        ("DynamoDB", "{Stream: !GetAtt Table.StreamArn}", "WorkIt: AWS::Lambda::EventSourceMapping", "Table"),
        ("SNS", "{Topic: !Ref Topic}", "WorkIt: AWS::SNS::Subscription", "Topic"),
        (
            "S3",
            "{Bucket: !Ref Bucket, Events: s3:ObjectCreated:*}",
            "WorkItPermission: AWS::Lambda::Permission",
            "Bucket",
        ),
        ("Cognito", "{UserPool: !Ref Pool}", "WorkItPermission: AWS::Lambda::Permission", "Pool"),
        ("CloudWatchLogs", "{LogGroupName: !Ref Group}", "WorkIt: AWS::Logs::SubscriptionFilter", "Group"),
        ("Schedule", "{Schedule: rate(1 hour)}", "WorkIt: AWS::Events::Rule", None),
        ("ScheduleV2", "{ScheduleExpression: rate(1 hour)}", "WorkIt: AWS::Scheduler::Schedule", None),
        ("EventBridgeRule", "{Pattern: {source: [shop]}}", "WorkIt: AWS::Events::Rule", None),
        ("IoTRule", "{Sql: 'SELECT *'}", "WorkIt: AWS::IoT::TopicRule", None),
        ("AlexaSkill", "{}", "WorkItPermission: AWS::Lambda::Permission", None),
    ],
)
def test_an_event_becomes_what_joins_its_source_to_the_function(
    kind: str, given: str, made: str, source: str | None, tmp_path: Path
) -> None:
    found = by_id(read(tmp_path, TEXT.format(kind=kind, given=given)))
    address, _, of_type = made.partition(": ")
    assert found[address].type == of_type
    asked = {each.address for each in attributes_in(found[address].properties)}
    assert asked == {"Work", *([] if source is None else [source])}


def test_a_rule_keeps_its_pattern_its_bus_and_its_dead_letters(tmp_path: Path) -> None:
    given = "{Pattern: {source: [shop]}, EventBusName: shop, DeadLetterConfig: {Arn: !GetAtt Queue.Arn}}"
    rule = by_id(read(tmp_path, TEXT.format(kind="EventBridgeRule", given=given)))["WorkIt"].properties
    assert (rule["EventPattern"], rule["EventBusName"]) == ({"source": ("shop",)}, "shop")
    assert attributes_in(at(rule, "Targets", "Arn")) == (Attribute("Work", "Arn"),)
    assert attributes_in(at(rule, "Targets", "DeadLetterConfig")) == (Attribute("Queue", "Arn"),)


def test_a_schedule_has_one_target_and_its_dead_letters(tmp_path: Path) -> None:
    given = "{ScheduleExpression: rate(1 hour), DeadLetterConfig: {Arn: !GetAtt Queue.Arn}}"
    schedule = by_id(read(tmp_path, TEXT.format(kind="ScheduleV2", given=given)))["WorkIt"].properties
    assert schedule["ScheduleExpression"] == "rate(1 hour)"
    assert [each.address for each in attributes_in(schedule["Target"])] == ["Work", "Queue"]


@pytest.mark.parametrize(
    ("through", "queue"), [("true", "WorkItQueue"), ("{QueueArn: !GetAtt Queue.Arn}", "Queue")]
)  # fmt: skip
def test_a_topic_may_send_through_a_queue(through: str, queue: str, tmp_path: Path) -> None:
    given = f"{{Topic: !Ref Topic, SqsSubscription: {through}}}"
    found = by_id(read(tmp_path, TEXT.format(kind="SNS", given=given)))
    assert found[queue].type == "AWS::SQS::Queue"
    assert [each.address for each in attributes_in(found["WorkIt"].properties)] == ["Topic", queue]
    mapping = found["WorkItEventSourceMapping"].properties
    assert [each.address for each in attributes_in(mapping)] == [queue, "Work"]


def test_an_api_may_be_named_by_a_reference_or_by_its_id(tmp_path: Path) -> None:
    text = TEXT + "  Shop: {{Type: AWS::Serverless::Api, Properties: {{StageName: live}}}}\n"
    for api in ("!Ref Shop", "Shop"):
        given = f"{{Path: /, Method: get, RestApiId: {api}}}"
        found = by_id(read(tmp_path, text.format(kind="Api", given=given)))
        assert "ServerlessRestApi" not in found
        allowed = found["WorkItPermission"].properties["SourceArn"]
        assert attributes_in(allowed) == (Attribute("Shop"),)


def test_a_state_machine_is_the_target_of_its_events_by_its_ref(tmp_path: Path) -> None:
    text = TEXT.replace("AWS::Serverless::Function", "AWS::Serverless::StateMachine")
    rule = by_id(read(tmp_path, text.format(kind="Schedule", given="{Schedule: rate(1 hour)}")))["WorkIt"]
    assert attributes_in(rule.properties["Targets"]) == (Attribute("Work"),)
