"""What the lines of a bill are called by people; programs know each by its identifier, such as `kms_secrets`."""

from collections.abc import Mapping
from types import MappingProxyType

from foundation.costs.quantities import ALARMS, CANARIES, DASHBOARDS, LOGS, METRICS, TRACES

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "api_gateway": "API Gateway",
        "waf": "WAF",
        "lambda": "Lambda",
        "step_functions": "Step Functions",
        "agentcore_runtime": "AgentCore runtime",
        "agentcore_memory": "AgentCore memory",
        "agentcore_gateway": "AgentCore gateway",
        "knowledge_base": "knowledge base",
        "dynamodb": "DynamoDB",
        "s3": "S3 and images",
        "elasticache": "ElastiCache",
        "database": "database",
        "network": "network",
        "kms_secrets": "keys and secrets",
        "events_queues": "events and queues",
        "fargate_load": "load tests on Fargate",
        "servers": "servers and volumes",
        "containers": "containers",
        "load_balancers": "load balancers",
        "streams": "streams",
        "file_systems": "file systems",
        "dns": "names and health checks",
        "builds": "builds",
        "security_audit": "security and audit",
        ALARMS: "alarms",
        DASHBOARDS: "dashboards",
        CANARIES: "canaries",
        METRICS: "metrics",
        LOGS: "logs",
        TRACES: "traces",
        "cost_checks": "cost checks",
        "bedrock_tokens": "tokens of models",
    }
)


def label_of(line: str) -> str:
    """The label of a line of the bill."""
    return LABELS[line]
