"""What the bridge made no metric of is said where somebody looks."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import sre.local.refused_lines as of_lines
from foundation.cloudwatch.metrics import Metric
from sre.local.refused_lines import RefusedLines, refused_lines, sentence_of

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PLATFORM: Any = SimpleNamespace(home=Path("build/local"))


class Metrics:
    """Sums by log group; the others are of something else."""

    def __init__(self, **sums: float) -> None:
        self.sums = sums
        self.source = SimpleNamespace(client=self)

    def published(self) -> frozenset[Metric]:
        groups = (
            Metric(namespace="AWS/Logs", name="EMFValidationErrors", dimensions=(("LogGroupName", name),))
            for name in self.sums
        )
        return frozenset((*groups, Metric(namespace="TDeveloper", name="GateDuration")))

    def get_metric_statistics(self, *, Dimensions: Any, **_: Any) -> Any:  # noqa: N803 - boto3's names
        return {"Datapoints": [{"Sum": self.sums[Dimensions[0]["Value"]]}]}


@pytest.mark.parametrize(
    ("sums", "refused"),
    [
        (
            {"gate": 2.0, "api": 1.0},
            (RefusedLines(log_group="api", count=1), RefusedLines(log_group="gate", count=2)),
        ),
        ({"gate": 0.0}, ()),
        ({}, ()),
    ],
)
def test_refused_lines_are_counted_by_their_log(
    sums: dict[str, float], refused: tuple[RefusedLines, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of_lines, "local_metrics", lambda _platform: Metrics(**sums))
    assert refused_lines(PLATFORM, now=NOW) == refused


def test_they_are_said_with_their_logs_and_where_the_reasons_are() -> None:
    refused = [RefusedLines(log_group="api", count=1_200), RefusedLines(log_group="gate", count=2)]
    said = "refused in the last hour: 1,200 of api, 2 of gate; build/local/emf-bridge.log says why"
    assert sentence_of(refused, Path("build/local")) == said
