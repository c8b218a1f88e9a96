"""`sre alarms backtest`."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Unpack, assert_never

import click

from alarms.backtest import AlarmReplay, Backtest, backtest
from alarms.coverage import proofs_file, write_backtested
from alarms.placeholders import fill_placeholders
from alarms.plan import plan_of
from alarms.states import Firing
from alarms.timeline import write_timeline
from foundation.cloudwatch.frame import read_parquet
from foundation.cloudwatch.suppression import Notification, notification_outcome, notified_at
from foundation.errors import Exit, InputError
from foundation.pages.numbers import counted, duration, percent, quantity
from foundation.readings import Interval, Known
from foundation.service.stage import Stage
from foundation.slo.detection import Detection, NotJudged, NotPaged, Paged
from foundation.slo.incidents import labels_of, read_incidents
from sre.cli.outputs.backtest import BacktestOutput, replay_output
from sre.cli.outputs.model import print_output
from sre.cli.stage import PlanOptions, ask, stage_from


def run(
    *, metrics: Path, start: datetime | None, end: datetime | None, parameters: tuple[tuple[str, str], ...],
    incidents: Path | None, what_if_targets: tuple[tuple[str, Decimal], ...], what_if_policy: Path | None,
    picture: Path | None, as_json: bool, **options: Unpack[PlanOptions],
) -> Exit:  # fmt: skip
    """Replay, print, draw, and keep on record which alarms fired; NOT_ENOUGH_EVIDENCE where no alarm or incident was judged."""
    stage = stage_from(**options)
    asked = ask(stage, targets=what_if_targets, policy=what_if_policy)
    known = dict(parameters)
    labelled = read_incidents(incidents, objectives=[each.name for each in stage.objectives]) if incidents else ()
    source = read_parquet(metrics)
    start_at, end_at = _bounds(source.first_at, source.ends_at, start, end)

    def replay(of: Stage) -> Backtest:
        plan = fill_placeholders(plan_of(of), known)
        return backtest(plan, of.objectives, source, start_at=start_at, end_at=end_at, incidents=labelled)

    result, other = replay(stage), replay(asked) if asked.what_ifs else None
    write_backtested(proofs_file(stage.scope), result, on=datetime.now(UTC).date())
    if picture is not None:
        write_timeline(result, picture, prefix=stage.scope.prefix)
        click.echo(f"· {picture}", err=True)
    if as_json:
        print_output(
            BacktestOutput(
                as_is=replay_output(result),
                what_if=None if other is None else replay_output(other),
                what_ifs=asked.what_ifs,
            )
        )
    else:
        _print(result, other, stage.scope.prefix)
        for each in asked.what_ifs:
            click.echo(f"What if: {each}.")
    is_judged = bool(result.recall.judged_count) if result.recall.given_count else bool(result.replays)
    return Exit.MET if is_judged else Exit.NOT_ENOUGH_EVIDENCE


def _bounds(
    first_at: datetime | None, ends_at: datetime | None, start: datetime | None, end: datetime | None
) -> tuple[datetime, datetime]:
    if first_at is None or ends_at is None:
        raise InputError("the file holds no datapoints, so there is nothing to replay")
    start_at, end_at = start or first_at, end or ends_at
    if end_at <= start_at:
        raise InputError(f"the replay ends ({end_at.isoformat()}) before it begins ({start_at.isoformat()})")
    return start_at, end_at


def _print(result: Backtest, other: Backtest | None, prefix: str) -> None:
    click.echo(f"Replayed {_at(result.start_at)} to {_at(result.end_at)} UTC.")
    also = {replay.alarm: replay for replay in other.replays} if other else {}
    width = max((len(replay.alarm) for replay in result.replays), default=0) - len(prefix) - 1
    quiet_count = 0
    for replay in result.replays:
        mirrored = also.get(replay.alarm)
        if not replay.firings and not (mirrored and mirrored.firings):
            quiet_count += 1
            continue
        what_if = (
            f"   what if: fired {counted(len(mirrored.firings), 'time')}, notified {_weekly(mirrored)} a week"
            if mirrored
            else ""
        )
        name, fired = replay.alarm.removeprefix(f"{prefix}-"), counted(len(replay.firings), "time")
        click.echo(
            f"{replay.severity.value:6}  {name:{width}}  fired {fired}, notified {_weekly(replay)} a week in {_days(replay)} "
            f"known{what_if}"
        )
        for each in replay.firings[:10]:
            firing, spent = each.firing, ""
            if each.budget_spent_ratio is not None:
                spent = f", {percent(each.budget_spent_ratio)} of the budget spent"
            click.echo(f"          {_began(firing)} {_ended(firing, result)}, {_told(firing.notification)}{spent}")
        if len(replay.firings) > 10:
            click.echo(f"          and {counted(len(replay.firings) - 10, 'more time')}; --json has them all")
    if result.replays:
        click.echo(f"{quiet_count} of {counted(len(result.replays), 'alarm')} whose metrics are known stayed quiet.")
    else:
        click.echo("Nothing is known of any alarm's metrics in this time.")
    _print_unknown(result, prefix)
    labels = labels_of(incident for incident, _ in result.detections)
    for incident, detection in result.detections:
        still = ", still going on" if incident.end_at is None else ""
        click.echo(f"incident  {labels[incident]}: {_detected(detection, prefix)}{still}")
    for name, of in (("as it is", result), ("what if", other)):
        if of is not None and of.recall.given_count:
            click.echo(f"{name}: {_judged(of)}")
    for reason in dict.fromkeys(why for _, why in result.not_replayed):
        names = [name.removeprefix(f"{prefix}-") for name, why in result.not_replayed if why == reason]
        click.echo(f"Not replayed, because {reason}: {', '.join(names)}")


def _print_unknown(result: Backtest, prefix: str) -> None:
    """Of which time an alarm's state is not known, and which was evaluated on longer periods, alarms together that share it."""
    period = Interval(start_at=result.start_at, end_at=result.end_at)
    missing: dict[Known, list[str]] = {}
    coarse: dict[Known, list[str]] = {}
    for replay in result.replays:
        name = replay.alarm.removeprefix(f"{prefix}-")
        if (gaps := replay.known.missing(period)).spans:
            missing.setdefault(gaps, []).append(name)
        if replay.coarse.spans:
            coarse.setdefault(replay.coarse, []).append(name)
    for gaps, names in missing.items():
        click.echo(f"Not known {gaps}: {', '.join(names)}")
    for spans, names in coarse.items():
        click.echo(f"Evaluated on the longer periods that were recorded, {spans}: {', '.join(names)}")


def _detected(detection: Detection, prefix: str) -> str:
    match detection:
        case Paged():
            reset = (
                "" if detection.reset_after is None else f", recovered {duration(detection.reset_after)} after its end"
            )
            after = "paged after" if detection.is_first else "paged at the latest after"
            return f"{after} {duration(detection.after)} by {detection.alarm.removeprefix(f'{prefix}-')}{reset}"
        case NotPaged():
            return "no page"
        case NotJudged(missing=missing):
            return f"not judged: an alarm that could have paged is not known {missing}"
        case _:
            assert_never(detection)


def _judged(of: Backtest) -> str:
    recall = of.recall
    if recall.ratio is None:
        return f"precision and recall are unknown: none of {counted(recall.given_count, 'incident')} could be judged"
    precision = (
        "no page at all"
        if of.precision_ratio is None
        else f"precision {percent(of.precision_ratio)} of {counted(of.page_count, 'page')}"
    )
    rest = recall.given_count - recall.judged_count
    return f"{precision}, recall {percent(recall.ratio)} of {counted(recall.judged_count, 'incident')}" + (
        f"; {rest} more could not be judged" if rest else ""
    )


def _days(replay: AlarmReplay) -> str:
    return duration(replay.known.seconds)


def _weekly(replay: AlarmReplay) -> str:
    times = quantity(replay.notifications_a_week, digits=2)
    return f"{times} {'time' if times == '1' else 'times'}"


def _at(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _began(firing: Firing) -> str:
    return (
        f"since before {firing.seen_from:%m-%d %H:%M}" if firing.began_at is None else f"{firing.began_at:%m-%d %H:%M}"
    )


def _ended(firing: Firing, result: Backtest) -> str:
    if firing.ended_at is not None:
        return f"until {firing.ended_at:%m-%d %H:%M}"
    if firing.seen_until >= result.end_at:
        return "still on at the end"
    return f"still on at {firing.seen_until:%m-%d %H:%M}, and not known after that"


def _told(notification: Notification) -> str:
    """What became of a notification, and when."""
    sent_at = notified_at(notification)
    words = notification_outcome(notification).words
    return words if sent_at is None else f"{words} {sent_at:%m-%d %H:%M}"
