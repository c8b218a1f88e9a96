from pathlib import Path

import pytest

from foundation.errors import InputError
from tests.foundation.cloudformation.templates import by_id, read

HEAD = """\
Parameters:
  Env: {Type: String, Default: prod}
  Size: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsTest: !Equals [!Ref Env, test]
  IsLarge: !Equals [!Ref Size, large]
  IsHere: !Equals [!Ref AWS::Region, eu-west-1]
"""
BODY = """\
  Is: {condition}
Resources:
  Always: {{Type: AWS::SNS::Topic}}
  Queue: {{Type: AWS::SQS::Queue, Condition: Is}}
"""


@pytest.mark.parametrize(
    ("condition", "held"),
    [
        ("!Condition IsProd", True),
        ("!Condition IsTest", False),
        ("!Condition IsLarge", None),
        ("!Condition IsHere", None),
        ("!Not [!Condition IsProd]", False),
        ("!Not [{Condition: IsLarge}]", None),
        ("!And [!Condition IsProd, !Condition IsTest]", False),
        ("!And [!Condition IsLarge, !Condition IsTest]", False),
        ("!And [!Condition IsLarge, !Condition IsProd]", None),
        ("!And [!Condition IsProd, !Not [!Condition IsTest]]", True),
        ("!Or [!Condition IsLarge, !Condition IsProd]", True),
        ("!Or [!Condition IsLarge, !Condition IsTest]", None),
        ("!Or [!Condition IsTest, !Not [!Condition IsProd]]", False),
        ("!Equals [!Ref Size, !Ref Size]", True),
        ("!Equals [true, 'true']", True),
        ("!Equals [1, 2]", False),
    ],
)
def test_a_condition_is_true_false_or_known_to_a_deployment_alone(
    condition: str, held: bool | None, tmp_path: Path
) -> None:
    found = read(tmp_path, HEAD + BODY.format(condition=condition))
    assert ("Queue" in by_id(found)) is (held is not False)
    assert [(each.address, each.condition) for each in found.left_out] == ([("Queue", "Is")] if held is False else [])
    told = [note.said for note in found.notes]
    assert told == (["it is kept: its condition Is is known to a deployment alone"] if held is None else [])


def test_a_parameter_that_is_given_decides(tmp_path: Path) -> None:
    found = read(tmp_path, HEAD + BODY.format(condition="!Condition IsLarge"), Size="small")
    assert [each.address for each in found.left_out] == ["Queue"]


def test_wrong_conditions_are_found_all_at_once(tmp_path: Path) -> None:
    text = """\
        Conditions:
          Loop: !Not [!Condition Loop]
          None: !Condition Nonee
          Odd: !Equals [1]
        Resources:
          A: {Type: AWS::SQS::Queue, Condition: Loop}
          B: {Type: AWS::SQS::Queue, Condition: None}
          C: {Type: AWS::SQS::Queue, Condition: Odd}
        """
    with pytest.raises(InputError) as refused:
        read(tmp_path, text)
    said = [problem.partition("template.yaml:")[2] for problem in refused.value.problems]
    assert said == [
        "2: Resources: A: Conditions: Loop: the condition Loop hangs on itself",
        "3: Resources: B: Conditions: None: no condition is named 'Nonee'; did you mean None?",
        "4: Resources: C: Conditions: Odd: a condition is Fn::Equals of two, Fn::Not of one, Fn::And or Fn::Or of several, "
        "or Condition; this is none of them",
    ]


def test_a_long_chain_of_conditions_is_refused_and_is_no_bug(tmp_path: Path) -> None:
    chain = "".join(f"  C{number}: !Condition C{number + 1}\n" for number in range(2_000))
    text = f"Conditions:\n{chain}  C2000: !Equals [a, a]\nResources:\n  Q: {{Type: AWS::SQS::Queue, Condition: C0}}\n"
    with pytest.raises(InputError, match="more than 50 levels deep"):
        read(tmp_path, text)
