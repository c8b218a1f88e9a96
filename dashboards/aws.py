"""Dashboards as CloudWatch has them."""

import json
from typing import Any

import boto3
from botocore.exceptions import ClientError

from foundation.aws_errors import asking, connecting, patient


def deployed_body(name: str, *, region: str) -> dict[str, Any] | None:
    """The body of a dashboard; None where there is none of this name.

    Raises SourceError when CloudWatch does not answer, InputError when it could not be asked.
    """
    with connecting():
        client = boto3.client("cloudwatch", region_name=region, config=patient())
    with asking("CloudWatch"):
        try:
            return json.loads(client.get_dashboard(DashboardName=name)["DashboardBody"])
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ("ResourceNotFound", "DashboardNotFoundError"):
                return None
            raise
