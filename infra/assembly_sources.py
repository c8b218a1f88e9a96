"""What a cloud assembly is made of: the synthesis and all that it imports, reads and packs, and the locked versions."""

import hashlib
from pathlib import Path

from canaries.definitions import read_canaries
from infra.checkout import ROOT
from infra.closure import closure_of
from infra.handlers import HANDLERS
from infra.images import WEEKLY_REPORT
from infra.settings import Settings

_CANARIES = "tdeveloper/canaries.yaml"


def canary_modules(file: Path = ROOT / _CANARIES) -> tuple[str, ...]:
    """The modules of the handlers that a file of canaries names."""
    handlers = (canary.handler for canary in read_canaries(file).canaries)
    return tuple(handler.rsplit(".", 1)[0].replace("/", ".") for handler in handlers)


def source_digest(settings: Settings, root: Path = ROOT) -> str:
    """The digest of everything that the assembly of one deployment is made of.

    Raises PlatformError when a part of it is not there.
    """
    modules = ["infra.synth", *(handler.module for handler in HANDLERS)]
    if settings.stage != "local":
        modules += [WEEKLY_REPORT.module, *canary_modules(root / _CANARIES)]
    made_for = (settings.model_dump_json(), settings.python_version, settings.python_platform, settings.architecture)
    digest = hashlib.sha256(f"{made_for}\n{closure_of(*modules, root=root).digest()}\n".encode())
    for name in ("pyproject.toml", "uv.lock"):
        digest.update((root / name).read_bytes())
    return digest.hexdigest()
