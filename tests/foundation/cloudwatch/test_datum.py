"""What PutMetricData takes of a datum, and how much of them at once."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudwatch.datum import MAX_BYTES_A_CALL, batches, bytes_of, is_number, problem_of
from foundation.cloudwatch.limits import LimitError

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
GOOD: Mapping[str, Any] = {
    "MetricName": "M", "Unit": "Count", "Dimensions": [{"Name": "Stage", "Value": "local"}], "Timestamp": NOW, "Value": 1.0,
}  # fmt: skip


def said(**changed: Any) -> str | None:
    return problem_of("N", {**GOOD, **changed}, now=NOW)


def values(*given: float, counts: tuple[float, ...] | None = None) -> dict[str, Any]:
    datum = {key: value for key, value in GOOD.items() if key != "Value"} | {"Values": list(given)}
    return datum if counts is None else {**datum, "Counts": list(counts)}


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"Value": 0},
        {"Value": -(2.0**360)},
        {"Unit": "Kilobytes/Second"},
        {"Dimensions": []},
        {"Dimensions": [{"Name": "D", "Value": "v" * 1_024}]},
        {"MetricName": "m" * 255},
        {"Timestamp": NOW - timedelta(weeks=2)},
        {"Timestamp": NOW + timedelta(hours=2)},
    ],
)
def test_what_cloudwatch_takes_is_put(changed: dict[str, Any]) -> None:
    assert said(**changed) is None


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"Dimensions": [{"Name": "D", "Value": ""}]}, "D ''"),
        ({"Dimensions": [{"Name": "D", "Value": "  "}]}, "D '  '"),
        ({"Dimensions": [{"Name": "D", "Value": "v" * 1_025}]}, "1 to 1,024"),
        ({"Dimensions": [{"Name": ":D", "Value": "v"}]}, "no colon"),
        ({"Dimensions": [{"Name": f"D{number}", "Value": "v"} for number in range(31)]}, "31 dimensions"),
        ({"MetricName": "Größe"}, "metric name"),
        ({"MetricName": "m" * 256}, "metric name"),
        ({"Unit": "count"}, "no unit is called 'count'"),
        ({"Unit": "Millisecond"}, "no unit"),
        ({"Value": math.nan}, "nan is no number"),
        ({"Value": math.inf}, "inf is no number"),
        ({"Value": 2.0**361}, "from -2\\^360 to 2\\^360"),
        ({"Timestamp": NOW - timedelta(weeks=2, seconds=1)}, "2026-02-16 11:59 UTC is more than two weeks ago"),
        ({"Timestamp": NOW + timedelta(hours=2, seconds=1)}, "two hours ahead"),
    ],
)
def test_what_it_refuses_is_refused_with_the_page_that_says_so(changed: dict[str, Any], why: str) -> None:
    with pytest.raises(LimitError, match=why):
        raise LimitError(said(**changed) or "taken", "")
    assert "docs.aws.amazon.com" in str(said(**changed))


def test_a_datum_has_at_most_150_values_with_a_count_each() -> None:
    assert problem_of("N", values(*[1.0] * 150), now=NOW) is None
    assert problem_of("N", values(1.0, 2.0, counts=(3.0, 4.0)), now=NOW) is None
    assert "151 values" in str(problem_of("N", values(*[1.0] * 151), now=NOW))
    assert "0 values" in str(problem_of("N", values(), now=NOW))
    assert "1 counts of 2 values" in str(problem_of("N", values(1.0, 2.0, counts=(3.0,)), now=NOW))
    assert "nan" in str(problem_of("N", values(1.0, counts=(math.nan,)), now=NOW))
    assert "it has no value" in str(problem_of("N", {"MetricName": "M"}, now=NOW))


def test_a_namespace_is_one_of_cloudwatchs() -> None:
    assert "namespace" in str(problem_of("Größe", GOOD, now=NOW))
    assert "namespace" in str(problem_of(":N", GOOD, now=NOW))


@pytest.mark.parametrize("value", [0, -1.5, 10**18])
def test_a_number_is_a_number(value: object) -> None:
    assert is_number(value)


@pytest.mark.parametrize("value", [True, None, "1", math.nan, -math.inf, 10**400, [1]])
def test_what_a_float_does_not_hold_is_none(value: object) -> None:
    assert not is_number(value)


_datum = st.builds(
    lambda name, dimension, count: {
        **values(*[0.1234567890123456] * count, counts=(1.0,) * count), "MetricName": name,
        "Dimensions": [{"Name": "D", "Value": dimension}],
    },
    st.text("abc", min_size=1, max_size=255), st.text("xyz", min_size=1, max_size=1_024), st.integers(1, 150),
)  # fmt: skip


@given(few=st.lists(_datum, max_size=3), times=st.integers(0, 120))
def test_batches_hold_all_data_in_order_and_no_more_than_a_call_takes(few: list[dict[str, Any]], times: int) -> None:
    data = few * times
    found = list(batches(data))
    assert [datum for batch in found for datum in batch] == data
    assert all(0 < len(batch) <= 1_000 for batch in found)
    size_of = {id(each): bytes_of(each) for each in few}
    sizes = [sum(size_of[id(each)] for each in batch) for batch in found]
    assert all(size <= MAX_BYTES_A_CALL for size in sizes)
    # No batch ends before it must: the first of the next would not have fitted.
    assert all(size + size_of[id(after[0])] > MAX_BYTES_A_CALL for size, after in zip(sizes, found[1:], strict=False))


def test_a_thousand_and_one_small_data_are_two_batches() -> None:
    assert [len(batch) for batch in batches([dict(GOOD)] * 1_001)] == [1_000, 1]


def test_the_body_that_boto_sends_is_no_larger_than_was_thought() -> None:
    """Before it is compressed, in the protocol that boto3 speaks now."""
    sizes: list[int] = []

    def keep(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        assert isinstance(request.body, bytes)
        sizes.append(len(request.body))
        return AWSResponse(request.url, 200, {"smithy-protocol": "rpc-v2-cbor"}, raw=_Nothing())  # pyright: ignore[reportArgumentType]

    client: Any = boto3.client(
        "cloudwatch", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x",
        config=Config(disable_request_compression=True),
    )  # fmt: skip
    client.meta.events.register("before-send.cloudwatch.PutMetricData", keep)
    wide = [values(*[0.1 + number / 7 for number in range(150)], counts=tuple([1.0] * 150))] * 250
    many = [dict(GOOD)] * 1_000
    for batch in (*batches(wide), *batches(many)):
        client.put_metric_data(Namespace="N", MetricData=batch)
        assert sizes[-1] <= sum(map(bytes_of, batch)) + 100
    assert len(sizes) > 2
    assert max(sizes) < 1_000_000


class _Nothing:
    def stream(self, **_: Any) -> list[bytes]:
        return [b"\xa0"]
