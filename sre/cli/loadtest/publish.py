"""`sre loadtest publish`."""

from pathlib import Path

import boto3
import click

from foundation.aws_errors import asking, connecting, patient
from foundation.errors import Exit, InputError
from foundation.files.writing import write_text
from infra.service import default_load_test_metrics
from loadtests.metrics import put_metrics
from loadtests.result import read_result


def run(*, file: Path, region: str) -> Exit:
    """Put the metrics, once: CloudWatch adds up what it is given, and a second time would double every sum.

    Raises InputError or SourceError when CloudWatch does not take them, InputError for what was put before.
    """
    result = read_result(file)
    receipt = file.with_name(f"{file.name}.published-{region}")
    if receipt.exists():
        raise InputError(
            f"{file}: it was put in {region} before, and again its sums would be doubled; remove {receipt} if it was not"
        )
    # Before the first call: what broke off in the middle is half there.
    write_text(receipt, f"{result.started_at} of the stage {result.stage}\n")
    with connecting():
        client = boto3.client("cloudwatch", region_name=region, config=patient())
    with asking("CloudWatch"):
        count = put_metrics(result, default_load_test_metrics(), client)
    click.echo(f"{count} metric data of {result.started_at} put for the stage {result.stage}")
    return Exit.MET
