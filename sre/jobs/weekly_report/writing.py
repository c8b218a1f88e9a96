"""Writes a weekly report's files, and on demand what it read, so that it can be written again offline."""

from collections.abc import Callable
from pathlib import Path

from foundation.cloudwatch.recorder import RecordingSource
from foundation.errors import Exit, about
from foundation.files.writing import OutDirectory, replacing
from foundation.readings import Reading
from reports.deployments import to_events
from reports.page_model import Page
from reports.weekly.page import to_html, to_json, to_markdown
from reports.weekly.reading import ReportRequest, Sources, prefix_of_stacks, read_inputs
from reports.weekly.sections import make_page


def write_report(request: ReportRequest, sources: Sources, out: Path, *, say: Callable[[str], None]) -> Page:
    """Read, judge and write index.html, report.md and report.json. Raises InputError where nothing can be written."""
    page = make_page(read_inputs(request, sources, say=say))
    written = {"index.html": to_html(page), "report.md": to_markdown(page), "report.json": to_json(page)}
    with about("--out"):
        for name, text in written.items():
            OutDirectory(root=out).write_text(name, text)
    return page


def exit_of(page: Page) -> Exit:
    """What the verdict on releases means: allowed is met, frozen is missed, and nobody can say is too little evidence."""
    return {"allowed": Exit.MET, "frozen": Exit.MISSED}.get(page.verdict, Exit.NOT_ENOUGH_EVIDENCE)


def record(sources: Sources, request: ReportRequest, directory: Path) -> tuple[str, ...]:
    """Write metrics.parquet and stack-events.json, for --metrics and --deployments; the names of what is there then.

    Raises InputError where nothing can be written.
    """
    kept = OutDirectory(root=directory)
    with about("--record"):
        if isinstance(sources.metrics, RecordingSource):
            with replacing(kept / "metrics.parquet") as beside:
                sources.metrics.recording().to_parquet(beside)
        prefix = prefix_of_stacks(request.objectives)
        operations = None if prefix is None else sources.operations(prefix)
        if isinstance(operations, Reading):
            kept.write_text("stack-events.json", to_events(operations))
    return tuple(sorted(each.name for each in directory.iterdir())) if directory.is_dir() else ()
