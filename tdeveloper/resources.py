"""The resources of T-Developer's own stacks, by the names that the stacks give them; a test holds the two together."""

from foundation.service.resources import Resource

# What a deployment must fill in, beside CloudFormation's own pseudo parameters.
WEBSOCKET_API_ID = "${WebSocketApiId}"


def platform_resources(service: str, stage: str) -> tuple[Resource, ...]:
    """Every resource of a stage that can be alarmed on or that a person would look for in the list of alarms."""
    prefix = f"{service}-{stage}"
    # The canary `api` has the alarms of the objective on availability.
    canaries = ("progress", "authorisation", "certificate")
    functions = ("api", "pipeline-step", "security-gate", "subscriptions")
    return (
        *(
            Resource(
                type="AWS::Lambda::Function",
                label=function,
                name=f"{prefix}-{function}",
                arn=_arn("lambda", f"function:{prefix}-{function}"),
            )
            for function in functions
        ),
        *(
            Resource(
                type="AWS::Synthetics::Canary",
                label=f"{canary}-canary",
                name=f"{prefix}-{canary}",
                arn=_arn("synthetics", f"canary:{prefix}-{canary}"),
            )
            for canary in canaries
        ),
        Resource(
            type="AWS::DynamoDB::Table",
            label="pipelines-table",
            name=f"{prefix}-pipelines",
            arn=_arn("dynamodb", f"table/{prefix}-pipelines"),
        ),
        Resource(
            type="AWS::StepFunctions::StateMachine",
            label="pipeline",
            name=f"{prefix}-pipeline",
            arn=_arn("states", f"stateMachine:{prefix}-pipeline"),
        ),
        Resource(
            type="AWS::ApiGatewayV2::Api",
            label="progress-api",
            name=WEBSOCKET_API_ID,
            arn=_arn("apigateway", f"/apis/{WEBSOCKET_API_ID}"),
        ),
    )


def _arn(service: str, resource: str) -> str:
    return f"arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{resource}"
