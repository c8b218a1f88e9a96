"""Alarms on resources: one, whole, from an entry of a file; what CloudWatch would refuse; and what alarms cost."""

from decimal import Decimal
from pathlib import Path

import pytest

from alarms.model import Measure, Quantity
from alarms.notifying import notifying_alarm
from alarms.price import monthly_cost_usd
from alarms.resources import DEFAULT_FILE, read_resource_alarms, resource_alarms
from foundation.cloudwatch.alarms import ComparisonOperator, CompositeAlarm, MetricAlarm
from foundation.cloudwatch.emitted import EmittedMetric, Unit
from foundation.cloudwatch.evaluation import MissingData
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.series_notation import MAX_POINTS_COUNT, NotationError, read_series
from foundation.errors import InputError
from foundation.service.resources import Resource
from foundation.slo.burn_rate import Severity
from infra.checkout import ROOT
from tests.alarms.factories import CONTEXT, by_hand

API = Resource(type="AWS::ApiGatewayV2::Api", label="progress", name="abc", arn="arn:abc")
BUCKET = Resource(type="AWS::S3::Bucket", label="store", name="s", arn="arn:s")


def test_a_resource_has_the_alarms_of_its_type_and_one_without_any_is_noted() -> None:
    errors, integration = (
        notifying_alarm(
            MetricAlarm(
                name=f"t-developer-production-progress-ticket-{name}",
                watches=MetricStat(
                    metric=Metric(
                        namespace="AWS/ApiGateway", name=metric, dimensions=(("ApiId", "abc"), ("Stage", "production"))
                    ),
                    period_seconds=300,
                    statistic="Sum",
                ),
                comparison=ComparisonOperator.MORE_THAN,
                threshold=0.0,
                evaluation_periods=3,
                datapoints_to_alarm=2,
                missing_data=MissingData.NOT_BREACHING,
            ),
            CONTEXT,
            severity=Severity.TICKET,
            impact=f"progress: {impact} {metric} (Sum) was above 0 in 2 of the last 3 periods of 5 min.",
            measure=Measure(words=f"{metric} (Sum)", quantity=Quantity.VALUE),
            runbook="websocket",
        )
        for name, metric, impact in (
            (
                "execution-errors",
                "ExecutionError",
                "The WebSocket API cannot call its integration; progress events are not delivered.",
            ),
            (
                "integration-errors",
                "IntegrationError",
                "The WebSocket API's integration returns errors; clients lose their connections.",
            ),
        )
    )
    assert resource_alarms([API, BUCKET], read_resource_alarms(None, own=()), CONTEXT) == (
        (errors, integration),
        ("store (AWS::S3::Bucket) has no alarm of its own: resources.yaml has none for it",),
    )


OWN = EmittedMetric(namespace="Own", name="Lost", unit=Unit.COUNT, dimension_names=("Name",), meaning="lost")
ENTRY = """- of: {of}
  name: {name}
  metric: {{namespace: Own, name: Lost, dimensions: {{Name: name}}, statistic: Sum}}
  breach: {{above: 0, periodSeconds: {period}, datapoints: {datapoints}}}
  severity: page
  impact: {impact}
  runbook: look
"""


def entry(directory: Path, **changed: str) -> Path:
    file = directory / "mine.yaml"
    given = {"of": "AWS::S3::Bucket", "name": "lost", "period": "60", "datapoints": "[1, 1]", "impact": "i" * 10}
    file.write_text(ENTRY.format(**given | changed))
    return file


@pytest.mark.parametrize("count", [10, 400])
def test_a_services_own_metric_may_be_alarmed_on(tmp_path: Path, count: int) -> None:
    mine = read_resource_alarms(entry(tmp_path, impact="i" * count), own=(OWN,))[-1]
    assert (mine.resource_type, mine.impact) == ("AWS::S3::Bucket", "i" * count)
    assert len(read_resource_alarms(entry(tmp_path), own=(OWN,))) == DEFAULT_FILE.read_text().count("- of: ") + 1


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"impact": "i" * 9}, "impact"),
        ({"impact": "i" * 401}, "impact"),
        ({"datapoints": "[2, 1]"}, "2 datapoints to alarm of 1 evaluated"),
        ({"period": "61"}, "61"),
    ],
)
def test_what_is_too_short_or_too_long_or_cannot_be_is_refused(
    tmp_path: Path, changed: dict[str, str], problem: str
) -> None:
    with pytest.raises(InputError) as raised:
        read_resource_alarms(entry(tmp_path, **changed), own=(OWN,))
    assert len(raised.value.problems) == 1
    assert problem in raised.value.problems[0]


def test_alarms_cost_by_the_metric_and_more_below_a_minute_and_composites_by_themselves() -> None:
    def on(name: str, period_seconds: int) -> MetricAlarm:
        return MetricAlarm(
            name=name,
            watches=MetricStat(metric=Metric(namespace="N", name="M"), period_seconds=period_seconds, statistic="Sum"),
            comparison=ComparisonOperator.MORE_THAN,
            threshold=0.0,
            evaluation_periods=1,
        )

    assert monthly_cost_usd(by_hand()) == 0
    assert monthly_cost_usd(by_hand(on("a", 60), on("b", 300))) == Decimal("0.20")
    assert monthly_cost_usd(by_hand(on("a", 30))) == Decimal("0.30")
    assert monthly_cost_usd(by_hand(CompositeAlarm(name="c", rule='ALARM("a")'))) == Decimal("0.50")


def test_a_series_has_half_a_million_values_at_most_in_one_part_or_in_several() -> None:
    assert read_series(f"1x{MAX_POINTS_COUNT - 1}").size == MAX_POINTS_COUNT == 500_000
    assert read_series(f"_x{MAX_POINTS_COUNT}").size == MAX_POINTS_COUNT
    for text, part in (("1x500000", "1x500000"), ("_x500000 1", "1"), ("_x500001", "_x500001")):
        with pytest.raises(NotationError) as raised:
            read_series(text)
        assert str(raised.value) == f"{part!r}: a series has at most 500,000 values"


def test_what_is_no_value_is_shown_by_its_first_forty_characters_and_nothing_is_no_series() -> None:
    with pytest.raises(NotationError) as raised:
        read_series("q" * 41)
    assert str(raised.value) == f"{'q' * 40!r} is no value; write 1, _, 0+1x10, 7x3 or _x5"
    with pytest.raises(NotationError) as raised:
        read_series(" ")
    assert str(raised.value) == "a series has at least one value"


def test_a_runbook_that_is_not_there_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "README.md").touch()
    with pytest.raises(InputError) as raised:
        read_resource_alarms(None, own=(), runbooks=tmp_path)
    assert len(raised.value.problems) == DEFAULT_FILE.read_text().count("- of: ")
    assert "errors: runbook: there is no runbook 'lambda' in " in raised.value.problems[0]


def test_the_runbooks_of_another_file_may_be_elsewhere(tmp_path: Path) -> None:
    pages = ROOT / "docs" / "runbooks"
    assert read_resource_alarms(entry(tmp_path), own=(OWN,), runbooks=pages, has_own_runbooks=True)
    with pytest.raises(InputError) as raised:
        read_resource_alarms(entry(tmp_path), own=(OWN,), runbooks=pages)
    (problem,) = raised.value.problems
    said = f"{tmp_path / 'mine.yaml'}:7: lost: runbook: there is no runbook 'look' in runbooks; there are agent-turn-burn, "
    assert problem.startswith(said)
    assert problem.endswith("; write its page first")
