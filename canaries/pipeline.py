"""A pipeline as a canary submits it: a small archive that every gate lets pass."""

import io
import json
import zipfile

import boto3

from canaries.calling import Answer, Caller
from canaries.steps import demand, setting

_ARCHIVE_KEY = "archives/canary.zip"
_SOURCE = '''"""A module that no gate objects to."""


def double(number: int) -> int:
    """Twice the number."""
    return number * 2
'''
RUNNING = ("accepted", "running")


def upload_archive() -> None:
    """Put the archive into the platform's bucket."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("double.py", _SOURCE)
    client = boto3.client("s3", region_name=setting("AWS_REGION"))
    client.put_object(Bucket=setting("ARCHIVES_BUCKET"), Key=_ARCHIVE_KEY, Body=content.getvalue())


def submit(caller: Caller) -> tuple[str, Answer]:
    """Submit it; the id of the pipeline, and the answer. Raises StepFailedError."""
    body = json.dumps({"repository": "t-developer/canary", "commit": "0" * 40, "archive_key": _ARCHIVE_KEY})
    answer = caller.call("POST", "/v1/pipelines", body=body)
    demand(answer.status == 202, f"status {answer.status}, where 202 was expected: {answer.body[:120]!r}")
    pipeline_id = answer.json().get("pipeline_id")
    demand(isinstance(pipeline_id, str), "the answer has no pipeline_id")
    return str(pipeline_id), answer
