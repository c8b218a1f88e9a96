"""`sre loadtest` as a person uses it, without sending load, and everything that must not send any."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from foundation.errors import InputError
from foundation.slo.reader import read_objectives
from infra.service import T_DEVELOPER
from loadtests.counts import Outcome, Recorder
from loadtests.evidence import judge_run
from loadtests.ownership import refuse_foreign
from loadtests.profiles import choose_profile
from loadtests.result import LoadResult, write_result
from loadtests.schedule import Stage
from loadtests.stress import breaking_rate, judge_stages
from tests.foundation.machine.factories import a_busy_machine
from tests.loadtests.factories import a_result, a_run_of, one_request, result_of
from tests.loadtests.flows_of_ours import FLOWS
from tests.loadtests.test_comparison import a_run
from tests.sre.cli import command_line


def sre(*arguments: str) -> tuple[int, str, str]:
    done = command_line.sre("loadtest", *arguments)
    return done.returncode, done.stdout, done.stderr


def test_a_plan_says_arrivals_minutes_and_money() -> None:
    code, out, _ = sre("plan", "api-errors", "--expected", "0.02%")
    assert code == 0
    assert "7,752 arrivals (at most 3 bad) give a 90 % chance to pass at 95 % confidence" in out
    assert (
        "3 minutes at 44.4 arrivals a second of profile release" in out
    )  # 2.91: in 2.9 minutes 27 arrivals would be missing
    code, out, _ = sre("plan", "api-errors", "--expected", "0.02%", "--rate", "100", "--json")
    assert json.loads(out)["duration_seconds"] == 77.6


@pytest.mark.parametrize(("kind", "code", "word"), [({"good": 5000}, 0, "pass"), ({"good": 100}, 3, "inconclusive"),
                                                   ({"good": 4900, "faults": 100}, 1, "miss"), ({}, 3, "no data")])  # fmt: skip
def test_a_result_is_judged_again_with_the_same_exit_codes(
    tmp_path: Path, kind: dict[str, int], code: int, word: str
) -> None:
    write_result(a_result(**kind), tmp_path / "r.json")  # type: ignore[arg-type]
    found, out, _ = sre("verdict", str(tmp_path / "r.json"))
    assert (found, word in out) == (code, True)
    found, out, _ = sre("verdict", str(tmp_path / "r.json"), "--json")
    assert json.loads(out)["exit_code"] == code


def test_a_miss_of_a_disturbed_run_is_judged_again_as_inconclusive_with_what_the_machine_did(tmp_path: Path) -> None:
    write_result(replace(a_result(good=4_900, faults=100), machine=a_busy_machine()), tmp_path / "r.json")
    found, out, _ = sre("verdict", str(tmp_path / "r.json"))
    assert found == 3
    assert "this machine was busy with other work (CPU taken by other work: 0.97 of 2 cores" in out
    assert "  this machine: CPU taken by other work: 0.97 of 2 cores (at most 0.97); by this run: 0.9 of 2 cores" in out
    found, out, _ = sre("verdict", str(tmp_path / "r.json"), "--json")
    made = json.loads(out)
    assert (found, made["outcome"], made["machine"]["is_disturbed"]) == (3, "inconclusive", True)
    found, out, _ = sre("verdict", str(tmp_path / "r.json"), "--format", "markdown")
    assert "This machine: CPU taken by other work: 0.97 of 2 cores" in out


def test_a_result_that_was_counted_at_another_threshold_is_not_judged(tmp_path: Path) -> None:
    write_result(a_result(good=10), tmp_path / "r.json")
    other = tmp_path / "objectives.yaml"
    wanted = "value: 1000\n      targetPercent: 99\n"
    other.write_text(T_DEVELOPER.objectives.read_text().replace(wanted, wanted.replace("1000", "800")))
    code, _, said = sre("verdict", str(tmp_path / "r.json"), "--objectives", str(other))
    assert code == 2
    assert "the objectives want 800 ms" in said


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Ten earlier runs, and beside them room for the one of now."""
    for hour in range(10):
        write_result(a_run(hour, 0.1 + hour / 10_000), tmp_path / f"{hour}.json")
    return tmp_path


def compared(history: Path, now: LoadResult, *arguments: str) -> tuple[int, str, str]:
    write_result(now, history / "now.json")
    return sre("compare", str(history / "now.json"), "--history", str(history), *arguments)


def test_a_comparison_says_what_it_can_see(history: Path) -> None:
    for latency, code, word in ((0.1, 0, "as usual"), (0.2, 1, "slower")):
        found, out, _ = compared(history, a_run(20, latency))
        assert (found, word in out) == (code, True)
        assert "against 10 earlier runs" in out
        assert "would be seen in 80 % of cases" in out
    assert compared(history, a_run(20, 0.1), "--tolerate", "0.1%")[0] == 3


def test_a_comparison_sees_errors_that_come_fast_and_says_of_which_requests(history: Path) -> None:
    now = a_run_of(20, {"GET /v1/health": [(0.002, Outcome.FAULT, 60), (0.105, Outcome.GOOD, 40)]})
    code, out, _ = compared(history, now)
    assert code == 1
    assert "GET /v1/health\n  p50" in out
    assert "faults  60 of 100  more" in out
    assert "slower" not in out
    code, out, _ = compared(history, now, "--json")
    found = json.loads(out)
    assert (code, found["outcome"], found["baseline_count"], found["not_compared"]) == (1, "miss", 10, [])
    assert [(each["of"], each["bad_count"], each["outcome"]) for each in found["shares"]] == [
        ("faults", 60, "miss"), ("slow", 0, "pass"),
    ]  # fmt: skip
    assert "miss" not in {each["outcome"] for each in found["percentiles"]}


def test_what_cannot_all_be_compared_is_not_known_to_be_as_usual(history: Path) -> None:
    usual = [(0.1 + number / 1000, Outcome.GOOD, 1) for number in range(100)]
    code, out, _ = compared(history, a_run_of(20, {"GET /v1/health": usual, "GET /v2/health": usual}))
    assert (code, "GET /v2/health\n  not compared" in out) == (3, True)
    doubtful = replace(a_run(20, 0.1), generator=replace(a_run(20, 0.1).generator, unsent_count=1))
    code, out, _ = compared(history, doubtful)
    assert (code, "in doubt: 1 arrival due and not begun" in out) == (3, True)


def test_a_baseline_that_missed_is_refused(history: Path) -> None:
    missed = a_run_of(11, {"GET /v1/health": [(0.1, Outcome.GOOD, 60), (0.002, Outcome.FAULT, 40)]})
    write_result(missed, history / "missed.json")
    code, _, said = compared(history, a_run(20, 0.1))
    assert code == 0
    assert "left out: missed.json: it missed api-latency" in said
    for hour in range(10):
        write_result(replace(missed, started_at=f"2026-11-22T{hour:02}:00:00+00:00"), history / f"{hour}.json")
    code, _, said = compared(history, a_run(20, 0.1))
    assert (code, "0 earlier runs of this scenario and environment are too few" in said) == (2, True)


def test_requests_that_met_a_closing_connection_are_said_in_text_and_in_json(tmp_path: Path) -> None:
    now = a_run_of(9, {"GET /v1/health": [(0.1, Outcome.GOOD, 7_000), (0.001, Outcome.CLOSING, 2)]})
    write_result(now, tmp_path / "r.json")
    code, out, _ = sre("verdict", str(tmp_path / "r.json"))
    assert code == 0
    assert "2 requests met a connection that the server was closing, before any byte of an answer" in out
    _, out, _ = sre("verdict", str(tmp_path / "r.json"), "--json")
    found = json.loads(out)
    assert found["load"]["closing_count"] == 2
    assert {each["closing_count"] for each in found["objectives"]} == {2}


def test_the_percentiles_of_a_summary_are_of_good_answers(tmp_path: Path) -> None:
    now = a_run_of(9, {"GET /v1/health": [(0.25, Outcome.GOOD, 100), (0.002, Outcome.FAULT, 300)]})
    write_result(now, tmp_path / "r.json")
    _, out, _ = sre("verdict", str(tmp_path / "r.json"))
    assert "300 faults  p50 250.1 ms  p95 250.1 ms  p99 250.1 ms (service p99 250.1 ms)" in out


def test_addresses_that_took_no_connection_are_said(tmp_path: Path) -> None:
    now = a_run(9, 0.1)
    failed = replace(now.generator, failed_addresses={"::1: connection refused": 3})
    write_result(replace(now, generator=failed), tmp_path / "r.json")
    _, out, _ = sre("verdict", str(tmp_path / "r.json"))
    assert "3 × no connection to ::1: connection refused; another address of the name took it" in out


RUN = ("run", "--url", "http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "--url", "https://example.com", "--profile", "release"), "--i-own-this"),
        (("run", "--url", "ftp://127.0.0.1"), "must be an address such as https://"),
        (("run", "--url", "127.0.0.1:80"), "must be an address such as https://"),
        ((*RUN, "--profile", "relase"), "no profile is named 'relase'; did you mean release?"),
        ((*RUN, "--profiles", "gone.yaml"), "gone.yaml"),
        ((*RUN, "--objectives", "gone.yaml"), "gone.yaml"),
        ((*RUN, "--duration", "0s"), "'0s' is not between 1s and 1d"),
        ((*RUN, "--duration", "5"), "'5' has no unit; write 5s for seconds"),
        ((*RUN, "--stop-early", "180"), "'180' has no unit; write 180s for seconds"),
        ((*RUN, "--stop-early", "nan"), "'nan' is no duration"),
        ((*RUN, "--answer-timeout", "30s"), "'30s' is not between 1s and 29s"),
        ((*RUN, "--answer-timeout", "nan"), "'nan' is no duration"),
        ((*RUN, "--connect-timeout", "0s"), "'0s' is not between 1s and 29s"),
        (("run", "--url", "http://127.0.0.1:9/?x=1"), "has a query or a fragment, and paths are added to it"),
        (("run", "--url", "http://127.0.0.1:9/#x"), "has a query or a fragment, and paths are added to it"),
        (("run", "--url", "http://127.0.0.1:9/a b"), "must be an address such as https://"),
        (("run", "--url", "http://user:s3cr3t@127.0.0.1:9"), "has a user or a password in it"),
        ((*RUN, "--agent-url", "http://user:s3cr3t@127.0.0.1:9/invocations"), "has a user or a password in it"),
        ((*RUN, "--websocket-url", "ws://user:s3cr3t@127.0.0.1:9"), "has a user or a password in it"),
        ((*RUN, "--stage", ""), "'' is no stage"),
        ((*RUN, "--stage", "../x"), "'../x' is no stage"),
        ((*RUN, "--agent-url", "https://example.com/invocations"), "--i-own-this"),
        ((*RUN, "--agent-url", "http://127.0.0.1:9/invocations"), "the profile smoke has no flow of an agent"),
        ((*RUN, "--websocket-url", "ws://127.0.0.1:9"), "the profile smoke has no flow over WebSocket"),
        (("plan", "api-errors", "--expected", "0.2%"), "is not better"),
        (("plan", "api-errors", "--expected", "little"), "'little' is no percentage; write one such as 0.02%"),
        (("plan", "api-errors", "--expected", "0.01%", "--rate", "-5"), "'-5' is not between 0.001 and 100,000"),
        (("plan", "api-error", "--expected", "0.01%"), "no objective with an error budget"),
        (
            ("plan", "availability", "--expected", "0.05%"),
            "no load test can judge this objective; it can judge api-latency",
        ),
        (
            ("plan", "agent-turn", "--expected", "1%"),
            "--profile release sends nothing that speaks for agent-turn",
        ),
        (("plan", "api-errors", "--expected", "0.01%", "--tokens", "1,2"), "write IN,OUT,USD,USD"),
        (("plan", "api-errors", "--expected", "0.0002"), "has no unit; write a percentage with its sign"),
        (("verdict", "gone.json"), "gone.json: cannot be read: there is no such file"),
        (("compare", "gone.json"), "gone.json: cannot be read: there is no such file"),
    ],
)
def test_bad_input_is_refused_before_any_load(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    code, _, message = sre(*arguments, *(("--out", str(tmp_path)) if arguments[0] == "run" else ()))
    assert code == 2
    assert said in message
    assert "s3cr3t" not in message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "is_signed", "is_fine"),
    [
        ("http://127.0.0.1:4566/x", False, True),
        ("http://[::1]:4566/x", False, True),
        ("http://localhost:80", False, True),
        ("https://abc123.execute-api.us-east-1.amazonaws.com/production", True, True),
        ("https://abc123.execute-api.us-east-1.amazonaws.com/production", False, False),
        ("https://abc123.execute-api.us-east-1.amazonaws.com.example.com/", True, False),
        ("https://127.0.0.1.example.com", True, False),
        ("http://169.254.169.254/", True, False),
        ("http://192.168.0.1/", True, False),
    ],
)
def test_only_what_is_ours_or_checks_our_signature_is_loaded(address: str, is_signed: bool, is_fine: bool) -> None:
    if is_fine:
        refuse_foreign(address, is_owned=False, is_signed=is_signed)
        return
    with pytest.raises(InputError, match="--i-own-this"):
        refuse_foreign(address, is_owned=False, is_signed=is_signed)
    refuse_foreign(address, is_owned=True, is_signed=is_signed)


def test_a_stress_test_names_the_rate_at_which_the_first_objective_broke() -> None:
    recorder = Recorder(warm_up_seconds=10, slow_after_ms=1000)
    for number in range(2_000):
        second = 10 + number // 20
        slow = second >= 60 and number % 2 == 0
        one_request(recorder, intended_at=second, took_seconds=1.5 if slow else 0.1, outcome=Outcome.GOOD)
    stages = (Stage(seconds=50, load=1), Stage(seconds=50, load=4))
    result = replace(result_of(recorder), stages=stages, planned_rps=20.0)
    judged = judge_stages(judge_run(read_objectives(T_DEVELOPER.objectives, stage="local"), result), result)
    assert [(each.objective_name, each.rate_rps, each.counts.total_count) for each in judged] == [
        ("api-latency", 20.0, 1000), ("api-errors", 20.0, 1000), ("api-latency", 80.0, 1000), ("api-errors", 80.0, 1000),
    ]  # fmt: skip
    broken = breaking_rate(judged)
    assert broken is not None
    assert (broken.objective_name, broken.rate_rps) == ("api-latency", 80.0)


def test_every_profile_is_described_and_the_stress_profile_climbs() -> None:
    loads = [stage.load for stage in choose_profile("stress", T_DEVELOPER.load_profiles, FLOWS).schedule.stages]
    assert loads == sorted(loads)
    assert len(loads) > 4
