"""The bounds of what an objectives file may hold: the longest that is read, and what is one more."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

import foundation.slo.openslo as openslo

METRIC = {"namespace": "N", "metricName": "M"}
WINDOW = {"duration": "28d", "isRolling": "true"}
SPEC = {"service": "shop", "budgetingMethod": "Occurrences", "timeWindow": [WINDOW], "objectives": [{"target": "0.9"}]}
COST = {"service": "shop", "limitUsd": "5"}
STACKS = {"stackNamePrefix": "x", "outcome": "any"}


def dimensions(count: int) -> dict[str, str]:
    return {f"D{number}": "x" for number in range(count)}


@pytest.mark.parametrize(
    ("form", "given", "key", "good", "bad"),
    [
        (openslo.Metadata, {"name": "x"}, "displayName", ["x", "x" * 200], ["", "x" * 201]),
        (openslo.Metadata, {}, "name", ["x", "x" * 63], ["", "x" * 64, "-x", "x-", "X"]),
        (openslo.CloudWatchSpec, METRIC, "namespace", ["x", "x" * 255], ["", "x" * 256]),
        (openslo.CloudWatchSpec, METRIC, "metricName", ["x", "x" * 255], ["", "x" * 256]),
        (openslo.CloudWatchSpec, METRIC, "dimensions", [dimensions(0), dimensions(30)], [dimensions(31)]),
        (openslo.XRaySpec, {}, "filter", ["x", "x" * 2_000], ["", "x" * 2_001]),
        (
            openslo.CloudFormationSpec,
            STACKS,
            "stackNamePrefix",
            ["x", "x" * 128, "A-1"],
            ["", "x" * 129, "1x", "-x", "x_y", "x y", "ü"],
        ),
        (openslo.Target, {}, "targetPercent", ["0.1", "100"], ["0", "100.1", "-0.5"]),
        (openslo.Target, {}, "target", ["0.1", "1"], ["0", "1.1", "-0.5"]),
        (openslo.Target, {}, "timeSliceTarget", ["0.1", "1"], ["0", "1.1", "-0.5"]),
        (openslo.SloSpec, SPEC, "description", ["", "x" * 1_050], ["x" * 1_051]),
        (openslo.SloSpec, SPEC, "timeWindow", [[WINDOW]], [[], [WINDOW, WINDOW]]),
        (openslo.SloSpec, SPEC, "objectives", [[{}]], [[]]),
        (openslo.ServiceSpec, {}, "description", ["", "x" * 1_050], ["x" * 1_051]),
        (openslo.CostSpec, COST, "description", ["", "x" * 1_050], ["x" * 1_051]),
        (openslo.CostSpec, COST, "limitUsd", ["0.01"], ["0", "-0.5"]),
    ],
)
def test_what_is_within_its_bounds_is_read_and_what_is_beyond_is_not(
    form: Any, given: dict[str, Any], key: str, good: list[Any], bad: list[Any]
) -> None:
    read = TypeAdapter[Any](form).validate_python
    for value in good:
        assert read({**given, key: value})
    for value in bad:
        with pytest.raises(ValidationError, match=key):
            read({**given, key: value})


def test_what_is_not_given_is_nothing() -> None:
    assert set(openslo.Target().model_dump().values()) == {None}
    assert openslo.ServiceSpec().description == ""
    assert TypeAdapter(openslo.CostSpec).validate_python(COST).description == ""
    spec = TypeAdapter(openslo.SloSpec).validate_python(SPEC)
    assert (spec.description, spec.indicator) == ("", None)
    assert openslo.Metadata(name="x").displayName is None
    assert set(openslo.IndicatorSpec().model_dump().values()) == {None}
    for kind, given in (("CloudWatch", METRIC), ("XRay", {"filter": "x"}), ("CloudFormation", STACKS)):
        source = TypeAdapter[Any](openslo.MetricSource).validate_python({"type": kind, "spec": given})
        assert source.metricSourceRef is None


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("455d", timedelta(days=455)),
        ("65w", timedelta(days=455)),
        ("1w", timedelta(days=7)),
        ("5m", timedelta(minutes=5)),
    ],
)
def test_a_window_has_one_unit_and_at_most_fifteen_months(text: str, length: timedelta) -> None:
    assert TypeAdapter(openslo.Duration).validate_python(text) == length


@pytest.mark.parametrize("text", ["456d", "66w", "10921h"])
def test_a_longer_window_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match=f"'{text}' is more than 455d"):
        TypeAdapter(openslo.Duration).validate_python(text)
