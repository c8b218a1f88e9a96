"""`sre loadtest verdict`."""

from pathlib import Path

from foundation.errors import Exit, InputError
from foundation.service.measured import limits_of
from foundation.slo.reader import read_objectives
from infra.service import T_DEVELOPER
from loadtests.result import read_result
from sre.cli.loadtest.summary import print_summary


def run(*, file: Path, stage: str | None, objectives_file: Path | None, as_json: bool) -> Exit:
    """Judge it by today's objectives. Raises InputError when it counted by another limit than theirs."""
    result = read_result(file)
    objectives = read_objectives(objectives_file or T_DEVELOPER.objectives, stage=stage or result.stage)
    limit = limits_of(objectives).slow_after_ms
    if limit is not None and limit != result.slow_after_ms:
        raise InputError(
            f"{file}: slow requests were counted from {result.slow_after_ms:g} ms on, but the objectives want {limit:g} ms; "
            "run it again"
        )
    return print_summary(result, objectives, as_json=as_json)
