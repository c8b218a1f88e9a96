"""The environment that the local platform's workers run in: what AWS's own runtime brings, and nothing of this checkout."""

import hashlib
import os
import shutil
import sys
from pathlib import Path

from infra.checkout import ROOT
from infra.locked import export_requirements, install_options, run_uv

_GROUP = "lambda-runtime"


def lambda_runtime(into: Path = ROOT / "build") -> Path:
    """The Python of the environment, which is made once for each version of Python and of what it holds.

    Raises PlatformError when it cannot be made.
    """
    requirements = export_requirements(_GROUP)
    digest = hashlib.sha256(f"{sys.version}\n{sys.base_prefix}\n{requirements}".encode()).hexdigest()
    environment = into / f"lambda-runtime-{digest[:12]}"
    python = environment / "bin" / "python"
    if environment.exists():
        return python
    into.mkdir(parents=True, exist_ok=True)
    # Two commands may make it at once: each in its own directory, and the first to finish names it.
    partial = into / f"{environment.name}.{os.getpid()}"
    shutil.rmtree(partial, ignore_errors=True)
    run_uv("venv", "--quiet", "--relocatable", "--python", sys.executable, str(partial))
    listing = partial / "requirements.txt"
    listing.write_text(requirements)
    options = install_options(f"{sys.version_info.major}.{sys.version_info.minor}", None)
    made = str(partial / "bin" / "python")
    run_uv("pip", "install", "--quiet", "--python", made, *options, "--requirements", str(listing))
    try:
        partial.rename(environment)
    except OSError:
        shutil.rmtree(partial)
    return python
