"""`sre loadtest verdict`."""

from decimal import Decimal
from pathlib import Path

from foundation.errors import Exit, InputError
from foundation.service.measured import limits_of
from loadtests.result import read_result
from sre.cli.loadtest.reading import stage_of
from sre.cli.loadtest.summary import show_summary
from sre.cli.options import OutputFormat
from sre.cli.stage import stage_from


def run(
    *, file: Path, stage: str | None, objectives_file: Path | None, what_if_targets: tuple[tuple[str, Decimal], ...],
    output_format: OutputFormat,
) -> Exit:  # fmt: skip
    """Judge it by today's objectives. Raises InputError when it counted by another limit than theirs."""
    result = read_result(file)
    asked = stage_from(
        stage=stage or stage_of(result, file), objectives_file=objectives_file, what_if_targets=what_if_targets,
        plans_alarms=False,
    )  # fmt: skip
    limit = limits_of(asked.objectives).slow_after_ms
    if limit is not None and limit != result.slow_after_ms:
        raise InputError(
            f"{file}: slow requests were counted from {result.slow_after_ms:g} ms on, but the objectives want {limit:g} ms; "
            "run it again"
        )
    return show_summary(result, asked, output_format)
