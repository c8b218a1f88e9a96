"""A platform that is being brought up, or was not to its end: recorded before anything of it is waited for."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from foundation.errors import InputError
from foundation.files.writing import remove, write_text
from sre.local.processes import Started


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What is known of it: where it is to answer, since when, and the processes that it has by now."""

    home: Path
    endpoint: str
    began_at: str
    processes: tuple[Started, ...] = ()

    @property
    def running(self) -> tuple[str, ...]:
        """The names of the processes that run."""
        return tuple(each.name for each in self.processes if each.members())

    def write(self) -> None:
        """Record it."""
        write_text(_file(self.home), json.dumps({**asdict(self), "home": str(self.home)}, indent=2))


def read_beginning(home: Path) -> Beginning | None:
    """What `home` knows of a platform that is not up yet, or None. Raises InputError when the file is damaged."""
    file = _file(home)
    try:
        data: Any = json.loads(file.read_text())
        return _ADAPTER.validate_python({**data, "home": home})
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, ValidationError) as error:
        raise InputError(f"{file}: cannot be read: {error}; remove it") from error


def forget_beginning(home: Path) -> None:
    """Remove the record."""
    remove(_file(home))


def _file(home: Path) -> Path:
    return home / "starting.json"


_ADAPTER = TypeAdapter(Beginning)
