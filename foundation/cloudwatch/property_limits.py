"""AWS's limits on what a template says of a resource, beside its name: texts, documents, lists and numbers, a row each.

Of what only a deployment knows, the rest is measured. Where the API and CloudFormation disagree, the narrower stands here.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from foundation.cloudwatch.containers import MAX_DESCRIPTION_BYTES
from foundation.cloudwatch.limits import API, require

_AWS = "https://docs.aws.amazon.com"
_TEMPLATES = f"{_AWS}/AWSCloudFormation/latest/UserGuide"
_REFERENCE = f"{_AWS}/AWSCloudFormation/latest/TemplateReference"
MAX_DISPLAY_NAME_CHARACTERS = 100
EACH = "*"


def _characters(value: object) -> int | None:
    text = _text_of(value)
    return None if text is None else len(text)


def _bytes(value: object) -> int | None:
    """Of a text, or of a document as it is written without blanks."""
    text = _text_of(value)
    return len((json.dumps(value, separators=(",", ":")) if text is None else text).encode())


def _items(value: object) -> int | None:
    return len(cast("list[Any]", value)) if isinstance(value, list | dict) else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyLimit:
    """What of a type of resource is bounded; in its key `EACH` stands for every item of a list. `source` is the page.

    A text has the form of `pattern`, where there is one.
    """

    resource_type: str
    key: tuple[str, ...]
    measure: Callable[[object], int | None]
    unit: str
    most: int
    source: str
    least: int = 0
    pattern: str = ""

    def check(self, properties: Mapping[str, Any], where: str) -> None:
        """Raise LimitError unless AWS takes what is there."""
        for value in _at(properties, self.key):
            size = self.measure(value)
            if size is not None:
                bounds = f"{self.least:,} to {self.most:,}" if self.least else f"at most {self.most:,}"
                require(
                    self.least <= size <= self.most,
                    f"{where} ({self.resource_type}): {'.'.join(self.key)} has {size:,} {self.unit}, {bounds} is taken",
                    self.source,
                )
            if self.pattern and isinstance(value, str):
                require(
                    re.fullmatch(self.pattern, value, re.ASCII) is not None,
                    f"{where} ({self.resource_type}): {'.'.join(self.key)} {value[:60]!r} is not of the form {self.pattern}",
                    self.source,
                )


def _row(
    type_: str, key: str, measure: Callable[[object], int | None], most: int, source: str, *, least: int = 0,
    pattern: str = "",
) -> PropertyLimit:  # fmt: skip
    units: dict[Callable[[object], int | None], str] = {
        _characters: "characters", _bytes: "bytes", _items: "items", _number: "as its value",
    }  # fmt: skip
    return PropertyLimit(
        resource_type=f"AWS::{type_}", key=tuple(key.split(".")), measure=measure, unit=units[measure], most=most,
        source=source, least=least, pattern=pattern,
    )  # fmt: skip


_METRIC_ALARM, _COMPOSITE = f"{API}/API_PutMetricAlarm.html", f"{API}/API_PutCompositeAlarm.html"
_RULE = f"{_AWS}/eventbridge/latest/APIReference/API_PutRule.html"
_BUS = f"{_AWS}/eventbridge/latest/userguide/eb-quota.html"
_SCHEDULE = f"{_AWS}/scheduler/latest/APIReference/API_CreateSchedule.html"
_FUNCTION = f"{_AWS}/lambda/latest/api/API_CreateFunction.html"
_FUNCTIONS = f"{_AWS}/lambda/latest/dg/gettingstarted-limits.html"
_ROLES = f"{_AWS}/IAM/latest/UserGuide/reference_iam-quotas.html"
_BUDGETS = f"{_AWS}/cost-management/latest/userguide/management-limits.html"
_CANARY = f"{_AWS}/AmazonSynthetics/latest/APIReference/API_CanaryRunConfigInput.html"
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html: six fields of cron, or a rate with its unit.
_RATE_OR_CRON = r"rate\(\d+ (minute|hour|day)s?\)|cron\([^ ()]+( [^ ()]+){5}\)"
LIMITS = (
    _row("CloudWatch::Alarm", "AlarmDescription", _characters, 1_024, _METRIC_ALARM),
    _row("CloudWatch::Alarm", "AlarmActions", _items, 5, _METRIC_ALARM),
    _row("CloudWatch::Alarm", "OKActions", _items, 5, _METRIC_ALARM),
    _row("CloudWatch::Alarm", "InsufficientDataActions", _items, 5, _METRIC_ALARM),
    _row("CloudWatch::Alarm", "Dimensions", _items, 30, f"{API}/API_Metric.html"),
    _row("CloudWatch::Alarm", f"Metrics.{EACH}.MetricStat.Metric.Dimensions", _items, 30, f"{API}/API_Metric.html"),
    _row("CloudWatch::Alarm", f"Metrics.{EACH}.Expression", _characters, 2_048, f"{API}/API_MetricDataQuery.html", least=1),
    _row("CloudWatch::CompositeAlarm", "AlarmDescription", _characters, 1_024, _COMPOSITE),
    _row("CloudWatch::CompositeAlarm", "AlarmActions", _items, 5, _COMPOSITE),
    _row("CloudWatch::CompositeAlarm", "OKActions", _items, 5, _COMPOSITE),
    _row("CloudWatch::CompositeAlarm", "AlarmRule", _characters, 10_240, _COMPOSITE, least=1),
    _row("CloudWatch::CompositeAlarm", "ActionsSuppressor", _characters, 1_600, _COMPOSITE, least=1),
    _row("SNS::Topic", "DisplayName", _characters, MAX_DISPLAY_NAME_CHARACTERS, f"{_REFERENCE}/aws-resource-sns-topic.html"),
    _row("Events::Rule", "Description", _characters, 512, _RULE),
    # The API takes 4,096, and the page of quotas says 2,048.
    _row("Events::Rule", "EventPattern", _bytes, 2_048, _BUS),
    _row("Events::Rule", "ScheduleExpression", _characters, 256, _RULE, pattern=_RATE_OR_CRON),
    _row("Events::Rule", "Targets", _items, 5, _BUS),
    _row(
        "Scheduler::Schedule", "ScheduleExpression", _characters, 256, _SCHEDULE, least=1,
        pattern=rf"{_RATE_OR_CRON}|at\(\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\)",
    ),
    _row("Scheduler::Schedule", "ScheduleExpressionTimezone", _characters, 50, _SCHEDULE, least=1),
    _row("Scheduler::Schedule", "Description", _characters, 512, _SCHEDULE),
    _row("Lambda::Function", "Description", _characters, 256, _FUNCTION),
    _row("Lambda::Function", "Handler", _characters, 128, _FUNCTION),
    _row("Lambda::Function", "Timeout", _number, 900, _FUNCTIONS, least=1),
    _row("Lambda::Function", "MemorySize", _number, 10_240, _FUNCTIONS, least=128),
    _row("Lambda::Function", "Environment.Variables", _bytes, 4_096, _FUNCTIONS),
    _row("Lambda::Function", "Layers", _items, 5, _FUNCTIONS),
    _row("IAM::Role", "AssumeRolePolicyDocument", _bytes, 2_048, _ROLES),
    _row("IAM::Role", "Description", _characters, 1_000, f"{_AWS}/IAM/latest/APIReference/API_CreateRole.html"),
    _row("IAM::Policy", "PolicyDocument", _bytes, 10_240, _ROLES),
    _row("Budgets::Budget", "NotificationsWithSubscribers", _items, 10, _BUDGETS),
    _row("Budgets::Budget", f"NotificationsWithSubscribers.{EACH}.Subscribers", _items, 11, _BUDGETS),
    _row(
        "Synthetics::Canary", "Schedule.Expression", _characters, 1_024,
        f"{_AWS}/AmazonSynthetics/latest/APIReference/API_CanaryScheduleInput.html", least=1, pattern=_RATE_OR_CRON,
    ),
    _row("Synthetics::Canary", "RunConfig.TimeoutInSeconds", _number, 840, _CANARY, least=3),
    _row("Synthetics::Canary", "RunConfig.MemoryInMB", _number, 3_008, _CANARY, least=960),
    _row("Synthetics::Canary", "RunConfig.EnvironmentVariables", _bytes, 4_096, _CANARY),
    _row(
        "StepFunctions::StateMachine", "DefinitionString", _bytes, 1_048_576,
        f"{_AWS}/step-functions/latest/apireference/API_CreateStateMachine.html",
    ),
    _row(
        "EC2::SecurityGroup", "GroupDescription", _characters, 255,
        f"{_AWS}/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html",
    ),
)  # fmt: skip
_BY_TYPE = {
    type_: [each for each in LIMITS if each.resource_type == type_] for type_ in {each.resource_type for each in LIMITS}
}
_MAX_TAGS, _MAX_TAG_KEY, _MAX_TAG_VALUE = 50, 128, 256
_TAGS = f"{_AWS}/tag-editor/latest/userguide/best-practices-and-strats.html"
_KEY = re.compile(r"[A-Za-z0-9]{1,255}", re.ASCII)
_MAX_DEFAULT_BYTES, _MAX_PARAMETER_DESCRIPTION = 4_096, 4_000


def check_properties(template: Mapping[str, Any], *, name: str) -> None:
    """Refuse a template that says more of a resource, a parameter or itself than AWS takes. Raises LimitError with the limit."""
    for logical_id, resource in template.get("Resources", {}).items():
        properties = resource.get("Properties", {})
        for limit in _BY_TYPE.get(resource["Type"], ()):
            limit.check(properties, f"{logical_id} of {name}")
        _check_tags(properties.get("Tags"), f"{logical_id} of {name}")
    for section in ("Resources", "Parameters", "Outputs", "Conditions"):
        for key in template.get(section, {}):
            require(
                _KEY.fullmatch(key) is not None,
                f"{section} of {name}: {key!r} is no key of 1 to 255 letters and digits",
                f"{_TEMPLATES}/cloudformation-limits.html",
            )
    texts = [
        ("Description", template.get("Description", ""), MAX_DESCRIPTION_BYTES),
        *((key, each.get("Default", ""), _MAX_DEFAULT_BYTES) for key, each in template.get("Parameters", {}).items()),
        *(
            (key, each.get("Description", ""), _MAX_PARAMETER_DESCRIPTION)
            for key, each in template.get("Parameters", {}).items()
        ),
        *(
            (key, each.get("Description", ""), MAX_DESCRIPTION_BYTES)
            for key, each in template.get("Outputs", {}).items()
        ),
    ]
    for key, text, most in texts:
        size = len(str(text).encode())
        require(
            size <= most,
            f"{key} of {name} has {size:,} bytes, at most {most:,} is taken",
            f"{_TEMPLATES}/cloudformation-limits.html",
        )


def _check_tags(tags: object, where: str) -> None:
    pairs = [(each.get("Key"), each.get("Value")) for each in cast("list[Any]", tags)] if isinstance(tags, list) else []
    require(len(pairs) <= _MAX_TAGS, f"{where} has {len(pairs)} tags, at most {_MAX_TAGS} are taken", _TAGS)
    for key, value in pairs:
        is_taken = 1 <= len(str(key)) <= _MAX_TAG_KEY and (_characters(value) or 0) <= _MAX_TAG_VALUE
        require(
            is_taken,
            f"{where}: the tag {str(key)[:40]!r} has 1 to {_MAX_TAG_KEY} characters, and a value of at most {_MAX_TAG_VALUE}",
            _TAGS,
        )


def _text_of(value: object) -> str | None:
    """A text as far as it is known before it is deployed; None of what is none."""
    if isinstance(value, str):
        return value
    if not isinstance(value, dict) or len(cast("dict[str, object]", value)) != 1:
        return None
    ((function, given),) = cast("dict[str, Any]", value).items()
    match function:
        case "Fn::Sub":
            return str(cast("list[Any]", given)[0] if isinstance(given, list) else given)
        case "Fn::Join":
            between, parts = given
            return str(between).join(_text_of(part) or "" for part in parts)
        case "Ref" | "Fn::GetAtt" | "Fn::ImportValue":
            return ""
        case _:
            return None


def _at(value: object, key: tuple[str, ...]) -> Iterator[object]:
    if not key:
        yield value
    elif key[0] == EACH:
        for each in cast("list[object]", value) if isinstance(value, list) else ():
            yield from _at(each, key[1:])
    elif isinstance(value, Mapping) and key[0] in value:
        yield from _at(cast("Mapping[str, object]", value)[key[0]], key[1:])
