"""Alarms on resources: one, whole, from an entry of a file; what CloudWatch would refuse; and what alarms cost."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from alarms.model import Measure, Quantity
from alarms.notation import read_series
from alarms.notifying import notifying_alarm
from alarms.price import monthly_cost_usd
from alarms.resource_alarm_file import read_resource_alarms
from alarms.resources import metric_on, resource_alarms, share_of, wanted_alarms
from foundation.cloudwatch.alarms import ComparisonOperator, CompositeAlarm, MetricAlarm
from foundation.cloudwatch.emitted import EmittedMetric, Unit
from foundation.cloudwatch.evaluation import MissingData
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.parameters import Parameter, parametrized, parts_of
from foundation.cloudwatch.series_notation import MAX_POINTS_COUNT, NotationError
from foundation.errors import InputError
from foundation.service.resource_alarms import FactShare, OwnFact, ResourceAlarm, ResourceFact
from foundation.service.resource_type import ResourceType
from foundation.service.resource_type_file import kind_of, kinds_of
from foundation.service.resources import FactValue, Resource
from foundation.slo.burn_rate import Severity
from infra.checkout import ROOT
from tests.alarms.factories import CONTEXT, by_hand
from tests.alarms.resource_kinds import WATCHED, resource_of

API = Resource(
    type="AWS::ApiGatewayV2::Api", label="progress", name="abc", arn="arn:abc",
    facts=(("protocol", "WEBSOCKET"), ("api_stage", "live")),
)  # fmt: skip
BUCKET = Resource(type="AWS::S3::Bucket", label="store", name="s", arn="arn:s")
FUNCTION = Resource(type="AWS::Lambda::Function", label="api", name="f", arn="arn:f")


def test_a_resource_has_the_alarms_of_its_type_and_one_without_any_is_noted() -> None:
    errors, integration = (
        notifying_alarm(
            MetricAlarm(
                name=f"t-developer-production-progress-ticket-{name}",
                watches=MetricStat(
                    metric=Metric(
                        namespace="AWS/ApiGateway", name=metric, dimensions=(("ApiId", "abc"), ("Stage", "live"))
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
            source=source,
        )
        for name, metric, source, impact in (
            (
                "execution-errors",
                "ExecutionError",
                "ours: AWS recommends a share of errors, which a few messages make high",
                "The WebSocket API cannot call its integration; messages are not delivered.",
            ),
            (
                "integration-errors",
                "IntegrationError",
                "ours",
                "The WebSocket API's integration returns errors; clients lose their connections.",
            ),
        )
    )
    assert resource_alarms([API], read_resource_alarms([API]), CONTEXT) == ((errors, integration), ())


def facts(resource: Resource, **known: FactValue) -> Resource:
    return replace(resource, facts=tuple(known.items()))


@pytest.mark.parametrize(
    ("resource", "said"),
    [
        (
            facts(BUCKET),
            "s (AWS::S3::Bucket) without the alarm server-errors: the fact request_metrics_filter is not known",
        ),
        (
            facts(API),
            "p (AWS::ApiGatewayV2::Api) without an alarm of its own: nothing says which kind it is; write its fact protocol",
        ),
        (
            replace(API, no_alarms="the objective has them"),
            "p (AWS::ApiGatewayV2::Api) without an alarm of its own: the objective has them",
        ),
        (
            replace(API, type="AWS::IAM::Role"),
            "p (AWS::IAM::Role) without an alarm of its own: who may do what",
        ),
        (
            replace(API, type="AWS::No::Such"),
            "p (AWS::No::Such) without an alarm of its own: nothing is known of its type",
        ),
        (
            replace(API, type="AWS::Logs::LogGroup"),
            "p (AWS::Logs::LogGroup) without an alarm of its own: What writes a log has its own alarms.",
        ),
    ],
)
def test_a_resource_without_an_alarm_has_a_note_that_says_why(resource: Resource, said: str) -> None:
    resource = replace(resource, label=resource.label[0])
    assert resource_alarms([resource], read_resource_alarms([resource]), CONTEXT) == ((), (said,))


TIMEOUT = parametrized(Parameter("Timeout"))


def named(name: str) -> list[ResourceAlarm]:
    """What functions and streams are alarmed on that is called so."""
    kinds = (*kinds_of("AWS::Lambda::Function"), *kinds_of("AWS::Kinesis::Stream"))
    return [each for kind in kinds for each in kind.alarms if each.name == name]


def of_when(alarm: ResourceAlarm) -> dict[str, FactValue]:
    """The facts that an alarm is for, with their values."""
    return {name: {"true": True, "false": False}.get(value, value) for name, value in alarm.when}


def alarm_names(*resources: Resource) -> set[str]:
    alarms, _ = resource_alarms(resources, read_resource_alarms(resources), CONTEXT)
    return {each.name.removeprefix(f"{CONTEXT.prefix}-") for each in alarms}


def test_an_alarm_that_needs_a_fact_is_made_where_it_is_known() -> None:
    assert alarm_names(FUNCTION) == {"api-ticket-errors", "api-page-throttles", "api-ticket-duration"}
    known = facts(
        FUNCTION, has_stream=True, has_reserved_concurrency=True,
        reserved_concurrency_count=Decimal(5),
    )  # fmt: skip
    assert alarm_names(known) - alarm_names(FUNCTION) == {
        "api-ticket-concurrency", "api-ticket-iterator-age",
    }  # fmt: skip
    assert alarm_names(facts(FUNCTION, timeout_seconds=TIMEOUT)) == {"api-ticket-errors", "api-page-throttles"}
    stream = Resource(type="AWS::Kinesis::Stream", label="orders", name="o", arn="arn:o")
    assert "orders-page-iterator-age" in alarm_names(stream)


@pytest.mark.parametrize("kind", WATCHED, ids=lambda kind: f"{kind.type}{kind.name and '-'}{kind.name}")
def test_what_aws_takes_where_nothing_is_said_is_known_to_every_alarm(kind: ResourceType) -> None:
    whole = resource_of(kind)
    defaults = {rule.name: rule.default for rule in kind.facts if rule.default is not None}
    said = {name: value for name, value in whole.facts if name not in defaults}
    # What makes it this kind must be said where AWS takes another.
    deciding = {name for each in kinds_of(kind.type) for name, _ in each.where}
    said |= {name: value for name, value in whole.facts if name in deciding and defaults.get(name) != value}
    bare = facts(whole, **said)
    assert kind_of(bare) == kind
    for alarm in kind.alarms:
        for of in (whole, bare):
            assert [each.why_not for each in wanted_alarms(facts(of, **dict(of.facts) | of_when(alarm)), [alarm])] == [
                None
            ]


def test_a_threshold_follows_from_a_fact_that_aws_takes_where_nothing_is_said() -> None:
    (duration,) = resource_alarms([FUNCTION], named("duration"), CONTEXT)[0]
    (age,) = resource_alarms(
        [Resource(type="AWS::Kinesis::Stream", label="orders", name="o", arn="arn:o")], named("iterator-age"), CONTEXT
    )[0]
    assert isinstance(duration.alarm, MetricAlarm)
    assert isinstance(age.alarm, MetricAlarm)
    # 80 % of 3 seconds, and half of 24 hours, in milliseconds.
    assert (duration.alarm.threshold, age.alarm.threshold) == (2_400, 43_200_000)


def test_a_rule_that_names_no_bus_is_on_the_default_one_whose_metrics_have_no_bus() -> None:
    rule = Resource(type="AWS::Events::Rule", label="nightly", name="n", arn="arn:n")
    for known, dimensions in (
        ({}, (("RuleName", "n"),)),
        ({"event_bus": "default"}, (("RuleName", "n"),)),
        ({"event_bus": "orders"}, (("EventBusName", "orders"), ("RuleName", "n"))),
    ):
        of = facts(rule, **known)
        alarms, notes = resource_alarms([of], read_resource_alarms([of]), CONTEXT)
        assert notes == ()
        assert {stat.metric.dimensions for each in alarms for stat in _metric(each.alarm).stats} == {dimensions}
        assert len(alarms) == 2


def _metric(alarm: object) -> MetricAlarm:
    assert isinstance(alarm, MetricAlarm)
    return alarm


def test_a_threshold_follows_from_the_fact_and_the_description_says_it() -> None:
    alarms, notes = resource_alarms(
        [facts(FUNCTION, timeout_seconds=Decimal(30))], read_resource_alarms([FUNCTION]), CONTEXT
    )  # fmt: skip
    (duration,) = (each.alarm for each in alarms if each.name.endswith("duration"))
    assert isinstance(duration, MetricAlarm)
    assert duration.threshold == 24_000
    assert "Duration (Maximum) was above 24 s in 3 of the last 5 periods of 1 min." in (duration.description or "")
    assert notes == ()


def test_what_has_no_alarm_for_one_reason_is_named_in_one_note() -> None:
    logs = [Resource(type="AWS::Logs::LogGroup", label=label, name=label, arn="arn:l") for label in ("one", "two")]
    assert resource_alarms(logs, (), CONTEXT)[1] == (
        "one, two (AWS::Logs::LogGroup) without an alarm of their own: What writes a log has its own alarms.",
    )


def test_functions_that_lack_one_fact_are_named_in_one_note() -> None:
    both = tuple(facts(replace(FUNCTION, label=label), timeout_seconds=TIMEOUT) for label in ("api", "worker"))
    _, notes = resource_alarms(both, read_resource_alarms(both), CONTEXT)
    assert notes == (
        "api, worker (AWS::Lambda::Function) without the alarm duration: the fact timeout_seconds is not known",
    )  # fmt: skip


def test_an_alarm_on_a_metric_that_is_in_one_region_only_is_in_the_stack_of_that_region(tmp_path: Path) -> None:
    file = entry(tmp_path, of="AWS::Lambda::Function")
    metric = "{namespace: AWS/Billing, name: EstimatedCharges, dimensions: {Currency: {text: USD}}"
    file.write_text(file.read_text().replace("{namespace: Own, name: Lost, dimensions: {Name: name}", metric))
    alarms, _ = resource_alarms([FUNCTION], read_resource_alarms([FUNCTION], [file]), CONTEXT)
    (lost,) = (each for each in alarms if each.name.endswith("lost"))
    assert (lost.region, {each.region for each in alarms if each is not lost}) == ("us-east-1", {None})
    assert CONTEXT.topic_name(Severity.PAGE, is_of_billing=True) in str(lost.alarm.actions.on_alarm)


def test_a_queue_that_another_one_names_has_the_alarm_of_dead_letters_alone() -> None:
    queue = Resource(type="AWS::SQS::Queue", label="jobs", name="q", arn="arn:q")
    assert alarm_names(queue) == {"jobs-page-age", "jobs-ticket-in-flight"}
    assert alarm_names(facts(queue, is_dead_letter=True)) == {"jobs-ticket-messages"}


def test_a_dimension_may_hold_a_text_around_the_name_whose_parameters_it_keeps() -> None:
    cache = Resource(
        type="AWS::ElastiCache::ReplicationGroup", label="cache", name=parametrized(Parameter("Cache")), arn="arn:c"
    )  # fmt: skip
    alarms, _ = resource_alarms([cache], read_resource_alarms([cache]), CONTEXT)
    (cpu,) = (each.alarm for each in alarms if each.name.endswith("cpu"))
    assert isinstance(cpu, MetricAlarm)
    ((dimension, value),) = cpu.stats[0].metric.dimensions
    assert (dimension, parts_of(value)) == ("CacheClusterId", (Parameter("Cache"), "-001"))


@pytest.mark.parametrize(
    ("schedule", "is_alarmed"),
    [
        ("rate(5 minutes)", True),
        ("rate(15 minutes)", True),
        ("rate(16 minutes)", False),
        ("rate(6 hours)", False),
        ("cron(0/15 * * * ? *)", True),
        ("cron(0 * * * ? *)", False),
        ("rate(0 minute)", True),
        (parametrized(Parameter("Schedule")), True),
        (None, True),
    ],
)
def test_a_canary_that_runs_less_often_than_its_alarm_looks_has_a_note_in_its_place(
    schedule: str | None, is_alarmed: bool
) -> None:
    canary = Resource(type="AWS::Synthetics::Canary", label="shop", name="shop", arn="arn:shop")
    known = canary if schedule is None else facts(canary, schedule=schedule)
    alarms, notes = resource_alarms([known], read_resource_alarms([known]), CONTEXT)
    said = f"{schedule} is less often than its period of 15 min, in which it would see no run"
    note = f"shop (AWS::Synthetics::Canary) without the alarm failing: {said}"
    assert ([each.name for each in alarms], notes) == (
        ([f"{CONTEXT.prefix}-shop-page-failing"], ()) if is_alarmed else ([], (note,))
    )


def test_a_rule_that_runs_by_the_hour_is_alarmed_on_what_it_loses_alone() -> None:
    rule = Resource(type="AWS::Events::Rule", label="nightly", name="n", arn="arn:n")
    lost, failed = "nightly-page-lost", "nightly-ticket-failed-invocations"
    assert alarm_names(facts(rule, schedule="rate(5 minutes)")) == {lost, failed}
    assert alarm_names(facts(rule, schedule="rate(1 hour)")) == {lost}
    assert alarm_names(facts(rule, schedule="rate(1 hour)", event_bus="orders")) == {lost}


def test_a_cluster_that_does_not_scale_has_no_alarm_on_the_share_that_it_scaled_to() -> None:
    cluster = Resource(type="AWS::RDS::DBCluster", label="base", name="b", arn="arn:b")
    assert alarm_names(cluster) == {"base-ticket-deadlocks"}
    assert alarm_names(facts(cluster, is_serverless=True)) == {"base-ticket-deadlocks", "base-ticket-capacity"}


def test_a_target_group_without_any_target_pages_and_one_of_a_function_counts_none() -> None:
    group = facts(
        Resource(type="AWS::ElasticLoadBalancingV2::TargetGroup", label="web", name="w", arn="arn:w"),
        full_name="targetgroup/w/1", load_balancer_full_name="app/l/2",
    )  # fmt: skip
    alarms, _ = resource_alarms([group], read_resource_alarms([group]), CONTEXT)
    (none_healthy,) = [_metric(each.alarm) for each in alarms if each.name.endswith("-page-none-healthy")]
    assert none_healthy.missing_data is MissingData.BREACHING
    function = facts(group, **dict(group.facts), target_type="lambda")
    assert alarm_names(function) == {"web-ticket-server-errors"}


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
    mine = read_resource_alarms([BUCKET], [entry(tmp_path, impact="i" * count)], own=(OWN,))[-1]
    assert (mine.resource_type, mine.impact) == ("AWS::S3::Bucket", "i" * count)
    assert len(read_resource_alarms([BUCKET], [entry(tmp_path)], own=(OWN,))) == len(read_resource_alarms([BUCKET])) + 1


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
        read_resource_alarms([], [entry(tmp_path, **changed)], own=(OWN,))
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


def test_the_runbooks_of_another_file_may_be_elsewhere(tmp_path: Path) -> None:
    pages = ROOT / "docs" / "runbooks"
    assert read_resource_alarms([], [entry(tmp_path)], own=(OWN,), runbooks=pages, has_own_runbooks=True)
    with pytest.raises(InputError) as raised:
        read_resource_alarms([], [entry(tmp_path)], own=(OWN,), runbooks=pages)
    (problem,) = raised.value.problems
    said = f"{tmp_path / 'mine.yaml'}:7: lost: runbook: there is no runbook 'look' in runbooks; "
    assert problem.startswith(said)
    assert problem.endswith("; write its page first")


@pytest.mark.parametrize(
    ("fact", "written"),
    [(Decimal(10), "10"), (Decimal("1E+2"), "100"), (True, "true"), (False, "false"), ("01", "01")],
)
def test_a_dimension_that_holds_a_fact_is_written_as_aws_writes_it(fact: FactValue, written: str) -> None:
    resource = Resource(type="AWS::X::Y", label="x", name="x", arn="arn:x", facts=(("a", fact),))
    dimensions = (
        ("A", OwnFact(fact="a")),
        ("C", ResourceFact.ARN),
        ("D", ResourceFact.STAGE),
    )
    made = metric_on("N", "M", dimensions, resource, "staging")
    assert made.dimensions == (("A", written), ("C", "arn:x"), ("D", "staging"))


def test_a_share_of_what_is_no_number_is_a_mistake_of_ours() -> None:
    resource = Resource(type="AWS::X::Y", label="x", name="x", arn="arn:x", facts=(("a", "many"),))
    with pytest.raises(TypeError, match="x: the fact a is 'many', and no number"):
        share_of(FactShare(fact="a", times=Decimal(2)), resource)
