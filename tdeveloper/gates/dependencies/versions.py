"""Which of two versions is the later one: PEP 440 for PyPI, Semantic Versioning for npm.

A version of an ecosystem becomes a key that compares with its like. What is no version there has no key, and is never guessed.
"""

import re
from functools import lru_cache
from typing import Any, assert_never

from packaging.version import InvalidVersion, Version

from foundation.advisories.model import Ecosystem
from foundation.errors import InputError

_LONGEST_CHARACTERS = 256
_NUMBER = r"(?:0|[1-9]\d*)"
_IDENTIFIER = rf"(?:{_NUMBER}|\d*[A-Za-z-][\dA-Za-z-]*)"
# https://semver.org/#is-there-a-suggested-regular-expression-regex-to-check-a-semver-string
_SEMVER = re.compile(
    rf"({_NUMBER})\.({_NUMBER})\.({_NUMBER})(?:-({_IDENTIFIER}(?:\.{_IDENTIFIER})*))?(?:\+[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*)?",
    re.ASCII,
)


class UnknownVersionError(InputError):
    """A text that is no version of its ecosystem."""


@lru_cache(maxsize=1 << 16)
def version_key(ecosystem: Ecosystem, version: str) -> Any:
    """The key of a version; keys of one ecosystem compare with one another. Raises UnknownVersionError for what is none."""
    text = version.strip()
    if len(text) > _LONGEST_CHARACTERS:
        raise UnknownVersionError(f"has {len(text):,} characters")
    match ecosystem:
        case Ecosystem.PYPI:
            return _pep440(text)
        case Ecosystem.NPM:
            return _semver(text.removeprefix("v"))
        case _:
            assert_never(ecosystem)


def _pep440(text: str) -> Version:
    """Without its local part: 2.1+cu118 is somebody's own build of 2.1, and has what 2.1 has."""
    try:
        return Version(Version(text).public)
    except InvalidVersion as error:
        raise UnknownVersionError("is no version by PEP 440") from error


def _semver(text: str) -> tuple[Any, ...]:
    """By precedence (https://semver.org/#spec-item-11): a pre-release is before its release, numbers are before words."""
    found = _SEMVER.fullmatch(text)
    if found is None:
        raise UnknownVersionError("is no version by Semantic Versioning")
    numbers = tuple(int(found[group]) for group in (1, 2, 3))
    if found[4] is None:
        return (*numbers, True)
    words = tuple((False, int(each)) if each.isdigit() else (True, each) for each in found[4].split("."))
    return (*numbers, False, words)
