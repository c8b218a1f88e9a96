"""The synthesized templates: what must hold of every stage, whoever changes the stacks."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Duration, Size, Stack, Validations
from aws_cdk import aws_synthetics as synthetics
from aws_cdk.aws_sns import CfnTopic
from cdk_nag import AwsSolutionsChecks

from alarms.plan import plan_of
from alarms.subscriptions import parameter_names
from canaries.definitions import read_canaries
from dashboards.all_dashboards import all_dashboards
from dashboards.model import LogsPanel
from foundation.cloudwatch.alarm_writing import to_request
from foundation.cloudwatch.planned_names import PlannedStack, check_names, names_of
from foundation.slo.model import BudgetedObjective, SliceIndicator
from foundation.slo.reader import read_objectives
from infra.assembly import assemble
from infra.assembly_checks import check_assembly
from infra.checkout import ROOT
from infra.dashboards import deployment_of
from infra.handlers import HANDLERS
from infra.service import T_DEVELOPER
from infra.settings import Settings
from infra.stacks.canaries import CanariesStack
from infra.stacks.data import DataStack
from infra.stacks.observability import BillingAlarmsStack, ObservabilityStack
from infra.stacks.platform import PlatformStack
from infra.stage import make_stage
from tests.infra.test_synth import environments
from tests.test_hostile_text import (
    HARMLESS,
    HOSTILE,
    boards_with,
    marked,
    plan_with,
    stage_with,
    values_of,
    with_markdown_read,
    without_joiners,
)

pytestmark = [pytest.mark.cdk, pytest.mark.xdist_group("stacks")]

Templates = dict[str, dict[str, Any]]

# CloudFormation gives these no Tags property.
UNTAGGABLE = {
    "AWS::ApiGateway::Deployment", "AWS::ApiGateway::Method", "AWS::ApiGateway::Resource", "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route", "AWS::IAM::Policy", "AWS::Lambda::Permission", "AWS::S3::BucketPolicy",
    "AWS::CloudWatch::Dashboard", "AWS::SNS::TopicPolicy", "AWS::EC2::Route", "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::SubnetRouteTableAssociation", "AWS::EC2::VPCGatewayAttachment", "AWS::ECS::ClusterCapacityProviderAssociations",
    "AWS::Lambda::EventInvokeConfig", "AWS::SNS::Subscription", "AWS::Scheduler::Schedule",
}  # fmt: skip

# CDK itself writes what these two warn of: a role as an explicit dependency, and an output that passes an import on.
CFN_LINT = [str(Path(sys.executable).with_name("cfn-lint")), "--ignore-checks", "W3005", "W6001", "--append-rules",
            str(ROOT / "infra" / "cfn_rules"), "--"]  # fmt: skip


def resources(templates: Templates, kind: str = "") -> list[dict[str, Any]]:
    every = [resource for template in templates.values() for resource in template["Resources"].values()]
    return [resource for resource in every if not kind or resource["Type"] == kind]


def test_every_resource_that_can_be_tagged_says_project_stage_and_owner(production: Templates) -> None:
    for resource in resources(production):
        if resource["Type"] in UNTAGGABLE:
            continue
        tags = resource["Properties"].get("Tags", resource["Properties"].get("ResourceTags", {}))
        found = {tag["Key"]: tag["Value"] for tag in tags} if isinstance(tags, list) else tags
        expected = {"Project": "t-developer", "Stage": "production", "Owner": "t-developer", "ManagedBy": "cdk"}
        assert found.items() >= expected.items(), resource["Type"]


def test_every_method_but_health_is_authorised_by_iam(production: Templates) -> None:
    methods = [resource["Properties"] for resource in resources(production, "AWS::ApiGateway::Method")]
    kinds = sorted((method["HttpMethod"], method["AuthorizationType"]) for method in methods)
    assert kinds == [("GET", "AWS_IAM"), ("GET", "NONE"), ("POST", "AWS_IAM")]


def test_connecting_to_the_websocket_is_authorised_by_iam(production: Templates) -> None:
    routes = [resource["Properties"] for resource in resources(production, "AWS::ApiGatewayV2::Route")]
    assert {route["RouteKey"]: route["AuthorizationType"] for route in routes}["$connect"] == "AWS_IAM"


def test_production_has_no_fault_switch_at_all(production: Templates, staging: Templates) -> None:
    assert "FAULT_SWITCH" not in json.dumps(production)
    assert "FaultSwitch" not in json.dumps(production)
    assert staging["t-developer-staging-platform"]["Parameters"]["FaultSwitch"]["Default"] == "off"


def test_nothing_but_the_local_stage_knows_of_a_local_endpoint(production: Templates, staging: Templates) -> None:
    assert "LocalEndpoint" not in json.dumps([production, staging])


def test_the_buckets_are_private_encrypted_and_speak_tls_only(production: Templates) -> None:
    buckets = resources(production, "AWS::S3::Bucket")
    assert len(buckets) == 3
    for bucket in buckets:
        assert all(bucket["Properties"]["PublicAccessBlockConfiguration"].values())
        assert bucket["Properties"]["BucketEncryption"]
    policies = resources(production, "AWS::S3::BucketPolicy")
    assert len(policies) == 3
    for policy in policies:
        assert '"aws:SecureTransport": "false"' in json.dumps(policy)


def test_a_stage_as_its_files_have_it_is_for_its_region_and_says_nothing_of_a_what_if(
    production: Templates, production_directory: Path
) -> None:
    assert "what if" not in json.dumps(production).lower()
    assert set(environments(production_directory).values()) == {"aws://unknown-account/us-east-1"}
    assert len(environments(production_directory)) == 7


def test_what_holds_state_is_kept_in_production_and_not_elsewhere(production: Templates, staging: Templates) -> None:
    for kind in ("AWS::S3::Bucket", "AWS::DynamoDB::Table"):
        assert {resource["DeletionPolicy"] for resource in resources(production, kind)} == {"Retain"}
        assert {resource["DeletionPolicy"] for resource in resources(staging, kind)} == {"Delete"}


def test_every_function_is_traced_runs_on_graviton_and_keeps_its_logs_a_month(production: Templates) -> None:
    functions = resources(production, "AWS::Lambda::Function")
    assert len(functions) >= 5
    for function in functions:
        assert function["Properties"]["TracingConfig"] == {"Mode": "Active"}
        assert function["Properties"]["Architectures"] == ["arm64"]
        assert function["Properties"].get("Runtime", "its image's") in ("python3.13", "its image's")
    names = {function["Properties"]["FunctionName"] for function in functions}
    named = [group["Properties"]["LogGroupName"] for group in resources(production, "AWS::Logs::LogGroup")]
    groups = {name for name in named if isinstance(name, str)}
    of_functions = {group for group in groups if group.startswith("/aws/lambda/")}
    assert of_functions == {f"/aws/lambda/{name}" for name in names}
    stage = make_stage("production")
    boards = all_dashboards(deployment_of(stage, plan_of(stage)))
    logs = [placed.panel for board in boards for placed in board.panels if isinstance(placed.panel, LogsPanel)]
    assert stage.alarm_rules is not None
    of_the_service = [each.name for each in stage.alarm_rules.resources if each.type == "AWS::Lambda::Function"]
    shown = {group for panel in logs for group in panel.log_groups if group.startswith("/aws/lambda/")}
    assert shown == {f"/aws/lambda/{name}" for name in of_the_service}
    assert {group["Properties"]["RetentionInDays"] for group in resources(production, "AWS::Logs::LogGroup")} == {30}


def test_no_policy_allows_every_action_or_reads_another_functions_prefix(production: Templates) -> None:
    for policy in resources(production, "AWS::IAM::Policy"):
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            assert "*" not in actions
            assert not any(action == "s3:*" or action == "dynamodb:*" for action in actions)


def test_cfn_lint_has_nothing_to_say(production: Templates, production_directory: Path) -> None:
    files = [str(production_directory / f"{stack}.template.json") for stack in production]
    linted = subprocess.run([*CFN_LINT, *files], capture_output=True, text=True, check=False)
    assert linted.stdout == ""
    assert linted.returncode == 0


def test_what_the_emulator_is_sent_fits_into_a_request_and_the_rest_into_a_bucket(
    production_directory: Path, production: Templates
) -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""
    for stack in production:
        limit = 51_200 if stack.endswith(("-data", "-platform")) else 1_000_000
        assert (production_directory / f"{stack}.template.json").stat().st_size < limit


def test_every_zipped_function_runs_a_handler_that_the_table_lists(production: Templates) -> None:
    functions = resources(production, "AWS::Lambda::Function")
    deployed = [each["Properties"]["Handler"] for each in functions if "Handler" in each["Properties"]]
    assert set(deployed) == {handler.lambda_name for handler in HANDLERS}


def test_the_observability_stacks_are_the_planned_alarms(production: Templates) -> None:
    plan = plan_of(make_stage("production"))
    alarms = [
        resource
        for resource in resources(production)
        if resource["Type"] in ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
    ]
    assert {alarm["Properties"]["AlarmName"] for alarm in alarms} == {planned.name for planned in plan}
    for planned in plan:
        (found,) = [alarm["Properties"] for alarm in alarms if alarm["Properties"]["AlarmName"] == planned.name]
        request = to_request(planned.alarm)
        # Beside the tags, only what holds a placeholder is written otherwise: as Fn::Sub.
        differing = {key for key in request if found.get(key) != request[key]}
        assert all("${" in json.dumps(request[key]) for key in differing), (planned.name, differing)
        assert found.keys() - request.keys() == {"Tags"}


def test_billing_alarms_are_deployed_where_the_bill_is(production: Templates) -> None:
    billing = production["t-developer-production-billing-alarms"]["Resources"].values()
    metrics = [each["Properties"] for each in billing if each["Type"] == "AWS::CloudWatch::Alarm"]
    assert len(metrics) == 3
    assert "AWS/Billing" in json.dumps(metrics)
    elsewhere = resources({"": production["t-developer-production-observability"]}, "AWS::CloudWatch::Alarm")
    assert "AWS/Billing" not in json.dumps(elsewhere)


def nagged(make: Callable[[Any], object], out: Path) -> list[dict[str, Any]]:
    """What cdk-nag's AWS Solutions rules report of the stacks that `make` adds to an app."""
    app = App(outdir=str(out), analytics_reporting=False)
    make(app)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    # A finding fails the synthesis, after the report is written.
    with contextlib.suppress(RuntimeError):
        app.synth()
    return json.loads((out / "validation-report.json").read_text())["pluginReports"]


def test_cdk_nag_has_nothing_to_say_of_the_observability_stacks(tmp_path: Path) -> None:
    stage, settings = make_stage("production"), Settings(stage="production")
    plan = plan_of(stage)

    def make(app: Any) -> None:
        facts = {"WebSocketApiId": "w", "StateMachineArn": "s", "ArchivesBucket": "b"}
        boards = all_dashboards(deployment_of(stage, plan))
        ObservabilityStack(app, "observability", settings=settings, stage=stage, plan=plan, boards=boards, facts=facts)
        BillingAlarmsStack(app, "billing", settings=settings, stage=stage, plan=plan)

    assert nagged(make, tmp_path) == []


def test_cdk_nag_would_say_so_if_a_topic_could_be_published_to_without_tls(tmp_path: Path) -> None:
    def make(app: Any) -> None:
        CfnTopic(Stack(app, "open"), "Topic")

    assert "AwsSolutions-SNS3" in json.dumps(nagged(make, tmp_path))


def test_the_dashboards_are_deployed_with_their_placeholders_filled(production: Templates) -> None:
    deployed = {
        each["Properties"]["DashboardName"]: each["Properties"]
        for each in resources(production, "AWS::CloudWatch::Dashboard")
    }
    assert sorted(deployed) == [
        f"t-developer-production-{name}" for name in ("agents", "api", "data", "gates", "loadtest", "overview")
    ]
    text, facts = deployed["t-developer-production-api"]["DashboardBody"]["Fn::Sub"]
    assert json.loads(text)["widgets"]
    assert set(facts) == {"WebSocketApiId"}


def test_every_canary_is_deployed_as_it_is_defined_and_updated_by_a_dry_run(production: Templates) -> None:
    defined = read_canaries(T_DEVELOPER.canaries)
    deployed = {
        each["Properties"]["Name"]: each["Properties"] for each in resources(production, "AWS::Synthetics::Canary")
    }
    assert set(deployed) == {f"t-developer-production-{canary.name}" for canary in defined.canaries}
    for canary in defined.canaries:
        made = deployed[f"t-developer-production-{canary.name}"]
        assert made["RuntimeVersion"] == defined.runtime
        assert made["Schedule"]["Expression"] == f"rate({canary.every_minutes} minutes)"
        assert made["Schedule"]["RetryConfig"] == {"MaxRetries": 0}
        assert made["DryRunAndUpdate"] is True
        assert made["ProvisionedResourceCleanup"] == "AUTOMATIC"
        assert set(made["RunConfig"]["EnvironmentVariables"]) == set(canary.settings)
        assert (made["SuccessRetentionPeriod"], made["FailureRetentionPeriod"]) == (31, 93)
        assert made["Code"]["Handler"] == canary.handler
    assert {made["RunConfig"]["EnvironmentVariables"].get("SLOW_AFTER_MS", "1000") for made in deployed.values()} == {
        "1000"
    }


def test_every_canarys_lines_are_kept_for_a_month_in_a_group_that_it_cannot_make_itself(production: Templates) -> None:
    stack = production["t-developer-production-canaries"]["Resources"]
    canaries = {key: each["Properties"] for key, each in stack.items() if each["Type"] == "AWS::Synthetics::Canary"}
    kept = {
        json.dumps(each["Properties"]["LogGroupName"]): each["Properties"]["RetentionInDays"]
        for each in stack.values()
        if each["Type"] == "AWS::Logs::LogGroup"
    }
    assert kept == {
        json.dumps({"Fn::Join": ["", [f"/aws/lambda/cwsyn-{each['Name']}-", {"Fn::GetAtt": [key, "Id"]}]]}): 30
        for key, each in canaries.items()
    }
    assert "logs:CreateLogGroup" not in json.dumps(stack)


def family_of(runtime: str) -> synthetics.RuntimeFamily:
    return synthetics.RuntimeFamily.PYTHON if "python" in runtime else synthetics.RuntimeFamily.NODEJS


def canary_of_cdk(properties: dict[str, Any]) -> None:
    """A canary by CDK's own construct, with our settings: it refuses what its runtime does not take."""
    run = properties["RunConfig"]
    synthetics.Canary(
        Stack(App(analytics_reporting=False), "s"), "c",
        runtime=synthetics.Runtime(properties["RuntimeVersion"], family_of(properties["RuntimeVersion"])),
        test=synthetics.Test.custom(code=synthetics.Code.from_inline("x"), handler="index.handler"),
        schedule=synthetics.Schedule.expression(properties["Schedule"]["Expression"]),
        active_tracing=run.get("ActiveTracing"),
        memory=Size.mebibytes(run["MemoryInMB"]),
        timeout=Duration.seconds(run["TimeoutInSeconds"]),
        artifact_s3_encryption_mode=synthetics.ArtifactsEncryptionMode.S3_MANAGED if "ArtifactConfig" in properties else None,
        canary_name=properties["Name"],
    )  # fmt: skip


def test_cdks_own_construct_takes_every_setting_of_every_canary(production: Templates) -> None:
    deployed = [each["Properties"] for each in resources(production, "AWS::Synthetics::Canary")]
    assert len(deployed) == 4
    for each in deployed:
        canary_of_cdk(each)


@pytest.mark.parametrize(
    "wrong",
    [{"RunConfig": {"ActiveTracing": True, "MemoryInMB": 960, "TimeoutInSeconds": 60}}, {"ArtifactConfig": {}},
     {"RunConfig": {"MemoryInMB": 100, "TimeoutInSeconds": 60}}],
)  # fmt: skip
def test_it_refuses_what_the_python_runtime_does_not_take(production: Templates, wrong: dict[str, Any]) -> None:
    first = resources(production, "AWS::Synthetics::Canary")[0]["Properties"]
    with pytest.raises(RuntimeError):
        canary_of_cdk({**first, **wrong})


def test_the_availability_objective_names_a_canary_that_is_deployed(production: Templates) -> None:
    (availability,) = [
        each for each in read_objectives(T_DEVELOPER.objectives, stage="production") if each.name == "availability"
    ]
    assert isinstance(availability, BudgetedObjective)
    assert isinstance(availability.indicator, SliceIndicator)
    deployed = {each["Properties"]["Name"] for each in resources(production, "AWS::Synthetics::Canary")}
    assert dict(availability.indicator.samples.metric.dimensions)["CanaryName"] in deployed


def test_a_canary_may_put_only_what_is_its_own(production: Templates) -> None:
    policies = production["t-developer-production-canaries"]["Resources"]
    text = {
        name: json.dumps(each["Properties"]["PolicyDocument"])
        for name, each in policies.items()
        if each["Type"] == "AWS::IAM::Policy"
    }
    (authorisation,) = [policy for name, policy in text.items() if name.startswith("Authorisation")]
    # What it reads with a right signature it may read; everything else must be refused.
    assert authorisation.count("execute-api:Invoke") == 1
    assert "/production/GET/v1/pipelines/*" in authorisation
    assert "/authorisation/*" in authorisation
    assert "cwsyn-t-developer-production-authorisation-*" in authorisation
    (api,) = [policy for name, policy in text.items() if name.startswith("Api")]
    assert "archives/canary.zip" in api


def test_plain_checks_are_deployed_where_the_host_is_known(tmp_path: Path) -> None:
    settings = Settings(stage="staging", api_host="api.example.com", api_base_path="/staging")
    app = App(outdir=str(tmp_path), analytics_reporting=False)
    data = DataStack(app, "data", settings=settings)
    platform = PlatformStack(app, "platform", settings=settings, data=data)
    CanariesStack(
        app,
        "canaries",
        settings=settings,
        defined=read_canaries(T_DEVELOPER.canaries),
        stage=make_stage("staging"),
        data=data,
        platform=platform,
    )
    app.synth()
    template = json.loads((tmp_path / "canaries.template.json").read_text())
    (checks,) = [
        each["Properties"]
        for each in resources({"": template}, "AWS::Synthetics::Canary")
        if "BlueprintTypes" in each["Properties"]["Code"]
    ]
    assert checks["Code"]["BlueprintTypes"] == ["multi-checks"]
    assert checks["RuntimeVersion"] == read_canaries(T_DEVELOPER.canaries).blueprint_runtime
    assert "Handler" not in checks["Code"]
    linted = subprocess.run(
        [*CFN_LINT, str(tmp_path / "canaries.template.json")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert linted.stdout == ""


# What no canary may be, and the rule that says so. A value of None is a property that is not there.
BROKEN_CANARIES = [
    ("Name", "T-Developer", "E3031"),
    ("RuntimeVersion", "syn-python-selenium-4.0", "E9101"),
    ("RuntimeVersion", "nonsense", "E9101"),
    ("FailureRetentionPeriod", None, "E9102"),
    ("SuccessRetentionPeriod", 2000, "E9102"),
]


@pytest.fixture(scope="module")
def refusals(production: Templates, tmp_path_factory: pytest.TempPathFactory) -> list[set[str]]:
    """The rules by which cfn-lint refuses each of the broken canaries; it starts once for all of them."""
    folder, files = tmp_path_factory.mktemp("broken"), list[Path]()
    for number, (key, value, _) in enumerate(BROKEN_CANARIES):
        template = json.loads(json.dumps(production["t-developer-production-canaries"]))
        for each in template["Resources"].values():
            if each["Type"] == "AWS::Synthetics::Canary":
                each["Properties"][key] = value
                if value is None:
                    del each["Properties"][key]
        files.append(folder / f"{number}.template.json")
        files[-1].write_text(json.dumps(template))
    linted = subprocess.run(
        [CFN_LINT[0], "--format", "json", *CFN_LINT[1:], *map(str, files)], capture_output=True, text=True, check=False
    )
    found = json.loads(linted.stdout)
    return [{each["Rule"]["Id"] for each in found if Path(each["Filename"]) == file} for file in files]


@pytest.mark.parametrize("number", range(len(BROKEN_CANARIES)))
def test_cfn_lint_with_our_rules_refuses_a_canary_that_synthetics_or_we_would(
    number: int, refusals: list[set[str]]
) -> None:
    assert BROKEN_CANARIES[number][2] in refusals[number]


@pytest.fixture(scope="module")
def load_stack(staging: Templates) -> Templates:
    return {"": staging["t-developer-staging-loadtest"]}


def test_nothing_runs_and_nothing_is_paid_for_between_tests(load_stack: Templates) -> None:
    kinds = {each["Type"] for each in resources(load_stack)}
    paid_by_the_hour = {
        "AWS::ECS::Service", "AWS::EC2::NatGateway", "AWS::EC2::EIP", "AWS::EC2::VPCEndpoint", "AWS::EC2::Instance",
        "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ServiceDiscovery::PrivateDnsNamespace", "AWS::Events::Rule",
    }  # fmt: skip
    assert kinds & paid_by_the_hour == set()


def test_tasks_are_arm64_and_may_do_little(load_stack: Templates) -> None:
    definitions = resources(load_stack, "AWS::ECS::TaskDefinition")
    assert len(definitions) == 2
    for definition in (each["Properties"] for each in definitions):
        assert definition["RuntimePlatform"]["CpuArchitecture"] == "ARM64"
        assert (definition["Cpu"], definition["Memory"]) == ("1024", "2048")
    text = json.dumps(resources(load_stack, "AWS::IAM::Policy"))
    assert "results/load-tests/*" in text
    assert '"cloudwatch:namespace": "TDeveloper"' in text
    assert '"Action": "*"' not in text


def load_machine(load_stack: Templates) -> dict[str, Any]:
    (definition,) = resources(load_stack, "AWS::StepFunctions::StateMachine")
    text = definition["Properties"]["DefinitionString"]
    parts = text["Fn::Join"][1] if isinstance(text, dict) else [text]
    return json.loads("".join(part if isinstance(part, str) else "x" for part in parts))


def test_workers_are_on_spot_and_the_master_is_not(load_stack: Templates) -> None:
    states = load_machine(load_stack)["States"]
    providers = {
        name: states[name]["Arguments"]["CapacityProviderStrategy"][0]["CapacityProvider"]
        for name in ("StartMaster", "StartWorkers")
    }
    assert providers == {"StartMaster": "FARGATE", "StartWorkers": "FARGATE_SPOT"}


def test_every_state_leads_to_another_and_the_verdict_decides_the_end(load_stack: Templates) -> None:
    definition = load_machine(load_stack)
    states = definition["States"]
    following = {name: _next(state) for name, state in states.items()}
    seen, open_ = set[str](), [definition["StartAt"]]
    while open_:
        name = open_.pop()
        if name not in seen:
            seen.add(name)
            open_ += following[name]
    assert seen == set(states)
    assert {name for name, state in states.items() if state["Type"] in ("Succeed", "Fail")} == {"Met", "Failed"}
    assert "$code = 0" in states["Decide"]["Choices"][0]["Condition"]


def _next(state: dict[str, Any]) -> list[str]:
    choices = [choice["Next"] for choice in state.get("Choices", [])]
    return [*choices, *(state[key] for key in ("Next", "Default") if key in state)]


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_no_two_things_of_all_stages_have_one_name(
    region: str, production: Templates, staging: Templates, development: Templates
) -> None:
    """All stages may be in one account, and the alarms on the bill are in us-east-1 wherever the others are."""
    stages = (production, staging, development)
    stacks = [
        PlannedStack(name=name, region="us-east-1" if "billing" in name else region, template=template)
        for templates in stages
        for name, template in templates.items()
    ]
    check_names(stacks)
    names = [(kind.resource_type, name) for stack in stacks for kind, name, _ in names_of(stack)]
    assert len(names) > 3 * 100
    assert {kind for kind, _ in names} >= {"AWS::SNS::Topic", "AWS::CloudWatch::Alarm", "AWS::Budgets::Budget"}


def test_the_template_of_every_stack_is_within_cloudformations_limits(
    production_directory: Path, production: Templates
) -> None:
    check_assembly(production_directory, tuple(production), region="us-east-1")


def test_a_hostile_text_of_alarms_and_dashboards_is_deployed_as_it_is(tmp_path: Path) -> None:
    known = {"WebSocketApiId": "ws", "StateMachineArn": "arn:machine", "ArchivesBucket": "bucket"}

    def observed(text: str) -> Any:
        app = App(outdir=str(tmp_path / text[:3]), analytics_reporting=False)
        ObservabilityStack(
            app, "o", settings=Settings(stage="production"), stage=stage_with(text), plan=plan_with(text),
            boards=boards_with(text), facts=known,
        )  # fmt: skip
        template = json.loads((Path(app.synth().directory) / "o.template.json").read_text())
        assert template.get("Parameters", {}).keys() <= {"BootstrapVersion", *parameter_names()}
        resources = values_of(template["Resources"])
        bodies = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::CloudWatch::Dashboard"]
        for body in bodies:
            body["DashboardBody"] = with_markdown_read(without_joiners(json.loads(body["DashboardBody"])))
        return marked(resources, text)

    assert observed(HOSTILE) == observed(HARMLESS)


def test_whoever_deploys_says_who_hears_of_each_severity_and_finds_the_topics_in_the_outputs(
    production: Templates,
) -> None:
    for stack in ("observability", "billing-alarms"):
        template = production[f"t-developer-production-{stack}"]
        names = parameter_names(is_of_billing=stack == "billing-alarms")
        assert set(template["Parameters"]) >= set(names)
        assert {template["Parameters"][name]["Default"] for name in names} == {""}
        subscribed = [each for each in template["Resources"].values() if each["Type"] == "AWS::SNS::Subscription"]
        assert {(each["Condition"], each["Properties"]["Protocol"]) for each in subscribed} == {
            ("HasNotifyPageEmail", "email"), ("HasNotifyPageUrl", "https"), ("HasNotifyTicketEmail", "email"),
            ("HasNotifyTicketUrl", "https"),
        }  # fmt: skip
        assert set(template["Outputs"]) >= {"TopicPageArn", "TopicTicketArn"}
    reports = production["t-developer-production-reports"]
    assert {name: each["Default"] for name, each in reports["Parameters"].items() if name.startswith("Notify")} == {
        "NotifyEmail": "", "NotifyUrl": "",
    }  # fmt: skip
    assert {
        (each["Condition"], each["Properties"]["Protocol"], each["Properties"]["Endpoint"]["Ref"])
        for each in reports["Resources"].values()
        if each["Type"] == "AWS::SNS::Subscription"
    } == {("HasNotifyEmail", "email", "NotifyEmail"), ("HasNotifyUrl", "https", "NotifyUrl")}


@pytest.mark.slow
def test_two_stages_in_two_regions_are_what_cfn_lint_and_aws_take_together(tmp_path: Path) -> None:
    """Of one account: what one stage has in us-east-1 for the other Region's stage stands beside its own."""
    regions = {"production": "us-east-1", "staging": "eu-west-1"}
    stacks: list[PlannedStack] = []
    files: list[str] = []
    for stage, region in regions.items():
        out = tmp_path / stage
        for name in assemble(Settings.model_validate({"stage": stage, "region": region}), out, stage=make_stage(stage)):
            file = out / f"{name}.template.json"
            where = "us-east-1" if name.endswith("-billing-alarms") else region
            stacks.append(PlannedStack(name=name, region=where, template=json.loads(file.read_text())))
            files.append(str(file))
    assert len(stacks) == 14
    check_names(stacks)
    linted = subprocess.run([*CFN_LINT, *files], capture_output=True, text=True, check=False)
    assert (linted.stdout, linted.returncode) == ("", 0)
