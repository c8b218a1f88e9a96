"""The zip that Synthetics gets: our handlers and the one library that its runtime lacks, the same bytes every time."""

import hashlib
import importlib.util
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from canaries.checks import file_of
from canaries.definitions import Canaries
from foundation.errors import InputError

_ROOM = Path(__file__).resolve().parent
# The handlers' own errors are in the one tree.
_ERRORS = ("__init__", "errors")
# What a check that is data is run by.
_STEPS = (
    "__init__", "drawing", "judging", "model", "placeholders", "plain", "requests", "running", "texts",
)  # fmt: skip
_COMMON = ("__init__", "masking", "slow_answers", "steps", "calling")
_OF_CHECKS = ("check", "checks")
# A handler of ours is there where one of the canaries is it, and what it needs beside.
_BESIDE: Mapping[str, tuple[str, ...]] = MappingProxyType({"api": ("pipeline",), "progress": ("pipeline",)})
# The runtime has Python's own library, boto3 and aws_synthetics; pure Python, so it fits every processor.
_LIBRARY = "websocket"
# https://docs.aws.amazon.com/AmazonSynthetics/latest/APIReference/API_CanaryCodeInput.html
_MOST_BYTES = 10 * 1024 * 1024
# The earliest time that a zip can hold.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """The zip's bytes, and their digest."""

    content: bytes

    @property
    def sha256(self) -> str:
        """The digest of the bytes."""
        return hashlib.sha256(self.content).hexdigest()


def build_package(defined: Canaries) -> Package:
    """Pack the handlers of these canaries, and those that are data as JSON. Raises InputError when they are too large."""
    ours = [each.name for each in defined.canaries if each.check is None]
    files = _sources(ours, has_checks=bool(defined.checks))
    files |= {f"canaries/{file_of(name)}": text.encode() for name, text in defined.checks.items()}
    return _pack({f"python/{name}": content for name, content in files.items()})


def pack_blueprint(text: str) -> Package:
    """Pack a multi-checks blueprint."""
    return _pack({"blueprint-config.json": text.encode()})


def _sources(ours: Sequence[str], *, has_checks: bool) -> dict[str, bytes]:
    beside = (each for name in ours for each in (name, *_BESIDE.get(name, ())))
    names = dict.fromkeys((*_COMMON, *(_OF_CHECKS if has_checks else ()), *beside))
    found = {f"canaries/{name}.py": (_ROOM / f"{name}.py").read_bytes() for name in names}
    foundation = _ROOM.parent / "foundation"
    found |= {f"foundation/{name}.py": (foundation / f"{name}.py").read_bytes() for name in _ERRORS}
    if has_checks:
        found |= {f"foundation/steps/{name}.py": (foundation / "steps" / f"{name}.py").read_bytes() for name in _STEPS}
    if not ours:
        return found
    spec = importlib.util.find_spec(_LIBRARY)
    if spec is None or spec.origin is None:
        raise InputError(f"the library {_LIBRARY} is not installed; `make setup` installs it")
    library = Path(spec.origin).parent
    for path in sorted(library.glob("*.py")):
        found[f"{_LIBRARY}/{path.name}"] = path.read_bytes()
    return found


def _pack(files: dict[str, bytes]) -> Package:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=_NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, files[name])
    content = buffer.getvalue()
    if len(content) > _MOST_BYTES:
        raise InputError(f"the canaries' zip has {len(content):,} bytes, and Synthetics takes {_MOST_BYTES:,}")
    return Package(content=content)
