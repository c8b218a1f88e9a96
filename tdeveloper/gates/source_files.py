"""A file of an unpacked tree as the tools see it: its text, what language it is, and why it is no text where it is none."""

import io
import os
import re
import stat
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

# Longest first: the mark of UTF-32 begins with that of UTF-16.
_MARKS = ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# Control characters that no text in an 8-bit encoding has; compressed data and machine code are full of them.
_BINARY = re.compile(rb"[\0-\x07\x0e-\x1a\x1c-\x1f\x7f]")
_PYTHON = frozenset({".py", ".pyw", ".pyi", ".pyx", ".pxd", ".pxi"})
# Python runs these too, and other things have such names.
_PERHAPS_PYTHON = frozenset({"", ".pth", ".wsgi", ".cgi"})
_INTERPRETER = re.compile(rb"(\xef\xbb\xbf)?#![^\r\n]*py(thon|py)", re.IGNORECASE)


class Language(Enum):
    """What a file's code is, by its name and its first line."""

    PYTHON = "Python"
    PERHAPS_PYTHON = "Python, if it can be parsed"
    NOTEBOOK = "a notebook"
    OTHER = "none that is parsed here"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file: `name` is its path relative to the tree, with slashes.

    `texts` are all readings of its bytes in which a secret may stand; `no_text` says why its bytes are no text, or is None.
    """

    name: str
    path: Path
    size_bytes: int
    language: Language
    texts: tuple[str, ...]
    no_text: str | None


def entries_of(root: Path) -> list[Path]:
    """Everything under `root` that is not a directory, in the order of names."""
    return sorted(Path(directory, name) for directory, _, names in os.walk(root) for name in names)


def is_regular(path: Path) -> bool:
    """True for a file itself, false for a link to one and for anything special."""
    return stat.S_ISREG(path.lstat().st_mode)


def read(path: Path, name: str) -> SourceFile:
    """Read a file whole; the archive's limits bound how large it is."""
    data = path.read_bytes()
    language = _language(name, data)
    decoded = list(_decoded(data))
    if not decoded or "\0" in decoded[0]:
        # Keys are ASCII: they show in bytes taken as they are, and between the NULs of a wider encoding.
        is_text = not decoded and not _BINARY.search(data)
        no_text = None if is_text else "is not text: only its bytes were searched for keys"
        decoded.append(data.replace(b"\0", b"").decode("latin-1"))
    else:
        no_text = None
    if language is not Language.OTHER:
        decoded += _as_declared(data)
    return SourceFile(
        name=name,
        path=path,
        size_bytes=len(data),
        language=language,
        texts=tuple(dict.fromkeys(decoded)),
        no_text=no_text,
    )


def _language(name: str, data: bytes) -> Language:
    suffix = Path(name).suffix.casefold()
    if suffix == ".ipynb":
        return Language.NOTEBOOK
    if suffix in _PYTHON or _INTERPRETER.match(data):
        return Language.PYTHON
    return Language.PERHAPS_PYTHON if suffix in _PERHAPS_PYTHON else Language.OTHER


def _decoded(data: bytes) -> Iterator[str]:
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "utf-8-sig")
    try:
        yield data.decode(encoding)
    except UnicodeDecodeError:
        return


def _as_declared(data: bytes) -> Iterator[str]:
    """The text by the encoding that a Python file declares. Where there is none such, the file cannot be parsed either."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        if encoding not in ("utf-8", "utf-8-sig"):
            yield data.decode(encoding)
    except (SyntaxError, ValueError, LookupError):
        return
