"""JSON for programs: numbers are numbers with all their digits, moments have an offset, and the version comes first."""

import json
import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from foundation.files.output import Output, Part, to_json


class Colour(StrEnum):
    RED = "red"


class Inner(Part):
    count: int
    at: datetime


class Sample(Output):
    usd: Decimal | None = None
    ratio: float | None = None
    text: str | None = None
    colour: Colour | None = None
    on: date | None = None
    is_known: bool | None = None
    parts: tuple[Inner, ...] = ()


class NumberOnly(Output):
    usd: Decimal


class FloatOnly(Output):
    ratio: float


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**60), max_value=10**60))
def test_a_decimal_is_a_number_of_all_its_digits(usd: Decimal) -> None:
    written = to_json(NumberOnly(usd=usd))
    assert json.loads(written, parse_float=Decimal, parse_int=Decimal)["usd"] == usd
    assert "e" not in written.split('"usd":')[1].lower()
    assert '"' not in written.split('"usd":')[1]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_comes_back_as_it_was_and_has_no_exponent(ratio: float) -> None:
    written = to_json(FloatOnly(ratio=ratio))
    assert json.loads(written, parse_int=float)["ratio"] == ratio
    assert "e" not in written.split('"ratio":')[1].lower()


@given(st.text())
def test_a_text_comes_back_as_it_was_and_is_written_in_ascii(text: str) -> None:
    written = to_json(Sample(text=text))
    assert written.isascii()
    assert json.loads(written)["text"] == text


@pytest.mark.parametrize(
    ("usd", "written"),
    [("0.10", "0.10"), ("1E-7", "0.0000001"), ("1E+3", "1000"), ("6350.34", "6350.34"), ("0", "0")],
)
def test_money_stands_as_it_was_written(usd: str, written: str) -> None:
    assert f'"usd": {written}\n' in to_json(NumberOnly(usd=Decimal(usd)))


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused(number: float) -> None:
    with pytest.raises(ValidationError):
        Sample(ratio=number)
    with pytest.raises(ValidationError):
        NumberOnly(usd=Decimal(number))


def test_a_whole_output_reads_so() -> None:
    east = timezone(timedelta(hours=9))
    made = Sample(
        usd=Decimal(500), colour=Colour.RED, on=date(2026, 3, 1), is_known=True,
        parts=(Inner(count=3, at=datetime(2026, 3, 1, 12, tzinfo=UTC)), Inner(count=0, at=datetime(2026, 3, 1, tzinfo=east))),
    )  # fmt: skip
    assert to_json(made) == (
        '{\n  "schema_version": 1,\n  "usd": 500,\n  "ratio": null,\n  "text": null,\n  "colour": "red",\n'
        '  "on": "2026-03-01",\n  "is_known": true,\n  "parts": [\n'
        '    {\n      "count": 3,\n      "at": "2026-03-01T12:00:00+00:00"\n    },\n'
        '    {\n      "count": 0,\n      "at": "2026-03-01T00:00:00+09:00"\n    }\n  ]\n}\n'
    )
    assert '"parts": []' in to_json(Sample())


def test_a_moment_without_an_offset_is_refused() -> None:
    naive = datetime(2026, 3, 1)  # noqa: DTZ001 - that is what is refused
    with pytest.raises(ValueError, match="has no offset"):
        to_json(Sample(parts=(Inner(count=1, at=naive),)))


def test_a_length_of_time_has_no_form_and_an_unknown_key_none_either() -> None:
    class Long(Output):
        length: timedelta

    with pytest.raises(TypeError, match="timedelta has no form"):
        to_json(Long(length=timedelta(seconds=1)))
    with pytest.raises(ValidationError):
        Sample.model_validate({"colours": []})
