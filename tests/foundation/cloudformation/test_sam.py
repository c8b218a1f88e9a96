from pathlib import Path

from foundation.cloudformation.values import Attribute, as_text, at, attributes_in
from tests.foundation.cloudformation.templates import by_id, read

HEAD = "Transform: AWS::Serverless-2016-10-31\n"


def types(tmp_path: Path, text: str) -> dict[str, str]:
    return {address: each.type for address, each in by_id(read(tmp_path, HEAD + text)).items()}


def test_a_function_becomes_a_function_its_role_its_alias_and_its_address(tmp_path: Path) -> None:
    text = """\
Globals:
  Function: {Timeout: 10, MemorySize: 256, Environment: {Variables: {A: x, B: y}}, Layers: [one]}
Resources:
  Letters: {Type: AWS::SQS::Queue}
  Create:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: create
      Timeout: 20
      Layers: [two]
      Environment: {Variables: {B: !Ref Letters}}
      DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Letters.Arn}
      Policies: [{SQSSendMessagePolicy: {QueueName: !GetAtt Letters.QueueName}}]
      AutoPublishAlias: live
      ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 3}
      FunctionUrlConfig: {AuthType: NONE}
Outputs:
  Version: {Value: !Ref Create.Version}
  Alias: {Value: !Ref CreateAliaslive}
"""
    found = by_id(read(tmp_path, HEAD + text))
    assert {address: each.type for address, each in found.items()} == {
        "Letters": "AWS::SQS::Queue",
        "Create": "AWS::Lambda::Function",
        "CreateRole": "AWS::IAM::Role",
        "CreateAliaslive": "AWS::Lambda::Alias",
        "CreateUrl": "AWS::Lambda::Url",
    }
    function = found["Create"].properties
    assert (function["Timeout"], function["MemorySize"], function["Layers"]) == (20, 256, ("one", "two"))
    assert at(function, "Environment", "Variables", "A") == "x"
    assert attributes_in(at(function, "Environment", "Variables", "B")) == (Attribute("Letters"),)
    assert attributes_in(function["DeadLetterConfig"]) == (Attribute("Letters", "Arn"),)
    assert attributes_in(function["Role"]) == (Attribute("CreateRole", "Arn"),)
    assert attributes_in(found["CreateRole"].properties) == (Attribute("Letters", "QueueName"),)
    concurrency = at(found["CreateAliaslive"].properties, "ProvisionedConcurrencyConfig")
    assert concurrency == {"ProvisionedConcurrentExecutions": 3}
    assert found["Create"].made_from == "AWS::Serverless::Function"
    assert found["Letters"].made_from == ""


def test_a_function_with_a_role_of_its_own_gets_none(tmp_path: Path) -> None:
    text = """\
Resources:
  Role: {Type: AWS::IAM::Role}
  Create: {Type: AWS::Serverless::Function, Properties: {Role: !GetAtt Role.Arn}}
"""
    assert types(tmp_path, text) == {"Role": "AWS::IAM::Role", "Create": "AWS::Lambda::Function"}


def test_events_of_apis_that_nobody_names_make_one_of_each_kind(tmp_path: Path) -> None:
    text = """\
Globals: {Api: {Name: shop}}
Resources:
  Create:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Put: {Type: Api, Properties: {Path: /orders, Method: post}}
        Get: {Type: Api, Properties: {Path: /orders, Method: get}}
        Web: {Type: HttpApi}
Outputs:
  Url: {Value: !Sub "https://${ServerlessRestApi}/Prod"}
"""
    found = by_id(read(tmp_path, HEAD + text))
    assert {address: each.type for address, each in found.items()} == {
        "Create": "AWS::Lambda::Function",
        "CreateRole": "AWS::IAM::Role",
        "CreatePutPermission": "AWS::Lambda::Permission",
        "CreateGetPermission": "AWS::Lambda::Permission",
        "CreateWebPermission": "AWS::Lambda::Permission",
        "ServerlessRestApi": "AWS::ApiGateway::RestApi",
        "ServerlessRestApiDeployment": "AWS::ApiGateway::Deployment",
        "ServerlessRestApiProdStage": "AWS::ApiGateway::Stage",
        "ServerlessHttpApi": "AWS::ApiGatewayV2::Api",
        "ServerlessHttpApiApiGatewayDefaultStage": "AWS::ApiGatewayV2::Stage",
    }
    assert found["ServerlessRestApi"].properties["Name"] == "shop"
    assert as_text(found["ServerlessHttpApi"].properties["Name"]) == "${StackName}"
    assert found["ServerlessHttpApi"].properties["ProtocolType"] == "HTTP"
    assert found["ServerlessHttpApiApiGatewayDefaultStage"].properties["StageName"] == "$default"
    assert attributes_in(found["CreatePutPermission"].properties["SourceArn"]) == (Attribute("ServerlessRestApi"),)


def test_an_api_of_its_own_has_a_stage_of_its_name(tmp_path: Path) -> None:
    text = """\
Resources:
  Shop:
    Type: AWS::Serverless::Api
    Properties: {Name: shop, StageName: live, TracingEnabled: true, EndpointConfiguration: {Type: REGIONAL}}
  Web: {Type: AWS::Serverless::HttpApi, Properties: {StageName: v1, Name: web}}
Outputs:
  Stage: {Value: !Ref Shop.Stage}
  Deployment: {Value: !Ref ShopDeployment1234}
"""
    found = by_id(read(tmp_path, HEAD + text))
    assert list(found) == ["Shop", "ShopDeployment", "ShopliveStage", "Web", "Webv1Stage"]
    assert found["Shop"].properties == {"Name": "shop", "EndpointConfiguration": {"Types": ("REGIONAL",)}}
    assert found["ShopliveStage"].properties["StageName"] == "live"
    assert found["ShopliveStage"].properties["TracingEnabled"] is True


def test_the_other_types_become_what_they_stand_for(tmp_path: Path) -> None:
    text = """\
Resources:
  Orders: {Type: AWS::Serverless::SimpleTable, Properties: {TableName: orders, PrimaryKey: {Name: order, Type: String}}}
  Sold: {Type: AWS::Serverless::SimpleTable, Properties: {ProvisionedThroughput: {ReadCapacityUnits: 5, WriteCapacityUnits: 5}}}
  Flow: {Type: AWS::Serverless::StateMachine, Properties: {Name: flow, Type: EXPRESS, DefinitionUri: flow.asl.json}}
  Layer: {Type: AWS::Serverless::LayerVersion}
  Graph: {Type: AWS::Serverless::GraphQLApi}
  Link: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: Flow}, Destination: {Id: Orders}}}
  Inner: {Type: AWS::Serverless::Application, Properties: {Location: https://example.com/inner.yaml}}
"""
    found = by_id(read(tmp_path, HEAD + text))
    assert {address: each.type for address, each in found.items()} == {
        "Orders": "AWS::DynamoDB::Table",
        "Sold": "AWS::DynamoDB::Table",
        "Flow": "AWS::StepFunctions::StateMachine",
        "FlowRole": "AWS::IAM::Role",
        "Layer": "AWS::Lambda::LayerVersion",
        "Graph": "AWS::AppSync::GraphQLApi",
        "Link": "AWS::IAM::ManagedPolicy",
        "Inner": "AWS::CloudFormation::Stack",
    }
    assert found["Orders"].properties == {
        "KeySchema": ({"AttributeName": "order", "KeyType": "HASH"},),
        "BillingMode": "PAY_PER_REQUEST",
        "TableName": "orders",
    }
    assert found["Sold"].properties["ProvisionedThroughput"] == {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    assert "BillingMode" not in found["Sold"].properties
    assert found["Flow"].properties["StateMachineName"] == "flow"
    assert found["Flow"].properties["StateMachineType"] == "EXPRESS"


def test_without_the_transform_types_of_sam_stay_what_they_are(tmp_path: Path) -> None:
    found = read(tmp_path, "Resources: {F: {Type: AWS::Serverless::Function}}\n")
    assert [each.type for each in found.resources] == ["AWS::Serverless::Function"]
