"""Requirements files with pins, as pip reads them (https://pip.pypa.io/en/stable/reference/requirements-file-format/).

A requirement without one exact version is named: what it installs is decided elsewhere. Markers decide nothing here, so a
package of another system is checked, too. An include is read where it is in the tree, and each file once.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from packaging.requirements import InvalidRequirement, Requirement

from foundation.advisories.model import Ecosystem
from tdeveloper.gates.dependencies.model import Locked, Locking
from tdeveloper.gates.dependencies.places import directory_of, inside
from tdeveloper.gates.dependencies.reading import UnreadableError

_COMMENT = re.compile(r"(?:^|\s)#")
_INCLUDE = re.compile(r"(?:-r|--requirement)(?:\s*=\s*|\s*)(.+)")
_EDITABLE = re.compile(r"(?:-e|--editable)(?:\s*=\s*|\s*)(.+)")
# What follows a requirement: --hash, --config-settings, --global-option.
_OPTION_OF_ONE = re.compile(r"\s--[a-z]")
# A constraint installs nothing, and none of the others names a package.
_WITHOUT_PACKAGES = re.compile(
    r"(?:-c|--constraint|-i|--index-url|--extra-index-url|--no-index|-f|--find-links|--no-binary|--only-binary"
    r"|--prefer-binary|--require-hashes|--pre|--trusted-host|--use-feature)(?![a-z-]).*"
)
_PLACE = re.compile(r"(\.{1,2}|\.{1,2}/[^\[]*|/[^\[]*|~[^\[]*)(\[[^\]]*\])?")
# Without its hashes. To read a requirement takes time in the square of its length.
_LONGEST_CHARACTERS = 2_000


@dataclass(slots=True, kw_only=True)
class RequirementsReader:
    """Reads requirements files of one tree, each once; `read` gives a file's text, or raises UnreadableError."""

    read: Callable[[str], str]
    most_depth: int
    taken: set[str] = field(default_factory=set[str])

    def locked(self, path: str) -> Locked:
        """What a file and its includes say; nothing where another file has included it already. Raises UnreadableError."""
        locking = Locking(ecosystem=Ecosystem.PYPI, path=path, own_directories=[directory_of(path)])
        if path not in self.taken:
            self._take_file(locking, path, self.read(path), 0)
        return locking.done()

    def _take_file(self, locking: Locking, path: str, text: str, depth: int) -> None:
        self.taken.add(path)
        locking.path = path
        for number, line in _logical_lines(text):
            if included := _INCLUDE.fullmatch(line):
                self._include(locking, path, included[1].strip().strip("\"'"), depth)
                locking.path = path
            elif editable := _EDITABLE.fullmatch(line):
                _take_place(locking, editable[1].strip())
            elif not _WITHOUT_PACKAGES.fullmatch(line):
                _take_requirement(locking, line, number)

    def _include(self, locking: Locking, path: str, target: str, depth: int) -> None:
        place = inside(directory_of(path), target)
        if place is None:
            locking.not_checked(target, "it is included, and is no file of the tree")
        elif place in self.taken:
            return
        elif depth == self.most_depth:
            locking.not_checked(target, f"includes are nested more than {self.most_depth} deep")
        else:
            try:
                text = self.read(place)
            except UnreadableError as error:
                locking.not_checked(target, f"it is included, and {error}")
            else:
                self._take_file(locking, place, text, depth + 1)


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that say something, without comments, those that end with a backslash joined with the next; by their first."""
    parts: list[str] = []
    first = 1
    for number, line in enumerate(text.splitlines(), start=1):
        if not parts:
            first = number
        comment = _COMMENT.search(line)
        said = line if comment is None else line[: comment.start()]
        if comment is None and said.endswith("\\"):
            parts.append(said[:-1])
            continue
        whole = "".join((*parts, said)).strip()
        parts.clear()
        if whole:
            yield first, whole
    if whole := "".join(parts).strip():
        yield first, whole


def _take_requirement(locking: Locking, line: str, number: int) -> None:
    option = _OPTION_OF_ONE.search(line)
    said = line if option is None else line[: option.start()]
    if len(said) > _LONGEST_CHARACTERS:
        locking.not_checked(said, "it is too long to be a requirement")
        return
    if _PLACE.fullmatch(said):
        _take_place(locking, said)
        return
    try:
        requirement = Requirement(said)
    except (InvalidRequirement, RecursionError):
        locking.not_checked(said, "it is no requirement that can be read here")
        return
    if requirement.url is not None:
        locking.not_checked(requirement.name, f"it comes from {requirement.url}")
        return
    pins = {each.version for each in requirement.specifier if each.operator in ("==", "===")}
    version = pins.pop() if len(pins) == 1 else ""
    if not version or version.endswith("*"):
        locking.not_checked(requirement.name, f"it is not pinned to one version ({requirement.specifier or 'any'})")
        return
    locking.take(requirement.name, version, number)


def _take_place(locking: Locking, said: str) -> None:
    """What is installed of a directory: the tree's own code where it is in the tree."""
    found = _PLACE.fullmatch(said)
    locking.take_own(said, found[1] if found else said)
