"""Whether an advisory is about a package at its version: OSV's own evaluation (https://ossf.github.io/osv-schema/#evaluation).

Whatever cannot be decided is said to be so, and is never *not affected*.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Any

from foundation.advisories.model import Affected, Ecosystem, Event, EventKind
from tdeveloper.gates.dependencies.versions import UnknownVersionError, version_key

# Of several events at one version: what is fixed there may be introduced again, and what is affected last is still affected.
_ORDER = (EventKind.FIXED, EventKind.INTRODUCED, EventKind.LAST_AFFECTED, EventKind.LIMIT)
_BEFORE_ALL = "0"


class Answer(Enum):
    """What is known of one package under one advisory."""

    AFFECTED = "affected"
    NOT_AFFECTED = "not affected"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An answer, and of what is affected the versions in which it is fixed, the earliest first."""

    answer: Answer
    fixed: tuple[str, ...] = ()


def match_version(affected: Affected, version: str) -> Match:
    """Hold one version of the package against what is affected of it. The order of ranges and events does not count."""
    if version in affected.versions:
        return Match(answer=Answer.AFFECTED, fixed=_fixes(affected, version))
    try:
        key = version_key(affected.ecosystem, version)
    except UnknownVersionError:
        return Match(answer=Answer.UNDECIDED)
    answers = {_in_range(affected.ecosystem, events, key) for events in affected.ranges}
    if Answer.AFFECTED in answers or _is_among(affected.ecosystem, affected.versions, key):
        return Match(answer=Answer.AFFECTED, fixed=_fixes(affected, version))
    says_nothing = not affected.ranges and not affected.versions
    is_decided = Answer.UNDECIDED not in answers and not says_nothing
    return Match(answer=Answer.NOT_AFFECTED if is_decided else Answer.UNDECIDED)


def _in_range(ecosystem: Ecosystem, events: Sequence[Event], key: Any) -> Answer:
    try:
        placed = [(_place(ecosystem, event.version), event.kind) for event in events]
    except UnknownVersionError:
        return Answer.UNDECIDED
    here = (1, key)
    limits = [place for place, kind in placed if kind is EventKind.LIMIT]
    if limits and not any(here < place for place in limits):
        return Answer.NOT_AFFECTED
    is_affected = False
    for place, kind in sorted(placed, key=lambda each: (each[0], _ORDER.index(each[1]))):
        match kind:
            case EventKind.INTRODUCED if here >= place:
                is_affected = True
            case EventKind.FIXED if here >= place:
                is_affected = False
            case EventKind.LAST_AFFECTED if here > place:
                is_affected = False
            case _:
                pass
    return Answer.AFFECTED if is_affected else Answer.NOT_AFFECTED


def _place(ecosystem: Ecosystem, version: str) -> tuple[Any, ...]:
    """Where an event is among versions; "0" is before all of them, "*" as a limit is behind them."""
    match version:
        case "0":
            return (0,)
        case "*":
            return (2,)
        case _:
            return (1, version_key(ecosystem, version))


def _is_among(ecosystem: Ecosystem, versions: Sequence[str], key: Any) -> bool:
    """Whether a version is one of those that are listed, however they are written: 1.0 is 1.0.0.

    A listed text that is no version is never the same as one that is: as texts they were compared already.
    """
    for version in versions:
        with suppress(UnknownVersionError):
            if version_key(ecosystem, version) == key:
                return True
    return False


def _fixes(affected: Affected, version: str) -> tuple[str, ...]:
    """Versions in which it is fixed and that are later than this one, or all where that cannot be said."""
    try:
        key = version_key(affected.ecosystem, version)
        found = {
            event.version: version_key(affected.ecosystem, event.version)
            for events in affected.ranges
            for event in events
            if event.kind is EventKind.FIXED and event.version != _BEFORE_ALL
        }
        return tuple(sorted((each for each in found if found[each] > key), key=lambda each: found[each]))
    except UnknownVersionError:
        return ()
