"""Packs a Lambda's code with its dependencies, without Docker: uv installs wheels for the Lambda's platform.

The versions are those of uv.lock, and our own code is the closure of the handlers, so a bundle changes only when these do.
"""

import compileall
import hashlib
import py_compile
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from foundation.errors import PlatformError
from foundation.files.writing import building, write_text
from infra.checkout import ROOT
from infra.closure import closure_of
from infra.handlers import Handler, modules_of
from infra.locked import export_requirements, install_options, run_uv
from infra.settings import Settings

BUILD = ROOT / "build" / "bundles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """One bundle: the closures of `modules`, and what the dependency group `group` of pyproject.toml needs.

    `python_platform` is the platform in uv's words; None is this machine.
    """

    group: str
    modules: tuple[str, ...]
    architecture: str
    python_version: str
    python_platform: str | None


def bundle_of(handler: Handler, settings: Settings) -> Bundle:
    """The bundle that a handler is deployed from, with all that share it. Raises PlatformError for one that none holds."""
    modules = modules_of(handler.group)
    if handler.module not in modules:
        raise PlatformError(f"{handler.module}: no bundle holds it; infra/handlers.py lists what is deployed")
    return Bundle(
        group=handler.group,
        modules=modules,
        architecture=settings.architecture,
        python_version=settings.python_version,
        python_platform=settings.python_platform,
    )


def build(bundle: Bundle, into: Path = BUILD) -> Path:
    """The directory of a bundle, built anew only when its content would change.

    Raises PlatformError when the dependencies cannot be installed.
    """
    requirements = export_requirements(bundle.group)
    closure = closure_of(*bundle.modules)
    digest = hashlib.sha256(f"{bundle}\n{requirements}\n{closure.digest()}".encode()).hexdigest()
    target = into / f"{bundle.group}-{bundle.architecture}-{digest[:16]}"
    if target.exists():
        return target
    options = install_options(bundle.python_version, bundle.python_platform)
    with building(target) as beside, tempfile.TemporaryDirectory() as scratch:
        write_text(listing := Path(scratch) / "requirements.txt", requirements)
        run_uv("pip", "install", *options, "--target", str(beside), "--requirements", str(listing))
        closure.copy_to(beside)
        _compile(beside, bundle)
    return target


def _compile(directory: Path, bundle: Bundle) -> None:
    """Add bytecode, which halves a cold start; its validity must not hang on file times, which unpacking changes."""
    if bundle.python_version != f"{sys.version_info.major}.{sys.version_info.minor}":
        return  # bytecode is good for one version of Python only, and this one is not the Lambda's
    compileall.compile_dir(
        directory, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH, stripdir=str(directory)
    )
