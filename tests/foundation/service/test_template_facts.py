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
        "memory_mib": "${Memory}",
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


def test_what_sam_says_of_streams_logs_and_copies_is_known_of_what_it_makes(tmp_path: Path) -> None:
    text = """\
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Orders: {Type: AWS::Kinesis::Stream}
          Jobs: {Type: AWS::SQS::Queue}
          Reads:
            Type: AWS::Serverless::Function
            Properties: {Events: {It: {Type: Kinesis, Properties: {Stream: !GetAtt Orders.Arn, StartingPosition: LATEST}}}}
          Works:
            Type: AWS::Serverless::Function
            Properties: {Events: {It: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn}}}}
          Rest:
            Type: AWS::Serverless::Api
            Properties: {Name: rest, StageName: live, AccessLogSetting: {DestinationArn: "arn:x"}}
          Web: {Type: AWS::Serverless::HttpApi, Properties: {AccessLogSettings: {DestinationArn: "arn:x"}}}
          Bare: {Type: AWS::Serverless::HttpApi}
          Table:
            Type: AWS::Serverless::SimpleTable
            Properties: {PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}}
        """
    found = by_label(inventory(tmp_path, text))
    assert {label: found[label].fact("has_stream") for label in ("reads", "works")} == {"reads": True, "works": None}
    logged = {label: found[label].fact("has_access_logs") for label in ("rest", "web", "bare")}
    assert logged == {"rest": True, "web": True, "bare": None}
    assert found["table"].fact("point_in_time_recovery") is True


def test_where_an_arn_may_stand_for_a_name_the_fact_is_the_name(tmp_path: Path) -> None:
    text = """\
        Parameters: {Given: {Type: String}}
        Resources:
          Cl: {Type: AWS::ECS::Cluster}
          Named: {Type: AWS::ECS::Cluster, Properties: {ClusterName: shop}}
          Bus: {Type: AWS::Events::EventBus, Properties: {Name: orders}}
          One: {Type: AWS::ECS::Service, Properties: {Cluster: !GetAtt Cl.Arn}}
          Two: {Type: AWS::ECS::Service, Properties: {Cluster: !GetAtt Named.Arn}}
          Three: {Type: AWS::ECS::Service, Properties: {Cluster: !Sub "arn:aws:ecs:${AWS::Region}:1:cluster/eu-${Given}"}}
          Four: {Type: AWS::ECS::Service, Properties: {Cluster: !Ref Cl}}
          Rule: {Type: AWS::Events::Rule, Properties: {EventBusName: !GetAtt Bus.Arn}}
          Written: {Type: AWS::Events::Rule, Properties: {EventBusName: "arn:aws:events:eu-west-1:1:event-bus/default"}}
        """
    found = by_label(inventory(tmp_path, text))
    clusters = [found[label].fact("cluster") for label in ("one", "two", "three", "four")]
    assert [parts_of(each) for each in clusters if isinstance(each, str)] == [
        (Parameter("Cl"),),
        ("shop",),
        ("eu-", Parameter("Given")),
        (Parameter("Cl"),),
    ]
    assert [found[label].fact("event_bus") for label in ("rule", "written")] == ["orders", "default"]


def test_names_that_aws_stores_in_small_letters_are_so_in_metrics_and_arns(tmp_path: Path) -> None:
    text = """\
        Parameters: {Env: {Type: String}}
        Resources:
          Base: {Type: AWS::RDS::DBInstance, Properties: {DBInstanceIdentifier: !Sub "OrdersDb-${Env}"}}
          Aurora: {Type: AWS::RDS::DBCluster, Properties: {DBClusterIdentifier: Orders}}
          Redis: {Type: AWS::ElastiCache::ReplicationGroup, Properties: {ReplicationGroupId: Orders}}
          Memory: {Type: AWS::ElastiCache::CacheCluster, Properties: {ClusterName: Orders}}
          Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: Orders}}
        """
    found = by_label(inventory(tmp_path, text))
    assert parts_of(found["base"].name) == ("ordersdb-", Parameter("Env"))
    assert found["base"].arn.endswith(":db:ordersdb-${Env}")
    names = [found[label].name for label in ("aurora", "redis", "memory", "queue")]
    assert names == ["orders", "orders", "orders", "Orders"]


@pytest.mark.parametrize(
    ("properties", "kind", "shards"),
    [
        ("NumCacheClusters: 2", "", None),
        ("NumNodeGroups: 1", "", 1),
        ("NumNodeGroups: 2", "sharded", 2),
        ("NumNodeGroups: 1, ClusterMode: enabled", "sharded", 1),
        ("NumNodeGroups: 1, CacheParameterGroupName: default.redis7.cluster.on", "sharded", 1),
        ("NumNodeGroups: 1, CacheParameterGroupName: default.redis7", "", 1),
        ("ClusterMode: disabled", "", None),
        ("NodeGroupConfiguration: [{ReplicaCount: 1}, {ReplicaCount: 1}, {ReplicaCount: 1}]", "sharded", 3),
        ("NodeGroupConfiguration: [{ReplicaCount: 1}]", "", 1),
    ],
)
def test_a_cache_is_sharded_in_cluster_mode_or_with_more_shards_than_one(
    properties: str, kind: str, shards: int | None, tmp_path: Path
) -> None:
    text = f"Resources: {{Cache: {{Type: AWS::ElastiCache::ReplicationGroup, Properties: {{{properties}}}}}}}"
    (cache,) = inventory(tmp_path, text).resources
    found = kind_of(cache)
    assert found is not None
    assert (found.name, cache.fact("shard_count")) == (kind, shards)
    assert found.fact_of(cache, "shard_count") == (shards or 1)


@pytest.mark.parametrize(
    ("joined", "facts"),
    [
        ("DefaultActions: [{Type: forward, TargetGroupArn: !Ref Targets}]", "Listener"),
        ("DefaultActions: [{ForwardConfig: {TargetGroups: [{TargetGroupArn: !Ref Targets}]}}]", "Listener"),
        ("Actions: [{Type: forward, TargetGroupArn: !Ref Targets}]", "ListenerRule"),
        ("Actions: [{ForwardConfig: {TargetGroups: [{TargetGroupArn: !Ref Targets, Weight: 1}]}}]", "ListenerRule"),
    ],
)
def test_the_balancer_of_a_target_group_is_found_by_each_way_to_forward(
    joined: str, facts: str, tmp_path: Path
) -> None:
    text = f"""\
        Resources:
          Balancer: {{Type: AWS::ElasticLoadBalancingV2::LoadBalancer}}
          Targets: {{Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {{Protocol: HTTP}}}}
          Front: {{Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {{LoadBalancerArn: !Ref Balancer}}}}
          It:
            Type: AWS::ElasticLoadBalancingV2::{facts}
            Properties: {{LoadBalancerArn: !Ref Balancer, ListenerArn: !Ref Front, {joined}}}
        """
    found = by_label(inventory(tmp_path, text))["targets"]
    assert found.fact("load_balancer_full_name") == "${BalancerLoadBalancerFullName}"


def test_of_several_that_are_there_the_first_is_told_and_a_note_names_the_others(tmp_path: Path) -> None:
    text = """\
        Resources:
          Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: shop}}
          Live: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Api, StageName: live}}
          Beta: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Api, StageName: beta}}
          Store: {Type: AWS::S3::Bucket, Properties: {MetricsConfigurations: [{Id: All}, {Id: Pre, Prefix: a}]}}
          Alone: {Type: AWS::S3::Bucket, Properties: {MetricsConfigurations: [{Id: All}]}}
          Balancer: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}
          Targets: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
          Http:
            Type: AWS::ElasticLoadBalancingV2::Listener
            Properties: {LoadBalancerArn: !Ref Balancer, DefaultActions: [{TargetGroupArn: !Ref Targets}]}
          Https:
            Type: AWS::ElasticLoadBalancingV2::Listener
            Properties: {LoadBalancerArn: !Ref Balancer, DefaultActions: [{TargetGroupArn: !Ref Targets}]}
        """
    found = inventory(tmp_path, text)
    by = by_label(found)
    assert by["api"].fact("api_stage") == "live"
    assert [by[label].fact("request_metrics_filter") for label in ("store", "alone")] == ["All", "All"]
    more = "in service.yaml, write a resource more for each that is to be watched"
    assert found.notes == (
        f"{tmp_path / 'template.yaml'}:2: Resources: Api: of its api_stage live is told, and beta not: {more}",
        f"{tmp_path / 'template.yaml'}:5: Resources: Store: of its request_metrics_filter All is told, and Pre not: {more}",
    )
