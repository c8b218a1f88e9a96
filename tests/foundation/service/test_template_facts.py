from decimal import Decimal
from pathlib import Path

import pytest

from foundation.cloudwatch.parameters import ACCOUNT, PARTITION, REGION, Parameter, parts_of
from foundation.service.resource_type_file import kind_of
from tests.foundation.service.templates import by_label, inventory


def test_a_name_is_the_one_that_the_template_gives_and_else_a_parameter(tmp_path: Path) -> None:
    text = """\
        Parameters: {Env: {Type: String, Default: live}, Id: {Type: String}}
        Resources:
          One: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "orders-${Env}"}}
          Two: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "orders-${Id}-${AWS::Region}"}}
          Three: {Type: AWS::SQS::Queue}
          Four: {Type: AWS::SNS::Topic}
          Five: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "after-${One.QueueName}"}}
        """
    found = by_label(inventory(tmp_path, text))
    assert found["one"].name == "orders-live"
    assert parts_of(found["two"].name) == ("orders-", Parameter("Id"), "-", REGION)
    assert parts_of(found["three"].name) == (Parameter("ThreeQueueName"),)
    assert parts_of(found["four"].name) == (Parameter("FourTopicName"),)
    assert found["five"].name == "after-orders-live"


def test_an_arn_follows_from_the_name_and_else_is_what_its_deployment_gives(tmp_path: Path) -> None:
    text = """\
        Resources:
          One: {Type: AWS::SQS::Queue, Properties: {QueueName: orders}}
          Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: shop}}
          Targets: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
          Odd: {Type: Shop::Own::Thing}
        """
    found = by_label(inventory(tmp_path, text))
    assert parts_of(found["one"].arn) == ("arn:", PARTITION, ":sqs:", REGION, ":", ACCOUNT, ":orders")
    assert parts_of(found["api"].arn) == (Parameter("Api"),)
    assert parts_of(found["targets"].arn) == (Parameter("Targets"),)
    assert (found["odd"].name, found["odd"].arn) == ("${Odd}", "${OddArn}")


def test_facts_are_those_that_the_template_says_and_no_defaults(tmp_path: Path) -> None:
    text = """\
        Parameters: {Memory: {Type: Number}, Time: {Type: Number, Default: 20}}
        Resources:
          Work:
            Type: AWS::Lambda::Function
            Properties: {Timeout: !Ref Time, MemorySize: !Ref Memory, Architectures: [arm64], DeadLetterConfig: {TargetArn: x}}
          Alias:
            Type: AWS::Lambda::Alias
            Properties: {FunctionName: !Ref Work, ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 5}}
          Idle: {Type: AWS::Lambda::Function}
        """
    found = by_label(inventory(tmp_path, text))
    assert dict(found["work"].facts) == {
        "timeout_seconds": Decimal(20),
        "architecture": "arm64",
        "provisioned_concurrency_count": Decimal(5),
        "has_provisioned_concurrency": True,
        "has_dead_letters": True,
    }
    assert found["idle"].facts == ()


def test_a_dead_letter_queue_is_one_that_another_queue_names(tmp_path: Path) -> None:
    text = """\
        Resources:
          Queue: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true, RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn}}}
          Dead: {Type: AWS::SQS::Queue}
        """
    found = by_label(inventory(tmp_path, text))
    assert found["dead"].facts == (("is_dead_letter", True),)
    assert found["queue"].facts == (("is_fifo", True),)
    kinds = {label: kind_of(each) for label, each in found.items()}
    assert {label: kind and kind.one for label, kind in kinds.items()} == {
        "queue": "queue",
        "dead": "dead-letter queue",
    }


REDRIVE = "RedrivePolicy: {deadLetterTargetArn: "


@pytest.mark.parametrize(
    ("of_type", "properties"),
    [
        ("AWS::SQS::Queue", REDRIVE + "!Sub 'arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:main-dlq'}"),
        ("AWS::SQS::Queue", REDRIVE + "arn:aws:sqs:eu-west-1:123456789012:main-dlq}"),
        ("AWS::Lambda::Function", "DeadLetterConfig: {TargetArn: !GetAtt Dead.Arn}"),
        ("AWS::Lambda::Function", "DeadLetterConfig: {TargetArn: 'arn:aws:sqs:eu-west-1:123456789012:main-dlq'}"),
        ("AWS::Lambda::EventInvokeConfig", "DestinationConfig: {OnFailure: {Destination: !GetAtt Dead.Arn}}"),
        ("AWS::Lambda::EventSourceMapping", "DestinationConfig: {OnFailure: {Destination: !GetAtt Dead.Arn}}"),
        ("AWS::SNS::Subscription", REDRIVE + "!GetAtt Dead.Arn}"),
        ("AWS::Events::Rule", "Targets: [{Id: a, Arn: x}, {Id: b, Arn: y, DeadLetterConfig: {Arn: !GetAtt Dead.Arn}}]"),
        ("AWS::Scheduler::Schedule", "Target: {DeadLetterConfig: {Arn: !GetAtt Dead.Arn}}"),
        ("AWS::Pipes::Pipe", "SourceParameters: {KinesisStreamParameters: {DeadLetterConfig: {Arn: !GetAtt Dead.Arn}}}"),
        ("AWS::Pipes::Pipe", "SourceParameters: {DynamoDBStreamParameters: {DeadLetterConfig: {Arn: !GetAtt Dead.Arn}}}"),
    ],
)  # fmt: skip
def test_a_queue_is_for_dead_letters_whoever_sends_them(of_type: str, properties: str, tmp_path: Path) -> None:
    text = f"""\
        Resources:
          Dead: {{Type: AWS::SQS::Queue, Properties: {{QueueName: main-dlq}}}}
          Other: {{Type: AWS::SQS::Queue, Properties: {{QueueName: main}}}}
          Sender: {{Type: {of_type}, Properties: {{{properties}}}}}
        """
    found = by_label(inventory(tmp_path, text))
    assert found["dead"].fact("is_dead_letter") is True
    assert found["other"].fact("is_dead_letter") is None


@pytest.mark.parametrize("event", ["SNS", "SNS, through a queue"])
def test_the_dead_letters_of_a_topic_are_those_of_its_subscription_also_in_sam(event: str, tmp_path: Path) -> None:
    through = "SqsSubscription: true, " if "," in event else ""
    text = f"""\
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Topic: {{Type: AWS::SNS::Topic}}
          Dead: {{Type: AWS::SQS::Queue}}
          Work:
            Type: AWS::Serverless::Function
            Properties:
              Events:
                Heard:
                  Type: SNS
                  Properties: {{{through}Topic: !Ref Topic, {REDRIVE}!GetAtt Dead.Arn}}}}
        """
    assert by_label(inventory(tmp_path, text))["dead"].fact("is_dead_letter") is True


@pytest.mark.parametrize(
    "named",
    [
        "arn:aws:sns:eu-west-1:123456789012:main-dlq", "arn:aws:sqs:eu-west-1:123456789012:main", "main-dl",
        "arn:aws:sqs:eu-west-1:123456789012:old-main-dlq", "!Ref Topic",
    ],
)  # fmt: skip
def test_what_names_another_one_makes_no_dead_letters(named: str, tmp_path: Path) -> None:
    text = f"""\
        Resources:
          Topic: {{Type: AWS::SNS::Topic, Properties: {{TopicName: main-dlq}}}}
          Dead: {{Type: AWS::SQS::Queue, Properties: {{QueueName: main-dlq}}}}
          Sender: {{Type: AWS::Lambda::Function, Properties: {{DeadLetterConfig: {{TargetArn: {named}}}}}}}
        """
    assert by_label(inventory(tmp_path, text))["dead"].facts == ()


def test_a_mapping_that_writes_its_source_out_reads_the_queue_of_that_name(tmp_path: Path) -> None:
    text = """\
        Resources:
          Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: q}}
          Work: {Type: AWS::Lambda::Function, Properties: {FunctionName: work}}
          Read:
            Type: AWS::Lambda::EventSourceMapping
            Properties: {EventSourceArn: "arn:aws:sqs:eu-west-1:123456789012:q", FunctionName: work, StartingPosition: LATEST}
        """
    found = by_label(inventory(tmp_path, text))
    assert found["queue"].facts == (("has_consumer", True),)
    assert found["work"].facts == (("has_stream", True),)


def test_what_only_a_deployment_knows_of_a_target_group_is_a_parameter_of_its_balancer(tmp_path: Path) -> None:
    text = """\
        Resources:
          Balancer: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}
          Targets: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Protocol: HTTP}}
          Listener:
            Type: AWS::ElasticLoadBalancingV2::Listener
            Properties: {LoadBalancerArn: !Ref Balancer, DefaultActions: [{Type: forward, TargetGroupArn: !Ref Targets}]}
        """
    facts = dict(by_label(inventory(tmp_path, text))["targets"].facts)
    assert facts == {
        "full_name": "${TargetsTargetGroupFullName}",
        "load_balancer_full_name": "${BalancerLoadBalancerFullName}",
        "protocol": "HTTP",
    }


def test_a_name_that_names_itself_ends(tmp_path: Path) -> None:
    text = """\
        Resources:
          One: {Type: AWS::SQS::Queue, Properties: {QueueName: !GetAtt Two.QueueName}}
          Two: {Type: AWS::SQS::Queue, Properties: {QueueName: !GetAtt One.QueueName}}
        """
    found = by_label(inventory(tmp_path, text))
    assert all("QueueName" in each.name for each in found.values())


def test_what_is_no_name_to_aws_or_looks_like_a_parameter_is_none(tmp_path: Path) -> None:
    text = """\
        Parameters: {Odd-Name: {Type: String}}
        Resources:
          1st: {Type: AWS::SQS::Queue, Properties: {QueueName: "größe"}}
          Two: {Type: AWS::SQS::Queue, Properties: {QueueName: "${stage}"}}
          Three: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Odd-Name}}
        """
    names = [each.name for each in inventory(tmp_path, text).resources]
    assert names == ["${Value1stQueueName}", "${TwoQueueName}", "${OddName}"]


def test_a_fact_may_stand_in_another_place(tmp_path: Path) -> None:
    """The stage that a deployment makes, and an HTTP API that is made of a definition or created quickly."""
    text = """\
        Resources:
          Rest: {Type: AWS::ApiGateway::RestApi, Properties: {Name: shop}}
          Deployed: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref Rest, StageName: live}}
          Quick: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: quick, ProtocolType: HTTP, Target: x}}
          Defined: {Type: AWS::ApiGatewayV2::Api, Properties: {Body: {openapi: "3.0"}}}
        """
    found = by_label(inventory(tmp_path, text))
    assert found["rest"].fact("api_stage") == "live"
    assert (found["quick"].fact("protocol"), found["quick"].fact("api_stage")) == ("HTTP", "$default")
    assert found["defined"].fact("protocol") == "HTTP"
