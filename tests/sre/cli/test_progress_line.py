"""How a person ends a run: by whichever signal, once, and in order."""

import os
import signal
import subprocess
import sys

import pytest

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
