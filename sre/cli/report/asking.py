"""What the options of `sre report` ask for, and how what was written is printed and notified."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypedDict

import boto3
import click

from foundation.aws_errors import connecting, patient
from foundation.costs.book_file import read_book
from foundation.costs.quantities import Work
from foundation.costs.traffic_file import chosen_traffic
from foundation.errors import InputError
from foundation.readings import NoData
from foundation.service.files import ServiceFiles
from foundation.service.platform_bill import service_work
from foundation.service.stage import Stage
from infra.service import NAME, T_DEVELOPER, TRAFFIC_PROFILE, service_of
from reports.notification import announce
from reports.page_model import Page
from sre.cli.bill_options import bill_filter_of
from sre.cli.canary_file import canaries_of
from sre.cli.stage import files_of, stage_from
from sre.cli.unused import refuse_without
from sre.jobs.weekly_report.preparing import ReportOptions


class ReportCommandOptions(TypedDict):
    """What one report and a weekly one are asked alike: whose it is, what stands in for AWS, and who is notified."""

    stage: str
    service: Path | None
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
    bill_filter = bill_filter_of(options["costs"], options["accounts"], options["providers"], options["tags"])
    files = files_of(service=options["service"], objectives_file=options["objectives_file"])
    stage = stage_from(
        stage=options["stage"],
        service=options["service"],
        objectives_file=options["objectives_file"],
    )
    return ReportOptions(
        stage=stage,
        canaries=canaries_of(stage, files),
        traffic=traffic_of(stage, files, options),
        region=options["region"],
        metrics=options["metrics"],
        costs=options["costs"],
        bill_filter=bill_filter,
        deployments=options["deployments"],
        actions=options["actions"],
        incidents=options["incidents"],
    )


def traffic_of(stage: Stage, files: ServiceFiles, options: ReportCommandOptions) -> Work | NoData:
    """What the month is estimated by; no data for a service that has no profiles of its own.

    Raises InputError for a profile or a model that there is not.
    """
    service = stage.objectives.service
    is_ours = files.service == T_DEVELOPER.service
    own = files.traffic_profiles if not is_ours or service == NAME else None
    file = options["profiles_file"] or own
    if file is None:
        return NoData(
            reason=f"nobody says what the work of {service} takes; --traffic-profiles FILE brings its traffic profiles"
        )
    known = None if is_ours and service != NAME else service_of(files, stage=stage.name)
    unit = (None if known is None else known.cost_unit) or "unit"
    traffic = chosen_traffic(options["profile"] or (TRAFFIC_PROFILE if is_ours else None), file, unit)
    if traffic.platform is None:
        if options["model"] is not None:
            raise InputError("--model: the traffic profile is by resources, and names no model; leave it")
        return service_work(() if known is None else known.resources, read_book(), traffic=traffic, unit=unit)
    chosen = traffic.platform if options["model"] is None else replace(traffic.platform, model=options["model"])
    # A name that the price book does not know is told now, and not after everything has been read.
    read_book().model(chosen.model)
    return chosen


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
