"""What the image of the report function is built from: our own code that it needs, the locked libraries, a Dockerfile.

Docker builds it when the stack is deployed; a synthesis only writes this directory and takes its digest.
"""

import hashlib
import os
import shutil
from pathlib import Path

from infra.bundling import export_requirements
from infra.checkout import ROOT

GROUP = "lambda-weekly-report"
_BUILD = ROOT / "build" / "images"
_ROOMS = ("alarms", "canaries", "foundation", "reports", "tdeveloper")
_SINGLE = (
    "infra/__init__.py", "infra/checkout.py", "infra/outputs.py", "infra/plan.py", "infra/service.py", "sre/__init__.py",
    "sre/jobs/__init__.py", "sre/jobs/weekly_report/__init__.py", "sre/jobs/weekly_report/handler.py",
    "sre/jobs/weekly_report/preparing.py", "sre/jobs/weekly_report/sources.py", "sre/jobs/weekly_report/writing.py",
)  # fmt: skip
_SUFFIXES = (".py", ".yaml", ".j2")


def build_context(into: Path = _BUILD) -> Path:
    """The directory that `docker build` reads, named by its content. Raises PlatformError when the lock cannot be read."""
    requirements = export_requirements(GROUP)
    rooms = [path for room in _ROOMS for path in (ROOT / room).rglob("*") if path.suffix in _SUFFIXES]
    files = sorted([*(path.relative_to(ROOT) for path in rooms), *map(Path, _SINGLE)])
    dockerfile = ROOT / "sre" / "jobs" / "weekly_report" / "Dockerfile"
    digest = hashlib.sha256(requirements.encode() + dockerfile.read_bytes())
    for file in files:
        digest.update(str(file).encode() + (ROOT / file).read_bytes())
    target = into / f"{GROUP}-{digest.hexdigest()[:12]}"
    if target.exists():
        return target
    partial = into / f"{target.name}.{os.getpid()}"
    shutil.rmtree(partial, ignore_errors=True)
    for file in files:
        copy = partial / "code" / file
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / file, copy)
    (partial / "requirements.txt").write_text(requirements)
    shutil.copyfile(dockerfile, partial / "Dockerfile")
    try:
        partial.rename(target)
    except OSError:
        # Another synthesis was first.
        shutil.rmtree(partial)
    return target
