"""Packs a Lambda's code with its dependencies, without Docker: uv installs wheels for the Lambda's platform.

The versions are those of uv.lock, so a bundle changes only when the lock or the code does.
"""

import compileall
import hashlib
import os
import py_compile
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from uv import find_uv_bin

from foundation.errors import PlatformError
from infra.checkout import ROOT

BUILD = ROOT / "build" / "bundles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """One bundle: `group` is the dependency group of pyproject.toml; our own code is always packed with it."""

    group: str
    architecture: str
    python_version: str


# Our own code in every bundle: the handlers, and the catalogue that they take metric names from (the standard library alone).
_SOURCES = (
    "tdeveloper/__init__.py",
    "tdeveloper/metrics.py",
    "tdeveloper/entry/*.py",
    "tdeveloper/gates/*.py",
    "foundation/__init__.py",
    "foundation/fault_switch.py",
    "foundation/cloudwatch/__init__.py",
    "foundation/cloudwatch/emitted.py",
)


def build(bundle: Bundle, into: Path = BUILD) -> Path:
    """The directory of a bundle, built anew only when its content would change.

    Raises PlatformError when the dependencies cannot be installed.
    """
    requirements = export_requirements(bundle.group)
    digest = hashlib.sha256(f"{bundle}\n{requirements}".encode())
    for path in _source_files():
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    target = into / f"{bundle.group}-{bundle.architecture}-{digest.hexdigest()[:16]}"
    if target.exists():
        return target
    into.mkdir(parents=True, exist_ok=True)
    # Two commands may build the same bundle at once: each in its own directory, and the first to finish names it.
    partial = into / f"{target.name}.{os.getpid()}"
    shutil.rmtree(partial, ignore_errors=True)
    listing = into / f"{partial.name}.txt"
    listing.write_text(requirements)
    machine = "aarch64" if bundle.architecture == "arm64" else "x86_64"
    _uv(
        "pip", "install", "--quiet", "--no-deps", "--target", str(partial), "--python-version", bundle.python_version,
        "--python-platform", f"{machine}-manylinux2014", "--only-binary", ":all:", "--requirements", str(listing),
    )  # fmt: skip
    for path in _source_files():
        copy = partial / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    _compile(partial, bundle)
    listing.unlink()
    try:
        partial.rename(target)
    except OSError:
        shutil.rmtree(partial)
    return target


def export_requirements(group: str) -> str:
    """The locked versions of a dependency group, as `pip install --requirement` reads them. Raises PlatformError."""
    return _uv("export", "--frozen", "--no-hashes", "--no-header", "--no-annotate", "--only-group", group)


def _compile(directory: Path, bundle: Bundle) -> None:
    """Add bytecode, which halves a cold start; its validity must not hang on file times, which unpacking changes."""
    if bundle.python_version != f"{sys.version_info.major}.{sys.version_info.minor}":
        return  # bytecode is good for one version of Python only, and this one is not the Lambda's
    compileall.compile_dir(
        directory, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH, stripdir=str(directory)
    )


def _source_files() -> list[Path]:
    return sorted(path for source in _SOURCES for path in ROOT.glob(source))


def _uv(*arguments: str) -> str:
    done = subprocess.run([find_uv_bin(), *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PlatformError(f"uv {arguments[0]} {arguments[1]} failed while bundling Lambdas:\n{done.stderr.strip()}")
    return done.stdout
