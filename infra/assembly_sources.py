"""What a cloud assembly is made of: the synthesis and all that it imports, reads and packs, and the locked versions."""

import hashlib
from dataclasses import replace
from pathlib import Path

from canaries.definitions import read_canaries
from infra.checkout import ROOT
from infra.closure import Closure, closure_of
from infra.handlers import HANDLERS
from infra.images import WEEKLY_REPORT
from infra.service import T_DEVELOPER
from infra.settings import Settings

_LOCKED = (Path("pyproject.toml"), Path("uv.lock"))


def canary_modules(file: Path = T_DEVELOPER.canaries) -> tuple[str, ...]:
    """The modules of the handlers that a file of canaries names."""
    handlers = (canary.handler for canary in read_canaries(file).canaries)
    return tuple(handler.rsplit(".", 1)[0].replace("/", ".") for handler in handlers)


def sources_of(settings: Settings, root: Path = ROOT) -> Closure:
    """Every file that the assembly of one deployment is made of. Raises PlatformError when one is not there."""
    modules = ["infra.synth", *(handler.module for handler in HANDLERS)]
    if not settings.is_local:
        modules += [WEEKLY_REPORT.module, *canary_modules(root / T_DEVELOPER.canaries.relative_to(ROOT))]
    closure = closure_of(*modules, root=root)
    return replace(closure, files=(*closure.files, *_LOCKED))


def source_digest(settings: Settings, root: Path = ROOT) -> str:
    """The digest of all that an assembly depends on: its files, the deployment, and the system that it is made for."""
    made_for = (settings.model_dump_json(), settings.python_version, settings.python_platform, settings.architecture)
    return hashlib.sha256(f"{made_for}\n{sources_of(settings, root).digest()}".encode()).hexdigest()
