"""What SAM makes of the events of a function or of a state machine: mappings, rules, schedules, subscriptions, permissions.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from foundation.cloudformation.template import TemplateResource
from foundation.cloudformation.values import Attribute, Text, Value, as_text, mapping_of, name_of, text_of, unknown

IMPLICIT_REST_API = "ServerlessRestApi"
IMPLICIT_HTTP_API = "ServerlessHttpApi"
_ARN_OF_API = "arn:aws:execute-api:"
# What is read in batches, by the property that says of what; the others stand in SourceAccessConfigurations or Topics.
_POLLED = {
    "SQS": "Queue", "Kinesis": "Stream", "DynamoDB": "Stream", "MSK": "Stream", "MQ": "Broker", "DocumentDB": "Cluster",
    "SelfManagedKafka": "KafkaBootstrapServers",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Makes the resources that one of SAM's becomes, under its name and a word more."""

    of: TemplateResource

    def made(self, word: str, of_type: str, properties: Mapping[str, Value]) -> TemplateResource:
        """One of them."""
        return TemplateResource(
            address=f"{self.of.address}{word}",
            logical_id=f"{self.of.logical_id}{word}",
            type=of_type,
            properties={key: each for key, each in properties.items() if each is not None},
            where=self.of.where,
            stack=self.of.stack,
            metadata={} if word else self.of.metadata,
            made_from=self.of.type,
        )

    def ref(self, word: str = "", attribute: str = "") -> Text:
        """What refers to one of them."""
        address = f"{self.of.address}{word}"
        return unknown(name_of(f"{self.of.logical_id}{word}", attribute), of=Attribute(address, attribute))

    def beside(self, logical_id: str) -> Text:
        """What refers to a resource of the same template."""
        scope = self.of.address.removesuffix(self.of.logical_id)
        return unknown(name_of(logical_id), of=Attribute(f"{scope}{logical_id}"))

    def stack_name(self) -> Text:
        """The name of its stack, which is what an API is called that has no name."""
        return unknown("StackName")


def event_resources(maker: Maker, events: Value, *, is_function: bool) -> Iterator[TemplateResource]:
    """What becomes of the events of a function, or of a state machine."""
    target = maker.ref(attribute="Arn") if is_function else maker.ref()
    for name, event in mapping_of(events).items():
        kind, given = as_text(mapping_of(event).get("Type")), mapping_of(mapping_of(event).get("Properties"))
        match kind:
            case "Api" | "HttpApi":
                yield _of_api(maker, name, kind, given)
            case _ if kind in _POLLED:
                source = {"EventSourceArn": given.get(_POLLED[kind]), "FunctionName": maker.ref()}
                # Where to begin says that it is a stream, which has an age to be alarmed on.
                kept = {key: given.get(key) for key in ("DestinationConfig", "StartingPosition", "BatchSize")}
                yield maker.made(name, "AWS::Lambda::EventSourceMapping", source | kept)
            case "Schedule" | "CloudWatchEvent" | "EventBridgeRule":
                yield maker.made(name, "AWS::Events::Rule", _rule(given, target))
            case "ScheduleV2":
                yield maker.made(name, "AWS::Scheduler::Schedule", _schedule(given, target))
            case "SNS":
                yield from _of_topic(maker, name, given)
            case "S3":
                yield _allowed(maker, name, "s3.amazonaws.com", given.get("Bucket"))
            case "CloudWatchLogs":
                filtered = {"LogGroupName": given.get("LogGroupName"), "DestinationArn": target}
                yield maker.made(name, "AWS::Logs::SubscriptionFilter", filtered)
            case "IoTRule":
                rule = {
                    "TopicRulePayload": {"Actions": ({"Lambda": {"FunctionArn": target}},), "Sql": given.get("Sql")}
                }
                yield maker.made(name, "AWS::IoT::TopicRule", rule)
            case "Cognito":
                yield _allowed(maker, name, "cognito-idp.amazonaws.com", given.get("UserPool"))
            case _:
                yield _allowed(maker, name, f"{kind[:40].lower()}.amazonaws.com", None)


def _of_api(maker: Maker, name: str, kind: str, given: Mapping[str, Value]) -> TemplateResource:
    key, implicit = ("RestApiId", IMPLICIT_REST_API) if kind == "Api" else ("ApiId", IMPLICIT_HTTP_API)
    api = given.get(key)
    # An id that is written out by hand stands for the API of that name, which is in the same template.
    api = maker.beside(implicit if api is None else api) if api is None or isinstance(api, str) else api
    arn = text_of(_ARN_OF_API, api, f"/*/{as_text(given.get('Method'))}{as_text(given.get('Path'))}")
    return _allowed(maker, name, "apigateway.amazonaws.com", arn)


def _allowed(maker: Maker, name: str, principal: str, source: Value) -> TemplateResource:
    allowed = {"FunctionName": maker.ref(), "Principal": principal, "SourceArn": source}
    return maker.made(f"{name}Permission", "AWS::Lambda::Permission", allowed)


def _of_topic(maker: Maker, name: str, given: Mapping[str, Value]) -> Iterator[TemplateResource]:
    topic = {"TopicArn": given.get("Topic"), "RedrivePolicy": given.get("RedrivePolicy")}
    through = given.get("SqsSubscription")
    if through is None or through is False or as_text(through) == "false":
        own = {"Protocol": "lambda", "Endpoint": maker.ref(attribute="Arn")}
        yield maker.made(name, "AWS::SNS::Subscription", topic | own)
        return
    queue = mapping_of(through).get("QueueArn")
    if queue is None:
        yield maker.made(f"{name}Queue", "AWS::SQS::Queue", {})
        queue = maker.ref(f"{name}Queue", "Arn")
    yield maker.made(name, "AWS::SNS::Subscription", topic | {"Protocol": "sqs", "Endpoint": queue})
    source = {"EventSourceArn": queue, "FunctionName": maker.ref()}
    yield maker.made(f"{name}EventSourceMapping", "AWS::Lambda::EventSourceMapping", source)


def _rule(given: Mapping[str, Value], target: Value) -> dict[str, Value]:
    letters = mapping_of(given.get("DeadLetterConfig")).get("Arn")
    to: dict[str, Value] = {"Arn": target, "Id": "target"}
    return {
        "Name": given.get("Name"),
        "ScheduleExpression": given.get("Schedule"),
        "EventPattern": given.get("Pattern"),
        "EventBusName": given.get("EventBusName"),
        "State": given.get("State"),
        "Targets": (to if letters is None else to | {"DeadLetterConfig": {"Arn": letters}},),
    }


def _schedule(given: Mapping[str, Value], target: Value) -> dict[str, Value]:
    letters = mapping_of(given.get("DeadLetterConfig")).get("Arn")
    to: dict[str, Value] = {"Arn": target}
    return {
        "Name": given.get("Name"),
        "ScheduleExpression": given.get("ScheduleExpression"),
        "GroupName": given.get("GroupName"),
        "State": given.get("State"),
        "Target": to if letters is None else to | {"DeadLetterConfig": {"Arn": letters}},
    }
