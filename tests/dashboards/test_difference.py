"""What is deployed may have any form; the difference is told, whatever it is."""

import boto3
import pytest
from moto import mock_aws

from dashboards.aws import deployed_body
from dashboards.difference import differences
from foundation.errors import SourceError


@pytest.mark.parametrize(
    ("widgets", "lines"),
    [
        ([{"type": "metric", "properties": {"title": "A", "metrics": 5}}], ("changed: A: metrics",)),
        ([{"type": "metric", "properties": {"title": "A", "metrics": [5]}}], ("changed: A: metrics",)),
        ([{"type": "metric", "properties": {"title": "A", "metrics": [["", "n"]]}}], ("changed: A: metrics",)),
        ([{"type": "metric", "properties": 5}], ("only deployed: metric 1", "only in the code: A")),
        ([5], ("only deployed: None 1", "only in the code: A")),
        (5, ("only deployed: None 1", "only in the code: A")),
        (None, ("only deployed: None 1", "only in the code: A")),
        ([{"type": "metric", "properties": {"title": ["A"]}}], ("only deployed: ['A']", "only in the code: A")),
    ],
)
def test_widgets_of_an_odd_form_are_compared_as_what_they_are(widgets: object, lines: tuple[str, ...]) -> None:
    coded = {"widgets": [{"type": "metric", "properties": {"title": "A", "metrics": [["N", "m"]]}}]}
    assert differences({"widgets": widgets}, coded) == lines


def test_of_two_widgets_with_one_title_neither_is_hidden() -> None:
    one = {"type": "text", "properties": {"title": "A", "markdown": "x"}}
    other = {"type": "text", "properties": {"title": "A", "markdown": "y"}}
    assert differences({"widgets": [one, other]}, {"widgets": [other]}) == (
        "only deployed: A, widget 2",
        "changed: A: markdown",
    )
    assert differences({"widgets": [one, other]}, {"widgets": [one, other]}) == ()


@mock_aws
def test_a_deployed_body_that_is_no_object_is_named() -> None:
    client = boto3.client("cloudwatch", region_name="us-east-1")
    client.put_dashboard(DashboardName="odd", DashboardBody="[5]")
    with pytest.raises(SourceError, match="the body of the dashboard odd is no JSON object"):
        deployed_body("odd", region="us-east-1")
