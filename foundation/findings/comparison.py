"""The findings of a tree beside those of the tree that it was made from: what is new, what was there, what is gone."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from foundation.findings.fingerprints import FingerprintedFinding
from foundation.findings.model import Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """`new` and `old` are all findings of now; `gone` and `unseen` are of the base alone.

    What was found in a file that now could not be read is `unseen`: nobody knows whether it is gone.
    """

    new: tuple[FingerprintedFinding, ...]
    old: tuple[FingerprintedFinding, ...]
    gone: tuple[FingerprintedFinding, ...]
    unseen: tuple[FingerprintedFinding, ...]


def compare(
    now: Iterable[FingerprintedFinding],
    base: Iterable[FingerprintedFinding] | None,
    unread_now: Iterable[Unread] = (),
) -> Compared:
    """Compare by fingerprint. Without a base (None) every finding is new; `unread_now` is what could not be read now.

    What is unread may be a directory, or the whole tree as `.`: it stands for all that is in it.
    """
    found = tuple(now)
    before = () if base is None else tuple(base)
    known = {each.fingerprint for each in before}
    still = {each.fingerprint for each in found}
    unread = {PurePosixPath(each.path) for each in unread_now}
    left = [(each, _is_in(each.finding.path, unread)) for each in before if each.fingerprint not in still]
    return Compared(
        new=tuple(each for each in found if each.fingerprint not in known),
        old=tuple(each for each in found if each.fingerprint in known),
        gone=tuple(each for each, is_unread in left if not is_unread),
        unseen=tuple(each for each, is_unread in left if is_unread),
    )


def _is_in(path: str, places: set[PurePosixPath]) -> bool:
    own = PurePosixPath(path)
    return own in places or not places.isdisjoint(own.parents)
