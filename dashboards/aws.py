"""Dashboards as CloudWatch has them."""

import json
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from foundation.errors import InputError


def deployed_body(name: str, *, region: str) -> dict[str, Any] | None:
    """The body of a dashboard; None where there is none of this name. Raises InputError when CloudWatch does not answer."""
    client = boto3.client("cloudwatch", region_name=region)
    try:
        return json.loads(client.get_dashboard(DashboardName=name)["DashboardBody"])
    except client.exceptions.ClientError as error:
        if error.response.get("Error", {}).get("Code") in ("ResourceNotFound", "DashboardNotFoundError"):
            return None
        raise InputError(f"{name}: CloudWatch did not answer: {error}") from error
    except (BotoCoreError, ClientError) as error:
        raise InputError(f"{name}: CloudWatch did not answer: {error}") from error
