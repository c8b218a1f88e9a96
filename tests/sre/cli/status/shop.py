"""A small service with one promise, or three, and a recording of two weeks of its requests by the minute."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from foundation.cloudwatch.frame import to_frame
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.source import reading_of
from foundation.cloudwatch.statement import recording_of
from foundation.readings import Known
from tests.foundation.readings_factories import MADE_UP

END = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
DAYS = 15
REQUESTS, FAULTS = (
    Metric(namespace="Shop", name=name, dimensions=(("Stage", "production"),)) for name in ("Requests", "Faults")
)

_HEAD = """apiVersion: openslo/v1
kind: Service
metadata: {name: shop, displayName: Shop}
spec: {description: A shop.}
---
apiVersion: openslo/v1
kind: DataSource
metadata: {name: cloudwatch}
spec: {type: CloudWatch}
"""
_ERRORS = """---
apiVersion: openslo/v1
kind: SLO
metadata: {name: shop-errors, displayName: Shop errors}
spec:
  service: shop
  description: Requests that fail.
  indicator:
    metadata: {name: shop-errors}
    spec:
      ratioMetric:
        counter: true
        bad:
          metricSource:
            metricSourceRef: cloudwatch
            type: CloudWatch
            spec: {namespace: Shop, metricName: Faults, dimensions: {Stage: "${stage}"}}
        total:
          metricSource:
            metricSourceRef: cloudwatch
            type: CloudWatch
            spec: {namespace: Shop, metricName: Requests, dimensions: {Stage: "${stage}"}}
  timeWindow: [{duration: 7d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{targetPercent: 99}]
"""
_DEPLOYMENTS = """---
apiVersion: openslo/v1
kind: SLO
metadata: {name: deployments, displayName: Deployments}
spec:
  service: shop
  description: Operations on the stacks, by how they end.
  indicator:
    metadata: {name: stack-operations}
    spec:
      ratioMetric:
        counter: true
        bad: {metricSource: {type: CloudFormation, spec: {stackNamePrefix: "shop-${stage}", outcome: failed}}}
        total: {metricSource: {type: CloudFormation, spec: {stackNamePrefix: "shop-${stage}", outcome: any}}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{targetPercent: 100}]
"""
_COST = """---
apiVersion: t-developer/v1
kind: CostObjective
metadata: {name: monthly-cost, displayName: Monthly cost}
spec: {service: shop, description: The bill., limitUsd: 500}
"""


def a_shop(directory: Path, *, is_whole: bool = False) -> Path:
    """Its files; `is_whole` with promises on deployments and on cost."""
    directory.mkdir()
    (directory / "service.yaml").write_text(
        "service: shop\ntitle: Shop\nowner: shop\nfiles: {objectives: objectives.yaml}\nresources: []\n"
    )
    more = f"{_DEPLOYMENTS}{_COST}" if is_whole else ""
    (directory / "objectives.yaml").write_text(f"{_HEAD}{_ERRORS}{more}")
    return directory


def a_recording(file: Path, *, bad_minutes: int = 0, hours_unknown: int = 0) -> Path:
    """Ten requests a minute, all of which fail in the last `bad_minutes`; of the last hours nothing may be known."""
    count = DAYS * 1_440
    total, bad = np.full(count, 10.0), np.zeros(count)
    if bad_minutes:
        bad[-bad_minutes:] = 10.0
    start_at = END - timedelta(days=DAYS)
    known = Known.throughout(start_at, END - timedelta(hours=hours_unknown))
    read = [
        (
            MetricStat(metric=metric, period_seconds=60, statistic="Sum"),
            reading_of(Series(start_at=start_at, period_seconds=60, values=values), known=known, origin=MADE_UP),
        )
        for metric, values in ((REQUESTS, total), (FAULTS, bad))
    ]
    recording_of(to_frame([(stat, each.answer) for stat, each in read]), read).to_parquet(file)
    return file
