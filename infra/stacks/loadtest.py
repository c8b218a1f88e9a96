"""Load from AWS: Locust's master and workers as tasks on Fargate, started by a state machine, and nothing between runs."""

import json
from typing import Any

from aws_cdk import CfnOutput, CfnParameter, Duration, RemovalPolicy, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from foundation.cloudwatch import name_limits
from infra.settings import Settings
from infra.stacks.data import DataStack
from infra.stacks.environment import environment_of
from infra.stacks.platform import PlatformStack
from tdeveloper.metrics import NAMESPACE

MASTER_PORT = 5557
_CPU_UNITS, _MEMORY_MIB = 1024, 2048


class LoadTestStack(Stack):
    """Subnets without a NAT gateway, a cluster without services, two task definitions, and the machine that runs a test.

    Workers are on Spot: one that is taken away makes the run inconclusive, which its verdict says. The master is not,
    because the whole result would go with it.
    """

    def __init__(
        self, scope: Construct, name: str, *, settings: Settings, data: DataStack, platform: PlatformStack
    ) -> None:
        description = f"T-Developer: load tests of {settings.stage}, on Fargate"
        super().__init__(scope, name, description=description, env=environment_of(settings))
        self._settings = settings
        names = settings.scope
        vpc = ec2.Vpc(
            self,
            "Network",
            max_azs=2,
            nat_gateways=0,
            restrict_default_security_group=False,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="public", subnet_type=ec2.SubnetType.PUBLIC, map_public_ip_on_launch=False)
            ],
        )
        group = ec2.SecurityGroup(self, "Tasks", vpc=vpc, description="Master and workers of a load test")
        group.add_ingress_rule(group, ec2.Port.tcp(MASTER_PORT), "workers to their master")
        cluster = ecs.Cluster(
            self,
            "Cluster",
            cluster_name=names.named(name_limits.CLUSTER, "loadtest"),
            vpc=vpc,
            enable_fargate_capacity_providers=True,
            container_insights_v2=ecs.ContainerInsights.DISABLED,
        )
        tag = CfnParameter(self, "ImageTag", default="latest", description="Which image of the toolkit runs")
        repository = ecr.Repository(
            self,
            "Images",
            repository_name=names.named(name_limits.REPOSITORY, "loadtest"),
            removal_policy=RemovalPolicy.DESTROY,
            empty_on_delete=True,
            lifecycle_rules=[ecr.LifecycleRule(max_image_count=3)],
        )
        image = ecs.ContainerImage.from_ecr_repository(repository, tag.value_as_string)
        log_group = logs.LogGroup(
            self,
            "Logs",
            log_group_name=f"/ecs/{names.named(name_limits.CLUSTER, 'loadtest')}",
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=RemovalPolicy.DESTROY,
        )
        api = self.format_arn(
            service="execute-api", resource=platform.rest_api_id, resource_name=f"{settings.stage}/*/v1/*"
        )
        sockets = self.format_arn(
            service="execute-api", resource=platform.websocket.api_id, resource_name=f"{settings.stage}/*"
        )
        roles = {
            role: iam.Role(self, f"{role}Role", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))
            for role in ("Master", "Worker")
        }
        for role in roles.values():
            role.add_to_principal_policy(iam.PolicyStatement(actions=["execute-api:Invoke"], resources=[api, sockets]))
        roles["Master"].add_to_principal_policy(
            iam.PolicyStatement(
                actions=["s3:PutObject"], resources=[data.archives.arn_for_objects("results/load-tests/*")]
            )
        )
        roles["Master"].add_to_principal_policy(
            iam.PolicyStatement(
                actions=["cloudwatch:PutMetricData"],
                resources=["*"],
                conditions={"StringEquals": {"cloudwatch:namespace": NAMESPACE}},
            )
        )
        execution = iam.Role(self, "ExecutionRole", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))
        definitions = {
            role: self._definition(role, roles[role], execution, image, log_group, data)
            for role in ("Master", "Worker")
        }
        name = names.named(name_limits.STATE_MACHINE, "loadtest", "run")
        machine = self._machine(cluster, vpc, group, definitions, [*roles.values(), execution], name)
        for output, value in {
            "LoadTestMachineArn": machine.state_machine_arn,
            "Repository": repository.repository_uri,
        }.items():
            CfnOutput(self, output, value=value)

    def _definition(
        self,
        role: str,
        task_role: iam.Role,
        execution: iam.Role,
        image: ecs.ContainerImage,
        log_group: logs.LogGroup,
        data: DataStack,
    ) -> ecs.FargateTaskDefinition:
        definition = ecs.FargateTaskDefinition(
            self,
            f"{role}Task",
            family=self._settings.scope.named(name_limits.TASK_FAMILY, "loadtest", role.lower()),
            cpu=_CPU_UNITS,
            memory_limit_mib=_MEMORY_MIB,
            runtime_platform=ecs.RuntimePlatform(
                cpu_architecture=ecs.CpuArchitecture.ARM64, operating_system_family=ecs.OperatingSystemFamily.LINUX
            ),
            task_role=task_role,
            execution_role=execution,
        )
        definition.add_container(
            "locust",
            image=image,
            command=["python", "-m", "sre.jobs.load_test.task", role.lower()],
            # After SIGTERM a task drains what is under way and sends what it has.
            stop_timeout=Duration.seconds(60),
            environment={
                "STAGE": self._settings.stage,
                "RESULTS_BUCKET": data.archives.bucket_name,
                "MASTER_PORT": str(MASTER_PORT),
            },
            logging=ecs.LogDriver.aws_logs(stream_prefix=role.lower(), log_group=log_group),
        )
        return definition

    def _machine(
        self,
        cluster: ecs.Cluster,
        vpc: ec2.Vpc,
        group: ec2.SecurityGroup,
        definitions: dict[str, ecs.FargateTaskDefinition],
        passed: list[iam.Role],
        name: str,
    ) -> sfn.StateMachine:
        machine = sfn.StateMachine(
            self,
            "Run",
            state_machine_name=name,
            definition_body=sfn.DefinitionBody.from_string(
                json.dumps(
                    _steps(
                        cluster=cluster.cluster_arn,
                        subnets=[subnet.subnet_id for subnet in vpc.public_subnets],
                        group=group.security_group_id,
                        master=definitions["Master"].task_definition_arn,
                        worker=definitions["Worker"].task_definition_arn,
                    )
                )
            ),
            timeout=Duration.hours(4),
            tracing_enabled=True,
            logs=sfn.LogOptions(
                destination=logs.LogGroup(
                    self,
                    "RunLogs",
                    log_group_name=f"/aws/vendedlogs/states/{name}",
                    retention=logs.RetentionDays.ONE_MONTH,
                    removal_policy=RemovalPolicy.DESTROY,
                ),
                level=sfn.LogLevel.ALL,
            ),
        )
        families = [definition.task_definition_arn for definition in definitions.values()]
        machine.add_to_role_policy(iam.PolicyStatement(actions=["ecs:RunTask"], resources=families))
        machine.add_to_role_policy(
            iam.PolicyStatement(
                actions=["ecs:DescribeTasks", "ecs:StopTask"],
                resources=["*"],
                conditions={"ArnEquals": {"ecs:cluster": cluster.cluster_arn}},
            )
        )
        machine.add_to_role_policy(
            iam.PolicyStatement(actions=["iam:PassRole"], resources=[role.role_arn for role in passed])
        )
        return machine


def _steps(*, cluster: str, subnets: list[str], group: str, master: str, worker: str) -> dict[str, Any]:
    """Start the master, learn its address, start the workers, wait for the master; the workers end when it does.

    The input: {"url": ..., "profile": "release", "workers": 2}; Amazon States Language with JSONata
    (https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html).
    """
    network = {"AwsvpcConfiguration": {"AssignPublicIp": "ENABLED", "Subnets": subnets, "SecurityGroups": [group]}}

    def run_task(definition: str, provider: str, count: Any, variables: dict[str, str]) -> dict[str, Any]:
        environment = [{"Name": name, "Value": value} for name, value in variables.items()]
        return {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:ecs:runTask",
            "Arguments": {
                "Cluster": cluster,
                "TaskDefinition": definition,
                "Count": count,
                "CapacityProviderStrategy": [{"CapacityProvider": provider, "Weight": 1}],
                "NetworkConfiguration": network,
                "Overrides": {"ContainerOverrides": [{"Name": "locust", "Environment": environment}]},
            },
        }

    def or_null(path: str) -> str:
        return f"{{% $exists({path}) ? {path} : null %}}"

    return {
        "Comment": "One load test",
        "QueryLanguage": "JSONata",
        "StartAt": "StartMaster",
        "States": {
            "StartMaster": {
                **run_task(
                    master,
                    "FARGATE",
                    1,
                    {
                        "TARGET_URL": "{% $states.input.url %}",
                        "PROFILE": "{% $states.input.profile %}",
                        "WORKERS": "{% $string($states.input.workers) %}",
                    },
                ),
                "Assign": {
                    "master": "{% $states.result.Tasks[0].TaskArn %}",
                    "workers": "{% $states.input.workers %}",
                    "has_workers": False,
                },
                "Next": "Wait",
            },
            "Wait": {"Type": "Wait", "Seconds": 10, "Next": "Look"},
            "Look": {
                "Type": "Task",
                "Resource": "arn:aws:states:::aws-sdk:ecs:describeTasks",
                "Arguments": {"Cluster": cluster, "Tasks": ["{% $master %}"]},
                # A task has no address before it runs and no exit code before it ends; what yields nothing is an error.
                "Assign": {
                    "status": "{% $states.result.Tasks[0].LastStatus %}",
                    "code": or_null("$states.result.Tasks[0].Containers[0].ExitCode"),
                    "address": or_null("$states.result.Tasks[0].Containers[0].NetworkInterfaces[0].PrivateIpv4Address"),
                },
                "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 5, "BackoffRate": 2}],
                "Next": "Decide",
            },
            "Decide": {
                "Type": "Choice",
                "Choices": [
                    {"Condition": "{% $status = 'STOPPED' and $code = 0 %}", "Next": "Met"},
                    {"Condition": "{% $status = 'STOPPED' %}", "Next": "Failed"},
                    {"Condition": "{% $status = 'RUNNING' and $not($has_workers) %}", "Next": "StartWorkers"},
                ],
                "Default": "Wait",
            },
            "StartWorkers": {
                **run_task(worker, "FARGATE_SPOT", "{% $workers %}", {"MASTER_HOST": "{% $address %}"}),
                "Assign": {"has_workers": True},
                "Next": "Wait",
            },
            "Met": {"Type": "Succeed"},
            "Failed": {
                "Type": "Fail",
                "Error": "NotMet",
                "Cause": "{% 'The master ended with ' & ($code = null ? 'no exit code' : $string($code)) & "
                "': 1 missed, 2 refused, 3 not enough evidence' %}",
            },
        },
    }
