"""One advisory as OSV writes it (https://ossf.github.io/osv-schema/), and what of it is kept.

Keys that are not asked for are passed over, as the schema wants readers to do; what is asked for must be as the schema has it.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, ValidationError

from foundation.advisories.cvss import base_score
from foundation.advisories.model import Advisory, Affected, Ecosystem, Event, EventKind, package_name
from foundation.files.plain_json import read_plain_json

_SUMMARY_CHARACTERS = 160
_MOST_EVENTS, _MOST_VERSIONS, _MOST_AFFECTED = 2_000, 50_000, 5_000
_WORDS = frozenset({"CRITICAL", "HIGH", "MODERATE", "MEDIUM", "LOW"})
# RFC 3339 in UTC; Go writes up to nine digits of a second, of which Python keeps six.
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(\.\d{1,6})?\d{0,3}Z", re.ASCII)


def _moment(given: Any) -> datetime:
    found = _MOMENT.fullmatch(given) if isinstance(given, str) else None
    if found is None:
        raise ValueError("must be a time in UTC, such as 2026-03-02T10:00:00Z")
    return datetime.fromisoformat(found[1] + (found[2] or "")).replace(tzinfo=UTC)


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


_Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]*$", max_length=200)]
_Word = Annotated[str, Field(min_length=1, max_length=500)]
_Moment = Annotated[datetime, BeforeValidator(_moment)]


class _Package(_Part):
    ecosystem: _Word
    name: _Word


class _EventForm(_Part):
    introduced: _Word | None = None
    fixed: _Word | None = None
    last_affected: _Word | None = None
    limit: _Word | None = None


class _Range(_Part):
    type: Literal["SEMVER", "ECOSYSTEM", "GIT"]
    events: Annotated[list[_EventForm], Field(min_length=1, max_length=_MOST_EVENTS)]


class _Severity(_Part):
    type: _Word
    score: _Word


class _AffectedForm(_Part):
    package: _Package | None = None
    ranges: Annotated[list[_Range], Field(max_length=_MOST_EVENTS)] | None = None
    versions: Annotated[list[_Word], Field(max_length=_MOST_VERSIONS)] | None = None
    severity: list[_Severity] | None = None


class _Entry(_Part):
    id: _Id
    modified: _Moment
    withdrawn: _Moment | None = None
    aliases: Annotated[list[_Word], Field(max_length=1_000)] | None = None
    summary: str | None = None
    details: str | None = None
    severity: list[_Severity] | None = None
    affected: Annotated[list[_AffectedForm], Field(max_length=_MOST_AFFECTED)] | None = None
    database_specific: dict[str, JsonValue] | None = None


def read_entry(content: bytes) -> Advisory:
    """The advisory of one member of `all.zip`; `affected` has PyPI's and npm's packages alone, and may be empty.

    Raises ValueError, in words, for what is none: broken JSON, a missing key, a range in which nothing is introduced.
    """
    try:
        entry = _Entry.model_validate(read_plain_json(content.decode()))
    except UnicodeDecodeError as error:
        raise ValueError("not text in UTF-8") from error
    except ValidationError as error:
        detail = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, detail["loc"]))[:100]
        raise ValueError(f"{where or 'the entry'}: {detail['msg']}") from error
    affected = entry.affected or []
    vectors = [each.score for part in (entry, *affected) for each in part.severity or []]
    scores = [score for score in map(base_score, vectors) if score is not None]
    return Advisory(
        id=entry.id,
        aliases=tuple(sorted(set(entry.aliases or []) - {entry.id})),
        modified_at=entry.modified,
        withdrawn_at=entry.withdrawn,
        summary=_one_line(entry.summary or entry.details or ""),
        score=max(scores, default=None),
        word=_word_of(entry.database_specific),
        affected=tuple(_affected(affected)),
    )


def _affected(forms: list[_AffectedForm]) -> Iterator[Affected]:
    for form in forms:
        if form.package is None:
            continue
        ecosystem = _ecosystem(form.package.ecosystem)
        if ecosystem is not None:
            yield Affected(
                ecosystem=ecosystem,
                package=package_name(ecosystem, form.package.name),
                # A commit is no version of a registry, so a range of commits says nothing of what a lock file names.
                ranges=tuple(_events(each) for each in form.ranges or [] if each.type != "GIT"),
                versions=tuple(sorted(set(form.versions or []))),
            )


def _ecosystem(name: str) -> Ecosystem | None:
    """`PyPI` and `PyPI:SUFFIX`: what the suffix narrows is taken for the whole."""
    try:
        return Ecosystem(name.partition(":")[0])
    except ValueError:
        return None


def _events(form: _Range) -> tuple[Event, ...]:
    found = tuple(
        Event(kind=kind, version=version)
        for event in form.events
        for kind, version in (
            (EventKind.INTRODUCED, event.introduced),
            (EventKind.FIXED, event.fixed),
            (EventKind.LAST_AFFECTED, event.last_affected),
            (EventKind.LIMIT, event.limit),
        )
        if version is not None
    )
    if not any(event.kind is EventKind.INTRODUCED for event in found):
        raise ValueError("a range in which nothing is introduced")
    return found


def _word_of(specific: dict[str, JsonValue] | None) -> str | None:
    word = (specific or {}).get("severity")
    return word.upper() if isinstance(word, str) and word.upper() in _WORDS else None


def _one_line(text: str) -> str:
    """The beginning of a text in one line that prints: it is somebody else's, and is shown to people."""
    shown = "".join(each if each.isprintable() else " " for each in text[: 10 * _SUMMARY_CHARACTERS])
    words = " ".join(shown.split())
    return words if len(words) <= _SUMMARY_CHARACTERS else words[: _SUMMARY_CHARACTERS - 1] + "…"
