"""Load tests as data: what was sent and judged, at which rate an objective broke, and what a comparison says of each request."""

from dataclasses import replace
from decimal import Decimal

import pytest

from foundation.errors import Exit
from foundation.slo.error_budget import Counts
from infra.stage import make_stage
from loadtests.comparison import Bad, ComparedLatency, ComparedShare
from loadtests.evidence import exit_code_of, judge_run
from loadtests.result import LoadResult
from loadtests.stress import StageVerdict, judge_stages
from sre.cli.outputs.comparison import BadKind, compared_percentile, compared_share
from sre.cli.outputs.loadtest import LoadTest, load_test_output
from sre.cli.outputs.words import Outcome
from tests.loadtests.factories import a_result

PRODUCTION = make_stage("production")


def output_of(result: LoadResult, *, stages: tuple[StageVerdict, ...] = (), code: Exit | None = None) -> LoadTest:
    judged = judge_run(PRODUCTION.objectives, result)
    return load_test_output(result, judged, stages, PRODUCTION, code=code or exit_code_of(judged))


def test_a_run_has_its_verdicts_requests_load_and_faults() -> None:
    made = output_of(a_result(good=4_900, slow=20, faults=80))
    found = {each.objective: each for each in made.objectives}
    assert (found["api-errors"].sample_count, found["api-errors"].bad_count) == (5_000, 80)
    assert (found["api-latency"].bad_count, made.outcome, made.exit_code) == (100, Outcome.MISS, 1)
    (request,) = made.requests
    assert (request.sent_count, request.fault_count, request.slow_or_fault_count) == (5_000, 80, 100)
    assert request.p50_ms == pytest.approx(20, rel=0.01)
    assert [(each.description, each.count) for each in made.faults] == [("GET /v1/health: status 500", 80)]
    assert (made.stages, made.first_to_break, made.stopped_early_because) == ((), None, None)


def test_doubts_and_what_ifs_are_told_of_the_judgement_and_of_the_run() -> None:
    result = replace(a_result(good=5_000, unsent_count=7), what_ifs=("another target",))
    made = output_of(result)
    assert made.doubts == ("7 arrivals due and not begun: too many were under way",)
    assert (made.what_ifs, made.what_ifs_of_the_run) == ((), ("another target",))
    assert made.outcome is Outcome.INCONCLUSIVE


def test_a_run_that_was_interrupted_says_the_exit_code_of_its_command() -> None:
    made = output_of(a_result(good=5_000, interrupted=True), code=Exit.INTERRUPTED)
    assert (made.is_interrupted, made.exit_code, made.outcome) == (True, 130, Outcome.INCONCLUSIVE)


def test_the_first_objective_to_break_is_named_with_its_rate() -> None:
    result = a_result(good=4_000, faults=1_000)
    stages = judge_stages(judge_run(PRODUCTION.objectives, result), result)
    made = output_of(result, stages=stages)
    assert [(each.objective, each.outcome) for each in made.stages] == [
        ("api-latency", Outcome.MISS), ("api-errors", Outcome.MISS),
    ]  # fmt: skip
    assert made.first_to_break is not None
    assert made.first_to_break.objective == "api-latency"
    assert made.first_to_break.rate_rps == result.planned_rps


def test_a_run_that_speaks_for_no_objective_is_inconclusive() -> None:
    made = load_test_output(a_result(), (), (), PRODUCTION, code=exit_code_of(()))
    assert (made.outcome, made.objectives, made.exit_code) == (Outcome.INCONCLUSIVE, (), 3)


def a_latency(now_ms: float) -> ComparedLatency:
    return ComparedLatency(
        kind="GET /", percent=95.0, now_ms=now_ms, usual_ms=100.0, error=0.05, freedom=9, critical=2.0
    )


def test_a_percentile_is_a_miss_beyond_what_is_likely_and_inconclusive_where_a_change_might_go_unseen() -> None:
    usual = a_latency(100)
    seen = Decimal(str(round(usual.visible_change_ratio, 4)))
    assert compared_percentile(usual, tolerate=seen + Decimal("0.01"), is_disturbed=False).outcome is Outcome.PASS
    assert (
        compared_percentile(usual, tolerate=seen - Decimal("0.01"), is_disturbed=False).outcome is Outcome.INCONCLUSIVE
    )
    slower = compared_percentile(a_latency(200), tolerate=seen - Decimal("0.01"), is_disturbed=False)
    assert (slower.outcome, slower.request, slower.percentile, slower.usual_ms) == (Outcome.MISS, "GET /", 95.0, 100.0)


@pytest.mark.parametrize(("chance", "outcome"), [(0.001, Outcome.MISS), (0.5, Outcome.PASS)])
def test_a_share_is_a_miss_when_so_many_are_unlikely(chance: float, outcome: Outcome) -> None:
    share = ComparedShare(
        kind="GET /", bad=Bad.FAULTS, now=Counts(total_count=1_000, bad_count=50),
        earlier=(Counts(total_count=1_000, bad_count=10), Counts(total_count=1_000, bad_count=12)), chance_ratio=chance,
        limit_ratio=0.005,
    )  # fmt: skip
    made = compared_share(share, is_disturbed=False)
    assert (made.outcome, made.of, made.bad_count, made.sample_count) == (outcome, BadKind.FAULTS, 50, 1_000)
    assert made.usual_bad_ratio == 0.011
    beside_other_work = compared_share(share, is_disturbed=True).outcome
    assert beside_other_work is (Outcome.INCONCLUSIVE if outcome is Outcome.MISS else outcome)


def test_what_is_slower_in_a_disturbed_run_is_inconclusive() -> None:
    slower = compared_percentile(a_latency(200), tolerate=Decimal(1), is_disturbed=True)
    assert slower.outcome is Outcome.INCONCLUSIVE
