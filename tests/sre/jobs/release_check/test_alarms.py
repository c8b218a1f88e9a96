"""Alarms under load: what the load test counted, as the metrics that the alarms watch."""

from dataclasses import replace

import numpy as np

from alarms.plan import plan_of
from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.names import Scope
from foundation.cloudwatch.suppression import Notified, Suppressed
from infra.stage import make_stage
from loadtests.result import LoadResult
from reports.release_check.model import AlarmsUnderLoad
from sre.jobs.release_check.alarms import SeenMetrics, alarms_under_load, client_metrics
from tests.loadtests.factories import a_result, as_kept

STAGE = replace(make_stage("local"), own=None)
PLAN = plan_of(STAGE)


def under_load(result: LoadResult) -> AlarmsUnderLoad:
    seen = SeenMetrics(client=client_metrics(PLAN, STAGE, result), platform=None)
    return alarms_under_load(PLAN, result, seen)


def test_seconds_become_minutes_on_the_metrics_that_count_the_objectives_events() -> None:
    result = a_result(good=3_000, slow=200, faults=100)
    source = client_metrics(PLAN, STAGE, result)
    scope = Scope(service="t-developer", stage="local")
    groups = {dict(metric.dimensions).get("GroupName"): metric for metric in source.metrics}
    bad = source.statistics[groups[scope.trace_group("api-errors", "bad")], "Sum", 60]
    total = source.statistics[groups[scope.trace_group("api-errors", "total")], "Sum", 60]
    assert bad.values.sum() == 100
    assert total.values.sum() == 3_310  # the warm-up's ten are requests too
    latency = Metric(
        namespace="AWS/ApiGateway", name="Latency", dimensions=(("ApiName", "t-developer-local"), ("Stage", "local"))
    )
    fast = source.statistics[latency, "TC(:999.999)", 60]
    assert total.values.sum() - fast.values.sum() == 300  # a fault is no answer in time
    assert np.diff(total.times).tolist() == [60]


def test_a_sound_platform_under_load_alarms_nobody() -> None:
    seen = under_load(a_result(good=5_000))
    assert seen.fired == ()
    assert seen.evaluated_count == 12  # two objectives, six alarms each
    assert seen.without_data_count == len(PLAN.notifying) - 12
    assert seen.sentence.startswith("none (12 alarms evaluated; ")


def test_five_percent_of_faults_page_once_and_the_slower_pairs_are_held_back() -> None:
    seen = under_load(a_result(good=4_750, faults=250))
    told = {row.name.removeprefix("t-developer-local-"): row for row in seen.fired}
    assert told["api-errors-page-fast"].severity == "page"
    assert isinstance(told["api-errors-page-fast"].notification, Notified)
    assert isinstance(told["api-errors-page-medium"].notification, Suppressed)
    assert "api-errors-page-fast" in seen.sentence
    assert "api-errors-page-medium" not in seen.sentence
    assert all(row.after_seconds is not None and row.after_seconds > 0 for row in seen.fired)


def test_what_a_killed_load_had_kept_without_latencies_alarms_as_the_whole_does() -> None:
    result = a_result(good=4_750, faults=250)
    assert under_load(as_kept(result)) == under_load(result)
