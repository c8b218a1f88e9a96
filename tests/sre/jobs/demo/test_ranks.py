"""One population under one n: a demonstration's latencies and counts are of the same requests, and refused ones are told."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alarms.plan import plan_of
from foundation.readings import NoData
from foundation.slo.error_budget import Counts
from foundation.slo.model import BudgetedObjective
from infra.stage import make_stage
from loadtests.result import LoadResult, decode_histogram
from reports.histogram import read_histogram
from reports.known_values import Span
from reports.slo_actuals import History, read_history
from reports.weekly.latency import EDGES_MS, api_latency, read_latency
from sre.jobs.demo.ranks import with_ranks
from sre.jobs.demo.weekly_report import _as_all_there_was, _metrics_name
from sre.jobs.release_check.alarms import client_metrics
from tests.loadtests.factories import a_result, as_kept

STAGE = make_stage("local")
PLAN = plan_of(STAGE)
WARM_UP_COUNT = 10


def told(result: LoadResult) -> tuple[Counts, Counts]:
    """What the objective on latency counts, and what the section on latency does: all, and those that are above the line."""
    began_at = (
        datetime.fromisoformat(result.started_at).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    )
    until = began_at + timedelta(days=1)
    source = with_ranks(_as_all_there_was(client_metrics(PLAN, STAGE, result), until), STAGE.objectives, result)
    objective = STAGE.objectives["api-latency"]
    assert isinstance(objective, BudgetedObjective)
    history = read_history(
        objective,
        source,
        start_at=began_at,
        end_at=until,
        now=until,
        operations=lambda _prefix: NoData(reason="none here"),
    )
    assert isinstance(history, History)
    span = Span(start_at=began_at, until=until, now=until)
    watched = api_latency(STAGE.objectives)
    assert watched is not None
    line = float(watched.line.threshold)
    buckets = read_histogram(watched.metric, (*EDGES_MS, line), source, span)
    latency = read_latency(STAGE.objectives, source, span)
    assert not isinstance(buckets, NoData)
    assert not isinstance(latency, NoData)
    assert latency.request_count == buckets.sample_count == round(sum(each.count for each in latency.buckets))
    return history.counts(began_at, until), Counts(total_count=buckets.sample_count, bad_count=buckets.above(line))


_some = st.integers(0, 120)


@settings(max_examples=6)
@given(good=_some, slow=_some, faults=_some, refused=_some)
def test_the_objective_and_the_latencies_speak_of_the_same_requests(
    good: int, slow: int, faults: int, refused: int
) -> None:
    counted, drawn = told(a_result(good=good, slow=slow, faults=faults, refused=refused))
    assert counted == Counts(total_count=WARM_UP_COUNT + good + slow + faults, bad_count=slow + faults)
    assert drawn == counted


@pytest.mark.parametrize("refused", [0, 155])
def test_what_was_refused_is_in_no_number_and_has_its_line(refused: int) -> None:
    """2,514 requests of which 155 were refused: 2,359 are told twice, and so is the share that was answered in time."""
    result = a_result(good=2_092, slow=100, faults=157, refused=refused)
    counted, drawn = told(result)
    assert counted == drawn == Counts(total_count=2_359, bad_count=257)
    said = ", without 155 requests that were refused (4xx)"
    assert _metrics_name(result).endswith(said) is bool(refused)


def test_of_a_killed_load_the_objective_counts_the_same_although_no_latency_was_kept() -> None:
    result = a_result(good=92, slow=10, faults=7)
    counted, drawn = told(as_kept(result))
    assert counted == drawn == told(result)[0]


@settings(max_examples=20)
@given(good=_some, slow=_some, faults=_some, refused=_some)
def test_a_results_latencies_are_those_of_the_requests_that_were_not_refused(
    good: int, slow: int, faults: int, refused: int
) -> None:
    result = a_result(good=good, slow=slow, faults=faults, refused=refused)
    recorded = sum(decode_histogram(each.histogram).get_total_count() for each in result.latencies)
    assert recorded == sum(each.sent_count - each.refused_count for each in result.seconds)


def test_ranks_rise_with_their_edges_and_end_at_all() -> None:
    result = a_result(good=50, slow=20, faults=30)
    metrics = with_ranks(client_metrics(PLAN, STAGE, result), STAGE.objectives, result).statistics
    ranks = sorted(
        (float(name.removeprefix("PR(:").removesuffix(")")), points.values)
        for (_, name, _), points in metrics.items()
        if name.startswith("PR(:") and float(name.removeprefix("PR(:").removesuffix(")")) in EDGES_MS
    )
    for (_, before), (_, after) in pairwise(ranks):
        assert (before <= after + 1e-9).all()
    assert (ranks[-1][1] <= 100).all()
