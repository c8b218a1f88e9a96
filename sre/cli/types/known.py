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
    """Each resource's label with the severities and the names of the alarms of its kind, but for those that are taken away."""
    gone = set(re.findall(_GONE, _text(_SERVICE / "resource_alarms.yaml"), re.MULTILINE))
    for resource in _text(_SERVICE / "service.yaml").split("\n- label: ")[1:]:
        label, of = resource.split()[0], re.findall(r"^  type: (\S+)$", resource, re.MULTILINE)[0]
        for entry in () if "\n  no_alarms: " in resource else _kind(of, resource).split("\n- name: ")[1:]:
            name, severity = entry.split()[0], re.findall(r"^  severity: (\S+)$", entry, re.MULTILINE)
            facts = [f"{each}: " for each in re.findall(r"{fact: (\w+)", entry)] + re.findall(
                _WHEN, entry, re.MULTILINE
            )
            if severity and (of, name) not in gone and all(each in resource for each in facts):
                yield f"{label}-{severity[0]}-{name}"


def _kind(of: str, resource: str) -> str:
    """The text of the file of the kind that a resource is of; empty where there is none."""
    stem = of.lower().replace("::", "_")
    texts = [_text(file) for file in (*_TYPES.glob(f"{stem}.*.yaml"), _TYPES / f"{stem}.yaml")]
    return next(
        (text for text in texts if all(each in resource for each in re.findall(_WHERE, text, re.MULTILINE))), ""
    )


_GONE = r"^- of: (\S+)\n  name: (\S+)\n  disabled: true$"
_WHEN = r"^  when: {(.*)}$"
_WHERE = r"^where: {(.*)}$"
_KEYS = r"^([a-z][a-z0-9-]*):$"


def _found(file: Path, pattern: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(re.findall(pattern, _text(file), re.MULTILINE)))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        return ""
