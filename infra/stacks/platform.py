"""The platform: REST and WebSocket API, the state machine, and the gates that it runs."""

from aws_cdk import CfnOutput, CfnParameter, Duration, Fn, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from aws_cdk.aws_apigatewayv2_authorizers import WebSocketIamAuthorizer
from aws_cdk.aws_apigatewayv2_integrations import WebSocketLambdaIntegration
from constructs import Construct

from foundation.cloudwatch import name_limits
from infra.handlers import PIPELINE_STEP, REST_API, SECURITY_GATE, WEBSOCKET_API
from infra.settings import Settings
from infra.stacks.data import DataStack
from infra.stacks.environment import environment_of
from infra.stacks.functions import FunctionShape, make_function


class PlatformStack(Stack):
    """Everything that a pull request passes through. Its outputs are what clients need: two addresses and a bucket."""

    def __init__(self, scope: Construct, name: str, *, settings: Settings, data: DataStack) -> None:
        description = "T-Developer: API, gates and state machine"
        super().__init__(scope, name, description=description, env=environment_of(settings))
        self._settings = settings
        self._data = data
        self.websocket = apigatewayv2.WebSocketApi(
            self,
            "Progress",
            api_name=settings.scope.named(name_limits.WEBSOCKET_API, "progress"),
            route_selection_expression="$request.body.action",
        )
        self._websocket_stage = apigatewayv2.WebSocketStage(
            self,
            "ProgressStage",
            web_socket_api=self.websocket,
            stage_name=settings.stage,
            auto_deploy=True,
            detailed_metrics_enabled=True,
            throttle=apigatewayv2.ThrottleSettings(rate_limit=200, burst_limit=400),
        )
        self._faults = self._fault_switch()
        self.machine = self._state_machine()
        rest = self._rest_api(self.machine)
        self.rest_api_id, self.api_url = rest.rest_api_id, rest.url
        self.websocket_url = self._websocket_stage.url
        self._websocket_routes()
        for output, value in {
            "ApiUrl": rest.url,
            "RestApiId": rest.rest_api_id,
            "WebSocketUrl": self._websocket_stage.url,
            "WebSocketApiId": self.websocket.api_id,
            "ArchivesBucket": data.archives.bucket_name,
            "PipelinesTable": data.pipelines.table_name,
            "StateMachineArn": self.machine.state_machine_arn,
        }.items():
            CfnOutput(self, output, value=value)

    def _function(self, name: str, shape: FunctionShape, environment: dict[str, str]) -> lambda_.Function:
        table = {"PIPELINES_TABLE": self._data.pipelines.table_name}
        function = make_function(self, name, settings=self._settings, shape=shape, environment={**table, **environment})
        self._data.pipelines.grant_read_write_data(function)
        return function

    def _connections_url(self) -> str:
        """Where @connections is called: the stage's own address, or the emulator's path form of it."""
        if self._settings.stage != "local":
            return self._websocket_stage.callback_url
        endpoint = CfnParameter(self, "LocalEndpoint", description="Base address of the local platform").value_as_string
        return Fn.join("", [endpoint, "/_aws/execute-api/", self.websocket.api_id, "/", self._settings.stage])

    def _fault_switch(self) -> dict[str, str]:
        """The variable of the functions that the switch acts on; none in production."""
        if not self._settings.faults_allowed:
            return {}
        description = "errors=1%, delay=1500ms@5%, cpu=300ms, websocket=silent, several with commas, or off"
        parameter = CfnParameter(self, "FaultSwitch", default="off", description=description)
        return {"FAULT_SWITCH": parameter.value_as_string}

    def _state_machine(self) -> sfn.StateMachine:
        self._connections = {"CONNECTIONS_URL": self._connections_url()}
        step = self._function("PipelineStep", FunctionShape(handler=PIPELINE_STEP), self._connections)
        security = self._function(
            "SecurityGate",
            FunctionShape(handler=SECURITY_GATE, memory_mib=1024, timeout_seconds=120),
            {**self._connections, "ARCHIVES_BUCKET": self._data.archives.bucket_name},
        )
        self._data.archives.grant_read(security, "archives/*")
        self._data.archives.grant_put(security, "results/*")
        for function in (step, security):
            self._websocket_stage.grant_management_api_access(function)

        gates = sfn.Parallel(self, "Gates", result_path="$.gates")
        gates.branch(self._gate("Security", security))
        definition = (
            self._step("Started", step, {"step": "started"}, result_path=sfn.JsonPath.DISCARD)
            .next(gates)
            .next(self._step("Finished", step, {"step": "finished", "gates": sfn.JsonPath.object_at("$.gates")}))
        )
        return sfn.StateMachine(
            self,
            "Pipeline",
            state_machine_name=self._settings.scope.named(name_limits.STATE_MACHINE, "pipeline"),
            definition_body=sfn.DefinitionBody.from_chainable(definition),
            timeout=Duration.minutes(15),
            tracing_enabled=True,
        )

    def _step(
        self, name: str, function: lambda_.Function, payload: dict[str, object], result_path: str | None = None
    ) -> tasks.LambdaInvoke:
        return tasks.LambdaInvoke(
            self,
            name,
            lambda_function=function,
            payload=sfn.TaskInput.from_object({"pipeline_id": sfn.JsonPath.string_at("$.pipeline_id"), **payload}),
            payload_response_only=True,
            result_path=result_path,
        )

    def _gate(self, name: str, function: lambda_.Function) -> sfn.IChainable:
        """One branch: a gate that breaks is a gate that failed, never a pipeline that vanished."""
        invoke = tasks.LambdaInvoke(self, name, lambda_function=function, payload_response_only=True)
        failed = sfn.Pass(
            self, f"{name}Failed", result=sfn.Result.from_object({"gate": name.lower(), "outcome": "failed"})
        )
        invoke.add_catch(failed, errors=["States.ALL"])
        return invoke

    def _rest_api(self, machine: sfn.StateMachine) -> apigateway.RestApi:
        settings = self._settings
        environment = {"STATE_MACHINE_ARN": machine.state_machine_arn, **self._faults}
        function = self._function("Api", FunctionShape(handler=REST_API), environment)
        machine.grant_start_execution(function)
        rest = apigateway.RestApi(
            self,
            "Rest",
            rest_api_name=settings.scope.named(name_limits.REST_API),
            description="Pipelines of T-Developer",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            cloud_watch_role=False,
            default_method_options=apigateway.MethodOptions(authorization_type=apigateway.AuthorizationType.IAM),
            deploy_options=apigateway.StageOptions(
                stage_name=settings.stage,
                metrics_enabled=True,
                tracing_enabled=True,
                throttling_rate_limit=500,
                throttling_burst_limit=1000,
            ),
        )
        to_function = apigateway.LambdaIntegration(function, allow_test_invoke=False)
        version = rest.root.add_resource("v1")
        # Health is the one method without authorisation: a load balancer or a canary must be able to ask.
        health = version.add_resource("health")
        health.add_method("GET", to_function, authorization_type=apigateway.AuthorizationType.NONE)
        pipelines = version.add_resource("pipelines")
        pipelines.add_method("POST", to_function)
        pipelines.add_resource("{pipeline_id}").add_method("GET", to_function)
        return rest

    def _websocket_routes(self) -> None:
        function = self._function(
            "Subscriptions", FunctionShape(handler=WEBSOCKET_API), {**self._connections, **self._faults}
        )
        self._websocket_stage.grant_management_api_access(function)
        for route in ("$connect", "$disconnect", "$default", "subscribe"):
            self.websocket.add_route(
                route,
                integration=WebSocketLambdaIntegration(f"{route.strip('$').title()}Integration", function),
                authorizer=WebSocketIamAuthorizer() if route == "$connect" else None,
            )
