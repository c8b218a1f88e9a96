"""The resources of T-Developer's own stacks, by the names that the stacks give them; a test holds the two together."""

from foundation.cloudwatch import name_limits
from foundation.cloudwatch.names import Scope
from foundation.cloudwatch.parameters import ACCOUNT, PARTITION, REGION, Parameter, Part, parametrized
from foundation.service.resources import Resource

# What a deployment must fill in, beside CloudFormation's own pseudo parameters.
WEBSOCKET_API_ID = parametrized(Parameter("WebSocketApiId"))


def platform_resources(service: str, stage: str) -> tuple[Resource, ...]:
    """Every resource of a stage that can be alarmed on or that a person would look for in the list of alarms."""
    scope = Scope(service=service, stage=stage)
    # The canary `api` has the alarms of the objective on availability.
    canaries = ("progress", "authorisation", "certificate")
    functions = ("api", "pipeline-step", "security-gate", "subscriptions")
    return (
        *(
            Resource(
                type="AWS::Lambda::Function",
                label=function,
                name=(name := scope.named(name_limits.FUNCTION, function)),
                arn=_arn("lambda", "function:", name),
            )
            for function in functions
        ),
        *(
            Resource(
                type="AWS::Synthetics::Canary",
                label=f"{canary}-canary",
                name=(name := scope.named(name_limits.CANARY, canary)),
                arn=_arn("synthetics", "canary:", name),
            )
            for canary in canaries
        ),
        Resource(
            type="AWS::DynamoDB::Table",
            label="pipelines-table",
            name=(name := scope.named(name_limits.TABLE, "pipelines")),
            arn=_arn("dynamodb", "table/", name),
        ),
        Resource(
            type="AWS::StepFunctions::StateMachine",
            label="pipeline",
            name=(name := scope.named(name_limits.STATE_MACHINE, "pipeline")),
            arn=_arn("states", "stateMachine:", name),
        ),
        Resource(
            type="AWS::ApiGatewayV2::Api",
            label="progress-api",
            name=WEBSOCKET_API_ID,
            arn=_arn("apigateway", "/apis/", WEBSOCKET_API_ID),
            facts=(("protocol", "WEBSOCKET"), ("api_stage", stage)),
        ),
    )


def _arn(service: str, *resource: Part) -> str:
    return parametrized("arn:", PARTITION, f":{service}:", REGION, ":", ACCOUNT, ":", *resource)
