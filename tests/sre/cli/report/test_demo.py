"""`sre report demo` as a person sees it when not all of it could be made."""

from pathlib import Path
from typing import Any

import pytest

import sre.cli.report.demo as of_demo
from foundation.errors import InputError, PlatformError
from loadtests.result import write_result
from loadtests.run import RESULT_NAME
from reports.page_model import Page
from sre.jobs.demo.weekly_report import Demonstration
from sre.jobs.release_check.steps import Step, Steps
from tests.loadtests.factories import a_result
from tests.sre.cli.command_line import Done, sre

PAGE = Page(title="Week", label="demonstration", verdict="frozen", sentence="No release.", sections=())


@pytest.mark.parametrize(
    ("step", "error", "page", "code", "said"),
    [
        (None, None, PAGE, 0, ""),
        (Step.LOAD, PlatformError("gone"), PAGE, 3, "Error: the demonstration is not whole: load: gone"),
        (Step.LOAD, KeyboardInterrupt(), PAGE, 130, "Interrupted."),
        (Step.ALARMS, KeyError("x"), PAGE, 70, "Error: this is a bug in sre: KeyError: 'x'"),
        (Step.REPORT, InputError("--out: disk full"), None, 2, "Error: --out: disk full"),
        (Step.PLATFORM, OSError(28, "No space left on device"), None, 2, "platform: No space left on device"),
    ],
)
def test_what_was_measured_is_printed_before_what_is_missing(
    step: str | None,
    error: Any,
    page: Page | None,
    code: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps = Steps()
    # Where no load was sent, a result that lies there is of an earlier run.
    result_file = None if step is Step.PLATFORM else tmp_path / RESULT_NAME
    if result_file is not None:
        steps.took(Step.LOAD, 1.0)
    if step is not None:
        steps.failed(step, error)
    made = Demonstration(page=page, steps=steps, result_file=result_file)
    monkeypatch.setattr(of_demo, "demonstrate", lambda *_, **__: made)
    write_result(a_result(good=5), tmp_path / RESULT_NAME)
    done: Done = sre("report", "demo", "--out", str(tmp_path))
    assert done.returncode == code
    assert said in done.stderr
    assert ("Week: frozen. No release." in done.stdout) is (page is not None)
    assert ("what the load measured is in" in done.stderr) is (step is Step.REPORT)
