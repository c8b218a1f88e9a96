"""Names over all templates of an account: where each may stand once, by the table's scope."""

from typing import Any

import pytest

from foundation.cloudwatch.limits import LimitError
from foundation.cloudwatch.planned_names import PlannedStack, check_names, names_of
from foundation.errors import InputError


def stack(name: str, region: str, **resources: tuple[str, dict[str, Any]]) -> PlannedStack:
    made = {id_: {"Type": type_, "Properties": properties} for id_, (type_, properties) in resources.items()}
    return PlannedStack(name=name, region=region, template={"Resources": made})


def topic(name: str) -> tuple[str, dict[str, Any]]:
    return "AWS::SNS::Topic", {"TopicName": name}


def test_a_topic_may_stand_once_in_a_region_and_again_in_another() -> None:
    check_names([stack("one", "us-east-1", A=topic("page")), stack("two", "eu-west-1", A=topic("page"))])
    with pytest.raises(InputError, match="two things would have one name") as raised:
        check_names([stack("one", "us-east-1", A=topic("page")), stack("two", "us-east-1", B=topic("page"))])
    (problem,) = raised.value.problems
    assert problem == ("AWS::SNS::Topic page: A of one and B of two, and it may stand once in an account and Region")


@pytest.mark.parametrize(
    ("type_", "properties", "other"),
    [
        ("AWS::CloudWatch::Dashboard", {"DashboardName": "d"}, {"DashboardName": "d"}),
        ("AWS::IAM::Role", {"RoleName": "Reader"}, {"RoleName": "reader"}),
        ("AWS::Budgets::Budget", {"Budget": {"BudgetName": "b"}}, {"Budget": {"BudgetName": "b"}}),
        ("AWS::S3::Bucket", {"BucketName": "bucket"}, {"BucketName": "bucket"}),
    ],
)
def test_what_is_the_accounts_may_stand_once_over_all_regions(
    type_: str, properties: dict[str, Any], other: dict[str, Any]
) -> None:
    with pytest.raises(InputError, match="one name"):
        check_names([stack("one", "us-east-1", A=(type_, properties)), stack("two", "eu-west-1", B=(type_, other))])


def test_metric_and_composite_alarms_share_one_space_of_names() -> None:
    alarms = {
        "A": ("AWS::CloudWatch::Alarm", {"AlarmName": "a"}),
        "B": ("AWS::CloudWatch::CompositeAlarm", {"AlarmName": "a"}),
    }
    with pytest.raises(InputError, match="one name"):
        check_names([stack("one", "us-east-1", **alarms)])


def test_what_cloudformation_names_and_what_has_no_name_are_left_out() -> None:
    unnamed = stack("one", "us-east-1", A=("AWS::SNS::Topic", {}), B=("AWS::SNS::TopicPolicy", {"TopicName": "x"}))
    referring = stack("two", "us-east-1", A=("AWS::SNS::Topic", {"TopicName": {"Ref": "Name"}}))
    assert [name for each in (unnamed, referring) for _, name, _ in names_of(each)] == ["one", "two"]


def test_a_name_beyond_its_limit_is_refused_with_the_others() -> None:
    with pytest.raises(LimitError, match="AWS::SNS::Topic"):
        check_names([stack("one", "us-east-1", A=topic("a b"))])
