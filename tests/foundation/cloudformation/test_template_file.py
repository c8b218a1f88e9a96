from pathlib import Path

import pytest

from foundation.cloudformation.parameters import TakenDefault
from foundation.cloudformation.stacks import read_templates
from foundation.errors import InputError
from tests.foundation.cloudformation.templates import by_id, read


def test_resources_keep_the_order_of_the_template_and_know_their_line(tmp_path: Path) -> None:
    text = """\
        AWSTemplateFormatVersion: 2010-09-09
        Description: A shop
        Resources:
          Zebra: {Type: AWS::SQS::Queue}
          Apple:
            Type: AWS::SNS::Topic
            Metadata: {"aws:cdk:path": Shop/Apple/Resource}
        """
    found = read(tmp_path, text)
    assert list(by_id(found)) == ["Zebra", "Apple"]
    assert [each.where for each in found.resources] == [f"{tmp_path}/template.yaml:4", f"{tmp_path}/template.yaml:5"]
    assert found.resources[1].construct_path == "Shop/Apple/Resource"
    (template,) = found.items
    assert (template.stack, template.description) == ("template", "A shop")


def test_defaults_that_are_taken_are_listed_and_given_values_are_not(tmp_path: Path) -> None:
    text = """\
        Parameters:
          Env: {Type: String, Default: prod}
          Count: {Type: Number, Default: 3}
          Id: {Type: String}
        Resources: {Q: {Type: AWS::SQS::Queue, Properties: {A: !Ref Env, B: !Ref Count}}}
        """
    found = read(tmp_path, text, Env="test", Id="x")
    assert found.resources[0].properties == {"A": "test", "B": "3"}
    assert found.items[0].taken_defaults == (TakenDefault(name="Count", value="3"),)
    assert found.items[0].parameters == ("Env", "Count", "Id")


def test_every_problem_of_a_broken_template_is_found_at_once_with_its_line(tmp_path: Path) -> None:
    text = """\
        Resourcs: {}
        Parameters:
          Env: {Default: prod, AllowedValues: [live, test]}
        Resources:
          One: {Properties: {}}
          Two: queue
          Three: {Type: AWS::SQS::Queue, Properties: [a]}
          Four: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Fiv}}
        Outputs:
          Five: {Description: nothing}
        """
    with pytest.raises(InputError) as refused:
        read(tmp_path, text)
    assert [problem.partition("template.yaml:")[2] for problem in refused.value.problems] == [
        "1: document: 'Resourcs' is no section of a template; did you mean Resources?",
        "3: Parameters: Env: a parameter needs a Type, such as String",
        "3: Parameters: Env: 'prod' is none of the values that it allows: live, test",
        "5: Resources: One: a resource is a mapping with a Type, such as AWS::SQS::Queue",
        "6: Resources: Two: a resource is a mapping with a Type, such as AWS::SQS::Queue",
        "7: Resources: Three: Properties is a mapping, not 'a'",
        "10: Outputs: Five: an output is a mapping with a Value",
        "8: Resources: Four: there is no parameter and no resource Fiv; there are Env, Four, Three",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "a template is one document, and there are 0"),
        ("[a]", "a template is a mapping with the key Resources; this is none"),
        ("a: 1\n---\nb: 1\n", "a template is one document, and there are 2"),
        ("Description: x\n", "a template has the section Resources; this one has none"),
        ("Resources: [a]\n", "Resources is a mapping, not a list"),
        ("Resources: {a: {Type: Queue}}\n", "a resource is a mapping with a Type, such as AWS::SQS::Queue"),
        ("Resources: {a: ", "not valid YAML"),
        ('{"Resources": {', "not valid JSON"),
        ("Resources: !Odd:tag x\n", "Fn::Odd:tag: a resource is a mapping with a Type"),
        ("Resources: !<tag:shop.example,2026:x> {}\n", "the tag tag:shop.example,2026:x is none of CloudFormation's"),
        ('{"Resources": ' + '{"a":' * 60 + "1" + "}" * 61, "nested more than 50 levels deep"),
        ("Resources: {a: " + "[" * 60 + "]" * 60 + "}", "nested more than 50 levels deep"),
        (
            '{"Resources": {"A": {"Type": "A::B::C", "Properties": {"x": [' + "1," * 200_000 + "1]}}}}",
            "more than 200,000",
        ),
    ],
)
def test_what_is_no_template_is_refused_and_is_no_bug(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read(tmp_path, text)
    assert said in str(refused.value)
    assert f"{tmp_path}/template.yaml" in str(refused.value)


def test_a_key_that_is_given_twice_is_told_and_the_last_is_taken(tmp_path: Path) -> None:
    text = """\
        Resources:
          Q: {Type: AWS::SQS::Queue, Properties: {QueueName: a, QueueName: b}}
        """
    found = read(tmp_path, text)
    assert found.resources[0].properties == {"QueueName": "b"}
    assert [note.said for note in found.notes] == ["is given twice"]


def test_what_tools_make_of_aliases_and_merge_keys_is_read(tmp_path: Path) -> None:
    text = """\
        Shared: &shared {Timeout: 5, MemorySize: 256}
        Resources:
          One: {Type: AWS::Lambda::Function, Properties: {<<: *shared, Timeout: 9}}
        """
    with pytest.raises(InputError, match="'Shared' is no section of a template"):
        read(tmp_path, text)
    found = read(tmp_path, text.replace("Shared:", "Metadata:"))
    assert found.resources[0].properties == {"Timeout": 9, "MemorySize": 256}


def test_a_transform_that_is_not_understood_is_told_and_so_is_what_it_may_make(tmp_path: Path) -> None:
    text = """\
        Transform: [AWS::LanguageExtensions, ShopMacro]
        Resources:
          Q: {Type: AWS::SQS::Queue, Properties: {A: !Ref MadeByIt}}
        """
    assert [note.said for note in read(tmp_path, text).notes] == [
        "the transform ShopMacro runs when it is deployed; what it makes is not seen",
        "MadeByIt is not there: a transform may make it",
    ]


def test_a_template_has_at_most_two_thousand_resources(tmp_path: Path) -> None:
    many = "".join(f"  Q{number}: {{Type: AWS::SQS::Queue}}\n" for number in range(2_001))
    with pytest.raises(InputError, match="more than 2,000 resources, and a stack has 500 at most"):
        read(tmp_path, f"Resources:\n{many}")


def test_a_file_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        read_templates([tmp_path / "none.yaml"], {})
