"""Fetches bandit's own example files, which only its source distribution holds: `python tests/bandit_examples.py DIRECTORY`.

Address and hash are those of uv.lock, so the tree is the one that the locked bandit was released with.
"""

import hashlib
import io
import shutil
import sys
import tarfile
import tomllib
import urllib.request
from pathlib import Path, PurePosixPath

LOCK = Path(__file__).resolve().parent.parent / "uv.lock"


def fetch(into: Path) -> None:
    """Download, verify and unpack the examples into a new directory."""
    packages = tomllib.loads(LOCK.read_text())["package"]
    (sdist,) = (package["sdist"] for package in packages if package["name"] == "bandit")
    with urllib.request.urlopen(sdist["url"], timeout=60) as answer:  # noqa: S310 - an https address from the lock
        body = answer.read()
    if f"sha256:{hashlib.sha256(body).hexdigest()}" != sdist["hash"]:
        raise SystemExit(f"{sdist['url']} has not the hash that uv.lock says")
    partial = into.with_name(f"{into.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    with tarfile.open(fileobj=io.BytesIO(body)) as archive:
        for member in archive:
            _, *parts = PurePosixPath(member.name).parts
            content = archive.extractfile(member) if member.isreg() else None
            if content is not None and parts[:1] == ["examples"]:
                target = partial.joinpath(*parts[1:])
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.read())
    partial.rename(into)


if __name__ == "__main__":
    fetch(Path(sys.argv[1]))
