"""Advisories, snapshots and files of OSV, made by hand."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from foundation.advisories.model import Advisory, Affected, Ecosystem, Event, EventKind, Snapshot, Source

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


def events(*written: str) -> tuple[Event, ...]:
    """Events such as `introduced 0`, `fixed 1.2`."""
    pairs = (each.split(" ", 1) for each in written)
    return tuple(Event(kind=EventKind(kind), version=version) for kind, version in pairs)


def affected(
    package: str = "shop", *ranges: Sequence[str], versions: Sequence[str] = (), ecosystem: Ecosystem = Ecosystem.PYPI
) -> Affected:
    """A package and its ranges, each a list of written events."""
    return Affected(
        ecosystem=ecosystem, package=package, ranges=tuple(events(*each) for each in ranges), versions=tuple(versions)
    )  # fmt: skip


def an_advisory(
    name: str = "PYSEC-2026-1", *parts: Affected, aliases: Sequence[str] = (), score: str | None = None,
    word: str | None = None, withdrawn_at: datetime | None = None, summary: str = "it leaks",
) -> Advisory:  # fmt: skip
    """An advisory; of no part it is on every version of `shop` below 1.2."""
    return Advisory(
        id=name, aliases=tuple(aliases), modified_at=AT, withdrawn_at=withdrawn_at, summary=summary,
        score=None if score is None else Decimal(score), word=word,
        affected=parts or (affected("shop", ("introduced 0", "fixed 1.2")),),
    )  # fmt: skip


def a_source(*ecosystems: Ecosystem, data_as_of: datetime = AT, sha256: str = "a" * 64) -> Source:
    """A file that is all of these ecosystems."""
    return Source(
        sha256=sha256, size_bytes=10, ecosystems=ecosystems or (Ecosystem.PYPI, Ecosystem.NPM), data_as_of=data_as_of,
        advisory_count=1, other_count=0,
    )  # fmt: skip


def a_snapshot(*advisories: Advisory, sources: Sequence[Source] = ()) -> Snapshot:
    """A snapshot of these, or of one, of both ecosystems."""
    return Snapshot(made_at=AT, sources=tuple(sources) or (a_source(),), advisories=advisories or (an_advisory(),))


def an_entry(name: str = "PYSEC-2026-1", **given: Any) -> dict[str, Any]:
    """An advisory as OSV writes it, with keys that are not read, too."""
    ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.2"}]}]
    return {
        "schema_version": "1.7.0",
        "id": name,
        "published": "2026-03-01T00:00:00Z",
        "modified": "2026-03-02T10:00:00Z",
        "summary": "it leaks",
        "references": [{"type": "WEB", "url": "https://example.com"}],
        "affected": [{"package": {"ecosystem": "PyPI", "name": "Shop", "purl": "pkg:pypi/shop"}, "ranges": ranges}],
        **given,
    }


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A zip of these files, compressed."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 3, 2, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return body.getvalue()


def an_all_zip(file: Path, *entries: Mapping[str, Any]) -> Path:
    """An `all.zip` of these entries, or of one."""
    members = {f"{entry['id']}.json": json.dumps(entry).encode() for entry in entries or (an_entry(),)}
    file.write_bytes(zipped(members))
    return file
