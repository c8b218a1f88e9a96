import json
from pathlib import Path

import pytest

from foundation.cloudformation.stacks import read_templates
from foundation.service.template_labels import labels_of, words_of
from tests.foundation.cloudformation.templates import read, written


def label(directory: Path, logical_id: str, of_type: str = "AWS::SQS::Queue", path: str = "") -> str:
    resource = {"Type": of_type, "Metadata": {"aws:cdk:path": path}} if path else {"Type": of_type}
    found = read(directory, json.dumps({"Resources": {logical_id: resource}}))
    return labels_of(found.resources)[logical_id]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("CreateOrder", "create-order"),
        ("SQSQueue2", "sqs-queue2"),
        ("myHTTPApi", "my-http-api"),
        ("orders_table-v2", "orders-table-v2"),
        ("ALLCAPS", "allcaps"),
    ],
)
def test_a_name_is_made_of_words(name: str, words: str) -> None:
    assert "-".join(words_of(name)) == words


@pytest.mark.parametrize(
    ("logical_id", "of_type", "path", "called"),
    [
        ("CreateOrderFunction", "AWS::Lambda::Function", "", "create-order"),
        ("OrdersLambda", "AWS::Lambda::Function", "", "orders"),
        ("Function", "AWS::Lambda::Function", "", "function"),
        ("OrdersTable", "AWS::DynamoDB::Table", "", "orders-table"),
        ("Queue4A7E3555", "AWS::SQS::Queue", "Shop/Queue/Resource", "queue"),
        ("ShopOrdersQueue4A7E3555", "AWS::SQS::Queue", "Shop/Orders/Queue/Resource", "orders-queue"),
        ("2ndQueue", "AWS::SQS::Queue", "", "resource-2-nd-queue"),
        ("Queue4A7E3555", "AWS::SQS::Queue", "", "queue4-a7-e3555"),
    ],
)
def test_a_resource_is_called_by_the_words_of_its_id_or_of_its_construct(
    logical_id: str, of_type: str, path: str, called: str, tmp_path: Path
) -> None:
    assert label(tmp_path, logical_id, of_type, path) == called


def test_the_hash_that_cdk_ends_an_id_with_is_no_word(tmp_path: Path) -> None:
    manifest = '{"artifacts": {"Shop": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "s.json"}}}}'
    written(tmp_path, manifest, "manifest.json")
    written(tmp_path, '{"Resources": {"OrdersQueue4A7E3555": {"Type": "AWS::SQS::Queue"}}}', "s.json")
    assert list(labels_of(read_templates([tmp_path], {}).resources).values()) == ["orders-queue"]


def test_two_of_one_name_have_their_stacks_before_it_and_else_a_number(tmp_path: Path) -> None:
    text = "Resources: {Queue: {Type: AWS::SQS::Queue}}\n"
    files = [written(tmp_path, text, f"{name}.yaml") for name in ("orders", "bills")]
    assert list(labels_of(read_templates(files, {}).resources).values()) == ["orders-queue", "bills-queue"]
    one = read(
        tmp_path,
        "Resources: {MyQueue: {Type: AWS::SQS::Queue}, my_queue: {Type: AWS::SQS::Queue}}\n",
    )
    assert list(labels_of(one.resources).values()) == ["my-queue", "my-queue-2"]


def test_a_label_is_no_longer_than_a_file_takes(tmp_path: Path) -> None:
    assert len(label(tmp_path, "Queue" * 40)) <= 80
