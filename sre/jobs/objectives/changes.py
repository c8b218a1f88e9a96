"""What an edit of a service's files changes: the effects of two views, fact by fact, and what the edit makes blind."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from sre.jobs.objectives.blindness import Blind, blinded
from sre.jobs.objectives.effects import Effect, EffectKind, effects_of
from sre.jobs.objectives.view import ServiceView


class ChangeKind(Enum):
    """What becomes of a thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactChange:
    """A fact before and after; None where there is none."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of one thing; `blind` says what it no longer sees. One that only becomes blind has no facts."""

    kind: EffectKind
    name: str
    what: ChangeKind
    facts: tuple[FactChange, ...]
    blind: tuple[str, ...] = ()


def changes_between(before: ServiceView, after: ServiceView) -> tuple[Change, ...]:
    """All changes, in the order of their kinds; empty where nothing changes."""
    found = blinded(before, after)
    changes = [_with_blind(each, found) for each in _changes(effects_of(before), effects_of(after))]
    listed = {(each.kind, each.name) for each in changes}
    alone = dict.fromkeys((each.kind, each.name) for each in found if (each.kind, each.name) not in listed)
    changes += [
        _with_blind(Change(kind=kind, name=name, what=ChangeKind.UNCHANGED, facts=()), found) for kind, name in alone
    ]
    order = list(EffectKind)
    return tuple(sorted(changes, key=lambda each: order.index(each.kind)))


def _changes(before: Sequence[Effect], after: Sequence[Effect]) -> list[Change]:
    old = {(each.kind, each.name): each.facts for each in before}
    new = {(each.kind, each.name): each.facts for each in after}
    changes: list[Change] = []
    for key in dict.fromkeys((*old, *new)):
        was, now = old.get(key, {}), new.get(key, {})
        facts = tuple(
            FactChange(name=name, before=was.get(name), after=now.get(name))
            for name in dict.fromkeys((*was, *now))
            if was.get(name) != now.get(name)
        )
        what = (
            ChangeKind.ADDED if key not in old else ChangeKind.REMOVED if key not in new else ChangeKind.CHANGED
        )  # fmt: skip
        if facts or what is not ChangeKind.CHANGED:
            kind, name = key
            changes.append(Change(kind=kind, name=name, what=what, facts=facts))
    return changes


def _with_blind(change: Change, found: Sequence[Blind]) -> Change:
    reasons = [each.reason for each in found if (each.kind, each.name) == (change.kind, change.name)]
    return Change(
        kind=change.kind,
        name=change.name,
        what=change.what,
        facts=change.facts,
        blind=tuple(dict.fromkeys(reasons)),
    )
