"""Metric math, case by case: each names the rule of the documentation that it tests.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudwatch.metric_math.program import Grid, Program, compile_queries
from foundation.cloudwatch.metric_math.syntax import MathError, parse
from foundation.cloudwatch.metrics import MathExpression, Metric, MetricStat, Query

# Sunday 2026-03-01 23:58 UTC and the four minutes after it: a change of hour, day, weekday, but not of month.
START_SECONDS = 1_772_409_480
PERIOD_SECONDS = 60

# The inputs that most cases share; "-" is a missing datapoint.
SERIES = {
    "m1": "30 20 0 0 -",
    "m2": "20 - 20 - -",
    "m3": "0 0 20 - 20",
    "c": "1 1 0 0 -",
    "d": "1 2 4 8 16",
    "neg": "-1.5 1.5 -2.5 2.5 0",
    "gap": "- 2 - - 8",
    "none": "- - - - -",
}

# (rule of the documentation, expression, expected)
CASES = [
    ("+ - * / ^ take two time series", "d + d", "2 4 8 16 32"),
    ("a missing value is treated as 0", "m1 + m2", "50 20 20 0 -"),
    ("a missing value is treated as 0", "m1 - m2", "10 20 -20 0 -"),
    ("a missing value is treated as 0", "m2 * m1", "600 0 0 0 -"),
    ("a datapoint that divides by zero is dropped", "d / m1", "0.03333333333333333 0.1 - - -"),
    ("a missing divisor is 0, so the datapoint is dropped", "m1 / m2", "1.5 - 0 - -"),
    ("both missing: there is no such timestamp", "m2 + none", "20 - 20 - -"),
    ("a series and a scalar", "5 * d", "5 10 20 40 80"),
    ("a scalar and a series", "100 / d", "100 50 25 12.5 6.25"),
    ("a scalar adds no timestamps", "m2 + 1", "21 - 21 - -"),
    ("division by a scalar of zero drops all", "d / 0", "- - - - -"),
    ("power", "d ^ 2", "1 4 16 64 256"),
    ("power, read from the right", "2 ^ 3 ^ 2 * d / d", "512 512 512 512 512"),
    ("0 to a negative power is no number", "m1 ^ -1", "0.03333333333333333 0.05 - - -"),
    ("unary minus of a series", "-d", "-1 -2 -4 -8 -16"),
    ("unary minus of a product", "-5 * d", "-5 -10 -20 -40 -80"),
    ("unary minus of an array", "SUM(-[d, d])", "-2 -4 -8 -16 -32"),
    ("* before +", "1 + 2 * d", "3 5 9 17 33"),
    ("parentheses", "(1 + 2) * d", "3 6 12 24 48"),
    ("minus is read from the left", "10 - 2 - d", "7 6 4 0 -8"),
    ("a scalar by an array", "SUM(100 / [d, d])", "200 100 50 25 12.5"),
    ("an array by a series", "AVG([d, d] / d)", "1 1 1 1 1"),
    ("arrays pair up", "SUM([d, d] - [d, m1])", "-29 -18 4 8 16"),
    # The documentation's own table of comparisons, with metric1 = m1 and metric2 = m2 (first four datapoints).
    ("comparison, the documented example 1", "(m1 < m2)", "0 0 1 0 -"),
    ("comparison, the documented example 2", "(m1 >= 30)", "1 0 0 0 -"),
    ("comparison, the documented example 3", "(m1 > 15 AND m2 > 15)", "1 0 0 0 -"),
    ("==", "m1 == m3", "0 0 0 1 0"),
    ("!=", "m1 != m3", "1 1 1 0 1"),
    ("<=", "d <= 4", "1 1 1 0 0"),
    (">", "d > 4", "0 0 0 1 1"),
    ("&& is AND", "d > 1 && d < 8", "0 1 1 0 0"),
    ("|| is OR", "d < 2 || d > 8", "1 0 0 0 1"),
    ("OR", "d < 2 OR d > 8", "1 0 0 0 1"),
    ("AND before OR", "d == 1 OR d > 2 AND d < 8", "1 0 1 0 0"),
    ("scalars compare to a scalar", "d * (2 > 1)", "1 2 4 8 16"),
    ("ABS", "ABS(neg)", "1.5 1.5 2.5 2.5 0"),
    ("ABS of a difference", "ABS(m1 - m2)", "10 20 20 0 -"),
    ("ABS of an array", "MIN(ABS([neg, d]))", "1 1.5 2.5 2.5 0"),
    ("CEIL", "CEIL(neg)", "-1 2 -2 3 0"),
    ("FLOOR", "FLOOR(neg)", "-2 1 -3 2 0"),
    ("LOG is the natural logarithm; of what is not positive there is none", "LOG(m1 / 30 * 2.718281828459045)",
     "1 0.5945348918918356 - - -"),
    ("LOG10", "LOG10(10 * d / d)", "1 1 1 1 1"),
    ("AVG of a series is a scalar, missing values are treated as 0", "d - d + AVG(m2)", "8 8 8 8 8"),
    ("AVG of an array, missing values are treated as 0", "AVG([m1, m2])", "25 10 10 0 -"),
    ("MAX of a series is a scalar", "MAX(d) / d", "16 8 4 2 1"),
    ("MAX of an array", "MAX([m1, m3])", "30 20 20 0 20"),
    ("MIN of a series is a scalar of its datapoints", "gap - MIN(gap)", "- 0 - - 6"),
    ("MIN of an array", "MIN([m1, m3])", "0 0 0 0 20"),
    ("SUM of a series is a scalar", "d / SUM(d) * 31", "1 2 4 8 16"),
    ("SUM of an array", "SUM([m1, m2, m3])", "50 20 40 0 20"),
    ("STDDEV of a series is a scalar", "d - d + STDDEV(gap)", "3 3 3 3 3"),
    ("STDDEV of an array", "STDDEV([m1, m2])", "5 0 10 0 -"),
    ("DATAPOINT_COUNT of a series", "d - d + DATAPOINT_COUNT(m2)", "2 2 2 2 2"),
    ("the average of a sparse metric", "d - d + SUM(m2) / DATAPOINT_COUNT(m2)", "20 20 20 20 20"),
    ("DATAPOINT_COUNT of an array", "DATAPOINT_COUNT([m1, m2, m3])", "3 2 3 1 1"),
    ("DIFF against the preceding value", "DIFF(d)", "- 1 2 4 8"),
    ("DIFF against the preceding value, wherever it lies", "DIFF(gap)", "- - - - 6"),
    ("DIFF_TIME in seconds", "DIFF_TIME(gap)", "- - - - 180"),
    ("RATE per second", "RATE(gap)", f"- - - - {6 / 180!r}"),
    ("RUNNING_SUM", "RUNNING_SUM(d)", "1 3 7 15 31"),
    ("RUNNING_SUM keeps gaps", "RUNNING_SUM(gap)", "- 2 - - 10"),
    ("FILL with a number", "FILL(gap, 10)", "10 2 10 10 8"),
    ("FILL with a scalar", "FILL(gap, MIN(gap))", "2 2 2 2 8"),
    ("FILL with REPEAT repeats the last value before", "FILL(gap, REPEAT)", "- 2 2 2 8"),
    ("FILL with LINEAR draws a line across the gap", "FILL(gap, LINEAR)", "- 2 4 6 8"),
    ("FILL with a series", "FILL(gap, d)", "1 2 4 8 8"),
    ("FILL of a series without any datapoint", "FILL(none, 0)", "0 0 0 0 0"),
    ("FILL of an array", "SUM(FILL([gap, m2], 0))", "20 2 20 0 8"),
    ("FIRST", "FIRST([d, m1])", "1 2 4 8 16"),
    ("LAST", "LAST([d, m1])", "30 20 0 0 -"),
    ("SORT by AVG, highest first", "FIRST(SORT([d, m1, m2], AVG, DESC))", "30 20 0 0 -"),
    ("SORT by MAX, lowest first", "FIRST(SORT([m1, d, m2], MAX, ASC))", "1 2 4 8 16"),
    ("SORT with a limit", "d / METRIC_COUNT(SORT([d, m1, m2], SUM, ASC, 2))", "0.5 1 2 4 8"),
    ("SLICE from inclusive to exclusive", "SUM(SLICE([d, m1, d, d], 2, 4))", "2 4 8 16 32"),
    ("SLICE from one on", "SUM(SLICE([m1, d, d], 1))", "2 4 8 16 32"),
    ("REMOVE_EMPTY", "d / METRIC_COUNT(REMOVE_EMPTY([d, none, m1]))", "0.5 1 2 4 8"),
    ("METRIC_COUNT of all metrics", "d * METRIC_COUNT(METRICS())", "8 16 32 64 128"),
    ("METRICS with a text takes the ids that contain it", 'SUM(METRICS("m"))', "50 20 40 0 20"),
    ("several texts", 'SUM([METRICS("m1"), METRICS("m3")])', "30 20 20 0 20"),
    ("IF of two series, the documented example", "IF(c, m2x, m3)", "30 0 20 - -"),
    ("IF with a scalar value, the documented example", "IF(c, 5, m3)", "5 5 20 - -"),
    ("IF with a scalar otherwise, the documented example", "IF(c, m2x, 5)", "30 0 5 5 -"),
    ("IF without otherwise drops the datapoint", "IF(d > 3, d)", "- - 4 8 16"),
    ("IF of two scalars", "IF(d > 3, 10, 2)", "2 2 10 10 10"),
    ("IF with a scalar condition", "IF(1, d, m1)", "1 2 4 8 16"),
    ("IF with a scalar condition that is false", "IF(0, d, m1)", "30 20 0 0 -"),
    ("a negative condition is true", "IF(neg, 1, 0)", "1 1 1 1 0"),
    ("PERIOD", "d * PERIOD(d)", "60 120 240 480 960"),
    ("MINUTE", "MINUTE(d)", "58 59 0 1 2"),
    ("HOUR, UTC", "HOUR(d)", "23 23 0 0 0"),
    ("DAY is 1 on Monday and 7 on Sunday", "DAY(d)", "7 7 1 1 1"),
    ("DATE is the day of the month", "DATE(d)", "1 1 2 2 2"),
    ("MONTH", "MONTH(d)", "3 3 3 3 3"),
    ("YEAR", "YEAR(d)", "2026 2026 2026 2026 2026"),
    ("EPOCH in seconds", "EPOCH(d) - 1772409480", "0 60 120 180 240"),
    ("functions of timestamps are not sparse", "DAY(none)", "7 7 1 1 1"),
    ("weekdays only, the documented example", "IF(DAY(d) < 6, d)", "- - 4 8 16"),
    ("TIME_SERIES is not sparse", "TIME_SERIES(MAX(d))", "16 16 16 16 16"),
    ("the low-traffic guard always yields a datapoint", "IF(FILL(m1, 0) >= 25, FILL(m2, 0) / m1, 0)",
     "0.6666666666666666 0 0 0 0"),
]  # fmt: skip

REFUSALS = [
    ("m1 +", 5, "is needed here, not the end"),
    ("m1 m2", 4, "an operator or the end is needed here, not 'm2'"),
    ("(m1", 4, "')' or an operator is needed here, not the end"),
    ("m1 ? 2", 4, "'?' has no meaning in metric math"),
    ("nosuch + 1", 1, "no query has the id 'nosuch'"),
    ("1 + TOTAL(m1)", 5, "TOTAL is no function of metric math"),
    ("fill(m1, 0)", 1, "FILL is one, in capitals"),
    ("SEARCH('{AWS/EC2} CPU', 'Sum')", 1, "SEARCH cannot be evaluated here: it finds metrics in an account"),
    ("ANOMALY_DETECTION_BAND(m1)", 1, "is a model that CloudWatch trains"),
    ("SERVICE_QUOTA(m1)", 1, "reads the account's quotas"),
    ("INSIGHT_RULE_METRIC('r', 'Sum')", 1, "Contributor Insights"),
    ("ABS(5)", 5, "ABS takes TS or TS[] here, not S"),
    ("FILL(m1)", 1, "FILL takes 2 arguments, not 1"),
    ("FILL(m1, ASC)", 10, "FILL fills with a number, a time series, REPEAT or LINEAR, not ASC"),
    ("IF(m1)", 1, "IF takes 2 or 3 arguments, not 1"),
    ("IF(1, 2, 3)", 1, "IF gives a time series"),
    ("IF(METRICS(), 1, 2)", 4, "IF takes S or TS here, not TS[]"),
    ("PERIOD(m1 + m2)", 11, "PERIOD takes a metric"),
    ("SORT(METRICS(), MEDIAN, ASC)", 17, "SORT sorts by AVG, MIN, MAX or SUM"),
    ("SORT(METRICS(), SUM, UP)", 22, "SORT's order is ASC or DESC"),
    ("SLICE(METRICS(), -1)", 18, "SLICE takes whole numbers"),
    ("METRICS(m1)", 1, "METRICS takes nothing, or one text"),
    ("m1 + REPEAT", 6, "'REPEAT' stands only among the arguments"),
    ("[m1, 5]", 6, "an array takes TS or TS[] here, not S"),
    ("[m1, m2] + [m1, m2, m3]", 10, "arrays of 2 and 3 time series do not pair up"),
    ("(" * 100 + "m1" + ")" * 100, 62, "nested deeper than 60"),
]  # fmt: skip


def values(drawn: str) -> np.ndarray:
    return np.array([math.nan if sign == "-" else float(sign) for sign in drawn.split()])


def metrics(*ids: str) -> list[Query]:
    stat = MetricStat(metric=Metric(namespace="N", name="M"), period_seconds=PERIOD_SECONDS, statistic="Sum")
    return [Query(id=id_, source=stat) for id_ in ids]


def program(expression: str, ids: tuple[str, ...]) -> Program:
    return compile_queries([*metrics(*ids), Query(id="e", source=MathExpression(expression=expression))])


def grid(series: dict[str, np.ndarray]) -> Grid:
    length = next(iter(series.values())).shape[-1]
    times = START_SECONDS + PERIOD_SECONDS * np.arange(length, dtype=np.int64)
    return Grid(times=times, period_seconds=PERIOD_SECONDS, values=series)


def evaluated(expression: str, series: dict[str, str]) -> np.ndarray:
    result = program(expression, tuple(series)).run(grid({id_: values(drawn) for id_, drawn in series.items()}), "e")
    assert len(result.series) == 1
    return result.series[0]


@pytest.mark.parametrize(
    ("expression", "expected"), [pytest.param(text, out, id=f"{rule}: {text}") for rule, text, out in CASES]
)
def test_a_documented_rule(expression: str, expected: str) -> None:
    series = SERIES if "m2x" not in expression else {"c": SERIES["c"], "m2x": "30 - 0 0 30", "m3": "0 0 20 - 20"}
    np.testing.assert_allclose(evaluated(expression, series), values(expected), rtol=1e-12)


def test_the_table_has_the_cases_it_is_meant_to_have() -> None:
    assert len({text for _, text, _ in CASES}) >= 60


@pytest.mark.parametrize(("expression", "column", "problem"), REFUSALS, ids=[text[:40] for text, _, _ in REFUSALS])
def test_an_error_names_its_column(expression: str, column: int, problem: str) -> None:
    with pytest.raises(MathError) as raised:
        evaluated(expression, SERIES)
    assert str(raised.value).startswith(f"e: column {column}: ")
    assert problem in str(raised.value)


def test_a_result_that_is_one_number_is_refused() -> None:
    with pytest.raises(MathError, match="e: the result is one number"):
        evaluated("AVG(d)", SERIES)


def test_expressions_may_build_on_one_another_in_any_order() -> None:
    compiled = compile_queries(
        [
            Query(id="rate", source=MathExpression(expression="100 * share")),
            Query(id="share", source=MathExpression(expression="bad / total")),
            *metrics("bad", "total"),
        ]
    )
    result = compiled.run(grid({"bad": values("1 2"), "total": values("4 4")}), "rate")
    assert result.series[0].tolist() == [25.0, 50.0]


def test_expressions_that_go_round_in_a_circle_are_refused() -> None:
    queries = [
        Query(id="a", source=MathExpression(expression="b + m1")),
        Query(id="b", source=MathExpression(expression="a + m1")),
        *metrics("m1"),
    ]
    with pytest.raises(MathError, match="a: expressions go round in a circle: a -> b -> a"):
        compile_queries(queries)


def test_an_array_as_a_result_names_its_series() -> None:
    result = program("METRICS() * 2", ("m1", "d")).run(grid({"m1": values("1 2"), "d": values("3 4")}), "e")
    assert result.names == ("m1", "d")
    assert [series.tolist() for series in result.series] == [[2.0, 4.0], [6.0, 8.0]]


WINDOWED = [text for _, text, _ in CASES if "m2x" not in text and "REMOVE_EMPTY" not in text]


@given(
    st.sampled_from(WINDOWED),
    st.lists(
        st.lists(st.one_of(st.just(math.nan), st.integers(-5, 5).map(float)), min_size=4, max_size=4),
        min_size=8,
        max_size=8,
    ),
)
def test_windows_evaluated_at_once_give_what_each_gives_alone(expression: str, drawn: list[list[float]]) -> None:
    ids = tuple(SERIES)
    compiled = program(expression, ids)
    times = START_SECONDS + 60 * (np.arange(2, dtype=np.int64)[:, np.newaxis] + np.arange(3, dtype=np.int64))
    series = {
        id_: np.lib.stride_tricks.sliding_window_view(np.array(points), 3)
        for id_, points in zip(ids, drawn, strict=True)
    }
    both = compiled.run(Grid(times=times, period_seconds=60, values=series), "e").series[0]
    for row in range(2):
        alone = {id_: windows[row] for id_, windows in series.items()}
        one = compiled.run(Grid(times=times[row], period_seconds=60, values=alone), "e").series[0]
        np.testing.assert_array_equal(both[row], one)


@given(
    st.one_of(
        st.text(alphabet="m1+-*/^<>=!&|()[],.\"' SUMFILIFAVG059e", max_size=60),
        st.text(max_size=40),
        st.lists(st.sampled_from([text for _, text, _ in CASES]), min_size=1, max_size=3).map("".join),
    )
)
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        parse(text)
    except MathError as error:
        assert error.column is not None  # noqa: PT017
        assert 1 <= error.column <= len(text) + 1  # noqa: PT017
