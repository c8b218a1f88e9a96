"""A pipeline: one pull request's way through the gates, from accepted to finished."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from foundation.errors import RefusedError
from tdeveloper.gates.outcomes import PipelineStatus

_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_ARCHIVE_KEY = re.compile(r"archives/[A-Za-z0-9._/-]{1,200}")
_FIELDS = {"repository": _REPOSITORY, "commit": _COMMIT, "archive_key": _ARCHIVE_KEY}


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineRequest:
    """What a caller asks for: run the gates over the archive of one commit."""

    repository: str
    commit: str
    archive_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressEvent:
    """One step of a pipeline; events of a pipeline are numbered from 1 without gaps."""

    sequence: int
    name: str
    at: str
    detail: dict[str, Any]

    def to_message(self, pipeline_id: str) -> dict[str, Any]:
        """The message that WebSocket clients get."""
        return {
            "type": "progress",
            "pipeline_id": pipeline_id,
            "sequence": self.sequence,
            "event": self.name,
            "at": self.at,
            "detail": self.detail,
            "final": self.name == "finished",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """A pipeline as stored."""

    pipeline_id: str
    status: PipelineStatus
    request: PipelineRequest
    accepted_at: str
    gates: dict[str, Any]
    events: tuple[ProgressEvent, ...]

    def to_dict(self) -> dict[str, Any]:
        """The pipeline as the API shows it."""
        return {
            "pipeline_id": self.pipeline_id,
            "status": self.status,
            "repository": self.request.repository,
            "commit": self.request.commit,
            "accepted_at": self.accepted_at,
            "gates": self.gates,
            "events": [{"sequence": event.sequence, "event": event.name, "at": event.at} for event in self.events],
        }


def read_request(body: str | None) -> PipelineRequest:
    """Read the JSON body of `POST /v1/pipelines`.

    Raises RefusedError naming every field that is missing, unknown or malformed.
    """
    try:
        data = json.loads(body or "")
    except ValueError as error:
        raise RefusedError(f"the body is not JSON: {error}") from error
    if not isinstance(data, dict):
        raise RefusedError("the body must be a JSON object")
    fields = cast("dict[str, Any]", data)
    problems = [f"{name}: unknown field" for name in fields if name not in _FIELDS]
    for name, pattern in _FIELDS.items():
        value = fields.get(name)
        if not isinstance(value, str) or not pattern.fullmatch(value) or ".." in value:
            problems.append(f"{name}: must be a string that matches {pattern.pattern}")
    if problems:
        raise RefusedError("; ".join(problems))
    return PipelineRequest(**{name: fields[name] for name in _FIELDS})


def timestamp(now: datetime) -> str:
    """An instant as RFC 3339 in UTC with milliseconds."""
    return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
