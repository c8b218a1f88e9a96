"""Large tables that a person named, Parquet and CSV, opened within bounds: of bytes, unpacked ones too, and of rows."""

import gzip
import io
import stat
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from foundation.errors import InputError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_ARROW_ERROR: type[Exception] = cast("Any", pa).ArrowException
MOST_BYTES = 2 << 30
MOST_ROWS = 50_000_000


def open_parquet(file: Path) -> Any:
    """A Parquet file (pyarrow.parquet.ParquetFile). Raises InputError when it is none, or has more rows than are read."""
    with readable(file, "Parquet"):
        opened: Any = pq.ParquetFile(file)
        rows_count = int(opened.metadata.num_rows)
    if rows_count > MOST_ROWS:
        raise InputError(f"{file}: has {rows_count:,} rows; at most {MOST_ROWS:,} are read")
    return opened


@contextmanager
def open_csv(file: Path) -> Generator[BinaryIO]:
    """The bytes of a CSV file, unpacked where its name ends with .gz.

    Raises InputError when it cannot be read or is larger than is read, packed or unpacked, and for what is wrong in its reading.
    """
    form = "packed CSV" if file.suffix == ".gz" else "CSV"
    with readable(file, form), file.open("rb") as stream:
        unpacked = gzip.GzipFile(fileobj=stream) if file.suffix == ".gz" else stream
        yield io.BufferedReader(cast("Any", _Bounded(cast("BinaryIO", unpacked), file)))


class _Bounded(io.RawIOBase):
    """A stream that ends with an error after so many bytes."""

    def __init__(self, stream: BinaryIO, file: Path) -> None:
        self._stream, self._file, self._left = stream, file, MOST_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer).cast("B")
        block = self._stream.read(len(view))
        self._left -= len(block)
        if self._left < 0:
            raise InputError(f"{self._file}: larger than {MOST_BYTES >> 30} GiB unpacked, the most that is read")
        view[: len(block)] = block
        return len(block)


@contextmanager
def readable(file: Path, form: str) -> Generator[None]:
    """Open and read a table within it: whatever is wrong with the file is an InputError, in our words. `form`: such as CSV."""
    try:
        mode = file.stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            # To open a pipe that nobody writes to would wait for ever.
            raise InputError(f"{file}: cannot be read: it is a pipe or a device; write what it holds to a file")
        # The library's own words for a missing file are long and name it once more.
        with file.open("rb") as stream:
            if stream.seekable() and stream.seek(0, io.SEEK_END) > MOST_BYTES:
                raise InputError(f"{file}: larger than {MOST_BYTES >> 30} GiB, the most that is read")
        yield
    except FileNotFoundError as error:
        raise InputError(f"{file}: cannot be read: there is no such file") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: cannot be read: not text in UTF-8; save it as UTF-8") from error
    except OSError as error:
        # Arrow's errors and gzip's have no number of the system's.
        why = error.strerror or f"it is no {form} file, or damaged; write it again"
        raise InputError(f"{file}: cannot be read: {why}") from error
    except (
        ValueError, EOFError, NotImplementedError, KeyError, IndexError, TypeError, OverflowError, MemoryError, zlib.error,
        _ARROW_ERROR,
    ) as error:  # fmt: skip
        # What the libraries raise for a damaged file, also where a page claims more than there is memory for.
        raise InputError(f"{file}: cannot be read: it is no {form} file, or damaged; write it again") from error
