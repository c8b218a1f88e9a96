"""What a template says of a resource, at each limit of the table and one beyond it."""

import contextlib
from typing import Any

import pytest

from foundation.cloudwatch.limits import LimitError
from foundation.cloudwatch.property_limits import EACH, LIMITS, PropertyLimit, check_properties


def value_of(limit: PropertyLimit, size: int) -> Any:
    match limit.unit:
        case "items":
            return ["x"] * size
        case "as its value":
            return size
        case _ if limit.pattern:
            return f"cron(0 7 ? * MON {'x' * (size - 18)})"
        case _:
            return "x" * size


def template(limit: PropertyLimit, value: Any) -> dict[str, Any]:
    for part in reversed(limit.key):
        value = [{}, value] if part == EACH else {part: value}
    return {"Resources": {"It": {"Type": limit.resource_type, "Properties": value}}}


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: f"{limit.resource_type} {'.'.join(limit.key)}")
def test_a_value_at_the_limit_is_taken_and_one_beyond_it_is_refused(limit: PropertyLimit) -> None:
    assert limit.source.startswith("https://docs.aws.amazon.com/")
    for size in {max(limit.least, 19) if limit.pattern else limit.least, limit.most}:
        check_properties(template(limit, value_of(limit, size)), name="t")
    for size in {limit.most + 1} if limit.pattern else {limit.most + 1, limit.least - 1} - {-1}:
        with pytest.raises(LimitError, match=rf"It of t \({limit.resource_type}\).*{size:,} .*https://docs"):
            check_properties(template(limit, value_of(limit, size)), name="t")


def test_a_text_with_parts_that_a_deployment_fills_in_is_measured_as_far_as_it_is_known() -> None:
    (limit,) = (each for each in LIMITS if each.key == ("AlarmDescription",) and "Composite" not in each.resource_type)
    for value in (
        {"Fn::Sub": "x" * 1_025},
        {"Fn::Join": ["", ["x" * 1_000, {"Ref": "A"}, "x" * 25]]},
        {"Fn::Sub": ["x" * 1_025, {}]},
    ):
        with pytest.raises(LimitError, match="1,025 characters, at most 1,024"):
            check_properties(template(limit, value), name="t")
    check_properties(template(limit, {"Ref": "Description"}), name="t")


@pytest.mark.parametrize(
    ("expression", "is_one"),
    [
        ("cron(0 7 ? * MON *)", True),
        ("rate(5 minutes)", True),
        ("rate(1 hour)", True),
        ("at(2026-03-02T07:00:00)", True),
        ("cron(0 7 * * MON)", False),
        ("rate(5)", False),
        ("rate(5 weeks)", False),
        ("every monday", False),
        ("", False),
    ],
)
def test_a_schedule_has_a_form_that_the_scheduler_reads(expression: str, is_one: bool) -> None:
    made = {"Resources": {"S": {"Type": "AWS::Scheduler::Schedule", "Properties": {"ScheduleExpression": expression}}}}
    with contextlib.nullcontext() if is_one else pytest.raises(LimitError):
        check_properties(made, name="t")


def test_a_document_is_measured_in_bytes_without_its_blanks() -> None:
    pattern = {"a": ["ü" * 300]}
    made = {"Resources": {"R": {"Type": "AWS::Events::Rule", "Properties": {"EventPattern": pattern}}}}
    check_properties(made, name="t")
    pattern["a"] = ["ü" * 400]
    with pytest.raises(LimitError, match="EventPattern has 2,4"):
        check_properties(made, name="t")


@pytest.mark.parametrize(
    "tags", [[("k" * 129, "v")], [("k", "v" * 257)], [("", "v")], [(f"k{number}", "v") for number in range(51)]]
)
def test_tags_are_few_and_short(tags: list[tuple[str, str]]) -> None:
    pairs = [{"Key": key, "Value": value} for key, value in tags]
    with pytest.raises(LimitError, match="tag"):
        check_properties({"Resources": {"T": {"Type": "AWS::SNS::Topic", "Properties": {"Tags": pairs}}}}, name="t")


@pytest.mark.parametrize(
    "section",
    [
        {"Description": "ü" * 513},
        {"Parameters": {"P": {"Default": "x" * 4_097}}},
        {"Parameters": {"P": {"Description": "x" * 4_001}}},
        {"Outputs": {"O": {"Description": "x" * 1_025}}},
        {"Resources": {"a-b": {"Type": "AWS::SNS::Topic"}}},
        {"Resources": {"Größe": {"Type": "AWS::SNS::Topic"}}},
        {"Outputs": {"x" * 256: {}}},
    ],
)
def test_what_a_template_says_of_itself_has_limits_too(section: dict[str, Any]) -> None:
    with pytest.raises(LimitError):
        check_properties(section, name="t")


def test_the_limits_are_those_of_the_pages_as_they_were_read() -> None:
    """Each row has the address of its page."""
    read = {
        "CloudWatch::Alarm AlarmDescription": 1_024,
        "CloudWatch::Alarm AlarmActions": 5,
        "CloudWatch::Alarm Dimensions": 30,
        "CloudWatch::CompositeAlarm AlarmRule": 10_240,
        "CloudWatch::CompositeAlarm ActionsSuppressor": 1_600,
        "SNS::Topic DisplayName": 100,
        "Events::Rule Description": 512,
        "Events::Rule EventPattern": 2_048,
        "Events::Rule Targets": 5,
        "Scheduler::Schedule ScheduleExpression": 256,
        "Lambda::Function Description": 256,
        "Lambda::Function Handler": 128,
        "Lambda::Function Timeout": 900,
        "Lambda::Function Environment.Variables": 4_096,
        "IAM::Role AssumeRolePolicyDocument": 2_048,
        "Budgets::Budget NotificationsWithSubscribers": 10,
        "Synthetics::Canary RunConfig.TimeoutInSeconds": 840,
        "StepFunctions::StateMachine DefinitionString": 1_048_576,
    }
    rows = {f"{each.resource_type.removeprefix('AWS::')} {'.'.join(each.key)}": each.most for each in LIMITS}
    assert len(rows) == len(LIMITS)
    assert {key: rows[key] for key in read} == read
