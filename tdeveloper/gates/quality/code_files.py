"""The Python of a tree, copied for the tools: in UTF-8, under names of our own, with nothing else beside it.

What a tree calls its files, ignores or configures reaches no tool then: no `.gitignore`, no `ruff.toml`, no directory that a
tool passes over by habit, no name that reads as an option. Only what a name says of the code is kept: `__init__.py`, a stub.
"""

import io
import os
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from foundation.findings.model import Suppression, Unread
from tdeveloper.gates import source_files
from tdeveloper.gates.quality.bounds import Bounds
from tdeveloper.gates.quality.comments import suppressions_in, without_marks
from tdeveloper.gates.quality.notebooks import read_notebook
from tdeveloper.gates.source_files import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFile:
    """One file of Python: `name` in the tree, `copy` in the directory of copies.

    A line of code is one with more on it than a comment or nothing; `line_count` is of all lines.
    """

    name: str
    copy: str
    is_notebook: bool
    line_count: int
    code_line_count: int


@dataclass(slots=True, kw_only=True)
class Collected:
    """What a tree holds for the tools, and what could not be prepared for them."""

    files: list[CodeFile] = field(default_factory=list[CodeFile])
    unread: list[Unread] = field(default_factory=list[Unread])
    suppressions: list[Suppression] = field(default_factory=list[Suppression])


def collect(root: Path, copies: Path, bounds: Bounds, is_time_over: Callable[[], bool]) -> Collected:
    """Copy every file of Python under `root` into the directory `copies`, in the order of names, within the bounds."""
    collecting = _Collecting(copies=copies, bounds=bounds)
    collecting.collected.unread.extend(_unseen_directories(root))
    for number, path in enumerate(source_files.entries_of(root)):
        name = path.relative_to(root).as_posix()
        if number >= bounds.file_count:
            collecting.leave(name, f"is beyond the {bounds.file_count:,} files that are looked at")
        elif is_time_over():
            collecting.leave(name, f"the gate's {bounds.scan_seconds:g} s were over")
        elif not source_files.is_regular(path):
            collecting.leave(name, "is not a regular file")
        elif path.lstat().st_size > bounds.file_bytes:
            collecting.leave(name, f"has more than the {bounds.file_bytes:,} bytes that are read")
        else:
            collecting.take(path, name)
    return collecting.collected


def _unseen_directories(root: Path) -> Iterator[Unread]:
    """Directories that no walk enters: links to others, and what cannot be listed."""
    refused: list[str] = []

    def refuse(error: OSError) -> None:
        refused.append(str(error.filename))

    for directory, names, _ in os.walk(root, onerror=refuse):
        for name in names:
            if (path := Path(directory, name)).is_symlink():
                yield Unread(path=path.relative_to(root).as_posix(), why="is a link to a directory")
    for each in refused:
        yield Unread(path=Path(each).relative_to(root).as_posix(), why="cannot be listed")


@dataclass(slots=True, kw_only=True)
class _Collecting:
    copies: Path
    bounds: Bounds
    collected: Collected = field(default_factory=Collected)
    taken_bytes: int = 0

    def leave(self, name: str, why: str) -> None:
        self.collected.unread.append(Unread(path=name, why=why))

    def take(self, path: Path, name: str) -> None:
        try:
            file = source_files.read(path, name)
        except OSError:
            return self.leave(name, "cannot be read")
        is_notebook = file.language is Language.NOTEBOOK
        if not is_notebook and file.language is not Language.PYTHON:
            return None
        if file.size_bytes > self.bounds.code_bytes:
            return self.leave(name, f"has more than the {self.bounds.code_bytes:,} bytes of code that are looked at")
        if self.taken_bytes + file.size_bytes > self.bounds.all_code_bytes:
            return self.leave(name, f"is beyond the {self.bounds.all_code_bytes:,} bytes of code that are looked at")
        self.taken_bytes += file.size_bytes
        text = _text(path.read_bytes())
        if text is None:
            return self.leave(name, "is no text in UTF-8, or in the encoding that it declares")
        return self._keep_notebook(name, text) if is_notebook else self._keep(name, text)

    def _keep(self, name: str, text: str) -> None:
        copy = self._place(name)
        (self.copies / copy).write_bytes(without_marks(text).encode())
        self._add(name, copy, text, is_notebook=False)

    def _keep_notebook(self, name: str, text: str) -> None:
        match read_notebook(text):
            case str(why):
                self.leave(name, why)
            case notebook:
                copy = f"{len(self.collected.files):06d}.ipynb"
                (self.copies / copy).write_text(notebook.copy, encoding="ascii")
                self._add(name, copy, notebook.code, is_notebook=True)

    def _place(self, name: str) -> str:
        path = PurePosixPath(name)
        number = f"{len(self.collected.files):06d}"
        if path.name == "__init__.py":
            (self.copies / number).mkdir()
            return f"{number}/__init__.py"
        return f"{number}.pyi" if path.suffix.casefold() == ".pyi" else f"{number}.py"

    def _add(self, name: str, copy: str, code: str, *, is_notebook: bool) -> None:
        lines = code.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n") if code else []
        stripped = [line.strip() for line in lines]
        self.collected.suppressions.extend(suppressions_in(name, lines))
        self.collected.files.append(
            CodeFile(
                name=name,
                copy=copy,
                is_notebook=is_notebook,
                line_count=len(lines),
                code_line_count=sum(1 for line in stripped if line and not line.startswith("#")),
            )
        )


def _text(data: bytes) -> str | None:
    """The text as Python reads it, which can be written in UTF-8; None where there is none, or with a NUL in it."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
        text.encode()
    except (SyntaxError, ValueError, LookupError):
        return None
    return None if "\0" in text else text
