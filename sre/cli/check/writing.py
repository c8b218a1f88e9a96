"""Writes the page and the JSON of a release check: both or neither, and what was there before stays until then."""

from foundation.files.output import to_json
from foundation.files.writing import OutDirectory, replacing
from reports.release_check.model import ReleaseCheck
from reports.release_check.page import render_html
from sre.cli.outputs.check import check_output
from sre.jobs.release_check.incomplete import with_steps
from sre.jobs.release_check.steps import Step, Steps

PAGE_NAME, DATA_NAME = "index.html", "release-check.json"


def write_check(made: ReleaseCheck, steps: Steps, out: OutDirectory) -> ReleaseCheck:
    """Write them; the check as it is then, with this step, and whether it failed or was interrupted.

    An interrupt that comes meanwhile is in what is written. Where the page cannot be drawn, the JSON is written alone; where
    nothing can be written, the check is still there to be printed.
    """

    def draw() -> str:
        return render_html(with_steps(made, steps))

    page = steps.attempt(Step.PAGE, lambda: steps.finish(draw))
    was_interrupted = steps.was_interrupted

    def write() -> None:
        is_drawn = page is not None and steps.was_interrupted == was_interrupted
        _write(with_steps(made, steps), page if page is None or is_drawn else draw(), out)

    steps.attempt(Step.FILES, lambda: steps.finish(write))
    return with_steps(made, steps)


def _write(made: ReleaseCheck, page: str | None, out: OutDirectory) -> None:
    data = to_json(check_output(made))
    if page is None:
        out.write_text(DATA_NAME, data)
        return
    with replacing(out / PAGE_NAME) as beside_page, replacing(out / DATA_NAME) as beside_data:
        beside_data.write_text(data, encoding="utf-8")
        beside_page.write_text(page, encoding="utf-8")
