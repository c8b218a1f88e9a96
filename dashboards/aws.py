"""Dashboards as CloudWatch has them."""

import json
from typing import Any, cast

import boto3
from botocore.exceptions import ClientError

from foundation.aws_errors import asking, connecting, patient
from foundation.errors import SourceError


def deployed_body(name: str, *, region: str) -> dict[str, Any] | None:
    """The body of a dashboard; None where there is none of this name.

    Raises SourceError when CloudWatch does not answer, InputError when it could not be asked.
    """
    with connecting():
        client = boto3.client("cloudwatch", region_name=region, config=patient())
    with asking("CloudWatch"):
        try:
            body = json.loads(client.get_dashboard(DashboardName=name)["DashboardBody"])
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ("ResourceNotFound", "DashboardNotFoundError"):
                return None
            raise
        except ValueError as error:
            raise SourceError(f"the body of the dashboard {name} is no JSON: {error}") from error
    if not isinstance(body, dict):
        raise SourceError(f"the body of the dashboard {name} is no JSON object")
    return cast("dict[str, Any]", body)
