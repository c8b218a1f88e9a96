"""Brings the local platform up and down: MiniStack, our synthesized stacks on it, a caller, and the EMF bridge.

Until it is up, whatever it is made of ends with whoever brings it up. Afterwards it goes on by itself, unless it is a temporary
one. One command at a time changes the platform of a directory: it owns that directory meanwhile.
"""

import dataclasses
import json
import os
import shutil
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import assert_never

import boto3

from foundation.errors import InputError, about
from foundation.fault_switch import OFF, read_switch
from foundation.files.writing import building, write_text
from foundation.processes.lock import owner_of, owning
from infra.assembly import assemble
from infra.assembly_sources import source_digest
from infra.checkout import ROOT
from infra.settings import Settings
from sre.local import ministack
from sre.local.beginning import Beginning, forget_beginning, read_beginning
from sre.local.companions import start_bridge, start_rounds, start_tls_front
from sre.local.deployment import deploy
from sre.local.faults import open_the_api
from sre.local.notifications import LocalTopics
from sre.local.processes import Started, Starting, stop
from sre.local.session import answering, root_session
from sre.local.set_up import Laps, SetUpPart
from sre.local.state import LocalPlatform, forget, read_state
from sre.local.status import Broken, Down, Ensured, HalfUp, Status, TakenDown, Up, left_alone
from sre.local.warm_up import warm

LEFT_OUT = (
    "alarms: MiniStack has neither composite alarms nor metric math, so they are evaluated here (sre local status)",
    "dashboards: MiniStack draws none (sre dashboards preview does)",
    "canaries: MiniStack has no Synthetics, so they run here (sre canaries run)",
    "X-Ray traces: MiniStack has no such service, so faults are counted by the load test",
    "API Gateway metrics: MiniStack sends none, so latency is measured by the load test",
)
_OTHER_HOME = "wait until it has ended, or give another directory by --home"
# A busy machine answers late: only what stays silent for as long as this is replaced.
_SILENCE_SECONDS = 10.0


def _unseen(_part: SetUpPart, _seconds: float) -> None:
    """Where nobody asks what each part took."""


def _silent(_line: str) -> None:
    """Nobody asked how it goes."""


def up(
    home: Path, *, port: int | None = None, fault_switch: str = OFF, say: Callable[[str], None] = _silent
) -> LocalPlatform:
    """Start the platform, deploy the stacks and return when a signed-in caller could use it. It goes on without us.

    Raises InputError when one is already up in `home` or another command changes it, PlatformError when a part does not start;
    nothing is left running then.
    """
    _read_faults(fault_switch)
    with owning(home, instead=_OTHER_HOME):
        return _up(home, port=port, fault_switch=fault_switch, say=say)


@contextmanager
def temporary_platform(
    home: Path,
    *,
    port: int | None = None,
    fault_switch: str = OFF,
    say: Callable[[str], None] = _silent,
    took: Callable[[SetUpPart, float], None] = _unseen,
) -> Generator[LocalPlatform]:
    """A platform that ends with us, however we end; `home` is ours until then. Raises what `up` does.

    `took` gets each part of bringing it up that has ended, with its seconds.
    """
    _read_faults(fault_switch)
    with owning(home, instead=_OTHER_HOME):
        parts: list[Starting] = []
        platform = _bring_up(home, parts, port=port, fault_switch=fault_switch, say=say, took=took)
        try:
            yield platform
        finally:
            try:
                say("taking the local platform down")
                _down(home)
            except KeyboardInterrupt:
                # It comes once (sre/cli/progress_line.py), and leaves no process.
                _down(home)
                raise


@contextmanager
def using(platform: LocalPlatform) -> Generator[None]:
    """Have a platform that is up for ourselves, so that it is neither loaded by two nor taken down under one.

    Raises InputError, which names who has it.
    """
    with owning(platform.home, instead="wait until it has ended, or use a platform of its own by --home"):
        yield


def down(home: Path) -> TakenDown | None:
    """End the platform of `home`, whole or half up, and remove what it wrote; None when there was none.

    Only what is shown to be ours is ended. Raises InputError when another command changes or uses it.
    """
    if read_state(home) is None and read_beginning(home) is None:
        return None
    with owning(home, instead="end that, or wait until it has ended"):
        return _down(home)


def status(home: Path) -> Status:
    """The state of the platform of `home`. Raises InputError when its state file is damaged."""
    platform = read_state(home)
    if platform is None:
        beginning = read_beginning(home)
        return Down() if beginning is None else HalfUp(beginning=beginning, owner=owner_of(home))
    if ended := tuple(process.name for process in platform.processes if process.find() is None):
        return Broken(platform=platform, ended=ended)
    if not ministack.answers(platform.port):
        return Broken(platform=platform)
    return Up(platform=platform)


def ensure_up(
    home: Path, *, port: int | None, fault_switch: str | None, say: Callable[[str], None] = _silent
) -> Ensured:  # fmt: skip
    """Have the platform of `home` up, and leave one that is up as it is; one that is broken or half up is replaced, and said.

    Raises InputError when one is up with another port or fault switch than is asked for; and what `up` does.
    """
    found = status(home)
    if isinstance(found, Down | Up):
        return _ensured(home, found, port=port, fault_switch=fault_switch, say=say)
    with owning(home, instead=_OTHER_HOME):
        # Who owned it until now may have brought it up.
        found = settled_status(home)
        if isinstance(found, HalfUp):
            found = dataclasses.replace(found, owner=None)  # it is ours now, and nobody else brings it up
        if not isinstance(found, Down | Up):
            say(f"{found.reason}: it is taken down first")
            for line in () if (taken := _down(home)) is None else taken.left_alone:
                say(line)
            found = Down()
    return _ensured(home, found, port=port, fault_switch=fault_switch, say=say)


def _ensured(
    home: Path, found: Down | Up, *, port: int | None, fault_switch: str | None, say: Callable[[str], None]
) -> Ensured:
    match found:
        case Up(platform=platform):
            refuse_other_options(platform, port=port, fault_switch=fault_switch)
            return Ensured(platform=platform, was_up=True)
        case Down():
            return Ensured(platform=up(home, port=port, fault_switch=fault_switch or OFF, say=say), was_up=False)
        case _:
            assert_never(found)


def settled_status(home: Path) -> Status:
    """The state; a platform whose processes all run gets some seconds to answer. Raises InputError as `status` does."""
    give_up_at = time.monotonic() + _SILENCE_SECONDS
    while True:
        found = status(home)
        is_silent = isinstance(found, Broken) and not found.ended
        if not is_silent or time.monotonic() >= give_up_at:
            return found
        time.sleep(0.2)


def _up(home: Path, *, port: int | None, fault_switch: str, say: Callable[[str], None]) -> LocalPlatform:
    """Bring it up, and let it go on without us."""
    parts: list[Starting] = []
    platform = _bring_up(home, parts, port=port, fault_switch=fault_switch, say=say)
    for part in parts:
        part.child.keep()
    return platform


def _bring_up(
    home: Path,
    parts: list[Starting],
    *,
    port: int | None,
    fault_switch: str,
    say: Callable[[str], None],
    took: Callable[[SetUpPart, float], None] = _unseen,
) -> LocalPlatform:
    """Bring it up; its `parts` end with us until they are kept."""
    running = read_state(home)
    if running is not None and any(process.find() for process in running.processes):
        raise InputError(
            f"a local platform is already up at {running.endpoint}; `sre local down --home {home}` ends it"
        )
    began, began_at = time.monotonic(), datetime.now(UTC).isoformat(timespec="seconds")
    # What a run left that was killed is ended before its record is written over.
    for line in () if (taken := _down(home)) is None else taken.left_alone:
        say(line)
    for log in home.glob("*.log"):
        log.unlink()
    settings = Settings(stage="local")
    chosen = ministack.choose_port(port)
    endpoint = f"http://127.0.0.1:{chosen}"

    def started() -> tuple[Started, ...]:
        return tuple(each.started for each in parts)

    def begun(*more: Starting) -> None:
        parts.extend(more)
        Beginning(home=home, endpoint=endpoint, began_at=began_at, processes=started()).write()

    # The emulator's keeper holds one end of it, and what waits at the other ends with the emulator.
    ending, living = os.pipe()
    try:
        begun()
        say("synthesizing the stacks")
        laps = Laps(took)
        assembly, stacks = _assembly(settings)
        laps.end(SetUpPart.SYNTHESIS)
        say(f"starting MiniStack on 127.0.0.1:{chosen}")
        ministack.start_ministack(port=chosen, region=settings.region, home=home, holds=living, begun=begun)
        os.close(living)
        living = -1
        laps.end(SetUpPart.EMULATOR)
        say("deploying " + " and ".join(stacks))
        session = root_session(settings.region)
        with answering(endpoint):
            outputs = deploy(
                session,
                endpoint=endpoint,
                assembly=assembly,
                stacks=stacks,
                parameters={"LocalEndpoint": endpoint, "FaultSwitch": fault_switch},
            )
            LocalTopics(session=session, endpoint=endpoint, home=home).open(settings.scope)
            caller = _make_caller(session, endpoint, outputs)
        start_bridge(endpoint, settings.region, home, ends_with=ending, begun=begun)
        start_rounds(endpoint, settings.region, home, ends_with=ending, begun=begun)
        tls_port = ministack.any_free_port()
        start_tls_front(tls_port, chosen, home, ends_with=ending, begun=begun)
        platform = LocalPlatform(
            home=home,
            endpoint=endpoint,
            region=settings.region,
            started_at=datetime.now(UTC).isoformat(timespec="seconds"),
            ready_after_seconds=0,
            fault_switch=fault_switch,
            processes=started(),
            outputs=outputs,
            caller=caller,
            left_out=LEFT_OUT,
            tls_port=tls_port,
        )
        if read_switch(fault_switch, stage="local").is_unsigned_accepted:
            with answering(endpoint):
                open_the_api(platform, is_open=True)
        laps.end(SetUpPart.DEPLOYMENT)
        say("warming the workers")
        warm(platform)
        laps.end(SetUpPart.WARM_UP)
        platform = dataclasses.replace(platform, ready_after_seconds=round(time.monotonic() - began, 1))
        platform.write()
        forget_beginning(home)
    except BaseException:
        stop(started())
        _forget_all(home)
        raise
    finally:
        os.close(ending)
        if living != -1:
            os.close(living)
    return platform


def _down(home: Path) -> TakenDown | None:
    """End what is ours and forget all of it."""
    known = (read_state(home), read_beginning(home))
    if known == (None, None):
        return None
    processes = tuple(dict.fromkeys(process for each in known if each is not None for process in each.processes))
    stop(processes)
    notes = tuple(line for each in processes for line in left_alone(each))
    _forget_all(home)
    return TakenDown(left_alone=notes)


def _forget_all(home: Path) -> None:
    """Remove what it wrote but its logs."""
    forget(home)
    forget_beginning(home)
    shutil.rmtree(home / "tmp", ignore_errors=True)


def _read_faults(fault_switch: str) -> None:
    """Raise InputError for a switch that cannot be read, before anything is made."""
    with about("--fault-switch"):
        read_switch(fault_switch, stage="local")


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
