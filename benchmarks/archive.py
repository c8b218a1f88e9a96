"""What it costs to distrust an archive: our extractor beside the standard library's, on the same tree."""

import io
import shutil
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from tdeveloper.gates.archive.extract import extract

_FILES = 2_000
_CONTENT = b"def double(x):\n    return 2 * x\n" * 60
_ROUNDS = 5


def run() -> None:
    """Print the median seconds of each, and the ratio."""
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        root = Path(directory)
        packed_zip, packed_tar = _zip(root / "tree.zip"), _tar(root / "tree.tar.gz")
        _compare("zip", lambda to: extract(packed_zip, to), lambda to: zipfile.ZipFile(packed_zip).extractall(to), root)
        _compare("tar.gz", lambda to: extract(packed_tar, to), lambda to: _stock_tar(packed_tar, to), root)


def _compare(what: str, ours: Callable[[Path], object], stock: Callable[[Path], object], root: Path) -> None:
    seconds: dict[str, list[float]] = {"ours": [], "stock": []}
    for _ in range(_ROUNDS):
        for name, unpack in (("ours", ours), ("stock", stock)):
            target = root / name
            began = time.perf_counter()
            unpack(target)
            seconds[name].append(time.perf_counter() - began)
            shutil.rmtree(target)
    mine, theirs = (sorted(seconds[name])[_ROUNDS // 2] for name in ("ours", "stock"))
    print(
        f"archive {what}: {_FILES:,} files of {len(_CONTENT):,} bytes; tdeveloper.gates.archive {mine:.3f} s, standard library "
        f"{theirs:.3f} s, ratio {mine / theirs:.2f} (medians of {_ROUNDS})"
    )


def _stock_tar(archive: Path, to: Path) -> None:
    with tarfile.open(archive) as package:
        package.extractall(to, filter="data")


def _zip(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for number in range(_FILES):
            package.writestr(f"pkg{number % 50}/m{number}.py", _CONTENT)
    return path


def _tar(path: Path) -> Path:
    with tarfile.open(path, "w:gz") as package:
        for number in range(_FILES):
            member = tarfile.TarInfo(f"pkg{number % 50}/m{number}.py")
            member.size = len(_CONTENT)
            package.addfile(member, io.BytesIO(_CONTENT))
    return path
