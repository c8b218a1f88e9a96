"""`sre dashboards build`."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Unpack

import click

from dashboards.cloudwatch_body import cloudwatch_body
from dashboards.grafana import data_source, grafana_json, provisioning
from dashboards.local_grafana import compose
from foundation.cloudwatch.containers import check_body
from foundation.cloudwatch.parameters import fn_sub, with_texts
from foundation.errors import Exit
from foundation.files.writing import OutDirectory
from infra.dashboards import PLACEHOLDERS
from sre.cli.dashboards.annotations import read_annotations
from sre.cli.dashboards.boards import boards_of
from sre.cli.stage import WhatIfOptions, stage_from


def run(
    *, stage: str, objectives_file: Path | None, out: Path, region: str, endpoint: str | None,
    instants: tuple[tuple[datetime, str], ...], incidents: Path | None, **options: Unpack[WhatIfOptions],
) -> Exit:  # fmt: skip
    """Write the files and print their names. Raises InputError where they cannot be written."""
    deployment, boards = boards_of(stage_from(stage=stage, objectives_file=objectives_file, **options))
    scope = deployment.scope
    annotations = read_annotations(instants, incidents, deployment.objectives)
    variables = {"region": region, **dict.fromkeys(PLACEHOLDERS, "")}
    bodies = {
        scope.dashboard(board.name): with_texts(cloudwatch_body(board, annotations=annotations), fn_sub)
        for board in boards
    }
    for name, body in bodies.items():
        check_body(body, name=name)
    files: dict[str, Any] = {f"cloudwatch/{name}.json": body for name, body in bodies.items()}
    files |= {
        f"grafana/dashboards/{board.name}.json": grafana_json(board, scope=scope, variables=variables)
        for board in boards
    }
    files |= {
        "grafana/provisioning/dashboards/t-developer.yaml": provisioning("/var/lib/grafana/dashboards"),
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
