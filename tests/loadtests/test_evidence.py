"""What follows from a run: which seconds count as lost, how far bursts are events, how many judgements share the doubt."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Exit
from foundation.readings import NoData
from foundation.service.measured import BadJourney, ByLoad, Load
from foundation.slo.error_budget import Counts
from foundation.slo.outcome import Inconclusive, Miss, Pass, Verdict, reasoning_of
from foundation.slo.verdict import judge_share
from loadtests.evidence import Judged, exit_code_of, judge_both_ways, judge_run, with_bad
from loadtests.result import JourneyCounts, JourneySecond
from tests.loadtests.evidence_factories import (
    ALL_OF,
    EVERY,
    FAULTS,
    SLOW,
    TRACES,
    a_run,
    judged_alone,
    objective,
    objectives,
    samples,
    second,
    steady,
    within,
)


def faults_judged(*seconds: JourneySecond, measured_seconds: float = 100, target: str = "0.99") -> Judged:
    return judged_alone(objective(FAULTS, target=target), a_run(*seconds, measured_seconds=measured_seconds))


def lost_seconds(judged: Judged) -> str | None:
    """What the verdict says of lost seconds."""
    _, found, rest = reasoning_of(judged.verdict).partition(", but ")
    return rest if found else None


# Lost seconds: the server was away, which a share of all requests hides.


def test_two_lost_seconds_of_a_hundred_are_a_doubt_where_one_in_a_hundred_may_be_bad() -> None:
    judged = faults_judged(*steady([0] * 98), second(108, 4, faults=2), second(109, 4, faults=2))
    assert isinstance(judged.verdict, Inconclusive)
    assert lost_seconds(judged) == "2 of 100 seconds were lost as a whole"
    without = faults_judged(*steady([2, 2, *[0] * 98]))
    assert isinstance(without.verdict, Pass)


def test_as_many_lost_seconds_as_the_budget_allows_are_none_too_many() -> None:
    assert isinstance(faults_judged(*steady([0] * 99), second(109, 2, faults=2)).verdict, Pass)
    fewer = faults_judged(*steady([0] * 98), second(108, 2, faults=2), measured_seconds=99)
    assert lost_seconds(fewer) == "1 of 99 seconds were lost as a whole"


@pytest.mark.parametrize(
    ("ended", "faults", "refused", "is_lost"),
    [
        (4, 2, 0, True),  # half of them
        (5, 2, 0, False),  # fewer than half
        (1, 1, 0, False),  # one alone is no second that was lost
        (2, 2, 0, True),
        (5, 2, 1, True),  # of those that were not refused
    ],
)
def test_a_second_is_lost_when_half_of_its_journeys_and_more_than_one_are_bad(
    ended: int, faults: int, refused: int, is_lost: bool
) -> None:
    judged = faults_judged(*steady([0] * 49), second(59, ended, faults=faults, refused=refused), measured_seconds=50)
    assert (lost_seconds(judged) is not None) is is_lost


def test_a_second_after_the_measured_part_is_not_lost() -> None:
    """A run of 50 seconds that begins with second 10 ends with second 59."""
    after = faults_judged(*steady([0] * 50), second(60, 4, faults=4), measured_seconds=50)
    assert isinstance(after.verdict, Pass)
    last = faults_judged(*steady([0] * 49), second(59, 4, faults=4), measured_seconds=50)
    assert lost_seconds(last) == "1 of 50 seconds were lost as a whole"


def test_the_first_measured_second_may_be_lost_too() -> None:
    judged = faults_judged(second(10, 4, faults=4), *steady([0] * 50)[1:], measured_seconds=50)
    assert lost_seconds(judged) == "1 of 50 seconds were lost as a whole"


def test_a_second_is_lost_by_its_flows_together() -> None:
    judged = faults_judged(
        *steady([0] * 49),
        second(59, 2, faults=2, flow="status"),
        second(59, 6, faults=2, flow="health"),
        measured_seconds=50,
    )
    assert lost_seconds(judged) == "1 of 50 seconds were lost as a whole"
    shared = faults_judged(
        *steady([0] * 49), second(59, 2, faults=2, flow="status"), second(59, 3, flow="health"), measured_seconds=50
    )
    assert lost_seconds(shared) is None


def test_seconds_of_other_flows_and_of_the_warm_up_are_not_lost() -> None:
    judged = faults_judged(
        *steady([0] * 50),
        second(9, 50, faults=50),
        second(20, 50, faults=50, flow="agent"),
        second(21, 50, faults=50, flow="progress"),
        measured_seconds=50,
    )
    assert isinstance(judged.verdict, Pass)
    assert judged.counts == Counts(total_count=50_000, bad_count=0)


def test_a_second_in_which_all_were_late_is_lost_to_the_promise_of_time_and_not_to_that_of_faults() -> None:
    run = a_run(*steady([0] * 49), second(59, 10, slow=10), measured_seconds=50)
    assert lost_seconds(judged_alone(objective(SLOW), run)) == "1 of 50 seconds were lost as a whole"
    assert isinstance(judged_alone(objective(FAULTS), run).verdict, Pass)


# Bursts: bad events of one second are fewer events than they look.


def test_faults_one_at_a_time_pass_where_as_many_in_a_burst_do_not() -> None:
    single, burst = faults_judged(*steady([8] * 100)), faults_judged(*steady([400, 400, *[0] * 98]))
    assert (single.effect, single.counts) == (1.0, burst.counts)
    assert isinstance(single.verdict, Pass)
    assert isinstance(burst.verdict, Inconclusive)
    # Variance over mean: (2 x 392² + 98 x 8²) / 99 / 8.
    assert burst.effect == pytest.approx(395.9596, abs=1e-4)
    assert "in bursts (each 396 count as one)" in burst.verdict.reasoning


def test_seconds_in_which_nothing_arrived_are_zeros() -> None:
    """2 bad in one of 4 seconds: mean 0.5, variance (1.5² + 3 x 0.5²) / 3 = 1."""
    assert faults_judged(second(10, 1_000, faults=2), measured_seconds=4).effect == pytest.approx(2)
    assert faults_judged(second(10, 1_000, faults=2), measured_seconds=3.2).effect == pytest.approx(2)


def test_a_burst_in_the_warm_up_is_no_burst_of_the_measured_part() -> None:
    quiet = steady([1, 0] * 50)
    assert faults_judged(second(9, 1_000, faults=400), second(0, 500, faults=300), *quiet).effect == 1.0


def test_a_second_that_the_warm_up_ended_in_belongs_to_it() -> None:
    run = a_run(
        second(2, 1_000, faults=400), second(3, 1_000, faults=1), second(4, 1_000, faults=1),
        warm_up_seconds=2.5, measured_seconds=2,
    )  # fmt: skip
    assert judged_alone(objective(FAULTS), run).effect == 1.0


def test_what_was_due_after_the_last_measured_second_is_no_burst() -> None:
    assert faults_judged(*steady([1] * 100), second(110, 1_000, faults=200)).effect == 1.0
    assert faults_judged(*steady([1] * 99), second(109, 1_000, faults=200)).effect > 100


def test_a_run_that_ended_in_its_warm_up_has_no_bursts_and_no_data() -> None:
    judged = judged_alone(objective(FAULTS), a_run(second(3, 10, faults=4), measured_seconds=0))
    assert judged.effect == 1.0
    assert isinstance(judged.verdict, NoData)


@given(st.lists(st.integers(0, 30), min_size=2, max_size=40), st.integers(1, 30))
def test_a_warm_up_and_other_flows_change_no_judgement(bad: list[int], noise: int) -> None:
    plain = faults_judged(*steady(bad), measured_seconds=len(bad))
    noisy = faults_judged(
        second(0, noise, faults=noise), *steady(bad), second(12, noise, faults=noise, flow="agent"),
        measured_seconds=len(bad),
    )  # fmt: skip
    assert noisy == plain


# Several judgements on one run: any miss fails it, so each may err less often (Bonferroni).


def test_two_objectives_share_the_doubt_of_a_miss() -> None:
    """118 of 100,000 miss 0.1 % by themselves, at 95 % confidence; as one of two judgements they do not."""
    run = a_run(*steady([1] * 118, each_second=1), *steady([0] * 118, each_second=99_882 // 118), measured_seconds=118)
    run = replace(
        run, measured=replace(run.measured, journeys=(replace(run.measured.journeys[0], ended_count=100_000),))
    )
    faults, traces = objective(FAULTS, target="0.999"), objective(TRACES, target="0.999", name="traces")
    (alone,) = judge_run(objectives(faults), run)
    assert isinstance(alone.verdict, Miss)
    assert isinstance(judged_alone(faults, run).verdict, Miss)
    both = judge_run(objectives(faults, traces), run)
    assert [type(each.verdict) for each in both] == [Inconclusive, Inconclusive]


def test_what_this_run_cannot_speak_for_takes_no_share_of_the_doubt() -> None:
    run = a_run(*steady([1] * 100), measured_seconds=100)
    others = (EVERY, objective(ALL_OF), objective(within("1", of=samples("N", "Latency"))))
    (judged,) = judge_run(objectives(objective(FAULTS), *others), run)
    assert judged.objective.indicator is FAULTS


def test_a_flow_of_the_warm_up_alone_is_judged_and_has_no_data() -> None:
    run = a_run(second(3, 10), measured_seconds=0)
    warm = JourneyCounts(flow="health", ended_count=10, fault_count=0, refused_count=0, censored_count=0, slow_count=0)
    run = replace(
        run,
        warm_up=replace(run.warm_up, journeys=(warm,)),
        measured=replace(run.measured, journeys=()),
    )
    (judged,) = judge_run(objectives(objective(FAULTS), objective(ALL_OF)), run)
    assert isinstance(judged.verdict, NoData)


def test_a_watched_run_needs_more_evidence() -> None:
    """2,995 good ones pass a thousandth when one looks once; who may stop at any look needs 3,688."""
    run = a_run(second(10, 2_995))
    assert isinstance(judged_alone(objective(FAULTS, target="0.999"), run).verdict, Pass)
    watched = replace(run, was_watched=True)
    assert isinstance(judged_alone(objective(FAULTS, target="0.999"), watched).verdict, Inconclusive)


# Exit codes.

PASSED, MISSED = Pass(reasoning="well"), Miss(reasoning="not so")
UNDECIDED, NOTHING = Inconclusive(reasoning="few", missing_count=1), NoData(reason="nothing")


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ((), Exit.NOT_ENOUGH_EVIDENCE),
        ((PASSED,), Exit.MET),
        ((PASSED, PASSED), Exit.MET),
        ((PASSED, UNDECIDED), Exit.NOT_ENOUGH_EVIDENCE),
        ((NOTHING, PASSED), Exit.NOT_ENOUGH_EVIDENCE),
        ((UNDECIDED, MISSED, NOTHING), Exit.MISSED),
    ],
)
def test_a_miss_decides_then_what_is_open_and_nothing_to_judge_is_not_met(
    verdicts: tuple[Pass | Miss | Inconclusive | NoData, ...], code: Exit
) -> None:
    judged = [
        Judged(
            objective=objective(FAULTS),
            by_load=ByLoad(load=Load.API, bad=BadJourney.FAULTS),
            counts=Counts(total_count=1, bad_count=0),
            effect=1.0,
            verdict=verdict,
        )
        for verdict in verdicts
    ]
    assert exit_code_of(judged) is code
    assert (code, code.value) in [(Exit.MET, 0), (Exit.MISSED, 1), (Exit.NOT_ENOUGH_EVIDENCE, 3)]


# Requests that met a connection that its server was closing: a verdict holds whether they were faults or not.


@pytest.mark.parametrize(
    ("faults", "closing", "expected"),
    [
        (0, 0, Pass), (0, 5, Pass), (0, 900, Inconclusive), (600, 0, Miss), (600, 900, Miss), (60, 0, Pass),
        (60, 60, Inconclusive),
    ],
)  # fmt: skip
def test_a_verdict_holds_whatever_became_of_what_met_a_closing_connection(
    faults: int, closing: int, expected: type[object]
) -> None:
    spread = [
        second(
            10 + number,
            120,
            faults=faults // 100 + (number < faults % 100),
            closing=closing // 100 + (number < closing % 100),
        )
        for number in range(100)
    ]
    judged = judged_alone(objective(FAULTS), a_run(*spread))
    assert isinstance(judged.verdict, expected)
    assert judged.closing_count == closing
    assert judged.counts == Counts(total_count=12_000 - closing, bad_count=faults)
    assert judged.worst == Counts(total_count=12_000, bad_count=faults + closing)


def test_what_kept_a_pass_back_is_said() -> None:
    judged = judged_alone(objective(FAULTS), a_run(*(second(10 + number, 120, closing=9) for number in range(100))))
    assert "; but 900 more met a connection that the server was closing" in reasoning_of(judged.verdict)


@given(st.integers(0, 3_000), st.integers(0, 300), st.integers(0, 300))
def test_a_verdict_with_closing_connections_is_one_that_both_readings_have(
    good: int, faults: int, closing: int
) -> None:
    def judge(counts: Counts) -> Verdict:
        return judge_share(counts, budget_ratio=Decimal("0.05"))

    counts = Counts(total_count=good + faults, bad_count=faults)
    verdict = judge_both_ways(counts, closing, judge)
    none_bad, all_bad = judge(counts), judge(with_bad(counts, closing))
    for decided in (Pass, Miss):
        assert isinstance(verdict, decided) == (isinstance(none_bad, decided) and isinstance(all_bad, decided))
