"""How a person ends a run: by whichever signal, once, and in order."""

import os
import signal
import subprocess
import sys

import pytest

import sre.cli.main as cli
from sre.cli.progress_line import one_interrupt

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_interrupts_and_no_further_one_disturbs_the_end(number: int) -> None:
    before = [signal.getsignal(each) for each in SIGNALS]
    with one_interrupt():
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)
        for each in SIGNALS:
            os.kill(os.getpid(), each)
    assert [signal.getsignal(each) for each in SIGNALS] == before


def test_a_process_that_is_started_after_it_can_itself_be_ended() -> None:
    """An ignored signal would be ignored by every child, too."""
    with one_interrupt():
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
        child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"])
        child.terminate()
        assert child.wait(30) == -signal.SIGTERM


def test_sigterm_ends_any_command_as_ctrl_c_does(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(_arguments: list[str]) -> int:
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
        return 130

    monkeypatch.setattr(cli, "take_streams", lambda: None)
    monkeypatch.setattr(cli, "run", run)
    before = signal.getsignal(signal.SIGTERM)
    try:
        with pytest.raises(SystemExit) as ended:
            cli.main()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert ended.value.code == 130
