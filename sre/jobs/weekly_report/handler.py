"""The function behind the schedule: writes the report of a week, keeps its pages, and notifies a topic where they are.

The event of `{"week": "2026-W46"}` writes an older week again; without it, it is the last complete one.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import boto3
from botocore.config import Config
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from canaries.definitions import read_canaries
from foundation.aws_errors import asking, patient
from foundation.costs.traffic import Profile
from foundation.errors import InputError, about
from foundation.files.documents import json_document_of
from foundation.files.forms import Form, read_by
from foundation.readings import NoData
from foundation.service.stage import Stage
from foundation.service.stage_file import read_stage
from infra.service import NAME, T_DEVELOPER
from infra.stage import make_stage
from infra.traffic import expected_traffic
from reports.notification import announce
from reports.weekly.week import Week, read_week
from sre.jobs.weekly_report.preparing import ReportOptions, prepare
from sre.jobs.weekly_report.writing import write_report

# The longest that a link lives; it ends sooner when the function's own credentials do.
LINK_SECONDS = 12 * 3600
_CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".json": "application/json",
}


class Variables(BaseModel):
    """The environment of the function. STAGE_FILE lies beside the code: the stage that the function was synthesized with.

    An image that was built by hand has none, and is asked for STAGE as its own files have it.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    STAGE: str
    STAGE_FILE: str | None = None
    PAGES_BUCKET: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")
    TOPIC_ARN: str = Field(pattern=r"^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$")
    CODE_VERSION: str
    AWS_REGION: str


class _Event(Form):
    """What the function is asked."""

    week: Annotated[Week, read_by(read_week)] | None = None


def handle(event: Mapping[str, Any], _context: object) -> dict[str, str]:
    """Write and keep the report of one week, and notify the topic; its verdict, and where its pages are.

    Raises InputError for an event or an environment that is none: a run that failed is what Lambda then notifies the topic of.
    """
    try:
        variables = Variables.model_validate(dict(os.environ))
    except ValidationError as error:
        raise InputError(f"the report function's environment: {error}") from error
    region, week = variables.AWS_REGION, _week_of(event)
    stage = _stage(variables)
    options = ReportOptions(
        stage=stage,
        canaries=read_canaries(T_DEVELOPER.canaries) if stage.scope.service == NAME else None,
        traffic=_traffic(stage),
        region=region,
        week=week,
        commit=variables.CODE_VERSION,
    )
    request, sources = prepare(options, now=datetime.now(UTC))
    # A link must name the bucket's own Region, or it is answered by a redirect that its signature does not cover.
    signing = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
    s3 = boto3.client("s3", region_name=region, config=signing)
    prefix = f"weekly/{request.week}"
    with tempfile.TemporaryDirectory() as directory:
        page = write_report(request, sources, Path(directory), say=print)
        print(f"{page.title}: {page.verdict}. {page.sentence}")
        for file in sorted(Path(directory).iterdir()):
            kind, key = _CONTENT_TYPES[file.suffix], f"{prefix}/{file.name}"
            with about(f"{key} is not kept"), asking("S3"):
                s3.put_object(Bucket=variables.PAGES_BUCKET, Key=key, Body=file.read_bytes(), ContentType=kind)
    link = s3.generate_presigned_url(
        "get_object", Params={"Bucket": variables.PAGES_BUCKET, "Key": f"{prefix}/index.html"}, ExpiresIn=LINK_SECONDS
    )
    pages = f"s3://{variables.PAGES_BUCKET}/{prefix}/"
    sns = boto3.client("sns", region_name=region, config=patient())
    announce(page, written=pages, link=link, topic_arn=variables.TOPIC_ARN, sns=sns)
    return {"week": str(request.week), "verdict": page.verdict, "pages": pages}


def _week_of(event: object) -> str | None:
    """The week of an event; None for the last complete one."""
    with json_document_of(json.dumps(event), Path("event")) as document:
        asked = document.read(_Event)
    return None if asked is None or asked.week is None else str(asked.week)


def _traffic(stage: Stage) -> Profile | NoData:
    """What the month is estimated by; the image has the profiles of T-Developer alone."""
    service = stage.scope.service
    return (
        expected_traffic(T_DEVELOPER) if service == NAME else NoData(reason=f"no traffic profile of {service} is known")
    )


def _stage(variables: Variables) -> Stage:
    file = None if variables.STAGE_FILE is None else Path(os.environ.get("LAMBDA_TASK_ROOT", "."), variables.STAGE_FILE)
    if file is None:
        return make_stage(variables.STAGE)
    stage = read_stage(file)
    if stage.name != variables.STAGE:
        raise InputError(f"{file}: is the stage {stage.name}, and this function is that of {variables.STAGE}")
    return stage
