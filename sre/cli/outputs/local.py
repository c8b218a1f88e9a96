"""`sre local`: the JSON of a platform that is brought up, and of how it stands with one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from foundation.cloudwatch.evaluation import AlarmState
from sre.cli.outputs.model import Output, Part
from sre.local.alarm_states import AlarmStates
from sre.local.notifications import Captured
from sre.local.refused_lines import RefusedLines
from sre.local.state import LocalPlatform


class Platform(Part):
    """Where a platform answers and what to use it with; the caller's secret key stands in `state_file` alone."""

    home: str
    state_file: str
    rest_api_url: str
    websocket_api_url: str
    rest_api_tls_url: str
    tls_authority_file: str
    aws_endpoint_url: str
    region: str
    archives_bucket: str
    caller_access_key_id: str
    fault_switch: str
    started_at: datetime


class PlatformUp(Output):
    """A platform that is up; `was_up` where it was so before, and was left as it is."""

    was_up: bool
    platform: Platform


class AlarmRow(Part):
    """An alarm that has a metric here; its state is null where the platform is not up for as long as the alarm looks back."""

    name: str
    state: AlarmState | None


class Message(Part):
    """A message that an alarm sent, and the topic that it went to."""

    topic: str
    subject: str


class RefusedLog(Part):
    """A log of which metrics were refused in the last hour; `emf-bridge.log` in `home` says why."""

    log_group: str
    refused_count: int


class PlatformStatus(Output):
    """How it stands. Of a platform that is down all else is null; `reason` says what is wrong with one that is broken, and who
    brings one up that is starting: neither that nor one that was not brought up to its end has its addresses.

    The alarms, their messages and the refused logs are null where they could not be read, and `reason` says why.
    """

    state: Literal["up", "down", "starting", "broken"]
    reason: str | None
    platform: Platform | None
    alarms: tuple[AlarmRow, ...] | None
    without_metric_count: int | None
    messages: tuple[Message, ...] | None
    refused_logs: tuple[RefusedLog, ...] | None


def platform_output(platform: LocalPlatform) -> Platform:
    """A platform's addresses."""
    return Platform(
        home=str(platform.home),
        state_file=str(platform.file),
        rest_api_url=platform.api_url,
        websocket_api_url=platform.websocket_url,
        rest_api_tls_url=platform.tls_url,
        tls_authority_file=str(platform.authority_file),
        aws_endpoint_url=platform.endpoint,
        region=platform.region,
        archives_bucket=platform.outputs["ArchivesBucket"],
        caller_access_key_id=platform.caller["AWS_ACCESS_KEY_ID"],
        fault_switch=platform.fault_switch,
        started_at=datetime.fromisoformat(platform.started_at),
    )


def status_output(
    state: Literal["up", "down", "starting", "broken"], *, reason: str | None = None, platform: LocalPlatform | None = None,
    alarms: AlarmStates | None = None, messages: Sequence[Captured] | None = None,
    refused: Sequence[RefusedLines] | None = None,
) -> PlatformStatus:  # fmt: skip
    """How it stands; what is not known is None."""
    return PlatformStatus(
        state=state,
        reason=reason,
        platform=None if platform is None else platform_output(platform),
        alarms=None if alarms is None else tuple(AlarmRow(name=name, state=state) for name, state in alarms.states),
        without_metric_count=None if alarms is None else alarms.without_data_count,
        messages=None
        if messages is None
        else tuple(Message(topic=each.topic, subject=each.subject) for each in messages),
        refused_logs=None
        if refused is None
        else tuple(RefusedLog(log_group=each.log_group, refused_count=each.count) for each in refused),
    )
