from collections.abc import Mapping
from pathlib import Path

import pytest

from foundation.cloudformation.values import Attribute, Value, as_text, attributes_in, is_known
from foundation.errors import InputError
from tests.foundation.cloudformation.templates import properties, read

HEAD = """\
Parameters:
  Env: {Type: String, Default: prod}
  Size: {Type: String}
  Names: {Type: CommaDelimitedList, Default: "a, b"}
  Image: {Type: "AWS::SSM::Parameter::Value<String>", Default: /aws/image}
Mappings:
  ByEnv: {prod: {Days: 14, Name: live}, test: {Days: 3, Name: live}}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsLarge: !Equals [!Ref Size, large]
----
"""


def value(tmp_path: Path, written: str, **parameters: str) -> Value:
    return properties(tmp_path, f"{HEAD}X: {written}\n", **parameters).get("X", "not there")


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("!Ref Env", "prod"),
        ("{Ref: Env}", "prod"),
        ("{'Fn::Sub': '${Env}-x'}", "prod-x"),
        ("!Sub ['${Env}-${Own}', {Own: !Ref Env}]", "prod-prod"),
        ("!Join ['-', [shop, !Ref Env, 1]]", "shop-prod-1"),
        ("!Join ['-', !Ref Names]", "a-b"),
        ("!Select [1, !Ref Names]", "b"),
        ("!Select [0, !Split [':', 'x:y']]", "x"),
        ("!If [IsProd, 1, 2]", 1),
        ("!If [IsLarge, same, same]", "same"),
        ("!If [IsProd, !Ref AWS::NoValue, 2]", "not there"),
        ("[1, !Ref AWS::NoValue, 3]", (1, 3)),
        ("!FindInMap [ByEnv, !Ref Env, Days]", 14),
        ("!FindInMap [ByEnv, !Ref Size, Name]", "live"),
        ("!FindInMap [ByEnv, none, Days, {DefaultValue: 5}]", 5),
        ("!Length [a, b, c]", 3),
        ("!ToJsonString {a: [1, true]}", '{"a":[1,true]}'),
        ("!Base64 x", "eA=="),
        ("!Cidr [10.0.0.0/16, 2, 8]", ("10.0.0.0/24", "10.0.1.0/24")),
        ("{Condition: {StringEquals: {a: b}}}", {"Condition": {"StringEquals": {"a": "b"}}}),
    ],
)
def test_a_function_whose_arguments_are_known_is_evaluated(written: str, found: Value, tmp_path: Path) -> None:
    assert value(tmp_path, written) == found


@pytest.mark.parametrize(
    ("written", "called"),
    [
        ("!Ref Size", "${Size}"),
        ("!Ref Image", "${Image}"),
        ("!Ref Thing", "${Thing}"),
        ("!GetAtt Thing.Arn", "${ThingArn}"),
        ("!GetAtt [Thing, Arn]", "${ThingArn}"),
        ("!Sub 'x-${Thing.Arn}-${AWS::Region}'", "x-${ThingArn}-${AWS::Region}"),
        ("!Sub '${AWS::StackName}-x'", "${StackName}-x"),
        ("!ImportValue shop-Vpc-Id", "${ImportShopVpcId}"),
        ("!If [IsLarge, 1, 2]", "${IsLarge}"),
        ("!FindInMap [ByEnv, !Ref Size, Days]", "${ByEnvDays}"),
        ("!Select [0, !GetAZs '']", "${AvailabilityZonesItem0}"),
        ("'{{resolve:ssm:/x/y}}'", "${SsmXY}"),
    ],
)
def test_what_only_a_deployment_knows_has_a_name(written: str, called: str, tmp_path: Path) -> None:
    found = value(tmp_path, written)
    assert as_text(found) == called
    assert not is_known(found)


def test_of_either_value_of_a_condition_all_that_is_referred_to_is_kept(tmp_path: Path) -> None:
    assert attributes_in(value(tmp_path, "!If [IsLarge, !Ref Thing, !GetAtt Thing.Arn]")) == (
        Attribute("Thing"),
        Attribute("Thing", "Arn"),
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("!Ref Nothing", "there is no parameter and no resource Nothing"),
        ("!Ref Envv", "there is no parameter and no resource Envv; did you mean Env?"),
        ("!Ref AWS::Regio", "there is no AWS::Regio; did you mean AWS::Region?"),
        ("!Ref [a]", "Ref takes the name of a parameter or of a resource"),
        ("!GetAtt Thing", "Fn::GetAtt takes a resource and an attribute, such as Queue.Arn"),
        ("!GetAtt Nothing.Arn", "there is no parameter and no resource Nothing"),
        ("!Sub '${Nothing}'", "there is no parameter and no resource Nothing"),
        ("!Sub [a, b, c]", "Fn::Sub takes a text, or a text and a mapping of its variables"),
        ("!If [IsProd, 1]", "Fn::If takes the name of a condition and two values"),
        ("!If [IsProdd, 1, 2]", "no condition is named 'IsProdd'; did you mean IsProd?"),
        ("!FindInMap [ByEnv, none, Days]", "Fn::FindInMap: there is no ByEnv none Days in the mappings"),
        ("!FindInMap [ByEnv]", "Fn::FindInMap takes a mapping and two keys"),
        ("!Join [a, b]", "Fn::Join: its arguments are not those that it takes"),
        ("!Select [9, [a]]", "Fn::Select: its arguments are not those that it takes"),
        ("!Joim ['', [a]]", "Fn::Joim is no function of CloudFormation; did you mean Fn::Join?"),
    ],
)
def test_what_a_function_does_not_take_is_a_problem_with_its_line(written: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        value(tmp_path, written)
    (problem,) = refused.value.problems
    assert problem.startswith(f"{tmp_path}/template.yaml:15: Resources: Thing: {said}")


def test_what_a_macro_or_a_tool_makes_is_told(tmp_path: Path) -> None:
    text = """\
        Resources:
          Queue:
            Type: AWS::SQS::Queue
            Properties:
              Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://shop/queue.yaml}}
          Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: !Rain::Embed name.txt}}
        """
    assert [note.said for note in read(tmp_path, text).notes] == [
        "what Fn::Transform makes is not seen: AWS::Include runs when it is deployed",
        "what Fn::Rain::Embed makes is not seen: a tool runs it before it is deployed",
    ]


def test_json_and_yaml_with_and_without_short_forms_are_read_alike(tmp_path: Path) -> None:
    yaml_text = 'Resources: {Q: {Type: "AWS::SQS::Queue", Properties: {QueueName: !Sub "x-${T}", D: 010}}, T: {Type: "A::B::C"}}'
    json_text = (
        '{"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::Sub": "x-${T}"}, "D": 8}},'
        ' "T": {"Type": "A::B::C"}}}'
    )
    of_each: list[Mapping[str, Value]] = []
    for number, text in enumerate((yaml_text, json_text)):
        of_each.append(read(tmp_path, text, name=f"{number}.template").resources[0].properties)
    assert of_each[0] == of_each[1]
