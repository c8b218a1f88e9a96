"""A file of TOML that nobody trusts, as a form."""

import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from foundation.files.bounded import read_text
from tdeveloper.gates.testing.claims import shown_message
from tdeveloper.gates.testing.locks.model import LockError

MOST_BYTES = 16 << 20


class Foreign(BaseModel):
    """A form of a file that others define: what they add to it later is not read."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


_Form = TypeVar("_Form", bound=Foreign)


def read_toml(path: Path) -> dict[str, Any]:
    """What it holds. Raises InputError, of which LockError is one, when it cannot be read."""
    try:
        return tomllib.loads(read_text(path, most_bytes=MOST_BYTES))
    except tomllib.TOMLDecodeError as error:
        raise LockError(f"{path.name}: no TOML: {shown_message(str(error))}") from error
    except (RecursionError, ValueError) as error:
        raise LockError(f"{path.name}: no TOML that is read here: {type(error).__name__}") from error


def read_form(path: Path, form: type[_Form]) -> _Form:
    """The same as a form. Raises LockError with the first key that is wrong."""
    try:
        return form.model_validate(read_toml(path))
    except ValidationError as error:
        first = error.errors()[0]
        where = shown_message(".".join(map(str, first["loc"])))
        raise LockError(f"{path.name}: {where}: {first['msg']}") from error
