"""`sre dashboards build`."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Unpack

import click

from dashboards.cloudwatch_body import cloudwatch_body
from dashboards.grafana import data_source, grafana_json, provisioning
from dashboards.grafana_variables import grafana_variables
from dashboards.local_grafana import compose
from foundation.cloudwatch.containers import check_body
from foundation.errors import Exit
from foundation.files.writing import OutDirectory
from sre.cli.dashboards.annotations import read_annotations
from sre.cli.dashboards.boards import boards_of
from sre.cli.dashboards.bodies import Bodies, filled_bodies, listed, open_names, refuse_unknown, templates
from sre.cli.stage import WhatIfOptions, stage_from


def run(
    *, stage: str, service: Path | None, objectives_file: Path | None, out: Path, region: str, endpoint: str | None,
    instants: tuple[tuple[datetime, str], ...], incidents: Path | None, parameters: tuple[tuple[str, str], ...],
    **options: Unpack[WhatIfOptions],
) -> Exit:  # fmt: skip
    """Write the files and print their names. Raises InputError where they cannot be written."""
    deployment, boards = boards_of(
        stage_from(
            stage=stage,
            service=service,
            objectives_file=objectives_file,
            **options,
        )
    )
    scope = deployment.scope
    annotations = read_annotations(instants, incidents, deployment.objectives)
    given = dict(parameters)
    variables = {"region": region, **{name: given.get(of.name, "") for name, of in grafana_variables(boards).items()}}
    made = {scope.dashboard(board.name): cloudwatch_body(board, annotations=annotations) for board in boards}
    bodies = _templates(made) if not parameters else _filled(made, {"AWS::Region": region, **dict(parameters)})
    for name, body in bodies.items():
        check_body(body, name=name)
    files: dict[str, Any] = {f"cloudwatch/{name}.json": body for name, body in bodies.items()}
    files |= {
        f"grafana/dashboards/{board.name}.json": grafana_json(
            board, scope=scope, variables=variables, alarm_statistics=deployment.alarm_statistics
        )
        for board in boards
    }
    files |= {
        f"grafana/provisioning/dashboards/{scope.service}.yaml": provisioning(
            "/var/lib/grafana/dashboards", name=scope.service, folder=deployment.objectives.title
        ),
        "grafana/provisioning/datasources/cloudwatch.yaml": data_source(region=region, endpoint=endpoint),
        "grafana/compose.yaml": compose(),
    }
    directory = OutDirectory(root=out)
    # YAML takes JSON.
    for written in [
        directory.write_text(name, json.dumps(content, indent=1) + "\n") for name, content in files.items()
    ]:
        click.echo(written)
    return Exit.MET


def _templates(bodies: Bodies) -> Bodies:
    """The bodies as Fn::Sub reads them, and in words what of them CloudWatch itself does not take."""
    if left := open_names(bodies):
        click.echo(
            f"· cloudwatch/*.json are for Fn::Sub: CloudWatch takes them once {listed(left)} are filled in; "
            "give each as --parameter NAME=VALUE, or deploy the stack of `sre synth`, which fills them in",
            err=True,
        )
    return templates(bodies)


def _filled(bodies: Bodies, known: dict[str, str]) -> Bodies:
    """The bodies as CloudWatch takes them. Raises InputError for what is not filled in, or stands nowhere."""
    refuse_unknown(known, bodies)
    return filled_bodies(bodies, known, why="are not given, and CloudWatch takes no body that has one left")
