"""Which resource a text names, of names that are written out here."""

import pytest

from foundation.service.template_names import TemplateNames

NAMES = TemplateNames(
    names={"A": "orders", "B": "orders", "C": "mail", "D": "mail", "E": "things", "F": "shop", "G": "abc", "H": "${Late}"},
    types={
        "A": "AWS::Lambda::Function",
        "B": "AWS::SQS::Queue",
        "C": "AWS::SQS::Queue",
        "D": "AWS::SQS::Queue",
        "E": "AWS::Odd::Thing",
        "F": "AWS::ApiGateway::RestApi",
        "G": "AWS::DynamoDB::Table",
        "H": "AWS::DynamoDB::Table",
    },
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "address"),
    [
        # Two are called so, and only an ARN or an address says which.
        ("orders", None),
        ("arn:aws:sqs:eu-west-1:1:orders", "B"),
        ("arn:aws:lambda:eu-west-1:1:function:orders", "A"),
        ("https://sqs.eu-west-1.amazonaws.com/1/orders", "B"),
        # Two of a type are called so.
        ("arn:aws:sqs:eu-west-1:1:mail", None),
        # Of a type that nobody knows.
        ("things", "E"),
        ("arn:aws:odd:eu-west-1:1:thing/things", "E"),
        ("arn:aws:dynamodb:eu-west-1:1:table/orders", None),
        # An API is found by its id, and a short word may be any.
        ("shop", None),
        ("abc", None),
        ("arn:aws:dynamodb:eu-west-1:1:table/abc", "G"),
        ("${Late}", None),
        ("arn:aws:dynamodb", None),
        ("arn:", None),
    ],
)
def test_a_text_names_one_or_none(text: str, address: str | None) -> None:
    assert NAMES.named(text) == address


def test_where_nothing_else_stands_the_type_says_which_it_is_and_a_short_name_is_one() -> None:
    assert NAMES.named_of("AWS::Lambda::Function", "orders") == "A"
    assert NAMES.named_of("AWS::SQS::Queue", "orders") == "B"
    assert NAMES.named_of("AWS::DynamoDB::Table", "abc") == "G"
    assert NAMES.named_of("AWS::SQS::Queue", "mail") is None
