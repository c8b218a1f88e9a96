"""What `sre init` prints: what it read, what it understood of it and what not, what it wrote, and what to do next."""

from collections import Counter
from collections.abc import Iterator, Sequence

import click

from foundation.pages.numbers import counted
from sre.cli.alarms.columns import paragraph, table, terminal_width
from sre.cli.outputs.init import Initialized, WatchedResource

_HEAD = ("resource", "kind", "needs")


def print_result(result: Initialized) -> None:
    """Print it."""
    for line in _lines(result):
        click.echo(line)


def _lines(result: Initialized) -> Iterator[str]:
    width = terminal_width()
    if result.templates:
        yield from _understood(result, width)
    for note in result.notes:
        yield from paragraph(f"Note: {note}", width=width)
    if result.is_update:
        yield from _updated(result, width)
    yield from _written(result, width)
    yield ""
    yield "Next:"
    yield from (f"  {each}" for each in result.next_commands)


def _understood(result: Initialized, width: int) -> Iterator[str]:
    for each in result.templates:
        yield f"{each.file}: {counted(each.resource_count, 'resource')}"
    if result.taken_defaults:
        taken = ", ".join(f"{each.name}={each.value}" for each in result.taken_defaults)
        yield from paragraph(f"Defaults of parameters, which --parameter changes: {taken}", width=width)
    known = [each for each in result.resources if each.kind is not None and not each.unwatched]
    paid = [each for each in result.resources if each.kind is not None and each.unwatched]
    unknown = [each for each in result.resources if each.kind is None]
    if known:
        yield ""
        yield f"Watched: {counted(len(known), 'resource')}"
        rows = [(each.label, each.kind or "", ", ".join(each.needs)) for each in known]
        yield from (f"  {line}" for line in table(_HEAD, rows, width=width - 2))
    yield ""
    if paid:
        yield f"Paid for, without alarms of their own: {counted(len(paid), 'resource')}"
        for reason in dict.fromkeys(each.unwatched for each in paid):
            names = ", ".join(each.label for each in paid if each.unwatched == reason)
            yield from paragraph(f"  {reason.rstrip('.')}: {names}", width=width)
    yield from _unknown(unknown, width)
    if result.free:
        yield f"Free, without a watch of their own: {counted(len(result.free), 'resource')}"
        reasons = dict.fromkeys(each.reason for each in result.free)
        for reason in reasons:
            names = ", ".join(each.resource for each in result.free if each.reason == reason)
            yield from paragraph(f"  {reason.rstrip('.')}: {names}", width=width)
    for each in result.left_out:
        yield from paragraph(f"Left out, for its condition {each.condition} is false: {each.resource}", width=width)
    if result.parameters:
        said = f"Only a deployment knows {', '.join(result.parameters)}."
        yield from paragraph(said, width=width)


def _unknown(unknown: Sequence[WatchedResource], width: int) -> Iterator[str]:
    if unknown:
        yield f"Of unknown types, without alarms and without a price: {counted(len(unknown), 'resource')}"
        counts = Counter(each.type for each in unknown)
        for of_type, _ in counts.most_common():
            names = ", ".join(each.label for each in unknown if each.type == of_type)
            yield from paragraph(f"  {of_type}: {names}", width=width)


def _updated(result: Initialized, width: int) -> Iterator[str]:
    if result.added:
        yield from paragraph(f"New: {', '.join(result.added)}", width=width)
    for each in result.grown:
        yield f"More {each.key}: {each.label}"
    for each in result.kept:
        said = f"Kept: {each.label}: {each.key} is {each.here}, and {each.in_template} in the template"
        yield from paragraph(said, width=width)
    if result.gone:
        said = (
            f"In no template: {', '.join(result.gone)}. Take out what is there no more; what you added yourself stays."
        )
        yield from paragraph(said, width=width)


def _written(result: Initialized, width: int) -> Iterator[str]:
    if not result.files:
        yield "Nothing is new: no file is changed."
        return
    verb = "Changed" if result.is_update else "Wrote"
    yield f"{verb} {' and '.join(result.files)}"
    if result.objectives:
        said = f"{counted(len(result.objectives), 'objective')} to begin with: {', '.join(result.objectives)}"
        yield from paragraph(said, width=width)
    if result.unpromised:
        said = f"No objective is begun for {', '.join(result.unpromised)}: nothing else of that type has one here"
        yield from paragraph(said, width=width)
