"""What a result, a notification and their places look like in SARIF 2.1.0, whatever a finding's path and message hold.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, assert_never
from urllib.parse import quote

from foundation.findings.accepted import Acceptance
from foundation.findings.fingerprints import FingerprintedFinding
from foundation.findings.model import Severity
from foundation.pages.escapes import terminal

ROOT = "%SRCROOT%"
MOST_MESSAGE_CHARACTERS = 1_000
# By this key GitHub knows an alert again: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
_FINGERPRINTS = ("primaryLocationLineHash", "tDeveloperFinding/v1")
_JOINER = "\u2060"
Level = Literal["error", "warning", "note"]


class BaselineState(Enum):
    """A result beside the base, in the order in which results are kept when there are too many."""

    NEW = "new"
    UNCHANGED = "unchanged"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One result of a run, and the entry by which it is accepted, if it is."""

    found: FingerprintedFinding
    state: BaselineState
    acceptance: Acceptance | None
    gate: str

    def rank(self) -> tuple[int, bool, int]:
        """What comes first: what is new, what nobody accepts, what is grave."""
        severities = list(Severity)
        states = list(BaselineState)
        return states.index(self.state), self.acceptance is not None, severities.index(self.found.finding.severity)

    def to_dict(self, index_of: Mapping[str, int], *, has_base: bool) -> dict[str, Any]:
        """The result; `index_of` is the place of each rule in the run, and without a base it has no state beside one."""
        finding = self.found.finding
        return {
            "ruleId": finding.rule,
            "ruleIndex": index_of[finding.rule],
            "level": level_of(finding.severity),
            "message": message(finding.message),
            "locations": [location(finding.path, finding.line)],
            "partialFingerprints": dict.fromkeys(_FINGERPRINTS, self.found.fingerprint),
            **({"baselineState": self.state.value} if has_base else {}),
            # An empty list says that somebody looked whether it is suppressed: all results of a run have one, or none has.
            "suppressions": [] if self.acceptance is None else [_suppression(self.acceptance)],
            "properties": {
                "severity": finding.severity.value,
                "confidence": finding.confidence,
                "gate": self.gate,
            },
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a run says beside its results; `path` and `line` are where, if it is about a place."""

    kind: str
    level: Level
    text: str
    path: str | None = None
    line: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The notification."""
        return {
            "descriptor": {"id": self.kind},
            "level": self.level,
            "message": message(self.text),
            **({} if self.path is None else {"locations": [location(self.path, self.line)]}),
        }


def level_of(severity: Severity) -> Level:
    """SARIF's word for a severity."""
    match severity:
        case Severity.HIGH:
            return "error"
        case Severity.MEDIUM:
            return "warning"
        case Severity.LOW | Severity.UNDEFINED:
            return "note"
        case _:
            assert_never(severity)


def message(text: str) -> dict[str, str]:
    """A text as it is: what hides is shown, no placeholder (3.11.5) or link (3.11.6) of it works, and a long one is cut."""
    cut = text if len(text) <= MOST_MESSAGE_CHARACTERS else f"{text[: MOST_MESSAGE_CHARACTERS - 1]}…"
    shown = terminal(cut).replace("{", "{{").replace("}", "}}")
    return {"text": re.sub(r"\](?=\()", f"]{_JOINER}", shown)}


def location(path: str, line: int) -> dict[str, Any]:
    """A place in the tree; a line below 1 is the whole file, which has no region (3.29.4)."""
    region = {"region": {"startLine": line}} if line >= 1 else {}
    return {"physicalLocation": {"artifactLocation": {"uri": uri_of(path), "uriBaseId": ROOT}, **region}}


def uri_of(path: str) -> str:
    """The relative reference of a path with slashes, of the bytes that its name has on disk (RFC 3986, section 4.2)."""
    try:
        name = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        # Half of a character that stands for no byte: no file has such a name.
        name = path.encode("utf-8", "surrogatepass")
    return quote(name, safe="/")


def _suppression(acceptance: Acceptance) -> dict[str, str]:
    text = f"{acceptance.reason} ({acceptance.owner}, until {acceptance.expires_on.isoformat()})"
    return {"kind": "external", "justification": terminal(text)}
