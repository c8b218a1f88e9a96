"""Runs canaries here: each handler in a process of its own, with a stand-in for Synthetics' library, and a time limit.

What a handler masks by itself is masked here once more, the traceback of a broken one among it.
"""

import json
import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from canaries.checks import file_of
from canaries.definitions import Canary
from canaries.masking import MASKED_VARIABLES, mask
from canaries.runs import CanaryRun, NotRun, StepRun
from canaries.slow_answers import slow_answers
from foundation.errors import bug_in
from foundation.files.writing import make_directory, write_text
from foundation.processes.child import Child
from foundation.readings import Interval, Known, Reading, in_memory
from foundation.steps.plain import written

_STAND_IN = Path(__file__).with_name("stand_in")
_LOCAL_RUN = Path(__file__).with_name("local_run.py")
_ROOT = Path(__file__).resolve().parent.parent
_TRIED_AGAIN = "; trying again ("
# A handler starts Python and botocore first, which Synthetics does not count.
_START_SECONDS = 20


def run_canaries(
    canaries: Sequence[Canary],
    environment: Mapping[str, str],
    *,
    directory: Path,
    code: Path = _ROOT,
    ended: Callable[[CanaryRun | NotRun], None] = lambda _run: None,
) -> Reading[tuple[CanaryRun | NotRun, ...]]:
    """Run them all at once; logs and steps go to `directory`, and what has not what it needs is not run.

    Known is the time that they ran for, and nothing where any of them was not run.

    Raises BugError, when all have ended, for a handler that died of anything but a step that failed: that is no finding.
    `environment` has the settings of the handlers and AWS's own variables; `code` is where the package `canaries` lies. `ended`
    gets each run when it has ended, whatever becomes of the others.
    """
    processes: list[Child] = []
    began_at = datetime.now(UTC)

    def run(canary: Canary) -> CanaryRun | NotRun:
        done = _run(canary, environment, directory, code, processes)
        ended(done)
        return done

    with ThreadPoolExecutor(max(1, len(canaries))) as pool:
        try:
            started = [pool.submit(run, canary) for canary in canaries]
            wait(started)
            runs = tuple(each.result() for each in started)
        except BaseException:
            # The pool waits for its threads, and they for their processes.
            for process in processes:
                process.kill()
            raise
    asked = Interval(start_at=began_at, end_at=datetime.now(UTC))
    return Reading(
        asked=asked,
        known=Known.nothing() if any(isinstance(each, NotRun) for each in runs) else Known.of([asked.span]),
        resolution_seconds=1,
        origin=in_memory("canaries that ran here"),
        answer=runs,
    )


def _run(
    canary: Canary, environment: Mapping[str, str], directory: Path, code: Path, processes: list[Child]
) -> CanaryRun | NotRun:
    environment = {
        "RETRY_COUNT": str(canary.retry_count),
        **{name: os.environ[name] for name in canary.secret_variables if name in os.environ},
        **environment,
        "CHECK_NAME": canary.name,
        MASKED_VARIABLES: ",".join(canary.secret_variables),
    }
    missing = [name for name in canary.settings if not environment.get(name)]
    if missing:
        return NotRun(name=canary.name, reason=f"not run: it needs {' and '.join(missing)}")
    make_directory(directory)
    run_id, started_at = str(uuid.uuid4()), datetime.now(UTC)
    with tempfile.TemporaryDirectory() as scratch:
        result = Path(scratch) / "result.json"
        if canary.check is not None:
            write_text(Path(scratch) / file_of(canary.name), written(canary.check))
            environment["CHECK_DIRECTORY"] = scratch
        process = Child(
            [sys.executable, "-P", str(_LOCAL_RUN), canary.handler, str(result)],
            env={
                **{
                    name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH") if name in os.environ
                },
                **environment,
                "PYTHONPATH": os.pathsep.join((str(code), str(_STAND_IN))),
                "TMPDIR": scratch,
            },
            cwd=scratch,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        has_timed_out = False
        try:
            _, log = process.communicate(timeout=canary.timeout_seconds + _START_SECONDS)
        except subprocess.TimeoutExpired:
            has_timed_out = True
            process.kill()
            _, log = process.communicate()
        found: dict[str, Any] = json.loads(result.read_text()) if result.exists() else {}
    log = mask(log, environment)
    write_text(directory / f"{canary.name}.log", log)
    if not found and not has_timed_out:
        raise bug_in(f"canary {canary.name}", log)
    steps = tuple(
        StepRun(
            name=step["stepName"],
            took_seconds=step["durationMs"] / 1000,
            reason=mask(step["failureReason"], environment) if "failureReason" in step else None,
        )
        for step in found.get("steps", [])
    )
    run = CanaryRun(
        run_id=run_id,
        name=canary.name,
        started_at=started_at,
        ended_at=datetime.now(UTC),
        steps=steps,
        reason=_reason(canary, found, steps, environment, has_timed_out=has_timed_out),
        has_timed_out=has_timed_out,
        retry_count=log.count(_TRIED_AGAIN),
        slow=slow_answers(log),
    )
    write_text(directory / f"{canary.name}.json", json.dumps(run.to_aws(), indent=2))
    return run


def _reason(
    canary: Canary, found: Mapping[str, Any], steps: Sequence[StepRun], environment: Mapping[str, str],
    *, has_timed_out: bool,
) -> str | None:  # fmt: skip
    if has_timed_out:
        return f"no end within {canary.timeout_seconds} s"
    for step in steps:
        if step.reason is not None:
            return f"{step.name}: {step.reason}"
    reason = found["reason"]
    return None if reason is None else mask(str(reason), environment)
