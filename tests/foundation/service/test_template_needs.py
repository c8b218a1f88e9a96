"""A needs B where A calls B or waits for it: one test for each way in which a template says so."""

from pathlib import Path

import pytest

from tests.foundation.service.templates import needs

PARTS = """\
  Table: {Type: AWS::DynamoDB::Table, Properties: {TableName: shop-orders}}
  Queue: {Type: AWS::SQS::Queue}
  Topic: {Type: AWS::SNS::Topic}
  Bucket: {Type: AWS::S3::Bucket}
  Work: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt Role.Arn}}
  Other: {Type: AWS::Lambda::Function}
  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: shop}}
  Web: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP}}
  Role: {Type: AWS::IAM::Role}
"""


def found(directory: Path, more: str) -> dict[str, tuple[str, ...]]:
    return needs(directory, f"Resources:\n{PARTS}  {more}\n")


@pytest.mark.parametrize(
    ("more", "needed"),
    [
        ("F: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {T: !Ref Table, Q: !GetAtt Queue.Arn}}}}",
         {"f": ("table", "queue")}),
        ("F: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {T: shop-orders}}}}", {"f": ("table",)}),
        ("F: {Type: AWS::Lambda::Function, Properties: {DeadLetterConfig: {TargetArn: !GetAtt Queue.Arn}}}", {"f": ("queue",)}),
        ("F: {Type: AWS::Lambda::Function, Properties: {Tags: [{Key: q, Value: !Ref Queue}], Code: {S3Bucket: !Ref Bucket}}}",
         {}),
        ("P: {Type: AWS::IAM::Policy, Properties: {Roles: [!Ref Role], PolicyDocument: {Statement: "
         "[{Effect: Allow, Action: 's3:*', Resource: [!GetAtt Bucket.Arn, !Sub '${Bucket.Arn}/*']}]}}}", {"work": ("bucket",)}),
        ("P: {Type: AWS::IAM::Policy, Properties: {Roles: [!Ref Role], PolicyDocument: {Statement: "
         "{Effect: Allow, Action: 'dynamodb:*', Resource: 'arn:aws:dynamodb:*:*:table/shop-orders'}}}}", {"work": ("table",)}),
        ("P: {Type: AWS::IAM::Policy, Properties: {Roles: [!Ref Role], PolicyDocument: {Statement: "
         "[{Effect: Deny, Action: 's3:*', Resource: !GetAtt Bucket.Arn}]}}}", {}),
        ("M: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref Work, EventSourceArn: !GetAtt Queue.Arn}}",
         {"work": ("queue",)}),
        ("M: {Type: AWS::Lambda::EventInvokeConfig, Properties: {FunctionName: !Ref Work, DestinationConfig: "
         "{OnFailure: {Destination: !Ref Topic}}}}", {"work": ("topic",)}),
        ("R: {Type: AWS::Events::Rule, Properties: {Targets: [{Id: a, Arn: !GetAtt Work.Arn, DeadLetterConfig: "
         "{Arn: !GetAtt Queue.Arn}}]}}", {"r": ("work", "queue")}),
        ("R: {Type: AWS::Scheduler::Schedule, Properties: {Target: {Arn: !GetAtt Work.Arn}}}", {"r": ("work",)}),
        ("S: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref Topic, Protocol: sqs, Endpoint: !GetAtt Queue.Arn}}",
         {"queue": ("topic",)}),
        ("T: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: lambda, Endpoint: !GetAtt Work.Arn}]}}",
         {"work": ("t",)}),
        ("Q: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: {deadLetterTargetArn: !GetAtt Queue.Arn, maxReceiveCount: 3}}}",
         {"q": ("queue",)}),
        ("M: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, Integration: {Uri: !Sub 'x/${Work.Arn}/y'}}}",
         {"api": ("work",)}),
        ("I: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref Web, IntegrationUri: !GetAtt Work.Arn}}",
         {"web": ("work",)}),
        ("P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref Work, Principal: apigateway.amazonaws.com, "
         "SourceArn: !Sub 'arn:aws:execute-api:x:y:${Api}/*'}}", {"api": ("work",)}),
        ("P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref Work, Principal: s3.amazonaws.com, "
         "SourceArn: !GetAtt Bucket.Arn}}", {"work": ("bucket",)}),
        ("B: {Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: {QueueConfigurations: "
         "[{Event: x, Queue: !GetAtt Queue.Arn}]}}}", {"queue": ("b",)}),
        ("S: {Type: AWS::StepFunctions::StateMachine, Properties: {DefinitionString: !Sub '{\"Resource\": \"${Work.Arn}\"}'}}",
         {"s": ("work",)}),
        ("S: {Type: AWS::StepFunctions::StateMachine, Properties: {DefinitionSubstitutions: {T: !Ref Table}}}",
         {"s": ("table",)}),
        ("C: {Type: AWS::Synthetics::Canary, Properties: {RunConfig: {EnvironmentVariables: {API: !Ref Api}}}}", {"c": ("api",)}),
        ("R: {Type: AWS::Events::Rule, Properties: {EventPattern: {detail: {name: [shop-orders, !Ref Table]}}}}", {}),
        ("W: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP, Name: shop-orders}}", {}),
        ("F: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {SERVICE: shop}}}}", {}),
        ("A: {Type: AWS::CloudWatch::Alarm, Properties: {AlarmActions: [!Ref Topic], Dimensions: [{Name: x, Value: !Ref Work}]}}",
         {}),
    ],
)  # fmt: skip
def test_what_a_resource_needs_is_read_from(more: str, needed: dict[str, tuple[str, ...]], tmp_path: Path) -> None:
    assert found(tmp_path, more) == needed


NAMED = """\
  Orders: {Type: AWS::DynamoDB::Table, Properties: {TableName: orders}}
  Index: {Type: AWS::DynamoDB::Table, Properties: {TableName: index}}
  Mail: {Type: AWS::SQS::Queue, Properties: {QueueName: mail}}
  Letters: {Type: AWS::SNS::Topic, Properties: {TopicName: letters}}
  Pack: {Type: AWS::Lambda::Function, Properties: {FunctionName: pack}}
  Files: {Type: AWS::S3::Bucket, Properties: {BucketName: files}}
"""
A = "${AWS::Region}:${AWS::AccountId}"


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        (f"arn:aws:dynamodb:{A}:table/orders/index/*", "orders"),
        (f"arn:aws:dynamodb:{A}:table/orders/index/index", "orders"),
        (f"arn:aws:dynamodb:{A}:table/orders", "orders"),
        (f"arn:aws:dynamodb:{A}:table/orders*", "orders"),
        (f"arn:aws:dynamodb:{A}:table/other/index/*", None),
        (f"arn:aws:dynamodb:{A}:table/other/stream/orders", None),
        (f"arn:aws:lambda:{A}:function:pack:live", "pack"),
        (f"arn:aws:lambda:{A}:function:pack", "pack"),
        (f"arn:aws:lambda:{A}:function:packer", None),
        ("arn:aws:s3:::files/*", "files"),
        ("arn:aws:s3:::files/orders", "files"),
        ("arn:${AWS::Partition}:sns:" + A + ":letters", "letters"),
        (f"arn:aws:sqs:{A}:letters", None),
        ("https://sqs.${AWS::Region}.amazonaws.com/${AWS::AccountId}/mail", "mail"),
        ("https://sqs.eu-west-1.amazonaws.com/123456789012/mail", "mail"),
        ("https://sqs.cn-north-1.amazonaws.com.cn/123456789012/mail", "mail"),
        ("https://example.com/123456789012/mail", None),
        ("https://sqs.eu-west-1.amazonaws.com/123456789012/pack", None),
        ("pack", "pack"),
    ],
)  # fmt: skip
def test_a_text_that_is_written_out_names_what_it_is_the_name_the_arn_or_the_address_of(
    text: str, needed: str | None, tmp_path: Path
) -> None:
    work = f'  Work: {{Type: AWS::Lambda::Function, Properties: {{Environment: {{Variables: {{T: !Sub "{text}"}}}}}}}}'
    found = needs(tmp_path, f"Resources:\n{NAMED}{work}\n")
    assert found == ({} if needed is None else {"work": (needed,)})


def test_who_refers_to_an_alias_or_to_an_address_of_a_function_refers_to_the_function(tmp_path: Path) -> None:
    more = """Alias: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Work, Name: live}}
  R: {Type: AWS::Events::Rule, Properties: {Targets: [{Id: a, Arn: !Ref Alias}]}}"""
    assert found(tmp_path, more) == {"r": ("work",)}


def test_what_a_function_names_of_the_api_in_front_of_it_is_no_need(tmp_path: Path) -> None:
    more = """F: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {URL: !Ref Api, T: !Ref Table}}}}
  M: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, Integration: {Uri: !GetAtt F.Arn}}}"""
    assert found(tmp_path, more) == {"f": ("table",), "api": ("f",)}


def test_a_load_balancer_needs_its_targets_and_they_the_services_behind_them(tmp_path: Path) -> None:
    text = """\
        Resources:
          Balancer: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}
          Listener:
            Type: AWS::ElasticLoadBalancingV2::Listener
            Properties: {LoadBalancerArn: !Ref Balancer, DefaultActions: [{Type: forward, TargetGroupArn: !Ref Targets}]}
          Rule:
            Type: AWS::ElasticLoadBalancingV2::ListenerRule
            Properties: {ListenerArn: !Ref Listener, Actions: [{Type: forward, TargetGroupArn: !Ref Others}]}
          Targets: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
          Others: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
          Cluster: {Type: AWS::ECS::Cluster}
          Database: {Type: AWS::RDS::DBInstance}
          Table: {Type: AWS::DynamoDB::Table}
          TaskRole:
            Type: AWS::IAM::Role
            Properties:
              Policies:
              - PolicyName: p
                PolicyDocument: {Statement: [{Effect: Allow, Action: "dynamodb:*", Resource: !GetAtt Table.Arn}]}
          Task:
            Type: AWS::ECS::TaskDefinition
            Properties:
              TaskRoleArn: !GetAtt TaskRole.Arn
              ContainerDefinitions: [{Name: web, Environment: [{Name: DB, Value: !GetAtt Database.Endpoint.Address}]}]
          Shop:
            Type: AWS::ECS::Service
            Properties:
              Cluster: !Ref Cluster
              TaskDefinition: !Ref Task
              LoadBalancers: [{ContainerName: web, ContainerPort: 80, TargetGroupArn: !Ref Targets}]
        """
    assert needs(tmp_path, text) == {
        "balancer": ("targets", "others"),
        "targets": ("shop",),
        "shop": ("cluster", "database", "table"),
    }


def test_a_policy_template_of_sam_names_what_it_is_for(tmp_path: Path) -> None:
    text = """\
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Table: {Type: AWS::Serverless::SimpleTable}
          Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: shop-orders}}
          Work:
            Type: AWS::Serverless::Function
            Properties:
              Policies:
              - AWSLambdaBasicExecutionRole
              - DynamoDBCrudPolicy: {TableName: !Ref Table}
              - Statement: [{Effect: Allow, Action: sqs:SendMessage, Resource: arn:aws:sqs:eu-west-1:123456789012:shop-orders}]
        """
    assert needs(tmp_path, text) == {"work": ("table", "queue")}


def test_a_connector_of_sam_is_a_need(tmp_path: Path) -> None:
    text = """\
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Table: {Type: AWS::DynamoDB::Table}
          Work: {Type: AWS::Serverless::Function}
          Link:
            Type: AWS::Serverless::Connector
            Properties: {Source: {Id: Work}, Destination: {Id: Table}, Permissions: [Read, Write]}
        """
    assert needs(tmp_path, text) == {"work": ("table",)}
