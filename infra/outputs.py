"""What a deployed platform stack knows of itself: the identifiers that alarms have placeholders for."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from foundation.aws_errors import asking

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient


def deployed_parameters(client: "CloudFormationClient", *, stack: str) -> dict[str, str]:
    """The outputs of a stack and where it runs; nothing of a stack that is not there.

    Raises SourceError when CloudFormation does not answer, InputError when it could not be asked.
    """
    with asking("CloudFormation"):
        try:
            (described,) = client.describe_stacks(StackName=stack)["Stacks"]
        except ClientError as error:
            # Its word for a stack that does not exist.
            if error.response.get("Error", {}).get("Code") == "ValidationError":
                return {}
            raise
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", [])}
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    _, partition, _, region, account, *_ = described["StackId"].split(":")
    return {**outputs, "AWS::Partition": partition, "AWS::Region": region, "AWS::AccountId": account}
