"""The metric arrays of CloudWatch dashboards: one row a metric or expression, read with its abbreviations and written whole.

A row is [namespace, name, dimension, value, …, {rendering}] or [{expression, …}]. "." repeats the field above, and "..."
all fields above that are not given:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, cast

from foundation.cloudwatch.limits import API, require
from foundation.cloudwatch.metrics import MAX_EXPRESSION_CHARACTERS, Metric
from foundation.errors import InputError

MAX_ROWS = 500
_SOURCE = f"{API}/CloudWatch-Dashboard-Body-Structure.html"
# Our field, by the key of a row's rendering object.
_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "accountId": "account_id",
        "color": "color",
        "id": "id",
        "label": "label",
        "period": "period_seconds",
        "region": "region",
        "stat": "statistic",
        "visible": "visible",
        "yAxis": "y_axis",
    }
)


class DashboardMetricError(InputError):
    """Rows that are no metric array; the text names the row, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardMetric:
    """One row: a metric, or a math expression as text, and how it is drawn. None is a setting that is not written."""

    source: Metric | str
    id: str | None = None
    label: str | None = None
    statistic: str | None = None
    period_seconds: int | None = None
    color: str | None = None
    y_axis: str | None = None
    visible: bool | None = None
    region: str | None = None
    account_id: str | None = None


def write_rows(metrics: Sequence[DashboardMetric]) -> list[list[Any]]:
    """The rows, nothing abbreviated.

    Raises LimitError past 500 rows.
    """
    require(len(metrics) <= MAX_ROWS, f"{len(metrics)} rows in one widget, at most {MAX_ROWS}", _SOURCE)
    return [_row(metric) for metric in metrics]


def read_rows(rows: object) -> tuple[DashboardMetric, ...]:
    """Read rows, abbreviated or not.

    Raises DashboardMetricError with the row.
    """
    if not isinstance(rows, list | tuple):
        raise DashboardMetricError("metrics are a list of rows")
    above: list[str] = []
    read: list[DashboardMetric] = []
    for number, row in enumerate(cast("Sequence[object]", rows), start=1):
        texts, rendering = _parts(row, number)
        if "expression" in rendering:
            if texts:
                raise DashboardMetricError(f"row {number}: an expression stands alone, without a metric's fields")
            source: Metric | str = _expression(rendering.pop("expression"), number)
        else:
            above = _expanded(texts, above, number)
            if len(above) < 2 or len(above) % 2:
                raise DashboardMetricError(
                    f"row {number}: a namespace, a metric name, then pairs of dimension and value are needed, not {above}"
                )
            pairs = tuple(zip(above[2::2], above[3::2], strict=True))
            source = Metric(namespace=above[0], name=above[1], dimensions=pairs)
        if unknown := sorted(rendering.keys() - _FIELDS.keys()):
            raise DashboardMetricError(f"row {number}: {', '.join(unknown)}: known are {', '.join(_FIELDS)}")
        read.append(DashboardMetric(source=source, **{_FIELDS[key]: value for key, value in rendering.items()}))
    return tuple(read)


def _row(metric: DashboardMetric) -> list[Any]:
    rendering = {key: value for key, name in _FIELDS.items() if (value := getattr(metric, name)) is not None}
    if isinstance(metric.source, str):
        return [{"expression": metric.source, **rendering}]
    fields = [text for pair in metric.source.dimensions for text in pair]
    return [metric.source.namespace, metric.source.name, *fields, *([rendering] if rendering else [])]


def _parts(given: object, number: int) -> tuple[list[str], dict[str, Any]]:
    if not isinstance(given, list | tuple):
        raise DashboardMetricError(f"row {number}: a row is a list")
    row = cast("Sequence[Any]", given)
    has_rendering = bool(row) and isinstance(row[-1], dict)
    texts = list(row[:-1] if has_rendering else row)
    if not all(isinstance(text, str) for text in texts):
        raise DashboardMetricError(f"row {number}: fields are texts, and only the last may be an object")
    return texts, dict(cast("dict[str, Any]", row[-1])) if has_rendering else {}


def _expanded(texts: list[str], above: list[str], number: int) -> list[str]:
    if "..." in texts:
        at = texts.index("...")
        kept = len(above) - (len(texts) - 1)
        if kept < at or "..." in texts[at + 1 :]:
            raise DashboardMetricError(f'row {number}: "..." stands for fields of the row above, which has too few')
        texts = [*texts[:at], *above[at : at + kept], *texts[at + 1 :]]
    if any(text == "." and index >= len(above) for index, text in enumerate(texts)):
        raise DashboardMetricError(f'row {number}: "." repeats a field of the row above, which has too few')
    return [above[index] if text == "." else text for index, text in enumerate(texts)]


def _expression(text: object, number: int) -> str:
    if not isinstance(text, str) or not 1 <= len(text) <= MAX_EXPRESSION_CHARACTERS:
        raise DashboardMetricError(
            f"row {number}: an expression is a text of 1 to {MAX_EXPRESSION_CHARACTERS:,} characters ({_SOURCE})"
        )
    return text
