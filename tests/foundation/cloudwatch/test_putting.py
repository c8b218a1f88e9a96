"""A batch is no better than its worst item, and what is put is put once."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudwatch.putting import Put, put_metric_data

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def datum(name: str, value: float = 1.0, unit: str = "Count") -> dict[str, Any]:
    return {"MetricName": name, "Value": value, "Unit": unit, "Timestamp": NOW}


class CloudWatch:
    """Takes a call whole or not at all, as the service does; `dislikes` are names that it finds wrong, for whatever reason."""

    def __init__(self, *dislikes: str, code: str = "InvalidParameterValue") -> None:
        self.dislikes, self.code = dislikes, code
        self.stored: list[str] = []
        self.call_count = 0

    def put_metric_data(self, *, Namespace: str, MetricData: Any) -> None:  # noqa: N803
        self.call_count += 1
        names = [each["MetricName"] for each in MetricData]
        if any(name in self.dislikes for name in names):
            raise ClientError({"Error": {"Code": self.code, "Message": "no"}}, "PutMetricData")
        self.stored += names


def test_one_that_is_known_to_be_wrong_is_left_out_and_said_and_the_others_are_put() -> None:
    client = CloudWatch()
    put = put_metric_data("N", [datum("a"), datum("b", float("nan")), datum("c", unit="count")], client, now=NOW)
    assert (put.put_count, client.stored, client.call_count) == (1, ["a"], 1)
    assert len(put.refused) == 2
    assert put.sentence.startswith("2 metric data were not put: N b: nan is no number")


@given(
    names=st.lists(st.sampled_from("abcdefgh"), max_size=20), dislikes=st.sets(st.sampled_from("abcdefgh"), max_size=3)
)
def test_one_that_cloudwatch_finds_wrong_takes_no_other_with_it(names: list[str], dislikes: set[str]) -> None:
    client = CloudWatch(*dislikes)
    put = put_metric_data("N", [datum(name) for name in names], client, now=NOW)
    assert client.stored == [name for name in names if name not in dislikes]
    assert put.put_count == len(client.stored)
    assert put.put_count + len(put.refused) == len(names)


@pytest.mark.parametrize("code", ["Throttling", "InternalServiceError", "AccessDenied"])
def test_what_is_no_fault_of_a_datum_is_raised(code: str) -> None:
    with pytest.raises(ClientError, match=code):
        put_metric_data("N", [datum("a")], CloudWatch("a", code=code), now=NOW)


def test_what_was_left_out_is_said_in_a_few_words() -> None:
    assert Put(put_count=1).sentence == ""
    many = Put(put_count=0, refused=("a", "a", "b", "c", "d", "e"))
    assert many.sentence == "6 metric data were not put: a; b; c; and 2 more"
