"""Texts with parameters: told by type, kept by what is made of them, written so that nothing else is filled in."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudwatch.parameters import (
    ACCOUNT,
    REGION,
    Parameter,
    ParametrizedText,
    cloudformation,
    filled,
    fn_sub,
    json_text,
    parameters_in,
    parametrized,
    with_texts,
)

LIMIT = Parameter("Limit")
# What looks like a parameter, and is none.
_texts = st.text(alphabet='${}!AWS:Limit"\\ \n', max_size=12)
_parts = st.lists(st.one_of(_texts, st.sampled_from([LIMIT, REGION])), min_size=1, max_size=6)


def deployed(value: Any, known: dict[str, str]) -> str:
    """What CloudFormation makes of Fn::Sub and Fn::Join, as its reference says."""
    match value:
        case str():
            return value
        case {"Ref": str(name)}:
            return known[name]
        case {"Fn::Join": [str(between), list(parts)]}:
            return between.join(deployed(part, known) for part in parts)
        case {"Fn::Sub": str(text)}:
            return substituted(text, known)
        case _:
            raise AssertionError(value)


def substituted(text: str, known: dict[str, str]) -> str:
    written, at = "", 0
    while (begin := text.find("${", at)) >= 0:
        end = text.find("}", begin)
        if text.startswith("${!", begin):
            written, at = f"{written}{text[at:begin]}${{", begin + 3
        else:
            written, at = f"{written}{text[at:begin]}{known[text[begin + 2 : end]]}", end + 1
    return written + text[at:]


KNOWN = {"Limit": "<limit>", "AWS::Region": "<region>", "AWS::AccountId": "<account>"}


def meant(parts: list[str | Parameter]) -> str:
    return "".join(part if isinstance(part, str) else KNOWN[part.name] for part in parts)


@given(parts=_parts)
def test_only_parameters_are_filled_in_whatever_texts_look_like(parts: list[str | Parameter]) -> None:
    text = parametrized(*parts)
    assert parameters_in(text) == {part for part in parts if isinstance(part, Parameter)}
    assert filled(text, KNOWN) == meant(parts)
    assert deployed(cloudformation(text), KNOWN) == meant(parts)
    assert substituted(fn_sub(text), KNOWN) == meant(parts)


@given(parts=_parts)
def test_json_keeps_the_parameters_of_its_texts(parts: list[str | Parameter]) -> None:
    whole = {"a": [parametrized(*parts), 1.5, None, True], "b": {"c": "d"}}
    text = json_text(whole)
    known = {"Limit": "l", "AWS::Region": "r"}
    inner = "".join(part if isinstance(part, str) else known[part.name] for part in parts)
    assert json.loads(filled(text, known)) == {"a": [inner, 1.5, None, True], "b": {"c": "d"}}
    assert parameters_in(text) == parameters_in(whole)
    assert str(json_text({"a": ["b", 1]})) == json.dumps({"a": ["b", 1]})


def test_a_text_with_a_parameter_reads_as_cloudformation_writes_it_and_is_one_by_its_type_alone() -> None:
    text = parametrized("arn:", REGION, ":", parametrized(ACCOUNT, ":x"))
    assert text == "arn:${AWS::Region}:${AWS::AccountId}:x"
    assert isinstance(text, ParametrizedText)
    assert text.parts == ("arn:", REGION, ":", ACCOUNT, ":x")
    assert not isinstance(parametrized("${AWS::Region}"), ParametrizedText)
    assert parameters_in("${AWS::Region}") == frozenset()
    # What is made of it otherwise is a text, in which nothing is filled in.
    assert parameters_in(f"{text}!") == frozenset()


def test_what_is_not_known_stays_a_parameter() -> None:
    assert parameters_in(filled(parametrized(LIMIT, REGION), {"Limit": "5"})) == {REGION}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain ${Limit}", "plain ${Limit}"),
        (parametrized("a ", REGION), {"Fn::Sub": "a ${AWS::Region}"}),
        (parametrized("${Limit} in ", REGION), {"Fn::Join": ["", ["${Limit} in ", {"Ref": "AWS::Region"}]]}),
    ],
)
def test_cloudformation_gets_a_text_a_substitution_or_its_parts(text: str, written: Any) -> None:
    assert cloudformation(text) == written
    assert with_texts({"k": [text, 1]}, cloudformation) == {"k": [written, 1]}
