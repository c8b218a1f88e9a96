"""The arrival schedule, and the hook that shows re-sent requests; Locust is imported in a process of its own."""

import subprocess
import sys


def in_its_own_process(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


RUN = """
from loadtests.arrivals import Run
from loadtests.recording import Recorder
run = Run(recorder=Recorder(warm_up_seconds=10, slow_after_ms=1), warm_up_seconds=10, total_seconds=30, seed=1, rates={})
"""


def test_the_rate_rises_in_the_warm_up_and_is_full_after_it() -> None:
    printed = in_its_own_process(
        f"{RUN}\nprint(run.due_after(5), run.due_after(6), run.due_after(25), run.due_after(1.25))"
    )
    assert printed == "10.0 11.0 30.0 5.0"


def test_the_schedule_and_its_reverse_agree() -> None:
    program = f"{RUN}\nprint(max(abs(run.arrivals_by(run.due_after(n / 7)) - n / 7) for n in range(175)) < 1e-9)"
    assert in_its_own_process(program) == "True"


def test_a_run_without_warm_up_starts_at_its_full_rate() -> None:
    program = f"{RUN}\nrun.warm_up_seconds = 0\nprint(run.due_after(3), run.arrivals_by(3))"
    assert in_its_own_process(program) == "3.0 3.0"


def test_silent_re_sends_are_off_and_the_private_hook_is_where_it_was() -> None:
    program = (
        "from loadtests.arrivals import refuse_silent_retries\n"
        "import geventhttpclient.client as client\n"
        "print(client._may_retry_after_send_error('GET'))\n"
        "refuse_silent_retries()\n"
        "print(client._may_retry_after_send_error('GET'))"
    )
    assert in_its_own_process(program).split() == ["True", "False"]


def test_a_hook_that_has_moved_is_an_error_and_not_a_smaller_number() -> None:
    program = (
        "from loadtests.arrivals import refuse_silent_retries\n"
        "import geventhttpclient.client as client\n"
        "del client._may_retry_after_send_error\n"
        "try:\n    refuse_silent_retries()\nexcept RuntimeError as error:\n    print(error)"
    )
    assert "has moved" in in_its_own_process(program)


def test_the_scenario_stays_a_plain_locustfile() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "locust", "-f", "loadtests/locustfile.py", "--list"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "HealthReads" in done.stdout + done.stderr
    assert "PipelineJourneys" in done.stdout + done.stderr
