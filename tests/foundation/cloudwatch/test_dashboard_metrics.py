"""Metric arrays of dashboards: abbreviations read, written whole, and back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudwatch.dashboard_metrics import DashboardMetric, DashboardMetricError, read_rows, write_rows
from foundation.cloudwatch.limits import LimitError
from foundation.cloudwatch.metrics import Metric

CPU = Metric(namespace="AWS/EC2", name="CPUUtilization", dimensions=(("InstanceId", "i-1"),))


def test_a_row_is_read() -> None:
    row = [
        "AWS/EC2",
        "CPUUtilization",
        "InstanceId",
        "i-1",
        {"stat": "p99", "period": 60, "yAxis": "right", "id": "m1"},
    ]
    assert read_rows([row]) == (
        DashboardMetric(source=CPU, statistic="p99", period_seconds=60, y_axis="right", id="m1"),
    )


def test_dots_repeat_the_row_above() -> None:
    """The documentation's own example of the two abbreviations."""
    rows = [
        ["AWS/EC2", "CPUUtilization", "InstanceId", "i-1"],
        [".", ".", ".", "i-2"],
        ["...", "i-3"],
        ["...", {"stat": "Maximum"}],
        [{"expression": "SUM(METRICS())", "label": "all", "id": "e1"}],
        [".", "NetworkIn", ".", "."],
    ]
    read = read_rows(rows)
    metrics = [str(each.source) for each in read]
    assert metrics == [
        "AWS/EC2 CPUUtilization{InstanceId=i-1}",
        "AWS/EC2 CPUUtilization{InstanceId=i-2}",
        "AWS/EC2 CPUUtilization{InstanceId=i-3}",
        "AWS/EC2 CPUUtilization{InstanceId=i-3}",
        "SUM(METRICS())",
        "AWS/EC2 NetworkIn{InstanceId=i-3}",
    ]
    assert read[3].statistic == "Maximum"


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([["AWS/EC2"]], "row 1: a namespace, a metric name, then pairs"),
        ([["N", "M", "D"]], "row 1: a namespace, a metric name, then pairs"),
        ([["N", "M"], [".", ".", "."]], 'row 2: "." repeats a field of the row above, which has too few'),
        ([["...", "i-1"]], 'row 1: "..." stands for fields of the row above, which has too few'),
        ([["N", 5]], "row 1: fields are texts"),
        ([["N", "M", {"colour": "#fff"}]], "row 1: colour: known are accountId, color"),
        ([["N", {"expression": "m1"}]], "row 1: an expression stands alone"),
        ([[{"expression": ""}]], "row 1: an expression is a text of 1 to 2,048 characters"),
        ([[]], "row 1: a namespace"),
    ],
)
def test_rows_that_are_none_are_refused_by_number(rows: list[list[Any]], problem: str) -> None:
    with pytest.raises(DashboardMetricError, match=problem):
        read_rows(rows)


def test_a_widget_has_500_rows_at_most() -> None:
    with pytest.raises(LimitError, match="501 rows in one widget, at most 500"):
        write_rows([DashboardMetric(source="m1")] * 501)


_texts = st.text(alphabet="abcXYZ/-", min_size=1, max_size=8)
_metrics = st.builds(
    Metric,
    namespace=_texts,
    name=_texts,
    dimensions=st.lists(st.tuples(_texts, _texts), max_size=3, unique_by=lambda pair: pair[0]).map(tuple),
)


@given(
    st.lists(
        st.builds(
            DashboardMetric,
            source=st.one_of(_metrics, st.sampled_from(["m1 + m2", "SUM(METRICS())"])),
            id=st.none() | st.just("m1"),
            label=st.none() | _texts,
            statistic=st.none() | st.just("p99"),
            period_seconds=st.none() | st.just(300),
            visible=st.none() | st.booleans(),
            region=st.none() | st.just("us-east-1"),
        ),
        max_size=5,
    )
)
def test_rows_that_were_written_and_read_are_the_same(metrics: list[DashboardMetric]) -> None:
    assert list(read_rows(write_rows(metrics))) == metrics


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (5, "metrics are a list of rows"),
        ("rows", "metrics are a list of rows"),
        (None, "metrics are a list of rows"),
        ([["A", "b"], 5], "row 2: a row is a list"),
        (["AB"], "row 1: a row is a list"),
    ],
)
def test_what_is_no_list_of_lists_is_said(rows: object, said: str) -> None:
    with pytest.raises(DashboardMetricError, match=said):
        read_rows(rows)
