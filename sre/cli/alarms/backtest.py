"""`sre alarms backtest`."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, Unpack, assert_never

import click

from alarms.backtest import Backtest, backtest
from alarms.coverage import DEFAULT_PROOFS, write_backtested
from alarms.placeholders import fill_placeholders
from alarms.plan import plan_of
from alarms.timeline import write_timeline
from foundation.cloudwatch.frame import read_parquet
from foundation.cloudwatch.suppression import Notification, Notified, Pending, Suppressed, notified_at
from foundation.errors import Exit, InputError
from foundation.service.stage import Stage
from foundation.slo.incidents import labels_of, read_incidents
from sre.cli.stage import PlanOptions, ask, stage_from


def run(
    *, metrics: Path, start: datetime | None, end: datetime | None, parameters: tuple[tuple[str, str], ...],
    incidents: Path | None, what_if_targets: tuple[tuple[str, Decimal], ...], what_if_policy: Path | None,
    picture: Path | None, as_json: bool, **options: Unpack[PlanOptions],
) -> Exit:  # fmt: skip
    """Replay, print, draw, and keep on record which alarms fired."""
    stage = stage_from(**options)
    asked = ask(stage, targets=what_if_targets, policy=what_if_policy)
    known = dict(parameters)
    labelled = read_incidents(incidents, objectives=[each.name for each in stage.objectives]) if incidents else ()
    source = read_parquet(metrics)
    start_at, end_at = _bounds(source.first_at, source.last_at, start, end)

    def replay(of: Stage) -> Backtest:
        plan = fill_placeholders(plan_of(of), known)
        return backtest(plan, of.objectives, source, start_at=start_at, end_at=end_at, incidents=labelled)

    result, other = replay(stage), replay(asked) if asked.what_ifs else None
    write_backtested(
        DEFAULT_PROOFS, [each.alarm for each in result.replays if each.firings], on=datetime.now(UTC).date()
    )
    if picture is not None:
        write_timeline(result, picture, prefix=stage.scope.prefix)
        click.echo(f"· {picture}", err=True)
    if as_json:
        both = {"as_is": _data(result), "what_if": _data(other) if other else None, "what_ifs": asked.what_ifs}
        click.echo(json.dumps(both, indent=2, default=_plain))
    else:
        _print(result, other, stage.scope.prefix)
        for each in asked.what_ifs:
            click.echo(f"What if: {each}.")
    return Exit.MET


def _bounds(
    first_at: datetime | None, last_at: datetime | None, start: datetime | None, end: datetime | None
) -> tuple[datetime, datetime]:
    if first_at is None or last_at is None:
        raise InputError("the file holds no datapoints, so there is nothing to replay")
    start_at, end_at = start or first_at, end or last_at
    if end_at <= start_at:
        raise InputError(f"the replay ends ({end_at.isoformat()}) before it begins ({start_at.isoformat()})")
    return start_at, end_at


def _print(result: Backtest, other: Backtest | None, prefix: str) -> None:
    click.echo(f"Replayed {result.start_at:%Y-%m-%d %H:%M} to {result.end_at:%Y-%m-%d %H:%M} UTC.")
    also = {replay.alarm: replay for replay in other.replays} if other else {}
    width = max((len(replay.alarm) for replay in result.replays), default=0) - len(prefix) - 1
    quiet_count = 0
    for replay in result.replays:
        mirrored = also.get(replay.alarm)
        if not replay.firings and not (mirrored and mirrored.firings):
            quiet_count += 1
            continue
        what_if = (
            f"   what if: {len(mirrored.firings)} times, {mirrored.notifications_a_week:.2f} a week" if mirrored else ""
        )
        click.echo(
            f"{replay.severity.value:6}  {replay.alarm.removeprefix(f'{prefix}-'):{width}}  {len(replay.firings)} times, "
            f"notified {replay.notifications_a_week:.2f} times a week{what_if}"
        )
        for firing in replay.firings[:10]:
            told = _told(firing.notification)
            spent = "" if firing.budget_spent_ratio is None else f", {firing.budget_spent_ratio:.1%} of the budget gone"
            ended = "still on at the end" if firing.ended_at is None else f"until {firing.ended_at:%m-%d %H:%M}"
            click.echo(f"          {firing.began_at:%m-%d %H:%M} {ended}, {told}{spent}")
        if len(replay.firings) > 10:
            click.echo(f"          and {len(replay.firings) - 10} times more; --json has them all")
    click.echo(f"{quiet_count} of {len(result.replays)} alarms stayed quiet.")
    labels = labels_of(each.incident for each in result.detections)
    for each in result.detections:
        found = (
            "no page" if each.alarm is None else f"paged after {each.after} by {each.alarm.removeprefix(f'{prefix}-')}"
        )
        reset = "" if each.reset_after is None else f", reset {each.reset_after} after its end"
        still = ", and it is still going on" if each.incident.end_at is None else ""
        click.echo(f"incident  {labels[each.incident]}: {found}{reset}{still}")
    for name, of in (("as it is", result), ("what if", other)):
        if of is not None and of.recall_ratio is not None:
            precision = (
                "no page at all" if of.precision_ratio is None else f"precision of pages {of.precision_ratio:.0%}"
            )
            click.echo(f"{name}: {precision}, recall {of.recall_ratio:.0%} of {len(of.detections)} incidents")
    for reason in dict.fromkeys(why for _, why in result.not_replayed):
        names = [name.removeprefix(f"{prefix}-") for name, why in result.not_replayed if why == reason]
        click.echo(f"Not replayed, because {reason}: {', '.join(names)}")


def _told(notification: Notification) -> str:
    match notification:
        case Notified(at=at):
            return f"notified {at:%m-%d %H:%M}"
        case Suppressed():
            return "held back"
        case Pending():
            return "still waiting at the end"
        case _:
            assert_never(notification)


def _word(notification: Notification) -> str:
    match notification:
        case Notified():
            return "notified"
        case Suppressed():
            return "suppressed"
        case Pending():
            return "pending"
        case _:
            assert_never(notification)


def _data(result: Backtest) -> dict[str, Any]:
    """The replay as data; what became of an alarm's actions is a word, and when they ran."""
    data = asdict(result)
    for replay, told in zip(result.replays, data["replays"], strict=True):
        for firing, row in zip(replay.firings, told["firings"], strict=True):
            row["notification"] = _word(firing.notification)
            row["notified_at"] = notified_at(firing.notification)
    return data


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Enum():
            return value.value
        case _:
            raise TypeError(type(value).__name__)
