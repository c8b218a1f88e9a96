"""Fetches source distributions that the gates are tried on: `python tests/source_packages.py DIRECTORY`.

Each is what PyPI has under this address, with this hash, so that the tree is the same everywhere and for ever.
"""

import hashlib
import io
import sys
import tarfile
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One source distribution; `address` is below PyPI's server of files."""

    address: str
    sha256: str


PACKAGES: Mapping[str, Package] = MappingProxyType(
    {
        "bottle": Package(
            address="7a/71/cca6167c06d00c81375fd668719df245864076d284f7cb46a694cbeb5454/bottle-0.13.4.tar.gz",
            sha256="787e78327e12b227938de02248333d788cfe45987edca735f8f88e03472c3f47",
        ),
        "beautifulsoup4": Package(
            address="43/65/318323f98dbee45d42dff61d8f047181bc6f2268a9068cfad035a46be5af/beautifulsoup4-4.15.0.tar.gz",
            sha256="288e3ca7d54b06f2ac191970bc275c1939cb46d450b255bf6718b04aa37ab4f7",
        ),
        "tinydb": Package(
            address="01/e9/d30dd8b1b88a75ec3e464eb81feee514ccf97f50bd306d198959e6733210/tinydb-4.9.0.tar.gz",
            sha256="6928b1fa785186bda7952a0ba05aaeedc883ede565ca9c7d608de44e5e75de70",
        ),
        "plumbum": Package(
            address="6c/d2/578712a979a50e9aba08ea173a38e7598461130d3c9899f176373bc03280/plumbum-2.0.2.tar.gz",
            sha256="233751d7819c9e6743ec1c2405927eb4fa52a284c7b894bd10e28106a9309a92",
        ),
    }
)
_SERVER = "https://files.pythonhosted.org/packages/"


def fetch(into: Path) -> None:
    """Download, verify and unpack all of them, each into a new directory of its name."""
    for name, package in PACKAGES.items():
        with urllib.request.urlopen(_SERVER + package.address, timeout=60) as answer:  # noqa: S310 - an https address
            body = answer.read()
        if hashlib.sha256(body).hexdigest() != package.sha256:
            raise SystemExit(f"{package.address} has not the hash that {Path(__file__).name} says")
        with tarfile.open(fileobj=io.BytesIO(body)) as archive:
            archive.extractall(into / f"{name}.partial", filter="data")
        (inner,) = (into / f"{name}.partial").iterdir()
        inner.rename(into / name)
        (into / f"{name}.partial").rmdir()


if __name__ == "__main__":
    fetch(Path(sys.argv[1]))
