"""Which resource of templates needs which: A needs B where A calls B, or waits for it.

An API needs the function behind it, a function the table that it writes, who reads a queue the queue. It is read from what
stands in a resource itself (variables, targets, definitions), in its parts (methods, mappings, subscriptions), and in the
policies of its role.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from foundation.cloudformation.stacks import Templates
from foundation.cloudformation.template import TemplateResource
from foundation.cloudformation.values import Value, as_text, attributes_in, every, items_of, mapping_of, texts_in
from foundation.service.template_names import TemplateNames

# Of a part, the property that says of what it is one: what it refers to, that one needs.
_PART_OF: Mapping[str, str] = {
    "AWS::ApiGateway::Authorizer": "RestApiId",
    "AWS::ApiGateway::Method": "RestApiId",
    "AWS::ApiGatewayV2::Authorizer": "ApiId",
    "AWS::ApiGatewayV2::Integration": "ApiId",
    "AWS::AppSync::DataSource": "ApiId",
    "AWS::ElasticLoadBalancingV2::Listener": "LoadBalancerArn",
    "AWS::ElasticLoadBalancingV2::ListenerRule": "ListenerArn",
    "AWS::IAM::ManagedPolicy": "Roles",
    "AWS::IAM::Policy": "Roles",
    "AWS::IAM::RolePolicy": "RoleName",
    "AWS::Lambda::EventInvokeConfig": "FunctionName",
    "AWS::Lambda::EventSourceMapping": "FunctionName",
    "AWS::SNS::Subscription": "Endpoint",
}
# What stands for another resource: who refers to it refers to that one.
_STANDS_FOR: Mapping[str, str] = {
    "AWS::ApiGateway::Stage": "RestApiId",
    "AWS::ApiGatewayV2::Stage": "ApiId",
    "AWS::EFS::AccessPoint": "FileSystemId",
    "AWS::ElasticLoadBalancingV2::Listener": "LoadBalancerArn",
    "AWS::KMS::Alias": "TargetKeyId",
    "AWS::Lambda::Alias": "FunctionName",
    "AWS::Lambda::Url": "TargetFunctionArn",
    "AWS::Lambda::Version": "FunctionName",
    "AWS::SecretsManager::SecretTargetAttachment": "SecretId",
}
# What is a part of whoever refers to it.
_INCLUDED = frozenset(
    {
        "AWS::AutoScaling::LaunchConfiguration", "AWS::EC2::LaunchTemplate", "AWS::ECS::TaskDefinition",
        "AWS::IAM::InstanceProfile", "AWS::IAM::ManagedPolicy", "AWS::IAM::Role",
    }
)  # fmt: skip
# What a resource names there needs it, and not the other way round: what is behind a target group, who hears of a bucket.
_REVERSED: Mapping[str, tuple[str, ...]] = {
    "AWS::AutoScaling::AutoScalingGroup": ("TargetGroupARNs",),
    "AWS::ECS::Service": ("LoadBalancers",),
    "AWS::RDS::DBInstance": ("DBClusterIdentifier",),
    "AWS::S3::Bucket": ("NotificationConfiguration",),
    "AWS::SNS::Topic": ("Subscription",),
}
# Of whom a permission lets call a function, those that wait for its answer: they need it. Who hears of the others needs them.
_CALLERS = ("apigateway.", "cognito-idp.", "elasticloadbalancing.", "events.", "scheduler.", "states.", "lex.")
# Where a name is neither called nor waited for.
_NOT_CALLED = frozenset(
    {
        "Code", "Content", "Description", "EventPattern", "LogGroupName", "LoggingConfig", "LoggingConfiguration", "Name", "Tags",
    }
)  # fmt: skip
# What only watches, or is only written to by AWS itself.
_WATCHING = ("AWS::CloudWatch::", "AWS::Logs::", "AWS::IAM::", "AWS::EC2::VPC", "AWS::EC2::Subnet")
_APIS = ("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api")


@dataclass(slots=True, kw_only=True)
class TemplateNeeds:
    """What each resource needs, by addresses; `by_name` are they by what the templates call them."""

    templates: Templates
    by_name: TemplateNames
    by_address: dict[str, TemplateResource] = field(init=False)
    found: dict[str, dict[str, None]] = field(default_factory=dict[str, dict[str, None]])

    def __post_init__(self) -> None:
        self.by_address = {each.address: each for each in self.templates.resources}

    def all(self) -> dict[str, tuple[str, ...]]:
        """What each resource needs, in the order in which it is found."""
        reversed_pairs: list[tuple[str, str]] = []
        for each in self.templates.resources:
            if each.type == "AWS::Lambda::Permission":
                reversed_pairs += self._permission(each)
            elif each.made_from == "AWS::Serverless::Connector":
                for owner in self._addresses(each.properties.get("Source"), within=()):
                    self._add(owner, self._addresses(each.properties.get("Destination"), within=()))
            elif (by := _PART_OF.get(each.type)) is not None:
                for owner in self._owners(every(each.properties, *by.split("."))):
                    self._add(owner, self._referred(each, without=(by,)))
            else:
                turned = _REVERSED.get(each.type, ())
                self._add(each.address, self._referred(each, without=turned))
                reversed_pairs += (
                    (other, each.address)
                    for key in turned
                    for other in self._addresses(each.properties.get(key), within=())
                )
        for address, needed in reversed_pairs:
            self._add(address, (needed,))
        return {address: self._whole(address) for address in self.by_address}

    def _whole(self, address: str) -> tuple[str, ...]:
        """All that it needs, with what its role and its other parts need."""
        if self._is_watching(address):
            return ()
        needed: dict[str, None] = {}
        seen, waiting = {address}, [address]
        while waiting:
            for each in self.found.get(waiting.pop(0), {}):
                if each in seen:
                    continue
                seen.add(each)
                if self.by_address[each].type in _INCLUDED:
                    waiting.append(each)
                elif not self._is_watching(each):
                    needed[each] = None
        # What it waits for may name it, as a function the API in front of it: that is no need.
        return tuple(each for each in needed if not self._is_behind(address, each))

    def _is_behind(self, address: str, other: str) -> bool:
        is_api = self.by_address[other].type in _APIS
        return is_api and address in self.found.get(other, {})

    def _is_watching(self, address: str) -> bool:
        return self.by_address[address].type.startswith(_WATCHING)

    def _referred(self, resource: TemplateResource, *, without: tuple[str, ...]) -> Iterator[str]:
        if resource.type in ("AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"):
            yield from self._allowed(resource)
            return
        for key, value in resource.properties.items():
            if key not in without and key not in _NOT_CALLED:
                yield from self._addresses(value, within=_NOT_CALLED)

    def _allowed(self, role: TemplateResource) -> Iterator[str]:
        """What a role may use: the resources of its statements that allow something, and its policies."""
        properties = role.properties
        yield from self._addresses(properties.get("ManagedPolicyArns"), within=())
        for policy in (*items_of(properties.get("Policies")), properties):
            document = mapping_of(policy).get("PolicyDocument", policy if policy is not properties else None)
            statements = tuple(every(document, "Statement"))
            for statement in statements:
                if as_text(mapping_of(statement).get("Effect")) != "Deny":
                    yield from self._addresses(mapping_of(statement).get("Resource"), within=())
            if not statements and document is not None:
                # A policy template of SAM, which names what it is for.
                yield from self._addresses(document, within=())

    def _permission(self, permission: TemplateResource) -> Iterator[tuple[str, str]]:
        """Who may call a function: one that waits for its answer needs it, and it needs one that it hears of something."""
        is_caller = as_text(permission.properties.get("Principal")).startswith(_CALLERS)
        sources = tuple(self._owners(every(permission.properties, "SourceArn")))
        for function in self._owners(every(permission.properties, "FunctionName")):
            for source in sources:
                yield (source, function) if is_caller else (function, source)

    def _add(self, address: str, needed: Iterator[str] | tuple[str, ...]) -> None:
        found = self.found.setdefault(address, {})
        for each in needed:
            if each != address:
                found[each] = None

    def _owners(self, values: Iterable[Value]) -> Iterator[str]:
        for value in values:
            yield from self._addresses(value, within=())

    def _addresses(self, value: Value, *, within: frozenset[str] | tuple[str, ...]) -> Iterator[str]:
        """The resources that a value refers to, by references and by physical names; keys of `within` are not looked at."""
        looked_at = _without(value, frozenset(within))
        for of in attributes_in(looked_at):
            if (address := self._stood_for(of.address)) is not None:
                yield address
        for text in texts_in(looked_at):
            if (named := self.by_name.named(as_text(text))) is not None:
                yield named

    def _stood_for(self, address: str) -> str | None:
        for _ in range(len(_STANDS_FOR)):
            resource = self.by_address.get(address)
            if resource is None:
                return None
            by = _STANDS_FOR.get(resource.type)
            other = next(iter(attributes_in(resource.properties.get(by))), None) if by is not None else None
            if other is None:
                return address
            address = other.address
        return address


def _without(value: Value, keys: frozenset[str]) -> Value:
    match value:
        case Mapping():
            return {key: _without(each, keys) for key, each in value.items() if key not in keys}
        case tuple():
            return tuple(_without(each, keys) for each in value)
        case _:
            return value
