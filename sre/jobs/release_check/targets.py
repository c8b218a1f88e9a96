"""What a release check loads: the local platform, brought up for it, or an API that is deployed already."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import boto3

from canaries.settings import aws_variables, deployed_settings
from foundation.fault_switch import OFF
from foundation.machine.recording import LocalTarget
from foundation.readings import NoData
from foundation.service.stage import Stage
from foundation.slo.error_budget import Counts
from infra.checkout import current_commit
from loadtests.addresses import check_base
from sre.jobs.release_check.deployments import stack_operations
from sre.local.caller import put_sample, variables_of
from sre.local.canaries import local_settings
from sre.local.lifecycle import temporary_platform, using
from sre.local.machine import target_of
from sre.local.metrics import LocalMetrics, local_metrics
from sre.local.ministack import any_free_port
from sre.local.notifications import LocalTopics
from sre.local.queue_record import read_queue
from sre.local.session import root_session
from sre.local.set_up import SetUpPart
from sre.local.spare_cores import spare_cores
from sre.local.state import LocalPlatform
from sre.local.submission import ARCHIVE_KEY
from sre.local.whole import changed_of, ended_of


def _unknown() -> None:
    """Of a platform that we did not start nobody knows its processes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An API to load; `metrics` and `topics` are the platform's own, where they can be read and sent to.

    `given` are values that the flows leave to whoever starts them. `credentials` are AWS_* variables; empty ones mean those that
    AWS tools find by themselves. `loaded_facts` are what is known of the target itself between two moments; `spare_cores` is what
    this machine has for one that runs on it. `ended` says what of the platform has ended by itself, None where all of it runs or
    nobody can say. `local` says which processes of this machine it is made of; None is a target that is elsewhere, which no other
    work on this machine excuses.
    """

    url: str
    region: str
    credentials: Mapping[str, str]
    given: Mapping[str, str]
    facts: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]
    count_stack_operations: Callable[[str], Counts | NoData]
    canary_settings: Callable[[Stage], Mapping[str, str]]
    metrics: LocalMetrics | None = None
    topics: LocalTopics | None = None
    loaded_facts: Callable[[datetime, datetime], tuple[tuple[str, str], ...]] = lambda _start_at, _end_at: ()
    spare_cores: Callable[[], float] | None = None
    ended: Callable[[], str | None] = _unknown
    local: LocalTarget | None = None


@contextmanager
def local_target(
    home: Path,
    *,
    fault_switch: str,
    say: Callable[[str], None],
    took: Callable[[SetUpPart, float], None] = lambda _part, _seconds: None,
) -> Generator[Target]:
    """A local platform of its own, on its own port; it ends with the check, however that ends."""

    with temporary_platform(home, port=any_free_port(), fault_switch=fault_switch, say=say, took=took) as platform:
        yield _target_of(
            platform,
            f"MiniStack on this machine, ready after {platform.ready_after_seconds} s",
            ended=lambda: ended_of(platform),
        )


@contextmanager
def running_target(platform: LocalPlatform) -> Generator[Target]:
    """A local platform that is up; it stays up, and nobody else loads it or takes it down meanwhile."""
    with using(platform):
        yield _target_of(
            platform, f"MiniStack on this machine, up since {platform.started_at}", ended=lambda: changed_of(platform)
        )  # fmt: skip


def _target_of(platform: LocalPlatform, what: str, *, ended: Callable[[], str | None]) -> Target:
    facts = [("platform", what), ("toolkit commit", current_commit())]
    if platform.fault_switch != OFF:
        facts.append(("fault switch", platform.fault_switch))
    return Target(
        url=platform.api_url,
        region=platform.region,
        credentials=variables_of(platform),
        given={ARCHIVE_KEY: put_sample(platform)},
        facts=tuple(facts),
        left_out=platform.left_out,
        count_stack_operations=lambda prefix: stack_operations(
            root_session(platform.region), endpoint=platform.endpoint, prefix=prefix, now=datetime.now(UTC)
        ),
        canary_settings=lambda stage: local_settings(platform, stage),
        metrics=local_metrics(platform),
        spare_cores=lambda: spare_cores(platform.processes),
        loaded_facts=lambda start_at, end_at: queue_facts(platform.home, start_at, end_at),
        ended=ended,
        topics=LocalTopics(session=root_session(platform.region), endpoint=platform.endpoint, home=platform.home),
        local=target_of(platform),
    )


def queue_facts(home: Path, start_at: datetime, end_at: datetime) -> tuple[tuple[str, str], ...]:
    """What waited for one of the emulator's workers between two moments, and how many workers there were."""
    seen = read_queue(home, start_at=start_at, end_at=end_at)
    if seen is None:
        return (("emulator's queue", "nothing is known of it"),)
    workers = ", ".join(f"{number} of {function}" for function, number in sorted(seen.worker_counts.items()))
    return ("emulator's queue", seen.sentence()), ("emulator's workers", workers)


@contextmanager
def deployed_target(
    url: str, *, region: str, given: Mapping[str, str], websocket_url: str = "", archives_bucket: str = ""
) -> Generator[Target]:
    """An API that runs already.

    Raises InputError when the address is none.
    """

    check_base("--url", url)
    yield Target(
        url=url.rstrip("/"),
        region=region,
        credentials={},
        given=given,
        facts=(("toolkit commit", current_commit()),),
        left_out=(),
        count_stack_operations=lambda prefix: stack_operations(
            boto3.Session(region_name=region), endpoint=None, prefix=prefix, now=datetime.now(UTC)
        ),
        canary_settings=lambda stage: deployed_settings(
            stage,
            url=url,
            region=region,
            websocket_url=websocket_url,
            archives_bucket=archives_bucket,
            credentials=aws_variables(),
        ),
    )
