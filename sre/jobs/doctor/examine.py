"""Where a stage is looked at: the account whose credentials AWS's library finds, or a local platform."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import assert_never

from foundation.errors import InputError
from sre.jobs.doctor.aws import Account, Credentials, Nobody, credentials_of, region_of
from sre.jobs.doctor.examination import Examination, Subject
from sre.jobs.doctor.findings import Diagnosis, Finding, Section, State
from sre.local.lifecycle import settled_status
from sre.local.session import root_session
from sre.local.state import LocalPlatform
from sre.local.status import Broken, Down, HalfUp, Status, Up

_LOCAL = "the local platform"
_NO_REGION = ("no Region", "give --region, or set AWS_REGION")


def examine_account(
    subject: Subject, *, here: tuple[Finding, ...], region: str | None, variables: Mapping[str, str]
) -> Diagnosis:
    """Look at a stage in the account of the credentials that there are; `here` is what was found on this machine."""
    found, chosen = credentials_of(), _region(region, variables)
    where = None if isinstance(chosen, Nobody) else chosen[0]
    made = Examination(
        subject=subject, place="AWS" if where is None else f"AWS in {where}", region=where, is_local=False
    )  # fmt: skip
    _tell_files(made, here)
    made.tell(Section.ACCOUNT, *_credentials_and_region(found, chosen))
    if isinstance(found, Nobody):
        _tell_nobody(made, found)
    elif isinstance(chosen, Nobody):
        _tell_nobody(made, chosen)
    else:
        made.ask(Account(session=found.session, region=chosen[0], credentials=found.kind))
    return made.diagnosis()


def _tell_nobody(made: Examination, why: Nobody) -> None:
    made.tell(
        Section.ACCOUNT, Finding(name="identity", state=State.NOT_KNOWN, said=why.reason, to_do=why.to_do)
    )  # fmt: skip
    made.nobody(why.reason, why.to_do)


def _credentials_and_region(found: Credentials | Nobody, chosen: tuple[str, str] | Nobody) -> Iterator[Finding]:
    match found:
        case Nobody(reason=reason, to_do=to_do):
            yield Finding(name="credentials", state=State.MISSING, said=reason, to_do=to_do)
        case Credentials(kind=kind):
            yield Finding(name="credentials", state=State.OK, said=kind)
        case _:
            assert_never(found)
    match chosen:
        case Nobody(reason=reason, to_do=to_do):
            yield Finding(name="Region", state=State.MISSING, said=reason, to_do=to_do)
        case (name, by):
            yield Finding(name="Region", state=State.OK, said=f"{name}, by {by}")
        case _:
            assert_never(chosen)


def examine_platform(subject: Subject, *, here: tuple[Finding, ...], home: Path) -> Diagnosis:
    """Look at a stage on the local platform of a directory."""
    found = _status(home)
    if not isinstance(found, Up):
        made = Examination(subject=subject, place=_LOCAL, region=None, is_local=True)
        _tell_files(made, here)
        finding = not_up(found, home)
        made.tell(Section.ACCOUNT, finding)
        made.nobody(finding.said, finding.to_do)
        return made.diagnosis()
    platform = found.platform
    known = {**platform.outputs, **subject.parameters}
    made = Examination(
        subject=replace(subject, parameters=known), place=_LOCAL, region=platform.region, is_local=True
    )  # fmt: skip
    _tell_files(made, here)
    said = f"up in {home} since {platform.started_at}, at {platform.endpoint}"
    made.tell(Section.ACCOUNT, Finding(name=_LOCAL, state=State.OK, said=said))
    made.ask(_account_on(platform))
    return made.diagnosis()


def not_up(found: Down | HalfUp | Broken | InputError, home: Path) -> Finding:
    """What is to be said of a platform that cannot be asked."""
    up = f"sre local up --home {home}"
    match found:
        case Down():
            return Finding(
                name=_LOCAL, state=State.MISSING, said=f"none is up in {home}", to_do=f"`{up}` starts it"
            )  # fmt: skip
        case HalfUp(owner=owner) if owner is not None:
            return Finding(name=_LOCAL, state=State.NOT_KNOWN, said=found.reason, to_do="wait until it is up")
        case HalfUp() | Broken():
            return Finding(
                name=_LOCAL, state=State.MISSING, said=found.reason, to_do=f"`{up}` replaces it"
            )  # fmt: skip
        case InputError():
            reason, _, to_do = str(found).partition("; ")
            return Finding(name=_LOCAL, state=State.NOT_KNOWN, said=reason, to_do=to_do or f"`{up}` replaces it")
        case _:
            assert_never(found)


def _status(home: Path) -> Status | InputError:
    """How it stands with a platform, or why that cannot be said."""
    try:
        return settled_status(home)
    except InputError as error:
        return error


def _region(given: str | None, variables: Mapping[str, str]) -> tuple[str, str] | Nobody:
    try:
        found = region_of(given, variables)
    except InputError as error:
        reason, _, to_do = str(error).partition("; ")
        return Nobody(reason=reason, to_do=to_do or _NO_REGION[1])
    reason, to_do = _NO_REGION
    return found or Nobody(reason=reason, to_do=to_do)


def _account_on(platform: LocalPlatform) -> Account:
    return Account(
        session=root_session(platform.region), region=platform.region, credentials="the platform's own key",
        endpoint=platform.endpoint,
    )  # fmt: skip


def _tell_files(made: Examination, here: tuple[Finding, ...]) -> None:
    made.tell(Section.HERE, *here)
    made.tell(Section.FILES, *made.subject.read.findings)
