"""`sre loadtest publish`."""

from pathlib import Path

import boto3
import click

from foundation.aws_errors import asking, connecting, patient
from foundation.errors import Exit
from infra.service import default_load_test_metrics
from loadtests.metrics import put_metrics
from loadtests.result import read_result


def run(*, file: Path, region: str) -> Exit:
    """Put the metrics. Raises InputError or SourceError when CloudWatch does not take them."""
    result = read_result(file)
    with connecting():
        client = boto3.client("cloudwatch", region_name=region, config=patient())
    with asking("CloudWatch"):
        count = put_metrics(result, default_load_test_metrics(), client)
    click.echo(f"{count} metric data of {result.started_at} put for the stage {result.stage}")
    return Exit.MET
