"""`sre report`: the weekly page, once or every week."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from foundation.errors import InputError
from infra.checkout import current_commit

if TYPE_CHECKING:
    from reports.notification import Publisher
    from reports.page_model import Page
    from reports.weekly.inputs import Action
    from reports.weekly.reading import Asked, Sources

_OUT = Path("build/report")
_FILE = click.Path(path_type=Path)


@click.group("report")
def report() -> None:
    """The week on one page: budgets, what consumed them, the bill, and whether to release."""


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """What one report and a weekly one are asked alike."""
    for option in reversed(
        (
            click.option("--stage", default="production", show_default=True, help="Whose objectives."),
            click.option("--objectives", type=_FILE, help="Another objectives file."),
            click.option("--metrics", type=_FILE, help="Recorded metrics (Parquet) instead of CloudWatch."),
            click.option(
                "--costs",
                type=_FILE,
                help="A FOCUS export (CSV, Parquet, or a directory of them) instead of Cost Explorer.",
            ),
            click.option(
                "--deployments",
                type=_FILE,
                help="Stack events (JSON, as `aws cloudformation describe-stack-events` prints them) instead of CloudFormation.",
            ),
            click.option("--actions", type=_FILE, help="A YAML file of actions: what, owner, due, effect, status."),
            click.option("--incidents", type=_FILE, help="A CSV file of incidents: name, start, end, objective."),
            click.option("--region", default="us-east-1", show_default=True, help="Where the stage runs."),
            click.option("--out", type=_FILE, default=_OUT, show_default=True, help="Where the files go."),
            click.option(
                "--sns-topic",
                metavar="ARN",
                help="Tell it to this SNS topic, as Amazon Q in chat applications reads it.",
            ),
            click.option("--webhook", metavar="URL", help="Tell it to this address as JSON."),
            click.option("--link", default="", help="Where the page can be read, for whoever is told."),
        )
    ):
        command = option(command)
    return command


@report.command("weekly")
@click.option(
    "--week",
    "week_text",
    metavar="2026-W46",
    help="The last complete week, unless given; the current one is told so far.",
)
@_options
@click.option(
    "--record", type=_FILE, metavar="DIRECTORY", help="Keep what was read, so that it can be written again offline."
)
@click.option("--json", "as_json", is_flag=True, help="Print the JSON instead of a sentence.")
def weekly(
    week_text: str | None, out: Path, sns_topic: str | None, webhook: str | None, link: str, record: Path | None, as_json: bool,
    **asked: Any,
) -> None:  # fmt: skip
    """Write the report of a week as HTML, Markdown and JSON with the same numbers.

    Exit code 0: releases are allowed. 1: they are frozen. 2: bad input. 3: nobody can say, and the page names why.
    """
    from reports.notification import announce

    if record is not None and asked["metrics"] is not None:
        raise InputError(f"--record {record}: what is read from --metrics is recorded already")
    prepared, sources = prepare(week_text, now=datetime.now(UTC), keep=record is not None, **asked)
    page, code = write_report(prepared, sources, out, as_json=as_json)
    if record is not None:
        keep_what_was_read(sources, prepared, record)
    announce(page, link=link, topic_arn=sns_topic, webhook=webhook, sns=_sns(asked["region"]) if sns_topic else None)
    sys.exit(code)


@report.command("schedule")
@click.option(
    "--every",
    type=click.Choice(["monday", "tuesday", "wednesday", "thursday", "friday"]),
    default="monday",
    show_default=True,
    help="On which day, in UTC.",
)
@click.option("--at", "at_text", default="07:00", show_default=True, help="When, in UTC.")
@_options
def schedule(
    every: str, at_text: str, out: Path, sns_topic: str | None, webhook: str | None, link: str, **asked: Any
) -> None:
    """Write the report every week until it is interrupted; a failing run is told and does not end it."""
    from reports.notification import announce
    from reports.scheduling import WeeklySchedule

    def run() -> None:
        prepared, sources = prepare(None, now=datetime.now(UTC), **asked)
        page, _ = write_report(prepared, sources, out / str(prepared.week))
        announce(
            page, link=link, topic_arn=sns_topic, webhook=webhook, sns=_sns(asked["region"]) if sns_topic else None
        )

    WeeklySchedule(
        run=run, weekday=every, at=at_text, state_file=out / "last-run.txt", say=lambda line: click.echo(line, err=True)
    ).forever()


def write_report(asked: "Asked", sources: "Sources", out: Path, *, as_json: bool = False) -> tuple["Page", int]:
    """Read, judge, write and print; the page, and the exit code that its verdict means."""
    from reports.weekly.page import to_html, to_json, to_markdown
    from reports.weekly.reading import read_inputs
    from reports.weekly.sections import make_page

    page = make_page(read_inputs(asked, sources, say=lambda line: click.echo(f"· {line}", err=True)))
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in (
            ("index.html", to_html(page)),
            ("report.md", to_markdown(page)),
            ("report.json", to_json(page)),
        ):
            (out / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"--out {out}: cannot be written to: {error.strerror}") from error
    if as_json:
        click.echo(to_json(page), nl=False)
    else:
        click.echo(f"{page.title}: {page.verdict}. {page.sentence}\n{out}/index.html, report.md, report.json")
    return page, {"allowed": 0, "frozen": 1}.get(page.verdict, 3)


def keep_what_was_read(sources: "Sources", asked: "Asked", directory: Path) -> None:
    """Write metrics.parquet and stack-events.json, for --metrics and --deployments. Raises InputError."""
    from foundation.cloudwatch.recorder import KeepingSource
    from reports.deployments import to_events
    from reports.weekly.reading import prefix_of_stacks

    try:
        directory.mkdir(parents=True, exist_ok=True)
        if isinstance(sources.metrics, KeepingSource):
            sources.metrics.frame().to_parquet(directory / "metrics.parquet", index=False)
        prefix = prefix_of_stacks(asked.objectives)
        operations = () if prefix is None else sources.operations(prefix)
        if isinstance(operations, tuple):
            (directory / "stack-events.json").write_text(to_events(operations), encoding="utf-8")
    except OSError as error:
        raise InputError(f"--record {directory}: cannot be written to: {error.strerror}") from error
    click.echo(f"· kept in {directory}: {', '.join(sorted(each.name for each in directory.iterdir()))}", err=True)


def prepare(
    week_text: str | None, *, stage: str, objectives: Path | None, metrics: Path | None, costs: Path | None,
    deployments: Path | None, actions: Path | None, incidents: Path | None, region: str, now: datetime, commit: str | None = None,
    keep: bool = False,
) -> "tuple[Asked, Sources]":  # fmt: skip
    """What is asked, and the sources that answer. Raises InputError."""
    from datetime import timedelta

    from alarms.stage_plan import Files, plan_stage
    from canaries.definitions import read_canaries
    from foundation.slo.incidents import read_incidents
    from foundation.slo.reader import DEFAULT_FILE
    from reports.cost_explorer import complete_through
    from reports.weekly.reading import Asked
    from reports.weekly.week import last_complete_week, read_week, week_of
    from sre.jobs.weekly_report.sources import aws_sources, recorded_sources
    from tdeveloper.resources import GATES

    week = last_complete_week(now) if week_text is None else read_week(week_text)
    if week.start_at > now:
        raise InputError(f"--week {week}: it has not begun; the current one is {week_of(now)}")
    plan, read = plan_stage(stage, files=Files(objectives=objectives or DEFAULT_FILE))
    canaries = tuple((each.name, each.every_minutes) for each in read_canaries().canaries)
    labelled = () if incidents is None else read_incidents(incidents)
    complete_on = complete_through(now)
    asked = Asked(
        objectives=read,
        stage=stage,
        label=f"{stage}, from CloudWatch" if metrics is None else f"{stage}, from recorded metrics",
        week=week,
        now=now,
        commit=commit or current_commit(),
        # A week's report tells its own money, also when it is written later.
        cost_through_on=min(complete_on, week.end_at.date() - timedelta(days=1)),
        cost_complete_on=complete_on,
        actions=() if actions is None else read_actions(actions),
        incidents=labelled,
    )
    common: dict[str, Any] = {
        "plan": plan, "canaries": canaries, "gates": GATES, "incidents": labelled, "costs": costs,
        "deployments": deployments,
        "today_on": now.astimezone(UTC).date(),
    }  # fmt: skip
    if metrics is None:
        return asked, aws_sources(region=region, keep=keep, **common)
    return asked, recorded_sources(metrics, **common)


def read_actions(file: Path) -> "tuple[Action, ...]":
    """Read a list of actions: what, owner, due, effect, status. Raises InputError with the line of what is wrong."""
    from datetime import date

    from pydantic import BaseModel, ConfigDict, ValidationError

    from foundation.files.yaml_lines import read_documents
    from reports.weekly.inputs import Action

    class Entry(BaseModel):
        model_config = ConfigDict(extra="forbid")

        what: str
        owner: str
        due: date
        effect: str
        status: str = "open"

    documents = read_documents(file)
    entries: Any = documents[0].data if len(documents) == 1 else None
    if not isinstance(entries, list):
        raise InputError(f"--actions {file}: write one YAML list of actions: what, owner, due, effect, status")
    document = documents[0]
    found: list[Action] = []
    problems: list[str] = []
    for number, data in enumerate(cast("list[object]", entries)):
        try:
            entry = Entry.model_validate(data)
        except ValidationError as error:
            problems += [document.problem((number, *each["loc"]), each["msg"].lower()) for each in error.errors()]
            continue
        found.append(
            Action(what=entry.what, owner=entry.owner, due_on=entry.due, effect=entry.effect, status=entry.status)
        )
    if problems:
        raise InputError(f"{file} has problems:", tuple(problems))
    return tuple(found)


def _sns(region: str) -> "Publisher":
    import boto3

    return boto3.client("sns", region_name=region)
