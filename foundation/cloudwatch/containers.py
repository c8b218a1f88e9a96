"""AWS's limits on what holds other things: a template has so many resources and bytes, an alarm widget so many alarms."""

import json
from collections.abc import Mapping
from typing import Any

from foundation.cloudwatch.limits import require

_TEMPLATES = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"
MAX_RESOURCES, MAX_PARAMETERS, MAX_OUTPUTS, MAX_TEMPLATE_BYTES = 500, 200, 200, 1_000_000
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
MAX_ALARMS_A_WIDGET = 100
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
    """Refuse the body of a dashboard that no template could hold. Raises LimitError with the number and the limit."""
    size = len(json.dumps(body, separators=(",", ":")).encode())
    require(
        size <= MAX_BODY_BYTES,
        f"the dashboard {name} has {size:,} bytes, and a template takes at most {MAX_BODY_BYTES:,}; keep fewer objectives "
        "in one service",
        _TEMPLATES,
    )
