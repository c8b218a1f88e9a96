"""Brings the local platform up and down: MiniStack, our synthesized stacks on it, a caller, and the EMF bridge."""

import dataclasses
import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import assert_never

import boto3

from foundation.errors import InputError, PlatformError, about
from foundation.fault_switch import OFF, read_switch
from foundation.files.writing import building, make_directory, write_text
from infra.assembly import assemble
from infra.assembly_sources import source_digest
from infra.checkout import ROOT
from infra.settings import Settings
from sre.local import ministack
from sre.local.deployment import deploy
from sre.local.faults import open_the_api
from sre.local.notifications import LocalTopics
from sre.local.processes import Started, start, stop
from sre.local.session import ROOT_KEY, root_session
from sre.local.set_up import Laps, SetUpPart
from sre.local.state import AUTHORITY_NAME, LocalPlatform, forget, read_state
from sre.local.status import Broken, Down, Ensured, Status, Up
from sre.local.warm_up import warm

LEFT_OUT = (
    "alarms: MiniStack has neither composite alarms nor metric math, so they are evaluated here (sre local status)",
    "dashboards: MiniStack draws none (sre dashboards preview does)",
    "canaries: MiniStack has no Synthetics, so they run here (sre canaries run)",
    "X-Ray traces: MiniStack has no such service, so faults are counted by the load test",
    "API Gateway metrics: MiniStack sends none, so latency is measured by the load test",
)


def up(
    home: Path,
    *,
    port: int | None = None,
    fault_switch: str = OFF,
    say: Callable[[str], None] = lambda _line: None,
    took: Callable[[SetUpPart, float], None] = lambda _part, _seconds: None,
) -> LocalPlatform:
    """Start the platform, deploy the stacks and return when a signed-in caller could use it.

    Raises InputError when one is already up in `home`, PlatformError when a part does not start; nothing is left
    running then. `took` gets each part of it that has ended, with its seconds.
    """
    running = read_state(home)
    if running is not None and any(process.find() for process in running.processes):
        raise InputError(
            f"a local platform is already up at {running.endpoint}; `sre local down --home {home}` ends it"
        )
    with about("--fault-switch"):
        faults = read_switch(fault_switch, stage="local")
    began = time.monotonic()
    make_directory(home)
    for log in home.glob("*.log"):
        log.unlink()
    settings = Settings(stage="local")
    chosen = ministack.choose_port(port)
    say("synthesizing the stacks")
    laps = Laps(took)
    assembly, stacks = _assembly(settings)
    laps.end(SetUpPart.SYNTHESIS)
    say(f"starting MiniStack on 127.0.0.1:{chosen}")
    processes: list[Started] = [ministack.start_ministack(port=chosen, region=settings.region, home=home)]
    try:
        endpoint = f"http://127.0.0.1:{chosen}"
        laps.end(SetUpPart.EMULATOR)
        say("deploying " + " and ".join(stacks))
        session = root_session(settings.region)
        outputs = deploy(
            session,
            endpoint=endpoint,
            assembly=assembly,
            stacks=stacks,
            parameters={"LocalEndpoint": endpoint, "FaultSwitch": fault_switch},
        )
        LocalTopics(session=session, endpoint=endpoint, home=home).open(settings.scope)
        caller = _make_caller(session, endpoint, outputs)
        processes.append(_start_bridge(endpoint, settings.region, home))
        tls_port = ministack.any_free_port()
        processes.append(_start_tls_front(tls_port, chosen, home))
        platform = LocalPlatform(
            home=home,
            endpoint=endpoint,
            region=settings.region,
            started_at=datetime.now(UTC).isoformat(timespec="seconds"),
            ready_after_seconds=round(time.monotonic() - began, 1),
            fault_switch=fault_switch,
            processes=tuple(processes),
            outputs=outputs,
            caller=caller,
            left_out=LEFT_OUT,
            tls_port=tls_port,
        )
        if faults.is_unsigned_accepted:
            open_the_api(platform, is_open=True)
        platform.write()
        laps.end(SetUpPart.DEPLOYMENT)
        say("warming workers of the API")
        warm(platform)
        laps.end(SetUpPart.WARM_UP)
    except BaseException:
        stop(processes)
        forget(home)
        raise
    return dataclasses.replace(platform, ready_after_seconds=round(time.monotonic() - began, 1))


def down(home: Path) -> bool:
    """End the platform of `home` and remove what it wrote; False when there was none."""
    platform = read_state(home)
    if platform is None:
        return False
    stop(platform.processes)
    forget(home)
    shutil.rmtree(home / "tmp", ignore_errors=True)
    return True


def status(home: Path) -> Status:
    """The state of the platform of `home`. Raises InputError when its state file is damaged."""
    platform = read_state(home)
    if platform is None:
        return Down()
    if ended := tuple(process.name for process in platform.processes if process.find() is None):
        return Broken(platform=platform, ended=ended)
    if not ministack.answers(platform.port):
        return Broken(platform=platform)
    return Up(platform=platform)


def ensure_up(
    home: Path,
    *,
    port: int | None,
    fault_switch: str | None,
    say: Callable[[str], None] = lambda _line: None,
) -> Ensured:
    """Have the platform of `home` up, and leave one that is up as it is; one whose processes have ended is started anew.

    Raises InputError when one is up with another port or fault switch than is asked for, or does not answer; and what `up` does.
    """
    found = status(home)
    match found:
        case Up(platform=platform):
            refuse_other_options(platform, port=port, fault_switch=fault_switch)
            return Ensured(platform=platform, was_up=True)
        case Broken(ended=ended) if ended:
            say(f"{found.reason}: it is taken down first")
            down(home)
        case Broken():
            raise InputError(f"{found.reason}; `sre local down --home {home}` ends it")
        case Down():
            pass
        case _:
            assert_never(found)
    return Ensured(platform=up(home, port=port, fault_switch=fault_switch or OFF, say=say), was_up=False)


def refuse_other_options(platform: LocalPlatform, *, port: int | None, fault_switch: str | None) -> None:
    """Raise InputError that names what a platform has otherwise than is asked for, and how it gets it; None asks for nothing."""
    problems: list[str] = []
    of_home = f" --home {platform.home}"
    if fault_switch is not None:
        with about("--fault-switch"):
            asked = read_switch(fault_switch, stage="local")
        if asked != read_switch(platform.fault_switch, stage="local"):
            problems.append(
                f"--fault-switch {fault_switch}: it is {platform.fault_switch}; "
                f"`sre local fault{of_home} {fault_switch}` changes it"
            )
    if port is not None and port != platform.port:
        problems.append(
            f"--port {port}: it has {platform.port}; `sre local down{of_home}`, then `sre local up{of_home} --port {port}`"
        )
    if problems:
        raise InputError(f"the local platform in {platform.home} is up with other options", tuple(problems))


def _assembly(settings: Settings) -> tuple[Path, tuple[str, ...]]:
    """The cloud assembly, synthesized anew only when something that it is made of has changed."""
    out = ROOT / "build" / f"cdk-{settings.stage}-{source_digest(settings)[:16]}"
    stamp = out / "stacks.json"
    if not stamp.exists():
        with building(out) as beside:
            stacks = assemble(settings, beside)
            write_text(beside / "stacks.json", json.dumps(stacks))
    return out, tuple(json.loads(stamp.read_text()))


def _make_caller(session: boto3.Session, endpoint: str, outputs: dict[str, str]) -> dict[str, str]:
    """An IAM user who may call the API and put archives, and nothing else: load tests and probes sign as this user."""
    iam = session.client("iam", endpoint_url=endpoint)
    name = "t-developer-local-caller"
    iam.create_user(UserName=name)
    statements = [
        {
            "Effect": "Allow",
            "Action": "execute-api:Invoke",
            "Resource": [f"arn:aws:execute-api:*:*:{outputs[api]}/*" for api in ("RestApiId", "WebSocketApiId")],
        },
        {
            "Effect": "Allow",
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::{outputs['ArchivesBucket']}/archives/*",
        },
    ]
    iam.put_user_policy(
        UserName=name,
        PolicyName="call-the-api",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}),
    )
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}


def _start_bridge(endpoint: str, region: str, home: Path) -> Started:
    started = start(
        "emf-bridge",
        [sys.executable, "-m", "sre.local.emf_bridge", endpoint, region],
        environment={"PATH": os.environ.get("PATH", ""), **ROOT_KEY},
        log=home / "emf-bridge.log",
    )
    if started.find() is None:
        raise PlatformError(f"the EMF bridge ended at once; see {home / 'emf-bridge.log'}")
    return started


def _start_tls_front(port: int, target_port: int, home: Path) -> Started:
    """Start the TLS front; returns when it listens, which the certificate of its authority shows."""
    (home / AUTHORITY_NAME).unlink(missing_ok=True)
    log = home / "tls-front.log"
    started = start(
        "tls-front",
        [sys.executable, "-m", "sre.local.tls_front", str(port), str(target_port), str(home)],
        environment={"PATH": os.environ.get("PATH", "")},
        log=log,
    )
    deadline = time.monotonic() + 20
    while started.find() is not None and time.monotonic() < deadline:
        if (home / AUTHORITY_NAME).exists():
            return started
        time.sleep(0.1)
    stop([started])
    raise PlatformError(f"the TLS front did not start; see {log}")
