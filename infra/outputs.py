"""What a deployed platform stack knows of itself: the identifiers that alarms have placeholders for."""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient


def deployed_parameters(client: "CloudFormationClient", *, stack: str) -> dict[str, str]:
    """The outputs of a stack and where it runs; nothing of a stack that cannot be read."""
    try:
        (described,) = client.describe_stacks(StackName=stack)["Stacks"]
    except (ClientError, BotoCoreError):
        return {}
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", [])}
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    _, partition, _, region, account, *_ = described["StackId"].split(":")
    return {**outputs, "AWS::Partition": partition, "AWS::Region": region, "AWS::AccountId": account}
