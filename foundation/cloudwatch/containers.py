"""AWS's limits on what holds other things: a template has so many resources and bytes, an alarm widget so many alarms."""

import json
from collections.abc import Mapping
from typing import Any

from foundation.cloudwatch.limits import require

_TEMPLATES = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"
MAX_RESOURCES, MAX_PARAMETERS, MAX_OUTPUTS, MAX_TEMPLATE_BYTES = 500, 200, 200, 1_000_000
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-description-structure.html
MAX_DESCRIPTION_BYTES = 1_024
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
MAX_ALARMS_A_WIDGET = 100
_DASHBOARDS = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html"
MAX_WIDGETS, MAX_METRICS_A_WIDGET, MAX_METRICS_A_DASHBOARD = 500, 500, 2_500
# A body is deployed inside a template, and has no limit of its own that is documented.
MAX_BODY_BYTES = MAX_TEMPLATE_BYTES


def check_template(template: Mapping[str, Any], *, name: str, remedy: str) -> None:
    """Refuse a template that CloudFormation would; `remedy` is what to do. Raises LimitError with the number and the limit."""
    for key, most in (("Resources", MAX_RESOURCES), ("Parameters", MAX_PARAMETERS), ("Outputs", MAX_OUTPUTS)):
        count = len(template.get(key, {}))
        require(
            count <= most,
            f"the template {name} has {count:,} {key.lower()}, and CloudFormation takes at most {most}; {remedy}",
            _TEMPLATES,
        )
    # Written without blanks, which is the least that can be deployed.
    size = len(json.dumps(template, separators=(",", ":")).encode())
    require(
        size <= MAX_TEMPLATE_BYTES,
        f"the template {name} has {size:,} bytes, and CloudFormation takes at most {MAX_TEMPLATE_BYTES:,}; {remedy}",
        _TEMPLATES,
    )


def check_body(body: Mapping[str, Any], *, name: str) -> None:
    """Refuse a body that CloudWatch or a template would not take. Raises LimitError with the number and the limit."""
    less = "keep fewer objectives in one service"
    widgets: list[Any] = body.get("widgets", [])
    # Metrics that are only inputs of math count, too.
    counts = [len(each.get("properties", {}).get("metrics", ())) for each in widgets]
    for count, most, what in (
        (len(widgets), MAX_WIDGETS, "widgets"),
        (max(counts, default=0), MAX_METRICS_A_WIDGET, "metrics in one widget"),
        (sum(counts), MAX_METRICS_A_DASHBOARD, "metrics"),
    ):
        require(
            count <= most,
            f"the dashboard {name} has {count:,} {what}, and CloudWatch takes at most {most:,}; {less}",
            _DASHBOARDS,
        )
    size = len(json.dumps(body, separators=(",", ":")).encode())
    require(
        size <= MAX_BODY_BYTES,
        f"the dashboard {name} has {size:,} bytes, and a template takes at most {MAX_BODY_BYTES:,}; {less}",
        _TEMPLATES,
    )
