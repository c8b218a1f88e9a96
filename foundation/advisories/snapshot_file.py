"""The file of a snapshot: one gzip of one JSON object, the same bytes for the same snapshot, read strictly and within bounds.

It is written by us alone, so whatever is not as it is written here is refused: a snapshot that was cut or changed is none.
It is read with the standard library alone, because it is also read where a gate is deployed.
"""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar, cast

from foundation.advisories.model import Advisory, Affected, Ecosystem, Event, EventKind, Snapshot, Source
from foundation.errors import InputError
from foundation.files.bounded import read_bytes
from foundation.files.plain_json import read_plain_json
from foundation.files.writing import write_bytes

FORMAT = 1
_MOST_BYTES = 128 << 20
_MOST_JSON_BYTES = 512 << 20
_WINDOW = 31
T = TypeVar("T")


def write_snapshot(snapshot: Snapshot, file: Path) -> int:
    """Write it, whole or not at all; its size in bytes. Raises InputError when it cannot be written."""
    content = snapshot_bytes(snapshot)
    write_bytes(file, content)
    return len(content)


def snapshot_bytes(snapshot: Snapshot) -> bytes:
    """The file's bytes: no time and no name of a machine is in them but the snapshot's own."""
    data = {
        "format": FORMAT,
        "made_at": snapshot.made_at.isoformat(),
        "data_as_of": snapshot.data_as_of.isoformat(),
        "sources": [_source_data(each) for each in snapshot.sources],
        "advisories": [_advisory_data(each) for each in snapshot.advisories],
    }
    return gzip.compress(json.dumps(data, separators=(",", ":")).encode(), 9, mtime=0)


def read_snapshot(file: Path, *, most_json_bytes: int = _MOST_JSON_BYTES) -> Snapshot:
    """The snapshot. Raises InputError when it cannot be read, is too large, or is not one that `sre advisories update` wrote."""
    content = read_bytes(file, most_bytes=_MOST_BYTES)
    try:
        return _snapshot(read_plain_json(_unpacked(content, most_json_bytes).decode()))
    except KeyError as error:
        raise _refused(file, f"{error} is missing") from error
    except (ValueError, TypeError, OverflowError, zlib.error) as error:
        raise _refused(file, str(error)[:200]) from error


def _refused(file: Path, why: str) -> InputError:
    return InputError(f"{file}: no snapshot of advisories: {why}; make one with `sre advisories update`")


def _unpacked(content: bytes, most_bytes: int) -> bytes:
    decoder = zlib.decompressobj(_WINDOW)
    text = decoder.decompress(content, most_bytes + 1)
    if len(text) > most_bytes:
        raise ValueError(f"it unpacks to more than {most_bytes:,} bytes")
    if not decoder.eof or decoder.unused_data:
        raise ValueError("it is not one whole gzip file")
    return text


def _source_data(source: Source) -> dict[str, Any]:
    return {
        "sha256": source.sha256,
        "size_bytes": source.size_bytes,
        "ecosystems": [each.value for each in source.ecosystems],
        "data_as_of": source.data_as_of.isoformat(),
        "advisory_count": source.advisory_count,
        "other_count": source.other_count,
    }


def _advisory_data(advisory: Advisory) -> dict[str, Any]:
    return {
        "id": advisory.id,
        "aliases": list(advisory.aliases),
        "modified_at": advisory.modified_at.isoformat(),
        "withdrawn_at": None if advisory.withdrawn_at is None else advisory.withdrawn_at.isoformat(),
        "summary": advisory.summary,
        "score": None if advisory.score is None else str(advisory.score),
        "word": advisory.word,
        "affected": [
            {
                "ecosystem": each.ecosystem.value,
                "package": each.package,
                "ranges": [[[event.kind.value, event.version] for event in events] for events in each.ranges],
                "versions": list(each.versions),
            }
            for each in advisory.affected
        ],
    }


def _snapshot(data: Any) -> Snapshot:
    whole = _mapping(data)
    if whole["format"] != FORMAT:
        raise ValueError(f"its format is {str(whole['format'])[:20]!r}, and {FORMAT} is read here")
    made = Snapshot(
        made_at=_moment(whole["made_at"]),
        sources=tuple(_list(whole["sources"], _source)),
        advisories=tuple(_list(whole["advisories"], _advisory)),
    )
    if not made.sources:
        raise ValueError("it has no source")
    if _moment(whole["data_as_of"]) != made.data_as_of:
        raise ValueError("data_as_of is not that of its sources")
    return made


def _source(data: Any) -> Source:
    source = _mapping(data)
    return Source(
        sha256=_text(source["sha256"]),
        size_bytes=_whole(source["size_bytes"]),
        ecosystems=tuple(_list(source["ecosystems"], Ecosystem)),
        data_as_of=_moment(source["data_as_of"]),
        advisory_count=_whole(source["advisory_count"]),
        other_count=_whole(source["other_count"]),
    )


def _advisory(data: Any) -> Advisory:
    advisory = _mapping(data)
    return Advisory(
        id=_text(advisory["id"]),
        aliases=tuple(_list(advisory["aliases"], _text)),
        modified_at=_moment(advisory["modified_at"]),
        withdrawn_at=None if advisory["withdrawn_at"] is None else _moment(advisory["withdrawn_at"]),
        summary=_text(advisory["summary"]),
        score=None if advisory["score"] is None else _score(advisory["score"]),
        word=None if advisory["word"] is None else _text(advisory["word"]),
        affected=tuple(_list(advisory["affected"], _affected)),
    )


def _affected(data: Any) -> Affected:
    affected = _mapping(data)
    return Affected(
        ecosystem=Ecosystem(affected["ecosystem"]),
        package=_text(affected["package"]),
        ranges=tuple(tuple(_list(events, _event)) for events in _list(affected["ranges"], _same)),
        versions=tuple(_list(affected["versions"], _text)),
    )


def _event(data: Any) -> Event:
    kind, version = _list(data, _text)
    return Event(kind=EventKind(kind), version=version)


def _mapping(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise TypeError("a mapping is needed where there is none")
    return cast("dict[str, Any]", data)


def _list(data: Any, make: Callable[[Any], T]) -> Iterator[T]:
    if not isinstance(data, list):
        raise TypeError("a list is needed where there is none")
    return map(make, cast("list[Any]", data))


def _text(data: Any) -> str:
    if not isinstance(data, str):
        raise TypeError("a text is needed where there is none")
    return data


def _whole(data: Any) -> int:
    if type(data) is not int or data < 0:
        raise TypeError("a number is needed where there is none")
    return data


def _score(data: Any) -> Decimal:
    try:
        score = Decimal(_text(data))
    except InvalidOperation as error:
        raise ValueError("a score is no number") from error
    if not 0 <= score <= 10:
        raise ValueError("a score is not between 0 and 10")
    return score


def _moment(data: Any) -> datetime:
    moment = datetime.fromisoformat(_text(data))
    if moment.tzinfo is None:
        raise ValueError("a moment has no offset")
    return moment.astimezone(UTC)


def _same(data: Any) -> Any:
    return data
