"""`sre dashboards diff`."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import boto3
import click
from pydantic import Field

from dashboards.aws import deployed_body
from dashboards.cloudwatch_body import cloudwatch_body
from dashboards.context import Deployment
from dashboards.difference import differences
from dashboards.grafana import grafana_json
from dashboards.grafana_difference import grafana_differences, model_of
from dashboards.grafana_variables import grafana_variables
from dashboards.model import Dashboard
from foundation.aws_errors import connecting, patient
from foundation.errors import Exit, InputError
from foundation.files.documents import json_document
from foundation.files.forms import Form
from infra.outputs import deployed_parameters
from sre.cli.dashboards.boards import boards_of
from sre.cli.dashboards.bodies import (
    Bodies,
    filled_bodies,
    is_filled,
    listed,
    open_names,
    refuse_unknown,
    templates,
)
from sre.cli.outputs.dashboards import DashboardDifferences, Difference
from sre.cli.outputs.model import print_output
from sre.cli.stage import stage_from
from sre.cli.unused import refuse_with

# What differs between the dashboard of a name and what there is of it.
Compare = Callable[[str], tuple[str, ...]]


def run(
    *, stage: str, service: Path | None, objectives_file: Path | None, region: str | None, deployed: Path | None,
    grafana: Path | None, parameters: tuple[tuple[str, str], ...], as_json: bool,
) -> Exit:  # fmt: skip
    """Print every difference. Raises InputError unless exactly one place to compare with is given."""
    deployment, boards = boards_of(
        stage_from(
            stage=stage,
            service=service,
            objectives_file=objectives_file,
        )
    )
    given = dict(parameters)
    bodies: Bodies = {deployment.scope.dashboard(board.name): cloudwatch_body(board) for board in boards}
    refuse_unknown(given, bodies)
    match region, deployed, grafana:
        case str(), None, None:
            compare = _of_region(deployment, bodies, region, given)
        case None, Path(), None:
            compare = _of_directory(bodies, deployed, given)
        case None, None, Path():
            refuse_with("--grafana", parameter=parameters)
            compare = _of_grafana(deployment, boards, grafana)
        case _:
            raise InputError("give one of --region, --deployed and --grafana")
    found = tuple(Difference(dashboard=name, description=line) for name in bodies for line in compare(name))
    if as_json:
        print_output(
            DashboardDifferences(stage=stage, is_same=not found, dashboard_count=len(boards), differences=found)
        )
        return Exit.MISSED if found else Exit.MET
    for each in found:
        click.echo(f"{each.dashboard}: {each.description}")
    if not found:
        click.echo(f"The {len(boards)} dashboards of {deployment.prefix} are as the code has them.")
    return Exit.MISSED if found else Exit.MET


def _of_region(deployment: Deployment, bodies: Bodies, region: str, given: Mapping[str, str]) -> Compare:
    """What CloudWatch has, and the code's filled in as CloudFormation does it: with what the platform's stack says of itself."""
    stack = f"{deployment.prefix}-platform"
    with connecting():
        client = boto3.client("cloudformation", region_name=region, config=patient())
    known = {**deployed_parameters(client, stack=stack), "AWS::Region": region, **given}
    coded = filled_bodies(
        bodies, known, why=f"are not known: the stack {stack} in {region} does not have them as outputs"
    )
    return lambda name: _compared(deployed_body(name, region=region), coded[name])


def _of_directory(bodies: Bodies, directory: Path, given: Mapping[str, str]) -> Compare:
    """Bodies in files: as `build` writes them for Fn::Sub, or, with parameters, as CloudWatch has them."""
    there = {name: _body(directory / f"{name}.json") for name in bodies}
    if given:
        coded = filled_bodies(bodies, given, why="are not given")
        return lambda name: _compared(there[name], coded[name])
    found = [body for body in there.values() if body is not None]
    if found and open_names(bodies) and is_filled(found, bodies):
        raise InputError(
            f"{directory}: holds bodies as CloudWatch has them, and the code's leave {listed(open_names(bodies))} open; "
            "give each as --parameter NAME=VALUE"
        )
    coded = templates(bodies)
    return lambda name: _compared(there[name], coded[name])


def _compared(there: Mapping[str, Any] | None, coded: Mapping[str, Any]) -> tuple[str, ...]:
    return ("it is not deployed",) if there is None else differences(there, coded)


class _Widget(Form, extra="allow"):
    properties: dict[str, Any] = Field(default_factory=dict[str, Any])


class _Body(Form, extra="allow"):
    """What is the same in every dashboard; the properties of a widget are compared, whatever they are."""

    widgets: list[_Widget]


class _Exported(Form, extra="allow"):
    """Any JSON object: which of them is a dashboard of Grafana's is looked at after that."""


def _body(file: Path) -> dict[str, Any] | None:
    if not file.exists():
        return None
    with json_document(file) as document:
        body = document.read(_Body)
        return None if body is None else document.data


def _of_grafana(deployment: Deployment, boards: Sequence[Dashboard], directory: Path) -> Compare:
    """What Grafana has, as JSON in files of any name; each dashboard is known by its uid."""
    there: dict[str, dict[str, Any]] = {}
    for file in sorted(directory.glob("*.json")):
        with json_document(file) as document:
            model = None if document.read(_Exported) is None else model_of(document.data)
        if model is not None:
            there[str(model.get("uid"))] = model

    variables = {"region": "", **dict.fromkeys(grafana_variables(boards), "")}
    statistics = deployment.alarm_statistics
    coded = {
        deployment.scope.dashboard(board.name): grafana_json(
            board, scope=deployment.scope, variables=variables, alarm_statistics=statistics
        )
        for board in boards
    }

    def compare(name: str) -> tuple[str, ...]:
        found = there.get(coded[name]["uid"])
        return ("it is not there",) if found is None else grafana_differences(found, coded[name])

    return compare
