"""Which resources a metric is of, where names alone would say another one, or none."""

import pytest

from foundation.cloudwatch.metrics import Metric
from foundation.service.metric_subjects import MetricSubjects
from foundation.service.resources import FactValue, Resource

MACHINE = "arn:aws:states:eu-west-1:1:stateMachine:pack"


def a_resource(of_type: str, label: str, name: str, *, arn: str = "a", **facts: FactValue) -> Resource:
    return Resource(type=f"AWS::{of_type}", label=label, name=name, arn=arn, facts=tuple(facts.items()))


SHOP = (
    a_resource("Lambda::Function", "function", "orders"),
    a_resource("SQS::Queue", "queue", "orders"),
    a_resource("DynamoDB::Table", "table", "orders"),
    a_resource("ElasticLoadBalancingV2::LoadBalancer", "balancer", "shop", layer="application", full_name="app/shop/1"),
    a_resource(
        "ElasticLoadBalancingV2::TargetGroup", "targets", "web", protocol="HTTP", full_name="targetgroup/web/2",
        load_balancer_full_name="app/shop/1",
    ),
    a_resource("StepFunctions::StateMachine", "machine", "pack", arn=MACHINE),
    a_resource("ECS::Service", "one", "web", cluster="blue"),
    a_resource("ECS::Service", "other", "web", cluster="green"),
    a_resource("ApiGateway::RestApi", "api", "shop", api_stage="live"),
    a_resource("EFS::FileSystem", "files", "fs-1"),
    a_resource("Cognito::UserPool", "people", "pool-1"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("namespace", "dimensions", "labels"),
    [
        ("AWS/Lambda", {"FunctionName": "orders"}, ["function"]),
        ("AWS/Lambda", {"FunctionName": "orders", "Resource": "orders:live"}, ["function"]),
        ("AWS/SQS", {"QueueName": "orders"}, ["queue"]),
        ("AWS/DynamoDB", {"TableName": "orders", "Operation": "GetItem"}, ["table"]),
        ("AWS/DynamoDB", {"TableName": "gone"}, []),
        # A topic of that name would be another one.
        ("AWS/SNS", {"TopicName": "orders"}, []),
        ("AWS/ApplicationELB", {"LoadBalancer": "app/shop/1"}, ["balancer"]),
        ("AWS/ApplicationELB", {"LoadBalancer": "app/shop/2"}, []),
        ("AWS/ApplicationELB", {"LoadBalancer": "app/shop/1", "TargetGroup": "targetgroup/web/2"}, ["balancer", "targets"]),
        ("AWS/States", {"StateMachineArn": MACHINE}, ["machine"]),
        ("AWS/ECS", {"ClusterName": "green", "ServiceName": "web"}, ["other"]),
        ("AWS/ECS", {"ClusterName": "red", "ServiceName": "web"}, ["one", "other"]),
        ("AWS/ApiGateway", {"ApiName": "shop", "Stage": "live"}, ["api"]),
        ("AWS/ApiGateway", {"ApiName": "shop"}, ["api"]),
        # Its alarms are of one stage, and it is the same API.
        ("AWS/ApiGateway", {"ApiName": "shop", "Stage": "test"}, ["api"]),
        # A kind that panels alone know, and one of whose metrics nothing is known.
        ("AWS/EFS", {"FileSystemId": "fs-1"}, ["files"]),
        ("AWS/Cognito", {"UserPool": "pool-1", "UserPoolClient": "x"}, ["people"]),
        # Metrics of the service's own.
        ("Shop/Orders", {"FunctionName": "orders"}, ["function"]),
        ("Shop/Orders", {"Where": "pool-1"}, ["people"]),
        ("Shop/Orders", {"Where": "nowhere"}, []),
        ("AWS/Lambda", {}, []),
    ],
)  # fmt: skip
def test_a_metric_is_of_what_its_dimensions_name(namespace: str, dimensions: dict[str, str], labels: list[str]) -> None:
    metric = Metric(namespace=namespace, name="M", dimensions=tuple(dimensions.items()))
    assert [each.label for each in MetricSubjects(resources=SHOP).of(metric)] == labels


def test_what_only_a_deployment_knows_of_a_load_balancer_names_none() -> None:
    balancer = a_resource("ElasticLoadBalancingV2::LoadBalancer", "balancer", "shop", layer="application")
    metric = Metric(namespace="AWS/ApplicationELB", name="RequestCount", dimensions=(("LoadBalancer", "app/shop/1"),))
    assert MetricSubjects(resources=(balancer,)).of(metric) == ()
