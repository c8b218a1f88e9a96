"""The names that a shell offers: read line by line from T-Developer's own files, because a completion imports no YAML.

They are offers and no bounds: what a name must be, the reader of its file says. A file that is not there offers nothing.
"""

import re
from pathlib import Path

_CODE = Path(__file__).parents[3]
_SERVICE = _CODE / "tdeveloper"


def objectives() -> tuple[str, ...]:
    """The objectives of `objectives.yaml`."""
    return _found(_SERVICE / "objectives.yaml", r"^kind: (?:SLO|CostObjective)\nmetadata:\n  name: (\S+)$")


def load_profiles() -> tuple[str, ...]:
    """The profiles of `load_profiles.yaml`."""
    return _found(_SERVICE / "load_profiles.yaml", _KEYS)


def traffic_profiles() -> tuple[str, ...]:
    """The profiles of `traffic_profiles.yaml`."""
    return _found(_SERVICE / "traffic_profiles.yaml", _KEYS)


def models() -> tuple[str, ...]:
    """The models of the price book."""
    return _found(_CODE / "foundation" / "costs" / "prices.yaml", r"^- \{name: ([^,\s]+),")


def canaries() -> tuple[str, ...]:
    """The canaries of `canaries.yaml`."""
    return _found(_SERVICE / "canaries.yaml", r"^  ([a-z][a-z0-9-]*):$")


def alarms() -> tuple[str, ...]:
    """The alarms that the service's own rule tests prove, which are all of them; without what all names begin with."""
    files = sorted((_SERVICE / "rule_tests").glob("*.yaml"))
    states = r"([a-z0-9-]+): (?:OK|ALARM|INSUFFICIENT_DATA)\b"
    return tuple(sorted({name for file in files for name in _found(file, states)}))


_KEYS = r"^([a-z][a-z0-9-]*):$"


def _found(file: Path, pattern: str) -> tuple[str, ...]:
    try:
        text = file.read_text(encoding="utf-8")
    except OSError:
        return ()
    return tuple(dict.fromkeys(re.findall(pattern, text, re.MULTILINE)))
