"""What a week shows beside its budgets: stages, agents, incidents, what consumed a budget, and API Gateway's own count."""

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudwatch.frame import FrameSource, Points
from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.suppression import Notified, NotKnown, Suppressed, SuppressedBy
from foundation.readings import Known, NoData
from foundation.slo.detection import NotJudged, NotPaged, Paged
from foundation.slo.error_budget import Counts
from foundation.slo.incidents import Incident
from reports.histogram import rank_below, read_histogram
from reports.known_values import Span
from reports.weekly.agents import read_agents
from reports.weekly.inputs import AlarmWeek, PartlyKnown, StageDuration, WeeklyInputs
from reports.weekly.latency import read_stages
from reports.weekly.reading import read_inputs
from reports.weekly.sections import make_page
from reports.weekly.signal_sections import alarms_section
from tests.foundation.readings_factories import HELD
from tests.reports.weekly.test_page import OUTAGE_AT, in_outage
from tests.reports.weekly_data import sections_of, values_as_data
from tests.reports.weekly_factories import SOMEBODY, THE_WEEK, WEEK, a_month, alarms_week, asked, sources

HOURS = np.arange(int(WEEK.start_at.timestamp()), int(WEEK.end_at.timestamp()), 3600, dtype=np.int64)
MODEL = "AWS/Bedrock"


def sampled(metric: Metric, values: dict[int, list[float]]) -> FrameSource:
    """A metric's own samples, by the hour of the week; every statistic follows from them."""
    times = [HOURS[hour] + number for hour, each in sorted(values.items()) for number in range(len(each))]
    flat = [value for _, each in sorted(values.items()) for value in each]
    points = Points(times=np.array(times, np.int64), values=np.array(flat, float))
    return FrameSource(statistics=MappingProxyType({}), samples=MappingProxyType({metric: points}), held=HELD)


def hourly(**metrics: Callable[[int], float]) -> dict[tuple[Metric, str, int], Points]:
    """Sums by the hour of metrics of Bedrock."""
    return {
        (Metric(namespace=MODEL, name=name), "Sum", 3600): Points(
            times=HOURS, values=np.array([value(number) for number in range(len(HOURS))])
        )
        for name, value in metrics.items()
    }


def with_more(source: FrameSource, more: dict[tuple[Metric, str, int], Points]) -> FrameSource:
    return dataclasses.replace(source, statistics=MappingProxyType({**source.statistics, **more}))


def sections(**given: Any) -> list[dict[str, Any]]:
    incidents = given.pop("incidents", ())
    page = make_page(read_inputs(asked(incidents=incidents), sources(**given)))
    return sections_of(page)


@pytest.fixture(scope="module")
def inputs() -> WeeklyInputs:
    return read_inputs(asked(), sources())


def told_of(inputs: WeeklyInputs, **changes: Any) -> tuple[list[Any], dict[str, Any]]:
    """The blocks of the section and what stands in the data, of a week of these alarms."""
    changed = dataclasses.replace(inputs, alarms=dataclasses.replace(alarms_week(), **changes))
    return list(alarms_section(changed).blocks), values_as_data(changed)["alarms"]


LATENCY = Metric(namespace="any", name="Latency")


@given(st.lists(st.lists(st.floats(0, 2_000), min_size=1, max_size=40), min_size=1, max_size=10))
def test_a_percentile_from_bands_is_never_below_that_of_all_samples_and_never_off_by_more_than_its_band(
    values: list[list[float]],
) -> None:
    source = sampled(LATENCY, dict(enumerate(values)))
    edges = (100.0, 500.0, 1_000.0, 2_000.0)
    found = read_histogram(LATENCY, edges, source, THE_WEEK)
    assert not isinstance(found, NoData)
    everything = sorted(value for each in values for value in each)
    assert found.sample_count == len(everything)
    for percentile in (50, 95, 99):
        reached = everything[int(np.ceil(len(everything) * percentile / 100)) - 1]
        assert found.upper_end(percentile) == next(edge for edge in edges if reached <= edge)


def test_bands_of_nothing_are_no_data() -> None:
    found = read_histogram(LATENCY, (1.0,), sampled(LATENCY, {}), THE_WEEK)
    assert isinstance(found, NoData)


def gate_metric() -> Metric:
    return Metric(
        namespace="TDeveloper", name="GateDuration", dimensions=(("Stage", "production"), ("Gate", "security"))
    )


def stages(source: FrameSource, *, durations: tuple[tuple[str, Metric], ...], span: Span) -> list[StageDuration]:
    return [each for each in read_stages(source, durations=durations, span=span) if isinstance(each, StageDuration)]


def test_each_stage_of_a_pipeline_has_its_runs_and_percentiles_that_nothing_exceeds() -> None:
    source = sampled(gate_metric(), {3: [900.0] * 98, 50: [4_000.0, 7_000.0]})
    (security,) = stages(source, durations=(("gate security", gate_metric()),), span=THE_WEEK)
    assert (security.name, security.run_count) == ("gate security", 100)
    assert security.percentiles_ms == ((50.0, 1_000.0), (95.0, 1_000.0), (99.0, 5_000.0))


def test_without_ranks_a_stage_is_told_by_the_highest_hour_which_no_percentile_of_the_week_exceeds() -> None:
    metric = gate_metric()
    by_hour: dict[str, list[float]] = {
        "SampleCount": [98, 2], "p50": [900, 5_500], "p95": [900, 7_000], "p99": [900, 7_000],
    }  # fmt: skip
    source = FrameSource(
        statistics=MappingProxyType(
            {
                (metric, name, 3600): Points(times=HOURS[[3, 50]], values=np.array(values, float))
                for name, values in by_hour.items()
            }
        ),
        samples=MappingProxyType({}),
        held=HELD,
    )
    (security,) = stages(source, durations=(("gate security", gate_metric()),), span=THE_WEEK)
    assert (security.run_count, security.percentiles_ms) == (100, ((50.0, 5_500.0), (95.0, 7_000.0), (99.0, 7_000.0)))


def test_agents_without_a_call_are_no_data() -> None:
    found = read_agents(a_month(), THE_WEEK)
    assert isinstance(found, NoData)
    text = sections()[7]["blocks"][0]["text"]
    assert text.startswith("No data: ")


def test_agents_are_told_with_tokens_throttles_and_prompts_beyond_the_step() -> None:
    prompts = Metric(namespace=MODEL, name="InputTokenCount")
    tokens = sampled(prompts, {1: [4_000.0] * 18, 9: [90_000.0, 150_000.0]})
    source = dataclasses.replace(
        tokens,
        statistics=MappingProxyType(
            hourly(Invocations=lambda hour: 2.0 * (hour == 1), InvocationThrottles=lambda _: 0.0)
        ),
    )
    found = read_agents(source, THE_WEEK)
    assert not isinstance(found, NoData)
    counts = {name: None if isinstance(each, NoData) else each.count for name, each in found.counts}
    assert counts["model calls"] == 2
    assert counts["model calls that were throttled"] == 0
    assert counts["tokens in"] == 18 * 4_000 + 240_000
    assert counts["agent runs"] is None
    assert (found.prompt_count, found.long_prompt_count) == (20, 1)
    assert found.prompt_tokens == ((50.0, 5_000.0), (95.0, 100_000.0))


def test_bad_events_are_told_under_a_labelled_incident_before_anything_else() -> None:
    incident = Incident(
        name="database away", start_at=OUTAGE_AT, end_at=OUTAGE_AT + timedelta(minutes=20), objective="api-errors"
    )
    inputs = read_inputs(asked(incidents=(incident,)), sources(a_month(bad_in=in_outage(20))))
    found = {(each.objective, each.what): each.bad_count for each in inputs.causes}
    assert found["api-errors", "incident: database away"] == 4 * 600
    # It is labelled as one of api-errors, so what it did to another objective nobody has said.
    assert found["api-latency", "unknown"] == 4 * 600


def test_bad_events_in_an_hour_of_throttling_are_told_so() -> None:
    throttled = hourly(InvocationThrottles=lambda hour: 7.0 if hour == 2 * 24 + 3 else 0.0)
    inputs = read_inputs(asked(), sources(with_more(a_month(bad_in=in_outage(20)), throttled)))
    found = {(each.objective, each.what): each.bad_count for each in inputs.causes}
    assert found["api-errors", "throttling by Bedrock"] == 4 * 600
    assert found["api-errors", "unknown"] == 0


def test_what_consumed_a_budget_is_told_as_a_share_of_it() -> None:
    rows = sections(metrics=a_month(bad_in=in_outage(20)))[4]["blocks"][0]["rows"]
    assert ["api-errors", "unknown", "2,400", "100 %", "49.6 %"] in rows


def alarm(
    name: str, *, told_after: timedelta | None, incident: Incident | None = None, severity: str = "page"
) -> AlarmWeek:  # fmt: skip
    return AlarmWeek(
        name=name, severity=severity, began_at=OUTAGE_AT, seen_from=OUTAGE_AT, seen_until=OUTAGE_AT + timedelta(minutes=30),
        ended_at=OUTAGE_AT + timedelta(minutes=30),
        notification=Suppressed(by=SuppressedBy.ALARM) if told_after is None else Notified(at=OUTAGE_AT + told_after),
        incidents=() if incident is None else (incident,),
    )  # fmt: skip


def test_a_labelled_incident_is_told_with_its_first_page_and_how_many_pages_were_right() -> None:
    told = Incident(name="outage", start_at=OUTAGE_AT, end_at=OUTAGE_AT + timedelta(minutes=20), objective=None)
    unseen = Incident(
        name="unseen", start_at=WEEK.start_at, end_at=WEEK.start_at + timedelta(minutes=5), objective=None
    )
    fired = (
        alarm("fast", told_after=timedelta(minutes=3), incident=told),
        alarm("medium", told_after=None),
        alarm("other", told_after=timedelta(minutes=1)),
        alarm("ticket", told_after=timedelta(minutes=1), severity="ticket", incident=told),
    )
    detections = (
        (told, Paged(alarm="fast", after=timedelta(minutes=3), is_first=True, reset_after=None)),
        (unseen, NotPaged()),
    )
    blocks = sections(alarms=fired, incidents=(told, unseen), detections=detections)[6]["blocks"]
    assert [row[4:] for row in blocks[0]["rows"]] == [
        ["notified", "outage"], ["suppressed", "–"], ["notified", "–"], ["notified", "outage"],
    ]  # fmt: skip
    assert [[row[0], *row[3:]] for row in blocks[1]["rows"]] == [
        ["outage", "20 min", "3 min", "fast"], ["unseen", "5 min", "–", "no page"],
    ]  # fmt: skip
    said = "Pages that belong to a labelled incident: 1 of 2. Incidents with a page: 1 of 2."
    assert blocks[2]["text"].startswith(said)


def test_an_incident_that_could_not_be_judged_is_told_so_and_is_in_neither_part_of_the_count(
    inputs: WeeklyInputs,
) -> None:
    one, other = (
        Incident(name=name, start_at=OUTAGE_AT, end_at=OUTAGE_AT + timedelta(minutes=20), objective=None)
        for name in ("one", "other")
    )
    missing = NotJudged(missing=Known.throughout(OUTAGE_AT, OUTAGE_AT + timedelta(minutes=5)))
    late = Paged(alarm="fast", after=timedelta(minutes=9), is_first=False, reset_after=None)
    both = dataclasses.replace(inputs, incidents=(one, other))
    blocks, data = told_of(both, detections=((one, missing), (other, late)))
    assert data["incidents"] == {"given_count": 2, "judged_count": 1, "paged_count": 1, "recall_ratio": 1.0}
    span = f"{OUTAGE_AT:%Y-%m-%d %H:%M} to {OUTAGE_AT + timedelta(minutes=5):%Y-%m-%d %H:%M}"
    assert [row[4:] for row in blocks[1].rows] == [
        ("–", f"not judged: nothing is known of {span}"),
        ("at most 9 min", "fast"),
    ]
    assert "Incidents with a page: 1 of 1; 1 could not be judged." in blocks[2].text
    blocks, _ = told_of(both, detections=((one, missing),))
    assert "Incidents with a page: not known; none of 1 could be judged." in blocks[2].text


def test_no_alarm_went_off_of_those_whose_metrics_are_known_and_of_the_rest_it_is_said(inputs: WeeklyInputs) -> None:
    gap = Known.throughout(WEEK.start_at, WEEK.start_at + timedelta(days=2))
    parts = (
        PartlyKnown(count=3, known_ratio=0.0, missing=Known.throughout(WEEK.start_at, WEEK.end_at)),
        PartlyKnown(count=1, known_ratio=5 / 7, missing=gap),
    )
    without = (("nothing is known of their metrics in this time", 3), ("less than 90 % of this time is known", 1))
    blocks, data = told_of(inputs, evaluated_count=36, partly_known=parts, without_count=without)
    assert blocks[0].empty == "none of 36 alarms whose metrics are known"
    assert blocks[1].text == (
        "Not evaluated: 3 alarms: nothing is known of their metrics in this time; "
        "1 alarm: less than 90 % of this time is known."
    )
    assert blocks[2].text == (
        "Partly evaluated: 3 alarms: 0 % of the week is known, not 2026-11-09 00:00 to 2026-11-16 00:00; "
        "1 alarm: 71.4 % of the week is known, not 2026-11-09 00:00 to 2026-11-11 00:00."
    )
    assert data["evaluated_count"] == 36
    assert data["partly_known"][1] == {
        "count": 1,
        "known_ratio": 0.714285,
        "missing": [{"start_at": "2026-11-09T00:00:00+00:00", "end_at": "2026-11-11T00:00:00+00:00"}],
    }
    assert data["incidents"] == {"given_count": 0, "judged_count": 0, "paged_count": 0, "recall_ratio": None}


@pytest.mark.parametrize(
    ("known_ratio", "said"),
    [(0.0, "nothing is known of the alarms' metrics"), (0.5, "too little is known of the alarms' metrics")],
)
def test_where_no_alarm_is_known_nothing_is_called_quiet(inputs: WeeklyInputs, known_ratio: float, said: str) -> None:
    half = PartlyKnown(count=9, known_ratio=known_ratio, missing=Known.throughout(WEEK.start_at, WEEK.end_at))
    blocks, _ = told_of(inputs, evaluated_count=0, partly_known=(half,))
    assert blocks[0].empty == said


def test_an_alarm_from_before_what_is_known_is_told_as_older_and_one_that_ceases_to_be_known_with_the_last_time(
    inputs: WeeklyInputs,
) -> None:
    hour = timedelta(hours=1)
    older = dataclasses.replace(
        alarm("older", told_after=None), began_at=None, notification=NotKnown(), ended_at=OUTAGE_AT + hour
    )
    lost = dataclasses.replace(alarm("lost", told_after=hour), ended_at=None, seen_until=OUTAGE_AT + hour)
    blocks, data = told_of(inputs, fired=(older, lost))
    seen, until = f"{OUTAGE_AT:%Y-%m-%d %H:%M} UTC", f"{OUTAGE_AT + hour:%Y-%m-%d %H:%M} UTC"
    assert [row[2:5] for row in blocks[0].rows] == [
        (f"before {seen}", "at least 1 h", "not known"),
        (seen, f"still in alarm at {until}", "notified"),
    ]
    assert [each["notification"] for each in data["fired"]] == ["not_known", "notified"]
    assert data["fired"][0]["began_at"] is None


def test_two_incidents_of_one_name_are_two_and_each_has_its_own_page() -> None:
    first = Incident(name="db", start_at=OUTAGE_AT, end_at=OUTAGE_AT + timedelta(hours=1), objective=None)
    second = dataclasses.replace(
        first, start_at=OUTAGE_AT + timedelta(days=3), end_at=OUTAGE_AT + timedelta(days=3, hours=1)
    )
    fired = (alarm("fast", told_after=timedelta(minutes=2), incident=first),)
    paged = Paged(alarm="fast", after=timedelta(minutes=2), is_first=True, reset_after=None)
    detections = ((first, paged), (second, NotPaged()))
    blocks = sections(alarms=fired, incidents=(first, second), detections=detections)[6]["blocks"]
    assert [row[4:] for row in blocks[1]["rows"]] == [["2 min", "fast"], ["–", "no page"]]
    names = [f"db ({each.start_at:%Y-%m-%d %H:%M} UTC)" for each in (first, second)]
    assert [row[0] for row in blocks[1]["rows"]] == names
    assert "Incidents with a page: 1 of 2." in blocks[2]["text"]


def test_an_incident_that_is_still_going_on_is_told_as_such() -> None:
    going_on = Incident(name="db", start_at=OUTAGE_AT, end_at=None, objective=None)
    blocks = sections(alarms=(), incidents=(going_on,), detections=((going_on, NotPaged()),))[6]["blocks"]
    assert [row[3:] for row in blocks[1]["rows"]] == [["ongoing", "–", "no page"]]


def test_incidents_of_other_weeks_are_left_out() -> None:
    old = Incident(
        name="old", start_at=WEEK.start_at - timedelta(days=2), end_at=WEEK.start_at - timedelta(days=1), objective=None
    )
    assert read_inputs(asked(incidents=(old,)), sources()).incidents == ()


def test_traces_are_held_against_what_api_gateway_itself_counted() -> None:
    dimensions = (("ApiName", "t-developer-production"), ("Stage", "production"))

    def counted(name: str, statistic: str, value: float) -> tuple[tuple[Metric, str, int], Points]:
        metric = Metric(namespace="AWS/ApiGateway", name=name, dimensions=dimensions)
        return (metric, statistic, 3600), Points(times=HOURS[:2], values=np.array([value, value]))

    more = dict((counted("Count", "SampleCount", 5_000), counted("5XXError", "Sum", 6)))
    given_metrics = with_more(a_month(), more)
    gateway = read_inputs(asked(), sources(given_metrics)).gateway
    assert not isinstance(gateway, NoData)
    assert (gateway.counts, gateway.coverage.percent) == (Counts(total_count=10_000, bad_count=12), "100 %")
    texts = [block.get("text", "") for block in sections(metrics=given_metrics)[2]["blocks"]]
    assert any("10,000 requests and 12 5XX answers (0.12 %) in the week" in text for text in texts)


def test_the_week_before_has_its_own_cost_of_a_pipeline() -> None:
    accepted = Metric(namespace="TDeveloper", name="PipelinesAccepted", dimensions=(("Stage", "production"),))
    fortnight = np.arange(HOURS[0] - 7 * 86_400, HOURS[-1] + 1, 3600, dtype=np.int64)
    values = np.where(fortnight < HOURS[0], 1.0, 2.0)
    more = {(accepted, "Sum", 3600): Points(times=fortnight, values=values)}
    rows = {row[0]: row[1:] for row in sections(metrics=with_more(a_month(), more))[10]["blocks"][0]["rows"]}
    assert rows["actual: average per pipeline, newest seven days with bill and count"][0] == "$0.104"
    assert rows["actual: average per pipeline, the seven days before"][0] == "$0.208"
    assert rows["estimate: one more pipeline"][0] == "$0.00760"
    assert rows["estimate: fixed cost of a month"][0] == "$139.77"
    assert rows["estimate: 1,000 canary runs"][0] == "$1.38"


def test_a_usage_type_of_twice_its_plan_is_an_anomaly_of_our_own() -> None:
    aws, own = sections()[13]["blocks"]
    assert aws["rows"] == []
    # Of $5 a day canaries are half, functions a fifth, and endpoints, which cost what was planned, the rest.
    assert own["rows"] == [
        ["AmazonCloudWatch CW:Canary-runs", "$4.84", "$17.50", "$12.66"],
        ["AWSLambda Lambda-GB-Second-ARM", "$0.64", "$7.00", "$6.36"],
    ]


def test_services_are_held_against_their_plan_and_the_whole_plan_is_told() -> None:
    rows = {row[0]: row for row in sections()[9]["blocks"][0]["rows"]}
    planned = {name: row[5] for name, row in rows.items()}
    assert planned["AmazonCloudWatch"] != "–"
    cents = sum(round(float(planned[name].replace("$", "").replace(",", "")) * 100) for name in rows if name != "total")
    assert abs(cents - round(float(planned["total"].replace("$", "")) * 100)) <= len(rows)


def test_the_burn_down_marks_incidents_load_tests_and_deployments() -> None:
    incident = Incident(name="outage", start_at=OUTAGE_AT, end_at=OUTAGE_AT + timedelta(minutes=20), objective=None)
    blocks = sections(incidents=(incident,))[3]["blocks"]
    assert [row[1] for row in blocks[-1]["rows"]] == ["deployment", "incident"]


def test_ranks_are_asked_in_words_that_cloudwatch_knows() -> None:
    assert rank_below(1_000.0) == "PR(:1000)"


def test_a_report_says_that_nobody_is_subscribed_and_that_nobody_knows() -> None:
    silent = dataclasses.replace(SOMEBODY[0], confirmed_count=0)
    alarms = page_text(subscribers=(silent, SOMEBODY[1]))
    assert "Nobody is subscribed to t-developer-production-page: what it is sent reaches nobody." in alarms
    assert "ticket" not in alarms.split("without subscribers nobody")[1]
    assert "Each of the 2 topics that the alarms notify has a subscriber." in page_text()
    assert "topics is not known: a recording does not say." in page_text(
        subscribers=NoData(reason="a recording does not say")
    )


def page_text(**given: Any) -> str:
    texts = [block["text"] for block in sections(**given)[6]["blocks"] if "text" in block]
    return " ".join(texts)
