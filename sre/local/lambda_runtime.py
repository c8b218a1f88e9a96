"""The environment that the local platform's workers run in: what AWS's own runtime brings, and nothing of this checkout."""

import hashlib
import sys
from pathlib import Path

from foundation.files.writing import building, write_text
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
    options = install_options(f"{sys.version_info.major}.{sys.version_info.minor}", None)
    with building(environment) as beside:
        run_uv("venv", "--quiet", "--relocatable", "--python", sys.executable, str(beside))
        write_text(listing := beside / "requirements.txt", requirements)
        made = str(beside / "bin" / "python")
        run_uv("pip", "install", "--quiet", "--python", made, *options, "--requirements", str(listing))
    return python
