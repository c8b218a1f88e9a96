"""`sre loadtest publish`."""

from datetime import UTC, datetime
from pathlib import Path

import boto3
import click

from foundation.aws_errors import asking, connecting, patient
from foundation.errors import Exit, InputError, about
from foundation.files.bounded import read_text
from foundation.files.writing import write_text
from infra.service import default_load_test_metrics
from loadtests.metrics import are_there, check_puttable, put_metrics
from loadtests.result import read_result


def run(*, file: Path, region: str) -> Exit:
    """Put the metrics, once: CloudWatch adds up what it is given, and a second time would double every sum.

    Raises InputError or SourceError when CloudWatch does not take them, InputError for what was put before.
    """
    result, metrics = read_result(file), default_load_test_metrics()
    receipt = file.with_name(f"{file.name}.published-{region}")
    run_of = f"{result.started_at} of the stage {result.stage}"
    before = read_text(receipt) if receipt.exists() else ""
    doubled = "and again its sums would be doubled"
    if run_of in before.splitlines():
        raise InputError(
            f"{file}: it was put in {region} before, {doubled}; remove {receipt} if it was not"
        )  # fmt: skip
    with about(str(file)):
        check_puttable(result, metrics, now=datetime.now(UTC))
    with connecting():
        client = boto3.client("cloudwatch", region_name=region, config=patient())
    with asking("CloudWatch"):
        if are_there(result, metrics, client):
            raise InputError(
                f"{file}: {region} has requests of a load test of these minutes on the stage {result.stage}, {doubled}; a test "
                "on Fargate puts its own, and a copy of the file may have been put"
            )
    # Before the first call: what broke off in the middle is half there.
    write_text(receipt, f"{before}{run_of}\n")
    # Not asked again: of a call without an answer nobody knows whether it was added.
    with connecting():
        once = boto3.client("cloudwatch", region_name=region, config=patient(1))
    with asking("CloudWatch"):
        put = put_metrics(result, metrics, once)
    click.echo(f"{put.put_count} metric data of {result.started_at} put for the stage {result.stage}")
    if put.refused:
        raise InputError(f"{file}: {put.sentence}")
    return Exit.MET
