import json
from pathlib import Path

import pytest

from foundation.cloudformation.stacks import read_templates
from foundation.cloudformation.values import Attribute, as_text, attributes_in
from foundation.errors import InputError
from tests.foundation.cloudformation.templates import by_id, written

NETWORK = """\
Parameters: {Name: {Type: String}}
Resources:
  Vpc: {Type: AWS::EC2::VPC}
  Group: {Type: AWS::EC2::SecurityGroup, Properties: {GroupName: !Ref Name}}
Outputs:
  VpcId: {Value: !Ref Vpc}
"""
APP = """\
Parameters: {Vpc: {Type: String}}
Resources:
  Targets: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {VpcId: !Ref Vpc}}
"""
OUTER = """\
Resources:
  App:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: https://s3.amazonaws.com/shop/v1/nested/app.yaml
      Parameters: {Vpc: !GetAtt Network.Outputs.VpcId}
  Network:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: !Sub "https://${AWS::Region}.example.com/nested/network.yaml", Parameters: {Name: shop}}
  Queue: {Type: AWS::SQS::Queue, Properties: {Tags: [{Key: vpc, Value: !GetAtt Network.Outputs.VpcId}]}}
"""


def test_what_a_nested_stack_gives_and_takes_is_followed_whatever_their_order(tmp_path: Path) -> None:
    outer = written(tmp_path, OUTER)
    written(tmp_path, NETWORK, "nested/network.yaml")
    written(tmp_path, APP, "nested/app.yaml")
    found = read_templates([outer], {})
    resources = by_id(found)
    assert list(resources) == ["App", "Network", "Queue", "Network.Vpc", "Network.Group", "App.Targets"]
    assert resources["Network.Group"].properties == {"GroupName": "shop"}
    assert attributes_in(resources["App.Targets"].properties) == (Attribute("Network.Vpc"),)
    assert attributes_in(resources["Queue"].properties) == (Attribute("Network.Vpc"),)
    assert found.nested == {"App", "Network"}
    assert [template.stack for template in found.items] == ["template", "Network", "App"]
    assert found.notes == ()


def test_a_nested_stack_whose_template_is_not_at_hand_is_told(tmp_path: Path) -> None:
    found = read_templates([written(tmp_path, OUTER)], {})
    assert list(by_id(found)) == ["App", "Network", "Queue"]
    assert [(note.line, note.about, note.said) for note in found.notes] == [
        (
            2,
            ("Resources", "App"),
            "the template of this nested stack is not at hand (https://s3.amazonaws.com/shop/v1/nested/app.yaml): "
            "what is in it is not seen",
        ),
        (
            7,
            ("Resources", "Network"),
            "the template of this nested stack is not at hand (https://${AWS::Region}.example.com/nested/network.yaml): "
            "what is in it is not seen",
        ),
    ]


def test_a_nested_template_that_is_named_as_well_is_read_once(tmp_path: Path) -> None:
    outer = written(tmp_path, OUTER)
    network = written(tmp_path, NETWORK, "elsewhere/network.yaml")
    app = written(tmp_path, APP, "elsewhere/app.yaml")
    found = read_templates([outer, network, app], {})
    assert [each.address for each in found.resources if each.type == "AWS::EC2::VPC"] == ["template.Network.Vpc"]
    assert len(found.items) == 3


def test_a_stack_that_is_nested_in_itself_is_refused(tmp_path: Path) -> None:
    text = "Resources: {Again: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: template.yaml}}}\n"
    with pytest.raises(InputError, match=r"template\.yaml:1: .*includes itself \(template\.yaml\)"):
        read_templates([written(tmp_path, text)], {})


def test_stacks_that_wait_for_one_another_are_read_all_the_same(tmp_path: Path) -> None:
    text = """\
        Resources:
          One: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: app.yaml, Parameters: {Vpc: !GetAtt Two.Outputs.X}}}
          Two: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: app.yaml, Parameters: {Vpc: !GetAtt One.Outputs.X}}}
        """
    outer = written(tmp_path, text)
    written(tmp_path, APP, "app.yaml")
    assert len(read_templates([outer], {}).items) == 3


def test_an_export_is_what_another_template_imports(tmp_path: Path) -> None:
    one = written(
        tmp_path,
        """\
        Parameters: {Env: {Type: String, Default: live}}
        Resources: {Orders: {Type: AWS::SQS::Queue}}
        Outputs: {Arn: {Value: !GetAtt Orders.Arn, Export: {Name: !Sub "shop-${Env}-orders"}}}
        """,
        "queue.yaml",
    )
    other = written(
        tmp_path,
        """\
        Resources:
          Topic: {Type: AWS::SNS::Topic, Properties: {A: !ImportValue shop-live-orders, B: !ImportValue shop-test-orders}}
        """,
        "topic.yaml",
    )
    topic = by_id(read_templates([one, other], {}))["topic.Topic"].properties
    assert attributes_in(topic["A"]) == (Attribute("queue.Orders", "Arn"),)
    assert as_text(topic["B"]) == "${ImportShopTestOrders}"


def test_a_parameter_that_no_template_has_is_a_problem_beside_those_of_the_templates(tmp_path: Path) -> None:
    file = written(tmp_path, "Parameters: {Env: {Type: String}}\nResources: {Q: {}}\n")
    with pytest.raises(InputError) as refused:
        read_templates([file], {"Envv": "x"})
    assert [str(problem).rpartition(": ")[2] for problem in refused.value.problems] == [
        "a resource is a mapping with a Type, such as AWS::SQS::Queue",
        "no template has a parameter 'Envv'; did you mean Env?",
    ]


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    files = [written(tmp_path, "Resources: {Q: {Type: AWS::SQS::Queue}}\n", f"{each}/template.yaml") for each in "ab"]
    assert list(by_id(read_templates(files, {}))) == ["template.Q", "template-2.Q"]


def assembly(directory: Path) -> None:
    """What CDK writes for two stacks, one of which nests a third, and a stage with another."""
    asset = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": {"Fn::Sub": "https://x/y.json"}},
        "Metadata": {"aws:asset:path": "Inner.nested.template.json", "aws:cdk:path": "Shop/Inner"},
    }
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "AWS::StackName"}}}
    version = {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/version"}
    files = {
        "Shop.template.json": {"Resources": {"Inner": asset}, "Parameters": {"BootstrapVersion": version}},
        "Inner.nested.template.json": {"Resources": {"Queue": queue}},
        "Other.template.json": {"Resources": {"Queue": queue}},
        "assembly-live/Live.template.json": {"Resources": {"Queue": queue}},
        "manifest.json": {
            "version": "36.0.0",
            "artifacts": {
                "Shop.assets": {"type": "cdk:asset-manifest", "properties": {"file": "Shop.assets.json"}},
                "Shop": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Shop.template.json"}},
                "Other": {
                    "type": "aws:cloudformation:stack",
                    "properties": {"templateFile": "Other.template.json", "stackName": "other-stack"},
                },
                "assembly-live": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-live"}},
            },
        },
        "assembly-live/manifest.json": {
            "artifacts": {
                "Live": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Live.template.json"}}
            },
        },
    }
    for name, content in files.items():
        written(directory, json.dumps(content), name)


def test_the_stacks_of_a_cdk_out_are_those_of_its_manifest(tmp_path: Path) -> None:
    assembly(tmp_path)
    resources = by_id(read_templates([tmp_path], {}))
    assert list(resources) == ["Shop.Inner", "Shop.Inner.Queue", "other-stack.Queue", "Live.Queue"]
    assert resources["other-stack.Queue"].properties["QueueName"] == "other-stack"
    assert as_text(resources["Shop.Inner.Queue"].properties["QueueName"]) == "${StackName}"
    assert resources["Shop.Inner"].construct_path == "Shop/Inner"


def test_a_stack_that_includes_itself_is_refused_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "Resources:\n  B: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./b.yaml}}\n"
    )
    (tmp_path / "b.yaml").write_text(
        "Resources:\n  A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./a.yaml}}\n"
    )
    with pytest.raises(InputError, match=r"b\.yaml:2: .*this nested stack includes itself \(\./a\.yaml\)"):
        read_templates([tmp_path / "a.yaml"], {})
