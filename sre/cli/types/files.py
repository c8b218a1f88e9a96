"""Files and directories. What cannot be read or written is refused before any work, as far as that can be known before."""

import os
from pathlib import Path
from typing import Any

from click.shell_completion import CompletionItem

from foundation.errors import InputError
from foundation.files.writing import descriptor_of, is_special
from sre.cli.types.written import Written, shown


class _Place(Written[Path]):
    """A path; `is_directory` says what a shell completes."""

    is_directory = False

    def read(self, text: str) -> Path:
        """Read it, and look whether it will do."""
        if not text:
            raise InputError(f"'' is no {self.name}; write its path")
        path = Path(text)
        try:
            self.look_at(path)
        except OSError as error:
            raise InputError(f"{_named(path)}: {error.strerror}") from error
        return path

    def look_at(self, path: Path) -> None:
        """Raise InputError, or OSError, where it will not do."""

    def completions(self, incomplete: str) -> list[CompletionItem[Any]]:
        """Leave it to the shell."""
        return [CompletionItem(incomplete, type="dir" if self.is_directory else "file")]


class FileToRead(_Place):
    """A file that there is; a pipe is none, because who reads it may wait for ever. `or_directory`: or a directory of files."""

    name = "file"

    def __init__(self, *, or_directory: bool = False) -> None:
        self.or_directory = or_directory

    def look_at(self, path: Path) -> None:
        """Raise InputError for what is missing, no file, or must not be read."""
        if not path.exists():
            raise InputError(f"{_named(path)}: cannot be read: there is no such file")
        if path.is_dir() and not self.or_directory:
            raise InputError(f"{_named(path)}: cannot be read: it is a directory, and a file is needed")
        if not path.is_dir() and not path.is_file():
            raise InputError(f"{_named(path)}: cannot be read: it is a pipe or a device; write what it holds to a file")
        if not os.access(path, os.R_OK):
            raise InputError(f"{_named(path)}: cannot be read: permission denied")


class DirectoryToRead(_Place):
    """A directory that there is."""

    name = "directory"
    is_directory = True

    def look_at(self, path: Path) -> None:
        """Raise InputError for what is none."""
        if not path.is_dir():
            raise InputError(f"{_named(path)}: cannot be read: there is no such directory")
        if not os.access(path, os.R_OK | os.X_OK):
            raise InputError(f"{_named(path)}: cannot be read: permission denied")


class FileToWrite(_Place):
    """A file that will be written; its directory is made. Its ending is one of `endings`, if there are any."""

    name = "file"

    def __init__(self, *endings: str) -> None:
        self.endings = endings

    def look_at(self, path: Path) -> None:
        """Raise InputError where no file can be."""
        if self.endings and path.suffix not in self.endings:
            raise InputError(f"{_named(path)}: the ending must be one of {', '.join(self.endings)}")
        if path.is_dir():
            raise InputError(f"{_named(path)}: cannot be written: it is a directory, and a file is needed")
        if descriptor_of(path) is not None:
            return
        if path.is_fifo() or path.is_socket():
            raise InputError(
                f"{_named(path)}: cannot be written: it is a pipe or a socket; write to a file or /dev/stdout"
            )
        if is_special(path):
            if not os.access(path, os.W_OK):
                raise InputError(f"{_named(path)}: cannot be written: permission denied")
            return
        _refuse_below_no_directory(path, path.parent)


class DirectoryToWrite(_Place):
    """A directory that files will be written in; it is made."""

    name = "directory"
    is_directory = True

    def look_at(self, path: Path) -> None:
        """Raise InputError where no directory can be."""
        _refuse_below_no_directory(path, path)


def _refuse_below_no_directory(path: Path, directory: Path) -> None:
    there = next(each for each in (directory, *directory.absolute().parents) if each.exists() or each.is_symlink())
    if not there.is_dir():
        raise InputError(f"{_named(path)}: cannot be written: {_named(there)} is no directory")
    if not os.access(there, os.W_OK | os.X_OK):
        raise InputError(f"{_named(path)}: cannot be written: permission denied in {_named(there)}")


def _named(path: Path) -> str:
    """A path as an error names it: plainly where it can be."""
    text = str(path)
    return text if text.isprintable() and len(text) <= 200 else shown(text)


READ = FileToRead()
READ_ALL = FileToRead(or_directory=True)
READ_DIRECTORY = DirectoryToRead()
WRITE = FileToWrite()
WRITE_PICTURE = FileToWrite(".svg", ".png", ".html")
WRITE_DIRECTORY = DirectoryToWrite()
