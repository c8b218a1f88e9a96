"""A Lambda function as the platform makes them: own log group, tracing, one bundle, the stage in its environment."""

import re
from dataclasses import dataclass

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from foundation.cloudwatch import name_limits
from infra.bundling import build, bundle_of
from infra.handlers import Handler
from infra.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionShape:
    """What differs from one function to the next; the handler says which bundle it is deployed from."""

    handler: Handler
    memory_mib: int = 512
    timeout_seconds: int = 10


def make_function(
    scope: Construct, name: str, *, settings: Settings, shape: FunctionShape, environment: dict[str, str]
) -> lambda_.Function:
    """One function with its log group; `environment` is beside STAGE."""
    code = build(bundle_of(shape.handler, settings))
    short_name = _dashed(name)
    log_group = logs.LogGroup(
        scope,
        f"{name}Logs",
        log_group_name=settings.scope.log_group_of_function(short_name),
        retention=logs.RetentionDays.ONE_MONTH,
        removal_policy=RemovalPolicy.DESTROY,
    )
    architecture = lambda_.Architecture.ARM_64 if settings.architecture == "arm64" else lambda_.Architecture.X86_64
    return lambda_.Function(
        scope,
        name,
        function_name=settings.scope.named(name_limits.FUNCTION, short_name),
        runtime=lambda_.Runtime(f"python{settings.python_version}", lambda_.RuntimeFamily.PYTHON),
        architecture=architecture,
        handler=shape.handler.lambda_name,
        code=lambda_.Code.from_asset(str(code)),
        memory_size=shape.memory_mib,
        timeout=Duration.seconds(shape.timeout_seconds),
        tracing=lambda_.Tracing.ACTIVE,
        log_group=log_group,
        environment={"STAGE": settings.stage, **environment},
    )


def _dashed(name: str) -> str:
    """PipelineStep as pipeline-step: dashboards and alarms know functions by such names."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
