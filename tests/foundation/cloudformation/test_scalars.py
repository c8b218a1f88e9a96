from decimal import Decimal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudformation.scalars import plain_scalar


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Yes", True),
        ("off", False),
        ("TRUE", True),
        ("n", "n"),
        ("2012-10-17", "2012-10-17"),
        ("0123", 83),
        ("089", "089"),
        ("-010", -8),
        ("0x1F", 31),
        ("0b101", 5),
        ("1_000", 1000),
        ("22:22", 22 * 60 + 22),
        ("1:30:05", 5405),
        ("-1:30", -90),
        ("1.50", Decimal("1.50")),
        (".5", Decimal("0.5")),
        ("1.5e3", Decimal(1500)),
        ("1e3", "1e3"),
        ("arn:aws:s3:::b", "arn:aws:s3:::b"),
        ("10.0.0.0/16", "10.0.0.0/16"),
        ("9" * 61, "9" * 61),
        ("-", "-"),
    ],
)
def test_a_text_without_quotes_is_what_yaml_1_1_takes_it_for(text: str, value: object) -> None:
    found = plain_scalar(text)
    assert (found, type(found)) == (value, type(value))


@given(st.from_regex(r"[-+]?[0-9a-fx_:]{1,12}|[yYnNoOfFtT][a-zA-Z]{0,4}", fullmatch=True))
def test_flags_and_whole_numbers_are_those_of_a_reader_of_yaml_1_1(text: str) -> None:
    """PyYAML takes the words and numbers of YAML 1.1 as SnakeYAML does, of which CloudFormation is made."""
    try:
        expected = yaml.safe_load(text)
    except (ValueError, yaml.YAMLError):
        return
    if isinstance(expected, bool | int):
        assert plain_scalar(text) == expected
