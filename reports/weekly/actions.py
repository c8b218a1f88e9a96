"""The actions of a weekly report, from a YAML file: what, owner, due, effect, status."""

from pathlib import Path

from foundation.files.documents import yaml_documents
from foundation.files.forms import Day, Form, Line
from reports.weekly.inputs import Action


class _Entry(Form):
    what: Line
    owner: Line
    due: Day
    effect: Line
    status: str = "open"


def read_actions(file: Path) -> tuple[Action, ...]:
    """Read a list of actions. Raises InputError with every problem, each with its line."""
    with yaml_documents(file) as found:
        document = found.only("a list of actions: what, owner, due, effect, status")
        entries = [document.read(_Entry, path) for path in document.items()]
    return tuple(
        Action(what=entry.what, owner=entry.owner, due_on=entry.due, effect=entry.effect, status=entry.status)
        for entry in entries
        if entry is not None
    )
