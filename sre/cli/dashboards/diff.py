"""`sre dashboards diff`."""

from pathlib import Path
from typing import Any

import click
from pydantic import Field

from dashboards.aws import deployed_body
from dashboards.cloudwatch_body import cloudwatch_body
from dashboards.difference import differences
from foundation.errors import Exit, InputError
from foundation.files.documents import json_document
from foundation.files.forms import Form
from sre.cli.dashboards.boards import boards_of
from sre.cli.stage import known_stage, stage_from


def run(*, stage: str, objectives_file: Path | None, region: str | None, deployed: Path | None) -> Exit:
    """Print every difference. Raises InputError unless exactly one place to compare with is given."""
    deployment, boards = boards_of(
        stage_from(stage=known_stage(stage, objectives_file=objectives_file), objectives_file=objectives_file)
    )
    prefix = deployment.prefix
    if (region is None) == (deployed is None):
        raise InputError("give one of --region and --deployed")
    found = 0
    for board in boards:
        name = deployment.scope.dashboard(board.name)
        there = _there(name, region=region, directory=deployed)
        lines = differences(there, cloudwatch_body(board)) if there is not None else ("it is not deployed",)
        for line in lines:
            found += 1
            click.echo(f"{name}: {line}")
    if not found:
        click.echo(f"The {len(boards)} dashboards of {prefix} are as the code has them.")
    return Exit.MISSED if found else Exit.MET


class _Widget(Form, extra="allow"):
    properties: dict[str, Any] = Field(default_factory=dict[str, Any])


class _Body(Form, extra="allow"):
    """What is the same in every dashboard; the properties of a widget are compared, whatever they are."""

    widgets: list[_Widget]


def _there(name: str, *, region: str | None, directory: Path | None) -> dict[str, Any] | None:
    if directory is None:
        return deployed_body(name, region=str(region))
    file = directory / f"{name}.json"
    if not file.exists():
        return None
    with json_document(file) as document:
        body = document.read(_Body)
        return None if body is None else document.data
