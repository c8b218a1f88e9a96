"""Which of CloudWatch Synthetics' runtimes may be used: known, not deprecated, and not about to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from foundation.errors import InputError

# AWS notifies sixty days before; https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Runtime_Support_Policy.html
_NOTICE = timedelta(days=60)
# Three notices: what a list says of a runtime may by then have been announced and have come to pass.
_LIST_HOLDS = timedelta(days=180)


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """One runtime; `deprecated_on` is None as long as no end is known."""

    name: str
    deprecated_on: date | None


def problem_of_runtime(name: str, known: Sequence[Runtime], *, kind: str) -> str | None:
    """Why a runtime must not be deployed: of another kind, unknown, or deprecated; None when it may."""
    newest = newest_of(known, kind=kind)
    instead = f"; the newest known is {newest}" if newest else ""
    if not name.startswith(kind):
        return f"{name} is no {kind}… runtime{instead}"
    found = next((each for each in known if each.name == name), None)
    if found is None:
        return f"{name} is no known runtime{instead}"
    if found.deprecated_on is not None:
        return f"{name} is deprecated since {found.deprecated_on}{instead}"
    return None


def age_of_runtime(name: str, known: Sequence[Runtime], *, kind: str, today: date) -> str | None:
    """What is to be said of a runtime's age today; None when it is the newest and no end is known."""
    problem = problem_of_runtime(name, [as_of(each, today) for each in known], kind=kind)
    if problem is not None:
        return problem
    ends_on = next(each.deprecated_on for each in known if each.name == name)
    if ends_on is not None and ends_on - today <= _NOTICE:
        return f"{name} will be deprecated on {ends_on}"
    newest = newest_of(known, kind=kind)
    return None if name == newest else f"{name} is not the newest, which is {newest}"


def must_be_replaced(name: str, known: Sequence[Runtime], *, kind: str, today: date) -> bool:
    """Whether a runtime is unknown or deprecated, or will be within AWS's sixty days of notice."""
    within_notice = [as_of(each, today + _NOTICE) for each in known]
    return problem_of_runtime(name, within_notice, kind=kind) is not None


def problem_of_list(read_on: date, *, today: date) -> str | None:
    """Why a list of runtimes that was read on a day proves nothing of their age today; None while it does."""
    if today - read_on <= _LIST_HOLDS:
        return None
    days = (today - read_on).days
    return f"the list of runtimes is {days} days old, and holds for {_LIST_HOLDS.days}: ask AWS, with --region"


def newest_of(known: Sequence[Runtime], *, kind: str) -> str | None:
    """The newest runtime of a kind that is not deprecated."""
    names = [each.name for each in known if each.name.startswith(kind) and each.deprecated_on is None]
    return max(names, key=_version, default=None)


def as_of(runtime: Runtime, today: date) -> Runtime:
    """A runtime as it stands on a day: an end that is to come is none yet."""
    ended = runtime.deprecated_on is not None and runtime.deprecated_on <= today
    return runtime if ended else Runtime(name=runtime.name, deprecated_on=None)


def _version(name: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in name.rsplit("-", 1)[1].split("."))
    except ValueError as error:
        raise InputError(f"{name}: a runtime's name ends with its version, such as syn-python-selenium-14.0") from error
