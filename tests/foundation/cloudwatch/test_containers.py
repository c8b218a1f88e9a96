"""What templates and dashboards may hold, at the limit and beyond it."""

from typing import Any

import pytest

from foundation.cloudwatch.containers import check_body, check_template
from foundation.cloudwatch.limits import LimitError


def template(count: int, key: str = "Resources") -> dict[str, Any]:
    return {key: {f"A{number}": {} for number in range(count)}}


@pytest.mark.parametrize(("key", "most"), [("Resources", 500), ("Parameters", 200), ("Outputs", 200)])
def test_a_template_holds_so_many_and_no_more(key: str, most: int) -> None:
    check_template(template(most, key), name="t", remedy="split it")
    said = rf"the template t has {most + 1} {key.lower()}, and CloudFormation takes at most {most}; split it \(https"
    with pytest.raises(LimitError, match=said):
        check_template(template(most + 1, key), name="t", remedy="split it")


def test_a_template_has_at_most_a_million_bytes_as_it_is_deployed() -> None:
    around = len('{"D":""}')
    check_template({"D": "x" * (1_000_000 - around)}, name="t", remedy="split it")
    with pytest.raises(LimitError, match="1,000,001 bytes, and CloudFormation takes at most 1,000,000; split it"):
        check_template({"D": "x" * (1_000_001 - around)}, name="t", remedy="split it")


def test_a_dashboard_fits_into_a_template() -> None:
    around = len('{"D":""}')
    check_body({"D": "x" * (1_000_000 - around)}, name="d")
    with pytest.raises(LimitError, match="the dashboard d has 1,000,001 bytes"):
        check_body({"D": "x" * (1_000_001 - around)}, name="d")


@pytest.mark.parametrize(
    ("widgets", "metrics", "said"), [(501, 0, "501 widgets"), (1, 501, "501 metrics in one"), (6, 417, "2,502 metrics")]
)
def test_a_dashboard_has_so_many_widgets_and_metrics(widgets: int, metrics: int, said: str) -> None:
    def body(widget_count: int, metric_count: int) -> dict[str, Any]:
        return {"widgets": [{"properties": {"metrics": [["N", "M"]] * metric_count}}] * widget_count}

    check_body(body(500, 5), name="d")
    check_body(body(5, 500), name="d")
    with pytest.raises(LimitError, match=said):
        check_body(body(widgets, metrics), name="d")
