"""What Cost Explorer calls a service, and the code that the Price List and FOCUS exports have for it.

Names as Cost Explorer has answered with them; a name that is not here is joined with an estimate by its usage types alone.
"""

from collections.abc import Mapping
from types import MappingProxyType

_CODES: Mapping[str, str] = MappingProxyType(
    {
        "AWS CloudTrail": "AWSCloudTrail",
        "AWS Config": "AWSConfig",
        "AWS Cost Explorer": "AWSCostExplorer",
        "AWS Data Transfer": "AWSDataTransfer",
        "AWS Key Management Service": "awskms",
        "AWS Lambda": "AWSLambda",
        "AWS Secrets Manager": "AWSSecretsManager",
        "AWS Step Functions": "AmazonStates",
        "AWS WAF": "awswaf",
        "AWS X-Ray": "AWSXRay",
        "Amazon API Gateway": "AmazonApiGateway",
        "Amazon Bedrock": "AmazonBedrock",
        "Amazon Bedrock AgentCore": "AmazonBedrockAgentCore",
        "Amazon DynamoDB": "AmazonDynamoDB",
        "Amazon EC2 Container Registry (ECR)": "AmazonECR",
        "Amazon ElastiCache": "AmazonElastiCache",
        "Amazon Elastic Container Service": "AmazonECS",
        "Amazon GuardDuty": "AmazonGuardDuty",
        "Amazon OpenSearch Service": "AmazonES",
        "Amazon Relational Database Service": "AmazonRDS",
        "Amazon Simple Queue Service": "AWSQueueService",
        "Amazon Simple Storage Service": "AmazonS3",
        "Amazon Virtual Private Cloud": "AmazonVPC",
        "AmazonCloudWatch": "AmazonCloudWatch",
        "CloudWatch Events": "AWSEvents",
        # NAT gateways and what else is no instance.
        "EC2 - Other": "AmazonEC2",
    }
)


def name_of(code: str) -> str:
    """What Cost Explorer calls a service, or the code itself where that is not known."""
    return next((name for name, each in _CODES.items() if each == code), code)


def code_of(service: str) -> str:
    """The code of a service that Cost Explorer names, empty where none is known."""
    return _CODES.get(service, "")
