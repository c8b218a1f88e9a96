"""Of which log lines the bridge made no metric, as it counted them where AWS does."""

from datetime import datetime, timedelta

from foundation.aws_errors import asking
from sre.local.emf_bridge import ERRORS_DIMENSION, ERRORS_NAME, ERRORS_NAMESPACE
from sre.local.metrics import local_metrics
from sre.local.state import LocalPlatform

_LOOKED_AT = timedelta(hours=1)


def refused_line_sentence(platform: LocalPlatform, *, now: datetime) -> str:
    """How many metrics of log lines were refused in the last hour, and of which logs; empty where none was.

    Raises SourceError when its metrics cannot be read.
    """
    metrics = local_metrics(platform)
    groups = sorted(
        dict(each.dimensions)[ERRORS_DIMENSION]
        for each in metrics.published()
        if (each.namespace, each.name) == (ERRORS_NAMESPACE, ERRORS_NAME)
    )
    said: list[str] = []
    with asking("the local platform"):
        for group in groups:
            found = metrics.source.client.get_metric_statistics(
                Namespace=ERRORS_NAMESPACE, MetricName=ERRORS_NAME, Dimensions=[{"Name": ERRORS_DIMENSION, "Value": group}],
                StartTime=now - _LOOKED_AT, EndTime=now + timedelta(minutes=1), Period=3_600, Statistics=["Sum"],
            )  # fmt: skip
            count = sum(each.get("Sum", 0.0) for each in found["Datapoints"])
            if count:
                said.append(f"{count:,.0f} of {group}")
    if not said:
        return ""
    return f"refused in the last hour: {', '.join(said)}; {platform.home}/emf-bridge.log says why"
