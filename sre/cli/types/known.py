"""The names that a shell offers: read line by line from T-Developer's own files, because a completion imports no YAML.

They are offers and no bounds: what a name must be, the reader of its file says. A file that is not there offers nothing.
"""

import re
from collections.abc import Iterator
from pathlib import Path

_CODE = Path(__file__).parents[3]
_SERVICE = _CODE / "tdeveloper"
_TYPES = _CODE / "foundation" / "service" / "resource_types"


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
    """The alarms that the service's own rule tests prove, and those on its resources, which are all of them.

    Without what all names begin with.
    """
    files = sorted((_SERVICE / "rule_tests").glob("*.yaml"))
    states = r"([a-z0-9-]+): (?:OK|ALARM|INSUFFICIENT_DATA)\b"
    proved = {name for file in files for name in _found(file, states)}
    return tuple(sorted(proved | set(_of_resources())))


def _of_resources() -> Iterator[str]:
    """Each resource's label with the severities and the names of the alarms of its type, but for those that are taken away.

    Nor are those that only some resources of a type have.
    """
    gone = set(_pairs(_SERVICE / "resource_alarms.yaml", r"^- of: (\S+)\n  name: (\S+)\n  disabled: true$"))
    for label, of in _pairs(_SERVICE / "service.yaml", r"^- label: (\S+)\n  type: (\S+)$"):
        for file in sorted(_TYPES.glob(f"{of.lower().replace('::', '_')}*.yaml")):
            for entry in _text(file).split("\n- ")[1:]:
                found = re.match(r"name: (\S+)\n(?!  when:).*?^  severity: (\S+)$", entry, re.MULTILINE | re.DOTALL)
                if found and (of, found[1]) not in gone:
                    yield f"{label}-{found[2]}-{found[1]}"


_KEYS = r"^([a-z][a-z0-9-]*):$"


def _found(file: Path, pattern: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(re.findall(pattern, _text(file), re.MULTILINE)))


def _pairs(file: Path, pattern: str) -> list[tuple[str, str]]:
    return re.findall(pattern, _text(file), re.MULTILINE)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        return ""
