"""Deploys a cloud assembly through the CloudFormation API, as the CDK command line would: assets first, then stacks."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import WaiterError

from foundation.errors import PlatformError

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def deploy(
    session: boto3.Session, *, endpoint: str, assembly: Path, stacks: tuple[str, ...], parameters: dict[str, str]
) -> dict[str, str]:
    """Create the stacks in order and return the outputs of all; `parameters` go to the stacks that declare them.

    Raises PlatformError with the stack events when one does not end complete.
    """
    account = session.client("sts", endpoint_url=endpoint).get_caller_identity()["Account"]
    for stack in stacks:
        _publish_assets(session, endpoint, assembly, stack, account)
    cloudformation = session.client("cloudformation", endpoint_url=endpoint)
    outputs: dict[str, str] = {}
    for stack in stacks:
        template = (assembly / f"{stack}.template.json").read_text()
        declared = json.loads(template).get("Parameters", {})
        cloudformation.create_stack(
            StackName=stack,
            TemplateBody=template,
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items() if key in declared
            ],
        )
        try:
            cloudformation.get_waiter("stack_create_complete").wait(
                StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 180}
            )
        except WaiterError as error:
            raise PlatformError(f"stack {stack} did not deploy:\n{_failures(cloudformation, stack)}") from error
        described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        outputs |= {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}
    return outputs


def _publish_assets(session: boto3.Session, endpoint: str, assembly: Path, stack: str, account: str) -> None:
    s3 = session.client("s3", endpoint_url=endpoint)
    manifest = json.loads((assembly / f"{stack}.assets.json").read_text())
    for asset in manifest["files"].values():
        source = assembly / asset["source"]["path"]
        body = _zipped(source) if asset["source"]["packaging"] == "zip" else source.read_bytes()
        for destination in asset["destinations"].values():
            bucket = _resolved(destination["bucketName"], account, session.region_name)
            if bucket not in {known["Name"] for known in s3.list_buckets()["Buckets"]}:
                s3.create_bucket(Bucket=bucket)
            s3.put_object(
                Bucket=bucket, Key=_resolved(destination["objectKey"], account, session.region_name), Body=body
            )


def _resolved(text: str, account: str, region: str) -> str:
    return (
        text.replace("${AWS::AccountId}", account).replace("${AWS::Region}", region).replace("${AWS::Partition}", "aws")
    )


def _zipped(directory: Path) -> bytes:
    """The directory as a zip whose bytes depend on its content alone."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for path in sorted(path for path in directory.rglob("*") if path.is_file()):
            member = zipfile.ZipInfo(str(path.relative_to(directory)), _ZIP_EPOCH)
            member.external_attr = 0o644 << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(member, path.read_bytes())
    return body.getvalue()


def _failures(cloudformation: Any, stack: str) -> str:
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"].endswith("FAILED")]
    return "\n".join(
        f"  {event['LogicalResourceId']} ({event['ResourceType']}): {event.get('ResourceStatusReason', 'no reason given')}"
        for event in failed
    )
