"""A snapshot from files of OSV: which advisories are kept, which ecosystems they are all of, and how old they are."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from foundation.advisories.model import Advisory, Ecosystem, Snapshot, Source
from foundation.errors import InputError
from sre.jobs.advisories.osv_zip import Limits, OsvFile, read_osv_zip

_ADDRESS = "https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip"
# Two clocks differ; what is further ahead is no change that was made.
_AHEAD = timedelta(days=1)


def make_snapshot(files: Sequence[Path], *, made_at: datetime, limits: Limits | None = None) -> Snapshot:
    """The snapshot of all files. Raises InputError when one cannot be read as a whole, or is no `all.zip` of PyPI or npm."""
    sources: dict[str, Source] = {}
    kept: dict[str, Advisory] = {}
    for file in files:
        found = read_osv_zip(file, limits or Limits())
        sources[found.sha256] = _source(found, file, made_at)
        for advisory in found.advisories:
            if advisory.affected:
                # The same advisory is in the file of each of its ecosystems; the newest of its versions counts.
                kept[advisory.id] = max(kept.get(advisory.id, advisory), advisory, key=_version_of)
    return Snapshot(
        made_at=made_at,
        sources=tuple(sources[key] for key in sorted(sources)),
        advisories=tuple(kept[key] for key in sorted(kept)),
    )


def _source(found: OsvFile, file: Path, made_at: datetime) -> Source:
    newest = max(found.advisories, key=lambda each: each.modified_at)
    if newest.modified_at > made_at + _AHEAD:
        raise InputError(
            f"{file}: {newest.id} was changed at {newest.modified_at.isoformat()}, and the snapshot is made at "
            f"{made_at.isoformat()}: one of the clocks is wrong"
        )
    ecosystems = tuple(_ecosystems_of(found.advisories))
    if not ecosystems:
        raise InputError(
            f"{file}: most of its advisories are on neither PyPI nor npm; download the file of one of them, such as {_ADDRESS}"
        )
    return Source(
        sha256=found.sha256,
        size_bytes=found.size_bytes,
        ecosystems=ecosystems,
        data_as_of=newest.modified_at,
        advisory_count=sum(bool(each.affected) for each in found.advisories),
        other_count=sum(not each.affected for each in found.advisories),
    )


def _ecosystems_of(advisories: Sequence[Advisory]) -> Iterable[Ecosystem]:
    """Those that more than half of the advisories are on: a few of PyPI's are on npm, too, and make no file of npm."""
    for ecosystem in Ecosystem:
        on_it = sum(any(each.ecosystem is ecosystem for each in advisory.affected) for advisory in advisories)
        if 2 * on_it > len(advisories):
            yield ecosystem


def _version_of(advisory: Advisory) -> tuple[datetime, str]:
    return advisory.modified_at, repr(advisory)
