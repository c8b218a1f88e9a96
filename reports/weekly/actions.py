"""The actions of a weekly report, from a YAML file: what, owner, due, effect, status."""

from datetime import date
from pathlib import Path
from typing import cast

from pydantic import BaseModel, ConfigDict, ValidationError

from foundation.errors import InputError
from foundation.files.yaml_lines import read_documents
from reports.weekly.inputs import Action


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    what: str
    owner: str
    due: date
    effect: str
    status: str = "open"


def read_actions(file: Path) -> tuple[Action, ...]:
    """Read a list of actions. Raises InputError with the line of what is wrong."""
    documents = read_documents(file)
    entries: object = documents[0].data if len(documents) == 1 else None
    if not isinstance(entries, list):
        raise InputError(f"--actions {file}: write one YAML list of actions: what, owner, due, effect, status")
    document = documents[0]
    found: list[Action] = []
    problems: list[str] = []
    for number, data in enumerate(cast("list[object]", entries)):
        try:
            entry = _Entry.model_validate(data)
        except ValidationError as error:
            problems += [document.problem((number, *each["loc"]), each["msg"].lower()) for each in error.errors()]
            continue
        found.append(
            Action(what=entry.what, owner=entry.owner, due_on=entry.due, effect=entry.effect, status=entry.status)
        )
    if problems:
        raise InputError(f"{file} has problems:", tuple(problems))
    return tuple(found)
