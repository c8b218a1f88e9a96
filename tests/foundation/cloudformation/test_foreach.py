from pathlib import Path

import pytest

from foundation.errors import InputError
from tests.foundation.cloudformation.templates import by_id, read


def test_a_loop_stands_for_a_resource_of_each_item_in_keys_and_in_texts(tmp_path: Path) -> None:
    text = """\
        Transform: AWS::LanguageExtensions
        Parameters:
          Names: {Type: CommaDelimitedList, Default: "orders, bills-x"}
        Resources:
          Fn::ForEach::Queues:
            - Name
            - !Ref Names
            - Queue&{Name}:
                Type: AWS::SQS::Queue
                Properties: {QueueName: !Sub "shop-${Name}", Tags: [{Key: name, Value: !Ref Name}]}
          Last: {Type: AWS::SNS::Topic, Properties: {TopicName: !GetAtt [Queuebillsx, QueueName]}}
        """
    found = by_id(read(tmp_path, text))
    assert list(found) == ["Queueorders", "Queuebillsx", "Last"]
    assert found["Queuebillsx"].properties == {
        "QueueName": "shop-bills-x",
        "Tags": ({"Key": "name", "Value": "bills-x"},),
    }
    assert found["Queueorders"].properties["QueueName"] == "shop-orders"


def test_a_loop_inside_of_a_loop_has_one_name_and_stands_for_every_pair(tmp_path: Path) -> None:
    text = """\
        Resources:
          Fn::ForEach::Outer:
            - A
            - [x, y]
            - Fn::ForEach::Inner:
                - B
                - ["1", "2"]
                - T${A}${B}: {Type: AWS::SNS::Topic}
        """
    assert list(by_id(read(tmp_path, text))) == ["Tx1", "Tx2", "Ty1", "Ty2"]


def test_a_loop_over_what_only_a_deployment_knows_is_told_and_left_out(tmp_path: Path) -> None:
    text = """\
        Parameters: {Names: {Type: CommaDelimitedList}}
        Resources:
          Fn::ForEach::Queues: [Name, !Ref Names, {"Queue${Name}": {Type: AWS::SQS::Queue}}]
          Topic: {Type: AWS::SNS::Topic}
        """
    found = read(tmp_path, text)
    assert list(by_id(found)) == ["Topic"]
    assert [note.said for note in found.notes] == [
        "Fn::ForEach::Queues is left out: its items are known to a deployment alone"
    ]


@pytest.mark.slow
def test_loops_that_would_fill_the_memory_are_refused(tmp_path: Path) -> None:
    items = ", ".join(f"a{number}" for number in range(600))
    text = f"""\
        Resources:
          Fn::ForEach::One:
            - A
            - [{items}]
            - Fn::ForEach::Two: [B, [{items}], {{"T${{A}}${{B}}": {{Type: AWS::SNS::Topic}}}}]
        """
    with pytest.raises(InputError, match="more than 200,000 values"):
        read(tmp_path, text)


def test_a_loop_that_is_none_is_a_problem_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r":3: Resources: Fn::ForEach::One takes a name, a list, and a mapping"):
        read(tmp_path, "Resources:\n  T: {Type: AWS::SNS::Topic}\n  Fn::ForEach::One: [A, B]\n")
