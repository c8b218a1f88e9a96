"""The sections of a weekly report on what was seen from moment to moment: latency, alarms, canaries, agents."""

from datetime import datetime
from decimal import ROUND_FLOOR
from typing import assert_never

from foundation.cloudwatch.subscribers import Subscribers, silent_topics
from foundation.cloudwatch.suppression import Notified, NotKnown, Pending, Suppressed
from foundation.pages.numbers import count, counted, duration, milliseconds, percent, quantity
from foundation.readings import NoData
from foundation.slo.detection import Detection, NotJudged, NotPaged, Paged, recall_of
from foundation.slo.incidents import labels_of
from reports.page_model import Block, Picture, Section, Table, Text, number_columns, text_columns
from reports.weekly import charts
from reports.weekly.agents import LONG_PROMPT_TOKENS
from reports.weekly.inputs import AlarmsWeek, AlarmWeek, CanaryWeek, LatencyWeek, StageDuration, WeeklyInputs

_PAGE = "page"
_SECOND_MS = 1_000
_MINUTE_SECONDS = 60


def moment(at: datetime) -> str:
    """An instant as the report prints it: with its second, where it has one, so that a difference of two can be checked."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at.second else f"{at:%Y-%m-%d %H:%M} UTC"


def latency_section(inputs: WeeklyInputs) -> Section:
    """Section 5: percentiles and buckets of the API's latency with their number of requests, and the steps of its work."""
    latency = inputs.latency
    blocks: list[Block] = []
    blocks += [Text(text=f"The API: no data: {latency.reason}.")] if isinstance(latency, NoData) else _api(latency)
    blocks.append(_stages(tuple(each for each in inputs.stages if isinstance(each, StageDuration))))
    unknown = "; ".join(each.reason for each in inputs.stages if isinstance(each, NoData))
    if unknown:
        blocks.append(Text(text=f"Stages with no data: {unknown}."))
    return Section(number=5, title="Latency", blocks=tuple(blocks))


def _api(latency: LatencyWeek) -> tuple[Block, ...]:
    of_bucket: dict[tuple[float, float | None], float] = {}
    for bucket in latency.buckets:
        of_bucket[bucket.from_ms, bucket.to_ms] = of_bucket.get((bucket.from_ms, bucket.to_ms), 0) + bucket.count
    total, below, rows = sum(of_bucket.values()), 0.0, list[tuple[str, ...]]()
    for (from_ms, to_ms), number in sorted(of_bucket.items()):
        below += number
        share = percent(min(1.0, round(below / total, 9))) if total else "–"
        rows.append((milliseconds(from_ms), _upper(to_ms), count(round(number)), share))
    numbers = Table(
        caption="Requests of the week by latency",
        columns=number_columns("above", "up to", "requests", "share up to here"),
        rows=tuple(rows),
    )
    longest = max(bucket.from_ms for bucket in latency.buckets)
    found = ", ".join(
        f"p{percentile:g} {f'above {milliseconds(longest)}' if ms is None else f'at most {milliseconds(ms)}'}"
        for percentile, ms in latency.percentiles_ms
    )
    periods = Table(
        caption=f"Requests in every {duration(latency.period_minutes * _MINUTE_SECONDS)}, by latency",
        columns=(*text_columns("period"), *number_columns("above", "up to", "requests")),
        rows=tuple(
            (f"{bucket.at:%m-%d %H:%M}", milliseconds(bucket.from_ms), _upper(bucket.to_ms), count(round(bucket.count)))
            for bucket in latency.buckets
            if bucket.count
        ),
    )
    return (
        Text(
            text=f"{found}, of {counted(latency.request_count, 'request')}; the objective's line is at "
            f"{milliseconds(latency.slow_after_ms)}. Percentiles are the upper ends of the buckets below. "
            f"{latency.coverage.percent} of the week is known."
        ),
        Picture(
            about="Share of requests by latency, with the objective's line", draw=charts.ecdf(latency), numbers=numbers
        ),
        Picture(
            about=f"Requests by latency over {_shown_time(latency)}, lighter is more",
            draw=charts.heatmap(latency),
            numbers=periods,
        ),
    )


def _shown_time(latency: LatencyWeek) -> str:
    if charts.is_of_hours(latency):
        return "the hours of the week that have data"
    return "the week" if latency.coverage.is_whole else "the week; where nothing is known it is grey"


def _upper(to_ms: float | None) -> str:
    return "longer" if to_ms is None else milliseconds(to_ms)


def _stages(found: tuple[StageDuration, ...]) -> Table:
    rows = tuple(
        (each.name, count(each.run_count), *(_at_most(ms) for _, ms in each.percentiles_ms), each.coverage.percent)
        for each in found
    )
    return Table(
        caption="Durations of the steps of the work that was taken on; each percentile is at most this",
        columns=(*text_columns("stage"), *number_columns("runs", "p50", "p95", "p99", "known of the week")),
        rows=rows,
        empty="no step was counted in this week",
    )


def _at_most(ms: float | None) -> str:
    if ms is None:
        return "above the last bucket"
    return f"{quantity(ms / _SECOND_MS)} s" if ms >= _SECOND_MS else milliseconds(ms)


def alarms_section(inputs: WeeklyInputs) -> Section:
    """Section 6: which alarms went off and whether they were right, and how the canaries' runs ended."""
    blocks: list[Block] = []
    if isinstance(inputs.alarms, NoData):
        blocks.append(Text(text=f"Alarms: no data: {inputs.alarms.reason}."))
    else:
        labels = labels_of(incident for each in inputs.alarms.fired for incident in each.incidents)
        rows = tuple(
            (
                each.name,
                each.severity,
                _began(each),
                _for_how_long(each),
                _actions(each),
                ", ".join(labels[incident] for incident in each.incidents) or "–",
            )
            for each in inputs.alarms.fired
        )
        blocks.append(
            Table(
                caption="Alarms that fired. Suppressed: a faster alarm of the same objective had already notified",
                columns=(
                    *text_columns("alarm", "severity", "began"),
                    *number_columns("lasted"),
                    *text_columns("outcome", "labelled incident"),
                ),
                rows=rows,
                empty=_none_of(inputs.alarms),
            )
        )
        without = "; ".join(f"{counted(number, 'alarm')}: {reason}" for reason, number in inputs.alarms.without_count)
        if without:
            blocks.append(Text(text=f"Not evaluated: {without}."))
        if inputs.alarms.partly_known:
            blocks.append(Text(text=_not_known(inputs.alarms)))
        blocks += _incidents(inputs, inputs.alarms)
    blocks.append(Text(text=_who_hears(inputs.subscribers)))
    if isinstance(inputs.canaries, NoData):
        blocks.append(Text(text=f"Canaries: no data: {inputs.canaries.reason}."))
    else:
        rows = tuple(
            (each.name, *(("–",) * 4 if each.problem is not None else _runs(each)), each.coverage.percent)
            for each in inputs.canaries
        )  # fmt: skip
        blocks.append(
            Table(
                caption="Canaries. A missed run counts as neither good nor bad",
                columns=(
                    *text_columns("canary"),
                    *number_columns("runs", "failed", "succeeded", "missed", "known of the week"),
                ),
                rows=rows,
            )
        )
        unread = "; ".join(
            f"{each.name}: {each.problem.reason}" for each in inputs.canaries if each.problem is not None
        )
        if unread:
            blocks.append(Text(text=f"Canaries with no data: {unread}."))
    return Section(number=6, title="Alarms and canaries", blocks=tuple(blocks))


def agents_section(inputs: WeeklyInputs) -> Section:
    """Section 7: what AgentCore and Bedrock counted of the agents."""
    agents = inputs.agents
    if isinstance(agents, NoData):
        return Section(number=7, title="Agent quality", blocks=(Text(text=f"No data: {agents.reason}."),))
    counts = Table(
        caption="Counts over all runtimes and models of the account and Region",
        columns=(*text_columns("what"), *number_columns("in the week", "known of the week")),
        rows=tuple(
            (name, "no data", "–") if isinstance(each, NoData) else (name, count(each.count), each.coverage.percent)
            for name, each in agents.counts
        ),
    )
    if agents.prompt_count is None:
        said = "How long prompts were is not known."
    else:
        at_most = ", ".join(
            f"p{percentile:g} {'above the last bucket' if tokens is None else f'at most {count(round(tokens))} tokens'}"
            for percentile, tokens in agents.prompt_tokens
        )
        said = (
            f"Prompts: {at_most}, of {counted(agents.prompt_count, 'prompt')}. "
            f"Above {count(round(LONG_PROMPT_TOKENS))} tokens, where some models cost five times as much: "
            f"{counted(agents.long_prompt_count or 0, 'prompt')}."
        )
    blocks = (counts, Text(text=f"{said} Tool errors, retries and evaluations are not counted yet."))
    return Section(number=7, title="Agent quality", blocks=blocks)


def _none_of(alarms: AlarmsWeek) -> str:
    if not alarms.evaluated_count:
        is_any = any(each.known_ratio for each in alarms.partly_known)
        return "too little is known of the alarms' metrics" if is_any else "nothing is known of the alarms' metrics"
    return f"none of {counted(alarms.evaluated_count, 'alarm')} whose metrics are known"


def _not_known(alarms: AlarmsWeek) -> str:
    """Of which time the alarms' states are not known, those together that share it."""
    said = "; ".join(
        f"{counted(each.count, 'alarm')}: {percent(each.known_ratio, rounding=ROUND_FLOOR)} of the week is known, "
        f"not {each.missing}"
        for each in alarms.partly_known
    )
    return f"Partly evaluated: {said}."


def _began(alarm: AlarmWeek) -> str:
    return f"before {moment(alarm.seen_from)}" if alarm.began_at is None else moment(alarm.began_at)


def _for_how_long(alarm: AlarmWeek) -> str:
    if alarm.ended_at is None:
        return f"still in alarm at {moment(alarm.seen_until)}"
    lasted = duration(alarm.ended_at - (alarm.began_at or alarm.seen_from))
    return lasted if alarm.began_at is not None else f"at least {lasted}"


def _who_hears(found: tuple[Subscribers, ...] | NoData) -> str:
    """Whom a notification reaches: an alarm that notified a topic that nobody hears of woke nobody."""
    if isinstance(found, NoData):
        return f"Who is subscribed to the alarms' topics is not known: {found.reason}."
    silent = silent_topics(found)
    if not silent:
        return f"Each of the {counted(len(found), 'topic')} that the alarms notify has a subscriber."
    said = " ".join(each.sentence for each in silent)
    return f"Notified means that the alarm's topic was notified; without subscribers nobody hears of it. {said}"


def _incidents(inputs: WeeklyInputs, alarms: AlarmsWeek) -> list[Block]:
    """What became of labelled incidents, and how many pages were right."""
    pages = [each for each in alarms.fired if each.severity == _PAGE and isinstance(each.notification, Notified)]
    if not inputs.incidents:
        said = "No incident is labelled, so whether a page was right is not known; --incidents FILE adds them."
        return [Text(text=said)]
    labels = labels_of(incident for incident, _ in alarms.detections)
    rows = tuple(
        (
            labels[incident],
            incident.objective or "any",
            moment(incident.start_at),
            "ongoing" if incident.end_at is None else duration(incident.end_at - incident.start_at),
            *_detected(detection),
        )
        for incident, detection in alarms.detections
    )
    table = Table(
        caption="Labelled incidents, and the first page of each",
        columns=(
            *text_columns("incident", "objective", "began"),
            *number_columns("lasted", "paged after"),
            *text_columns("by"),
        ),
        rows=rows,
    )
    right = sum(bool(each.incidents) for each in pages)
    recall = recall_of([detection for _, detection in alarms.detections])
    rest = recall.given_count - recall.judged_count
    found = (
        f"{count(recall.paged_count)} of {count(recall.judged_count)}"
        + (f"; {count(rest)} could not be judged" if rest else "")
        if recall.judged_count
        else f"not known; none of {count(recall.given_count)} could be judged"
    )
    said = (
        f"Pages that belong to a labelled incident: {count(right)} of {count(len(pages))}. Incidents with a page: {found}. "
        "Acknowledgement times are not recorded."
    )
    return [table, Text(text=said)]


def _detected(detection: Detection) -> tuple[str, str]:
    """How soon an incident was paged, and by which alarm."""
    match detection:
        case Paged():
            return f"{'' if detection.is_first else 'at most '}{duration(detection.after)}", detection.alarm
        case NotPaged():
            return "–", "no page"
        case NotJudged(missing=missing):
            return "–", f"not judged: nothing is known of {missing}"
        case _:
            assert_never(detection)


def _actions(alarm: AlarmWeek) -> str:
    match alarm.notification:
        case Notified():
            return "notified"
        case Pending():
            return "pending"
        case Suppressed():
            return "suppressed"
        case NotKnown():
            return "not known"
        case _:
            assert_never(alarm.notification)


def _runs(canary: CanaryWeek) -> tuple[str, str, str, str]:
    runs, failed = canary.run_count, canary.failed_count
    return count(runs), count(failed), percent((runs - failed) / runs) if runs else "–", _missed(canary)


def _missed(canary: CanaryWeek) -> str:
    """Of the runs that were due in what is known; nobody can say where no whole slice of the schedule is."""
    if not canary.expected_count:
        return "–"
    return f"{count(max(0, canary.expected_count - canary.run_count))} of {count(canary.expected_count)}"
