"""`sre loadtest publish`."""

from pathlib import Path

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError

from foundation.errors import Exit, InputError
from infra.service import default_load_test_metrics
from loadtests.metrics import put_metrics
from loadtests.result import read_result


def run(*, file: Path, region: str) -> Exit:
    """Put the metrics. Raises InputError when CloudWatch does not take them."""
    result = read_result(file)
    try:
        count = put_metrics(result, default_load_test_metrics(), boto3.client("cloudwatch", region_name=region))
    except (BotoCoreError, ClientError) as error:
        raise InputError(f"CloudWatch in {region} did not take the metrics: {error}") from error
    click.echo(f"{count} metric data of {result.started_at} put for the stage {result.stage}")
    return Exit.MET
