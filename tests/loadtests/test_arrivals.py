"""The hook that shows re-sent requests; Locust is imported in a process of its own."""

import subprocess
import sys


def in_its_own_process(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_silent_re_sends_are_off_and_the_private_hook_is_where_it_was() -> None:
    program = (
        "from loadtests.clients import refuse_silent_retries\n"
        "import geventhttpclient.client as client\n"
        "print(client._may_retry_after_send_error('GET'))\n"
        "refuse_silent_retries()\n"
        "print(client._may_retry_after_send_error('GET'))"
    )
    assert in_its_own_process(program).split() == ["True", "False"]


def test_a_hook_that_has_moved_is_an_error_and_not_a_smaller_number() -> None:
    program = (
        "from loadtests.clients import refuse_silent_retries\n"
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
    assert "Visitor" in done.stdout + done.stderr
    assert "ArrivalUser" not in done.stdout + done.stderr


def test_the_exit_code_is_that_of_nothing_judged_until_something_was() -> None:
    program = (
        "from unittest.mock import Mock\n"
        "from locust import events\n"
        "from locust.env import Environment\n"
        "from locust.runners import LocalRunner, MasterRunner, WorkerRunner\n"
        "import loadtests.locustfile\n"
        "for kind in (LocalRunner, MasterRunner, WorkerRunner):\n"
        "    environment = Environment(events=events)\n"
        "    environment.runner = Mock(spec=kind)\n"
        "    events.init.fire(environment=environment, runner=environment.runner, web_ui=None)\n"
        "    print(environment.process_exit_code)"
    )
    assert in_its_own_process(program).splitlines() == ["3", "3", "None"]
