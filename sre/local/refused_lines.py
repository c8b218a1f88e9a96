"""Of which log lines the bridge made no metric, as it counted them where AWS does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from foundation.aws_errors import asking
from sre.local.emf_bridge import ERRORS_DIMENSION, ERRORS_NAME, ERRORS_NAMESPACE
from sre.local.metrics import local_metrics
from sre.local.state import LocalPlatform

_LOOKED_AT = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedLines:
    """How many metrics of one log group were refused in the last hour."""

    log_group: str
    count: int


def sentence_of(refused: Sequence[RefusedLines], home: Path) -> str:
    """How many were refused, of which logs, and where the reasons are."""
    said = ", ".join(f"{each.count:,} of {each.log_group}" for each in refused)
    return f"refused in the last hour: {said}; {home}/emf-bridge.log says why"


def refused_lines(platform: LocalPlatform, *, now: datetime) -> tuple[RefusedLines, ...]:
    """The logs of which metrics were refused in the last hour.

    Raises SourceError when its metrics cannot be read.
    """
    metrics = local_metrics(platform)
    groups = sorted(
        dict(each.dimensions)[ERRORS_DIMENSION]
        for each in metrics.published()
        if (each.namespace, each.name) == (ERRORS_NAMESPACE, ERRORS_NAME)
    )
    refused: list[RefusedLines] = []
    with asking("the local platform"):
        for group in groups:
            found = metrics.source.client.get_metric_statistics(
                Namespace=ERRORS_NAMESPACE, MetricName=ERRORS_NAME, Dimensions=[{"Name": ERRORS_DIMENSION, "Value": group}],
                StartTime=now - _LOOKED_AT, EndTime=now + timedelta(minutes=1), Period=3_600, Statistics=["Sum"],
            )  # fmt: skip
            if count := round(sum(each.get("Sum", 0.0) for each in found["Datapoints"])):
                refused.append(RefusedLines(log_group=group, count=count))
    return tuple(refused)
