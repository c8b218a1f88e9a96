"""The versions that uv.lock holds, with their digests, and uv itself: what is installed for a Lambda, and how."""

import sysconfig
from pathlib import Path

from foundation.errors import PlatformError
from foundation.processes.child import run_child
from infra.checkout import ROOT


def export_requirements(group: str) -> str:
    """The locked versions of a dependency group, as `pip install --requirement` reads them. Raises PlatformError."""
    return run_uv("export", "--frozen", "--no-header", "--no-annotate", "--only-group", group)


def install_options(python_version: str, python_platform: str | None) -> tuple[str, ...]:
    """How uv installs them: wheels for this Python and platform (None is this machine), each with the digest of the lock."""
    platform = () if python_platform is None else ("--python-platform", python_platform)
    return ("--no-deps", "--require-hashes", "--only-binary", ":all:", "--python-version", python_version, *platform)


def run_uv(*arguments: str) -> str:
    """What uv prints. Raises PlatformError with what it complains of."""
    uv = Path(sysconfig.get_path("scripts"), "uv")
    if not uv.is_file():
        raise PlatformError(f"{uv}: uv is not installed here; `make setup-run` installs it")
    done = run_child([str(uv), *arguments], cwd=ROOT)
    if done.returncode != 0:
        raise PlatformError(f"uv {' '.join(arguments[:2])} failed:\n{done.stderr.strip()}")
    return done.stdout
