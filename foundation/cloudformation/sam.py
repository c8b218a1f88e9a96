"""SAM's types as the resources that they become when they are deployed, as far as what refers to what goes.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from foundation.cloudformation.sam_events import IMPLICIT_HTTP_API, IMPLICIT_REST_API, Maker, event_resources
from foundation.cloudformation.template import STACK_TYPE, TemplateResource
from foundation.cloudformation.values import Value, as_text, at, attributes_in, is_known, items_of, mapping_of

SAM_TRANSFORM = "AWS::Serverless-2016-10-31"
_PREFIX = "AWS::Serverless::"
# Which part of Globals is for which type.
_GLOBALS = {
    "AWS::Serverless::Function": "Function",
    "AWS::Serverless::Api": "Api",
    "AWS::Serverless::HttpApi": "HttpApi",
    "AWS::Serverless::SimpleTable": "SimpleTable",
    "AWS::Serverless::StateMachine": "StateMachine",
    "AWS::Serverless::LayerVersion": "LayerVersion",
}
_IMPLICIT = {IMPLICIT_REST_API: "AWS::Serverless::Api", IMPLICIT_HTTP_API: "AWS::Serverless::HttpApi"}
_OF_A_FUNCTION = {
    "FunctionName": "FunctionName", "MemorySize": "MemorySize", "Timeout": "Timeout", "Runtime": "Runtime",
    "Handler": "Handler", "Description": "Description", "Environment": "Environment", "PackageType": "PackageType",
    "Architectures": "Architectures", "EphemeralStorage": "EphemeralStorage", "VpcConfig": "VpcConfig",
    "ReservedConcurrentExecutions": "ReservedConcurrentExecutions", "KmsKeyArn": "KmsKeyArn", "Layers": "Layers",
    "FileSystemConfigs": "FileSystemConfigs", "SnapStart": "SnapStart", "LoggingConfig": "LoggingConfig",
}  # fmt: skip

_OF_A_REST_STAGE = ("AccessLogSetting", "CacheClusterEnabled", "CacheClusterSize", "CanarySetting", "MethodSettings")


def written_out(
    resources: tuple[TemplateResource, ...], shared: Mapping[str, Value], *, scope: str, stack: str
) -> tuple[TemplateResource, ...]:
    """The resources with SAM's among them written out in their places; `shared` are the Globals."""
    made: list[TemplateResource] = []
    for each in resources:
        made += _Written(resource=each, shared=shared).parts() if each.type.startswith(_PREFIX) else (each,)
    return (*made, *_implicit_apis(tuple(made), shared, scope=scope, stack=stack))


def is_made_by_sam(logical_id: str, known: set[str]) -> bool:
    """Whether it may be the name of what SAM makes: it begins with the name of a resource, and goes on, as a version's does."""
    apis = (IMPLICIT_REST_API, IMPLICIT_HTTP_API)
    return any(logical_id.startswith(each) for each in apis) or any(
        logical_id[:end] in known for end in range(1, len(logical_id))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    resource: TemplateResource
    shared: Mapping[str, Value]

    def parts(self) -> Iterator[TemplateResource]:
        properties = self._properties()
        maker = Maker(of=self.resource)
        match self.resource.type:
            case "AWS::Serverless::Function":
                yield from _function(maker, properties)
            case "AWS::Serverless::StateMachine":
                yield from _state_machine(maker, properties)
            case "AWS::Serverless::Api":
                yield from _rest_api(maker, properties)
            case "AWS::Serverless::HttpApi":
                yield from _http_api(maker, properties)
            case "AWS::Serverless::SimpleTable":
                yield maker.made("", "AWS::DynamoDB::Table", _table(properties))
            case "AWS::Serverless::LayerVersion":
                yield maker.made("", "AWS::Lambda::LayerVersion", properties)
            case "AWS::Serverless::Application":
                own = {"TemplateURL": properties.get("Location"), "Parameters": properties.get("Parameters")}
                yield maker.made("", STACK_TYPE, own)
            case "AWS::Serverless::GraphQLApi":
                yield maker.made("", "AWS::AppSync::GraphQLApi", properties)
            case "AWS::Serverless::Connector":
                ends = {key: _with_references(maker, properties.get(key)) for key in ("Source", "Destination")}
                yield maker.made("", "AWS::IAM::ManagedPolicy", ends)
            case _:
                yield self.resource

    def _properties(self) -> Mapping[str, Value]:
        part = _GLOBALS.get(self.resource.type, "")
        return mapping_of(_together(self.shared.get(part), self.resource.properties))


def _with_references(maker: Maker, ends: Value) -> Value:
    """The ends of a connector, whose ids are those of resources."""
    return tuple(
        {key: maker.beside(as_text(value)) if key == "Id" else value for key, value in mapping_of(each).items()}
        for each in items_of(ends)
    )


def _together(shared: Value, own: Value) -> Value:
    """What Globals say and what a resource says: mappings are joined, lists put together, of all else the resource's is taken.

    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
    """
    match shared, own:
        case Mapping(), Mapping():
            return {key: _together(shared.get(key), own.get(key)) for key in dict.fromkeys((*shared, *own))}
        case tuple(), tuple():
            return (*shared, *own)
        case _, None:
            return shared
        case _:
            return own


def _function(maker: Maker, properties: Mapping[str, Value]) -> Iterator[TemplateResource]:
    own = {name: properties[key] for key, name in _OF_A_FUNCTION.items() if properties.get(key) is not None}
    letters = properties.get("DeadLetterQueue")
    if letters is not None:
        own["DeadLetterConfig"] = {"TargetArn": at(letters, "TargetArn")}
    if properties.get("Tracing") is not None:
        own["TracingConfig"] = {"Mode": properties["Tracing"]}
    yield from _with_role(maker, properties, own, "AWS::Lambda::Function")
    alias = properties.get("AutoPublishAlias")
    if alias is not None:
        name = as_text(alias) if is_known(alias) else ""
        yield maker.made(
            f"Alias{name}",
            "AWS::Lambda::Alias",
            {
                "Name": alias,
                "FunctionName": maker.ref(),
                "ProvisionedConcurrencyConfig": properties.get("ProvisionedConcurrencyConfig"),
            },
        )
    if properties.get("FunctionUrlConfig") is not None:
        url = {"TargetFunctionArn": maker.ref(), "AuthType": at(properties, "FunctionUrlConfig", "AuthType")}
        yield maker.made("Url", "AWS::Lambda::Url", url)
    targets = at(properties, "EventInvokeConfig", "DestinationConfig")
    if targets is not None:
        invoked = {
            when: {"Destination": at(targets, when, "Destination")}
            for when in mapping_of(targets)
            if at(targets, when, "Destination") is not None
        }
        config = {"FunctionName": maker.ref(), "DestinationConfig": invoked}
        yield maker.made("EventInvokeConfig", "AWS::Lambda::EventInvokeConfig", config)
    yield from event_resources(maker, properties.get("Events"), is_function=True)


def _state_machine(maker: Maker, properties: Mapping[str, Value]) -> Iterator[TemplateResource]:
    names = {
        "Name": "StateMachineName", "Type": "StateMachineType", "DefinitionUri": "DefinitionS3Location",
        "Logging": "LoggingConfiguration", "Tracing": "TracingConfiguration",
    }  # fmt: skip
    kept = ("Definition", "DefinitionUri", "DefinitionSubstitutions", "Logging", "Name", "Tracing", "Type")
    own = {names.get(key, key): properties[key] for key in kept if properties.get(key) is not None}
    yield from _with_role(maker, properties, own, "AWS::StepFunctions::StateMachine")
    yield from event_resources(maker, properties.get("Events"), is_function=False)


def _with_role(
    maker: Maker, properties: Mapping[str, Value], own: dict[str, Value], of_type: str
) -> Iterator[TemplateResource]:
    """A resource and the role that SAM makes for it where none is named."""
    key = "Role" if of_type == "AWS::Lambda::Function" else "RoleArn"
    role = properties.get("Role")
    yield maker.made("", of_type, own | {key: maker.ref("Role", "Arn") if role is None else role})
    if role is None:
        yield maker.made("Role", "AWS::IAM::Role", {"Policies": properties.get("Policies")})


def _rest_api(maker: Maker, properties: Mapping[str, Value]) -> Iterator[TemplateResource]:
    name = properties.get("Name")
    if name is None:
        name = at(properties, "DefinitionBody", "info", "title")
    own = {"Name": maker.stack_name() if name is None else name, "Body": properties.get("DefinitionBody")}
    endpoint = properties.get("EndpointConfiguration")
    if endpoint is not None:
        own["EndpointConfiguration"] = {"Types": (at(endpoint, "Type"),)} if at(endpoint, "Type") else endpoint
    yield maker.made("", "AWS::ApiGateway::RestApi", own)
    stage = properties.get("StageName")
    called = as_text(stage) if stage is not None and is_known(stage) else ""
    yield maker.made("Deployment", "AWS::ApiGateway::Deployment", {"RestApiId": maker.ref()})
    parts = {"RestApiId": maker.ref(), "StageName": stage, "TracingEnabled": properties.get("TracingEnabled")}
    parts |= {key: properties.get(key) for key in _OF_A_REST_STAGE}
    yield maker.made(f"{called}Stage", "AWS::ApiGateway::Stage", parts)


def _http_api(maker: Maker, properties: Mapping[str, Value]) -> Iterator[TemplateResource]:
    name = properties.get("Name")
    if name is None:
        name = at(properties, "DefinitionBody", "info", "title")
    yield maker.made(
        "",
        "AWS::ApiGatewayV2::Api",
        {
            "Name": maker.stack_name() if name is None else name,
            "ProtocolType": "HTTP",
            "Body": properties.get("DefinitionBody"),
        },
    )
    stage = properties.get("StageName")
    called = "ApiGatewayDefault" if stage is None else as_text(stage) if is_known(stage) else ""
    parts: dict[str, Value] = {"ApiId": maker.ref(), "StageName": "$default" if stage is None else stage}
    parts |= {key: properties.get(key) for key in ("AccessLogSettings", "DefaultRouteSettings", "RouteSettings")}
    yield maker.made(f"{called}Stage", "AWS::ApiGatewayV2::Stage", parts)


def _table(properties: Mapping[str, Value]) -> dict[str, Value]:
    throughput = properties.get("ProvisionedThroughput")
    key = as_text(at(properties, "PrimaryKey", "Name")) or "id"
    own: dict[str, Value] = {"KeySchema": ({"AttributeName": key, "KeyType": "HASH"},)}
    own |= {"BillingMode": "PAY_PER_REQUEST"} if throughput is None else {"ProvisionedThroughput": throughput}
    kept = ("TableName", "PointInTimeRecoverySpecification", "SSESpecification", "Tags")
    return own | {key: properties[key] for key in kept if properties.get(key) is not None}


def _implicit_apis(
    made: tuple[TemplateResource, ...], shared: Mapping[str, Value], *, scope: str, stack: str
) -> Iterator[TemplateResource]:
    """The APIs that nobody names and events are of: one of each kind for a template."""
    there = {each.logical_id for each in made}
    for logical_id, of_type in _IMPLICIT.items():
        event = next(
            (each for each in made if f"{scope}{logical_id}" in _asked(each) and each.made_from), None
        )  # fmt: skip
        if event is None or logical_id in there:
            continue
        properties: dict[str, Value] = {"StageName": "Prod"} if logical_id == IMPLICIT_REST_API else {}
        api = TemplateResource(
            address=f"{scope}{logical_id}", logical_id=logical_id, type=of_type, properties=properties, where=event.where,
            stack=stack,
        )  # fmt: skip
        yield from _Written(resource=api, shared=shared).parts()


def _asked(resource: TemplateResource) -> set[str]:
    return {each.address for each in attributes_in(resource.properties)}
