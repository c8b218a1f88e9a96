"""detect-secrets' detectors over lines of text as they stand.

The library's own scan of a file would leave out what its filters and transformers leave out: names (locks, pictures), lines
with an allowlist comment, calls, and in YAML and INI files comments, keys and lists. Its detectors have no such gaps.
"""

import re
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from detect_secrets.filters import heuristic
from detect_secrets.filters.allowlist import is_line_allowlisted
from detect_secrets.plugins.keyword import DENYLIST
from detect_secrets.settings import default_settings, get_plugins  # pyright: ignore[reportUnknownVariableType]
from detect_secrets.util.code_snippet import CodeSnippet

from foundation.findings.model import Finding, Severity, Suppression

TOOL = "detect-secrets"
# Detectors take time in the square of a line's length or worse, so a long line is read in pieces that overlap by more
# than any key is long.
_PIECE_CHARACTERS, _OVERLAP_CHARACTERS = 8 * 1024, 2 * 1024
_BLOCK_CHARACTERS = 32 * 1024
# Guesses never reject: they are made where people write, and the keyword detector takes 0.2 s for 1,200 characters.
_GUESSED_LINE_CHARACTERS = 400
_GUESSED_TEXT_CHARACTERS = 1024 * 1024
_GUESSED_KINDS = frozenset(
    {"Secret Keyword", "Base64 High Entropy String", "Hex High Entropy String", "Basic Auth Credentials"}
)
# An address is no secret; the library's own filter never lets one through.
_LEFT_OUT_KINDS = frozenset({"Public IP (ipv4)"})
_KEYWORD = re.compile("|".join(DENYLIST), re.IGNORECASE)
_QUOTED = re.compile("['\"]")
# The library's judgements of a guessed value by itself.
_UNLIKELY: tuple[Callable[[str], bool], ...] = (
    heuristic.is_sequential_string, heuristic.is_potential_uuid, heuristic.is_templated_secret,
    heuristic.is_prefixed_with_dollar_sign, heuristic.is_not_alphanumeric_string,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretsSearch:
    """The detectors, ready: of key formats that have a name, and of what only looks like a secret."""

    named: tuple[Any, ...]
    guessing: tuple[Any, ...]

    def findings(self, name: str, text: str, keep_going: Callable[[], None]) -> Iterator[Finding]:
        """What is found in a text; `keep_going` is called between pieces of bounded size, and may raise to end it."""
        found: set[tuple[str, int]] = set()
        is_guessed = len(text) <= _GUESSED_TEXT_CHARACTERS
        for first, lines in _blocks(text):
            keep_going()
            joined = "\n".join(lines)
            # Most blocks hold nothing, and a detector tells that at once.
            active = [detector for detector in self.named if any(True for _ in detector.analyze_string(joined))]
            if not active and not is_guessed:
                continue
            for number, line in enumerate(lines, start=first):
                for secret in self._secrets(name, line, active, is_guessed=is_guessed):
                    if (secret.type, number) not in found:
                        found.add((secret.type, number))
                        yield _finding(name, number, secret.type)

    def _secrets(self, name: str, line: str, active: list[Any], *, is_guessed: bool) -> Iterator[Any]:
        for detector in active:
            yield from detector.analyze_line(filename=name, line=line, line_number=1)
        if not is_guessed or len(line) > _GUESSED_LINE_CHARACTERS:
            return
        for detector in self.guessing:
            if (_KEYWORD if detector.secret_type == "Secret Keyword" else _QUOTED).search(line) is None:  # noqa: S105
                continue
            for secret in detector.analyze_line(filename=name, line=line, line_number=1):
                value = cast("str", secret.secret_value)
                is_id = heuristic.is_likely_id_string(value, line, detector)
                if (
                    not is_id
                    and not heuristic.is_indirect_reference(line)
                    and not any(test(value) for test in _UNLIKELY)
                ):
                    yield secret


@contextmanager
def secrets_search() -> Generator[SecretsSearch]:
    """The detectors of the library's default settings; none of them asks a network whether a key is a live one."""
    with default_settings():
        plugins = cast("list[Any]", get_plugins())
        detectors = [detector for detector in plugins if detector.secret_type not in _LEFT_OUT_KINDS]
        yield SecretsSearch(
            named=tuple(detector for detector in detectors if detector.secret_type not in _GUESSED_KINDS),
            guessing=tuple(detector for detector in detectors if detector.secret_type in _GUESSED_KINDS),
        )


def allowlist_comments(name: str, text: str) -> Iterator[Suppression]:
    """The comments by which detect-secrets would look away from their line, or from the next."""
    for number, line in enumerate(text.split("\n"), start=1):
        if "pragma" not in line:
            continue
        for piece in _pieces(line.rstrip()):
            # Given as its own previous line, a comment for the next line is recognised, too.
            if is_line_allowlisted(name, piece, CodeSnippet([piece, ""], 0, 1)):
                yield Suppression(tool=TOOL, path=name, line=number)
                break


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines by the number of the first; a line that is too long is a block for each of its pieces."""
    block: list[str] = []
    first, length = 1, 0
    for number, line in enumerate(text.split("\n"), start=1):
        if block and (length + len(line) > _BLOCK_CHARACTERS or len(line) > _PIECE_CHARACTERS):
            yield first, block
            block, first, length = [], number, 0
        if len(line) > _PIECE_CHARACTERS:
            yield from ((number, [piece]) for piece in _pieces(line))
            first = number + 1
            continue
        block.append(line)
        length += len(line) + 1
    if block:
        yield first, block


def _pieces(line: str) -> Iterator[str]:
    step = _PIECE_CHARACTERS - _OVERLAP_CHARACTERS
    return (line[at : at + _PIECE_CHARACTERS] for at in range(0, max(1, len(line) - _OVERLAP_CHARACTERS), step))


def _finding(name: str, number: int, kind: str) -> Finding:
    # Heuristic detectors guess; a named key format is a leak until somebody shows that it is not.
    is_guess = kind in _GUESSED_KINDS
    return Finding(
        tool=TOOL,
        rule=kind,
        severity=Severity.MEDIUM if is_guess else Severity.HIGH,
        confidence="LOW" if is_guess else "HIGH",
        path=name,
        line=number,
        message=f"looks like a secret ({kind}); its text is not kept",
    )
