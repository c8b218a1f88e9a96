"""The canaries on CloudWatch Synthetics: their zip, a role each, and a bucket for what they find."""

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as assets
from aws_cdk import aws_synthetics as synthetics
from constructs import Construct

from alarms.cloudformation import description_of
from canaries.blueprint import platform_blueprint
from canaries.definitions import Canaries, Canary
from canaries.package import Package, build_package, pack_blueprint
from canaries.settings import judged_settings
from foundation.cloudwatch import name_limits
from foundation.files.writing import write_bytes
from foundation.service.stage import Stage
from infra.checkout import ROOT
from infra.settings import Settings
from infra.stacks.closed_bucket import closed_bucket
from infra.stacks.data import DataStack
from infra.stacks.environment import environment_of
from infra.stacks.platform import PlatformStack

_BLUEPRINT_MINUTES, _BLUEPRINT_TIMEOUT_SECONDS, _BLUEPRINT_MEMORY_MIB = 15, 60, 960


class CanariesStack(Stack):
    """Every canary of the definitions; updates are run dry first, and what a canary leaves is removed with it.

    The Python runtime takes neither active tracing nor the encryption of artifacts, which are of the Node.js runtimes alone:
    what it leaves is encrypted as its bucket is.

    The blueprint of plain checks is there only when the host is known beforehand (`Settings.api_host`): Synthetics reads it from
    a file, in which CloudFormation fills nothing in.
    """

    def __init__(
        self, scope: Construct, name: str, *, settings: Settings, defined: Canaries, stage: Stage,
        data: DataStack, platform: PlatformStack,
    ) -> None:  # fmt: skip
        description = description_of(f"T-Developer: canaries of {settings.stage}", stage.what_ifs)
        super().__init__(scope, name, description=description, env=environment_of(settings))
        self._settings, self._defined = settings, defined
        self._artifacts = closed_bucket(
            self,
            "Artifacts",
            settings=settings,
            expiring=[
                s3.LifecycleRule(
                    expiration=Duration.days(max(defined.success_retention_days, defined.failure_retention_days))
                )
            ],
        )
        api_url = platform.api_url.rstrip("/")
        known = {
            **judged_settings(stage),
            "API_URL": api_url,
            "TLS_URL": api_url,
            "WEBSOCKET_URL": platform.websocket_url,
            "ARCHIVES_BUCKET": data.archives.bucket_name,
        }
        code = self._asset("Handlers", build_package(defined))
        methods = self.format_arn(
            service="execute-api", resource=platform.rest_api_id, resource_name=f"{settings.stage}/*/v1/*"
        )
        connections = self.format_arn(
            service="execute-api", resource=platform.websocket.api_id, resource_name=f"{settings.stage}/$connect"
        )
        archive = data.archives.arn_for_objects("archives/canary.zip")
        for canary in defined.canaries:
            role = self._role(canary.name.title(), canary.name)
            if "ARCHIVES_BUCKET" in canary.settings:
                role.add_to_principal_policy(iam.PolicyStatement(actions=["s3:PutObject"], resources=[archive]))
                resources = [methods, *([connections] if "WEBSOCKET_URL" in canary.settings else [])]
                role.add_to_principal_policy(iam.PolicyStatement(actions=["execute-api:Invoke"], resources=resources))
            elif canary.name == "authorisation":
                # What it reads with a right signature it may read: so what is refused is refused for the signature.
                reads = self.format_arn(
                    service="execute-api",
                    resource=platform.rest_api_id,
                    resource_name=f"{settings.stage}/GET/v1/pipelines/*",
                )
                role.add_to_principal_policy(iam.PolicyStatement(actions=["execute-api:Invoke"], resources=[reads]))
            self._canary(canary, role, code, {**known, "RETRY_COUNT": str(canary.retry_count)})
        if settings.api_host is not None:
            self._checks(settings.api_host)
        CfnOutput(self, "ArtifactsBucket", value=self._artifacts.bucket_name)

    def _canary(self, canary: Canary, role: iam.Role, code: assets.Asset, known: dict[str, str]) -> None:
        made = synthetics.CfnCanary(
            self,
            f"{canary.name.title()}Canary",
            code=synthetics.CfnCanary.CodeProperty(
                handler=canary.handler, s3_bucket=code.s3_bucket_name, s3_key=code.s3_object_key
            ),
            runtime_version=self._defined.runtime,
            run_config=synthetics.CfnCanary.RunConfigProperty(
                environment_variables={name: known[name] for name in canary.settings},
                memory_in_mb=canary.memory_mib,
                timeout_in_seconds=canary.timeout_seconds,
            ),
            schedule=_schedule(canary.every_minutes),
            **self._shared(canary.name, role),
        )
        made.node.add_dependency(role)
        self._logs(canary.name, made)

    def _checks(self, host: str) -> None:
        blueprint = platform_blueprint(host, base_path=self._settings.api_base_path)
        code = self._asset("Blueprint", pack_blueprint(blueprint.to_json()))
        made = synthetics.CfnCanary(
            self,
            "ChecksCanary",
            code=synthetics.CfnCanary.CodeProperty(
                blueprint_types=["multi-checks"], s3_bucket=code.s3_bucket_name, s3_key=code.s3_object_key
            ),
            runtime_version=self._defined.blueprint_runtime,
            run_config=synthetics.CfnCanary.RunConfigProperty(
                active_tracing=True,
                memory_in_mb=_BLUEPRINT_MEMORY_MIB,
                timeout_in_seconds=_BLUEPRINT_TIMEOUT_SECONDS,
            ),
            schedule=_schedule(_BLUEPRINT_MINUTES),
            artifact_config=synthetics.CfnCanary.ArtifactConfigProperty(
                s3_encryption=synthetics.CfnCanary.S3EncryptionProperty(encryption_mode=self._defined.encryption)
            ),
            **self._shared("checks", self._role("Checks", "checks")),
        )
        made.node.add_dependency(self._artifacts)
        self._logs("checks", made)

    def _logs(self, name: str, canary: synthetics.CfnCanary) -> None:
        """The log group of a canary's function, under the name that Synthetics gives it.

        The canary's role may not make it, so it is never there before this one, which keeps its lines for a month only.
        """
        whole = self._settings.scope.named(name_limits.CANARY, name)
        logs.LogGroup(
            self,
            f"{name.title()}CanaryLogs",
            log_group_name=f"/aws/lambda/cwsyn-{whole}-{canary.attr_id}",
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=RemovalPolicy.DESTROY,
        )

    def _shared(self, name: str, role: iam.Role) -> dict[str, object]:
        return {
            "name": self._settings.scope.named(name_limits.CANARY, name),
            "artifact_s3_location": f"s3://{self._artifacts.bucket_name}/{name}",
            "execution_role_arn": role.role_arn,
            "success_retention_period": self._defined.success_retention_days,
            "failure_retention_period": self._defined.failure_retention_days,
            "dry_run_and_update": True,
            "provisioned_resource_cleanup": "AUTOMATIC",
            "start_canary_after_creation": True,
        }

    def _role(self, title: str, name: str) -> iam.Role:
        """What every canary may: its artifacts, its log, its metrics and its traces, and no other's.

        https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_CanaryPermissions.html
        """
        role = iam.Role(self, f"{title}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        whole = self._settings.scope.named(name_limits.CANARY, name)
        for statement in (
            iam.PolicyStatement(
                actions=["s3:PutObject", "s3:GetObject"], resources=[self._artifacts.arn_for_objects(f"{name}/*")]
            ),
            iam.PolicyStatement(actions=["s3:GetBucketLocation"], resources=[self._artifacts.bucket_arn]),
            # Synthetics looks for its bucket among all of them, and neither action can be given for less than all.
            iam.PolicyStatement(actions=["s3:ListAllMyBuckets", "xray:PutTraceSegments"], resources=["*"]),
            iam.PolicyStatement(
                actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                resources=[
                    f"arn:{self.partition}:logs:{self.region}:{self.account}:log-group:/aws/lambda/cwsyn-{whole}-*"
                ],
            ),
            iam.PolicyStatement(
                actions=["cloudwatch:PutMetricData"],
                resources=["*"],
                conditions={"StringEquals": {"cloudwatch:namespace": "CloudWatchSynthetics"}},
            ),
        ):
            role.add_to_principal_policy(statement)
        return role

    def _asset(self, name: str, package: Package) -> assets.Asset:
        file = ROOT / "build" / "canaries" / f"{package.sha256[:16]}.zip"
        if not file.exists():
            write_bytes(file, package.content)
        return assets.Asset(self, name, path=str(file))


def _schedule(minutes: int) -> synthetics.CfnCanary.ScheduleProperty:
    """Runs on and on; Synthetics' own retries stay at 0, because they repeat a run whatever it found."""
    return synthetics.CfnCanary.ScheduleProperty(
        expression=f"rate({minutes} minute{'s'[: minutes != 1]})",
        duration_in_seconds="0",
        retry_config=synthetics.CfnCanary.RetryConfigProperty(max_retries=0),
    )
