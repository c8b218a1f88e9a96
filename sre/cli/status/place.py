"""Where a status is read: the local platform, a recording or an account, as the options say."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypedDict

from alarms.plan import plan_of
from foundation.errors import InputError
from foundation.service.stage import Stage
from sre.cli.bill_options import bill_filter_of
from sre.cli.canary_file import canaries_of
from sre.cli.local.running import home_meant, running_platform
from sre.cli.stage import files_of, stage_from
from sre.cli.status.watching import Clock
from sre.cli.unused import refuse_with, refuse_without
from sre.jobs.status.reading import StatusSources
from sre.jobs.status.sources import WatchedNow, account_sources, bill_of, platform_sources, recorded_sources

_LEAST_IN_ACCOUNT = timedelta(minutes=1)


class StatusOptions(TypedDict):
    """What is asked about, and where."""

    local: bool
    home: Path | None
    metrics: Path | None
    region: str | None
    stage: str | None
    service: Path | None
    objectives_file: Path | None
    costs: Path | None
    accounts: tuple[str, ...]
    providers: tuple[str, ...]
    tags: tuple[tuple[str, str], ...]
    deployments: Path | None
    parameters: tuple[tuple[str, str], ...]
    watch: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A stage, what is watched of it, and how its sources are opened for a round; that raises SreError where it is not there."""

    stage: Stage
    watched: WatchedNow
    name: str
    open: Callable[[datetime], StatusSources]


def place_of(options: StatusOptions, clock: Clock) -> Place:
    """The place that is meant. Raises InputError for options that contradict one another, and for files that are wrong."""
    metrics, region, every = options["metrics"], options["region"], options["watch"]
    home = home_meant(
        local=options["local"], home=options["home"], stage=options["stage"], metrics=metrics, region=region
    )
    if metrics is None:
        refuse_without("--metrics", parameter=options["parameters"])
    else:
        refuse_with("--metrics", region=region)
    if region is not None and every is not None and every < _LEAST_IN_ACCOUNT:
        raise InputError(
            f"--watch: AWS bills each round, so with --region give 1m or more, not {every.total_seconds():.0f}s"
        )
    bill_filter = bill_filter_of(options["costs"], options["accounts"], options["providers"], options["tags"])
    files = files_of(service=options["service"], objectives_file=options["objectives_file"])
    stage = stage_from(
        stage=options["stage"] or ("production" if home is None else "local"),
        service=options["service"],
        objectives_file=options["objectives_file"],
    )
    found = canaries_of(stage, files)
    canaries = () if found is None else found.canaries
    watched = WatchedNow(
        plan=plan_of(stage),
        canaries=tuple((each.name, each.every_minutes) for each in canaries),
        canary_timeout=timedelta(seconds=max((each.timeout_seconds for each in canaries), default=0)),
        bill=bill_of(options["costs"], bill_filter, has_account=region is not None, clock=clock.now),
        costs=options["costs"],
        deployments=options["deployments"],
    )
    name, opened = _opened(watched, options, home)
    return Place(stage=stage, watched=watched, name=name, open=opened)


def _opened(
    watched: WatchedNow, options: StatusOptions, home: Path | None
) -> tuple[str, Callable[[datetime], StatusSources]]:  # fmt: skip
    metrics, region = options["metrics"], options["region"]
    if metrics is not None:
        parameters = dict(options["parameters"])
        return f"recording {metrics.name}", lambda _now: recorded_sources(watched, file=metrics, parameters=parameters)
    if region is not None:
        return f"CloudWatch in {region}", lambda now: account_sources(watched, region=region, now=now)
    if home is None:
        raise TypeError("a place that is neither a recording nor an account is the local platform")
    return "the local platform", lambda now: platform_sources(
        watched, platform=running_platform(home, metrics=None, region=None), now=now
    )
