"""A status as verdicts, for Markdown and JUnit: each objective, and beside them what the other blocks say."""

from foundation.pages.numbers import count, percent, ratio
from sre.cli.outputs.report import outcome_of_state
from sre.cli.outputs.status import StatusOutput
from sre.cli.status.screen import block_lines
from sre.cli.verdicts.model import VerdictRow, Verdicts
from sre.jobs.status.model import Status

_WIDE = 10_000


def status_verdicts(status: Status, output: StatusOutput) -> Verdicts:
    """The objectives with what is left of their budgets; the notes are the lines of the other blocks."""
    return Verdicts(
        title=f"Status of {output.service} {output.stage}", of="objective", columns=("left", "burn rate 1 h", "bad"),
        number_columns=frozenset({"left", "burn rate 1 h", "bad"}),
        rows=tuple(
            VerdictRow(
                name=each.objective, outcome=outcome_of_state(each.state), reason=each.reason,
                cells=(
                    "–" if each.remaining_ratio is None else percent(each.remaining_ratio),
                    "–" if each.burn_rate_1h is None else ratio(each.burn_rate_1h),
                    "–" if each.window is None else count(each.window.bad_count),
                ),
            )
            for each in output.objectives
        ),
        headline=output.headline,
        notes=tuple(line.strip() for line in block_lines(status, _WIDE)),
    )  # fmt: skip
