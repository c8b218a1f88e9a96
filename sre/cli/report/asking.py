"""What the options of `sre report` ask for, and how what was written is printed and notified."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypedDict

import boto3
import click

from canaries.definitions import read_canaries
from foundation.aws_errors import connecting, patient
from foundation.costs.book_file import read_book
from foundation.costs.traffic import Profile
from foundation.costs.traffic_file import choose_profile
from foundation.readings import NoData
from infra.service import NAME, T_DEVELOPER, cost_unit_of
from reports.bill_filter import BillFilter
from reports.notification import announce
from reports.page_model import Page
from sre.cli.stage import stage_from
from sre.cli.unused import refuse_without
from sre.jobs.weekly_report.preparing import ReportOptions


class ReportCommandOptions(TypedDict):
    """What one report and a weekly one are asked alike: whose it is, what stands in for AWS, and who is notified."""

    stage: str
    objectives_file: Path | None
    metrics: Path | None
    costs: Path | None
    accounts: Sequence[str]
    providers: Sequence[str]
    tags: Sequence[tuple[str, str]]
    profile: str
    profiles_file: Path | None
    model: str | None
    deployments: Path | None
    actions: Path | None
    incidents: Path | None
    region: str
    sns_topic: str | None
    webhook: str | None
    link: str | None


def report_options(options: ReportCommandOptions) -> ReportOptions:
    """The report that is asked for: of the last complete week. Raises InputError for a file that is wrong."""
    if options["sns_topic"] is None and options["webhook"] is None:
        refuse_without("--sns-topic or --webhook", link=options["link"])
    bill_filter = BillFilter(
        accounts=tuple(options["accounts"]), providers=tuple(options["providers"]), tags=tuple(options["tags"])
    )
    if options["costs"] is None:
        refuse_without("--costs", account=bill_filter.accounts, provider=bill_filter.providers, tag=bill_filter.tags)
    stage = stage_from(
        stage=options["stage"],
        objectives_file=options["objectives_file"],
    )
    return ReportOptions(
        stage=stage,
        canaries=read_canaries(T_DEVELOPER.canaries),
        traffic=traffic_of(stage.objectives.service, options),
        region=options["region"],
        metrics=options["metrics"],
        costs=options["costs"],
        bill_filter=bill_filter,
        deployments=options["deployments"],
        actions=options["actions"],
        incidents=options["incidents"],
    )


def traffic_of(service: str, options: ReportCommandOptions) -> Profile | NoData:
    """What the month is estimated by; no data for another service than T-Developer that has no profiles of its own.

    Raises InputError for a profile or a model that there is not.
    """
    if options["profiles_file"] is None and service != NAME:
        return NoData(
            reason=f"nobody says what the work of {service} takes; --traffic-profiles FILE brings its traffic profiles"
        )
    chosen = choose_profile(
        options["profile"], options["profiles_file"] or T_DEVELOPER.traffic_profiles, unit=_unit_of(service)
    )
    if options["model"] is not None:
        chosen = replace(chosen, model=options["model"])
    # A name that the price book does not know is told now, and not after everything has been read.
    read_book().model(chosen.model)
    return chosen


def _unit_of(service: str) -> str:
    """What a unit cost is of: of another service than T-Developer only its profiles are known here, and not its own word."""
    return cost_unit_of(T_DEVELOPER, stage="production") if service == NAME else "unit"


def notify(page: Page, options: ReportCommandOptions, *, out: Path, notes: Sequence[str] = ()) -> None:
    """Notify the topic and the webhook that are named. Raises InputError when one does not take it, with what is written."""
    topic = options["sns_topic"]
    with connecting():
        # A topic is reached in its own Region, which its ARN names.
        sns = boto3.client("sns", region_name=topic.split(":")[3], config=patient()) if topic else None
    announce(
        page, written=f"{out}/index.html", link=options["link"] or "", notes=notes, topic_arn=topic,
        webhook=options["webhook"], sns=sns,
    )  # fmt: skip


def say(line: str) -> None:
    """Print what is done now, to stderr."""
    click.echo(f"· {line}", err=True)


def print_written(page: Page, out: Path) -> None:
    """Print the verdict and where the files are."""
    click.echo(f"{page.title}: {page.verdict}. {page.sentence}\n{out}/index.html, report.md, report.json")
