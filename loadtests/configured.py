"""The files that Locust loads by where it is started by hand: those that pyproject.toml names, in `tool.sre.load-test`.

Locust's own table, `tool.locust`, would give them to every other locustfile, too, which does not know them.
"""

import tomllib
from pathlib import Path
from typing import cast


def configured_file(name: str, directory: Path) -> str:
    """The path of `objectives` or `profiles` as the pyproject.toml of a directory names it; empty where it names none.

    A pyproject.toml that cannot be read names none: Locust is started in many places, and then says what it needs.
    """
    try:
        table: object = tomllib.loads((directory / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    for key in ("tool", "sre", "load-test", name):
        table = cast("dict[str, object]", table).get(key) if isinstance(table, dict) else None
    return str(directory / table) if isinstance(table, str) else ""
