"""Texts of a service.yaml: variables are filled in, parameters stay what they are, and what is neither is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudwatch.parameters import Parameter, parts_of
from foundation.errors import InputError
from foundation.service.service_text import service_text

VARIABLES = {"stage": "staging", "service": "shop"}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("orders", ("orders",)),
        ("${service}-${stage}", ("shop-staging",)),
        ("${OrdersQueue}", (Parameter("OrdersQueue"),)),
        ("arn:${AWS::Partition}:sqs:${stage}", ("arn:", Parameter("AWS::Partition"), ":sqs:staging")),
        ("${LoadFullName}/x", (Parameter("LoadFullName"), "/x")),
        ("$stage {stage}", ("$stage {stage}",)),
    ],
)
def test_a_text_has_its_variables_filled_in_and_its_parameters_as_parts(text: str, parts: tuple[object, ...]) -> None:
    assert parts_of(service_text(text, VARIABLES)) == parts


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("${stage", "${stage has no closing brace"),
        ("${}", "${} holds no name of a parameter"),
        ("${a b}", "${a b} holds no name of a parameter"),
        ("${9-x}", "${9-x} holds no name of a parameter"),
        ("${Load.FullName}", "${Load.FullName} holds no name of a parameter"),
        ("${AWS::StackName}", "${AWS::StackName} holds no name of a parameter"),
    ],
)
def test_what_is_opened_and_no_name_is_refused(text: str, said: str) -> None:
    with pytest.raises(InputError) as raised:
        service_text(text, VARIABLES)
    assert said in str(raised.value)


@given(st.text(st.characters(exclude_characters="$"), max_size=40))
def test_a_text_without_a_dollar_is_itself(text: str) -> None:
    assert service_text(text, VARIABLES) == text
    assert parts_of(service_text(text, VARIABLES)) == (text,)
