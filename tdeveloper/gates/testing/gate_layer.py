"""Our own pytest and coverage with what they need, copied out of the environment that runs us, and nothing else of it."""

import re
import shutil
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

from foundation.errors import PlatformError


def gate_distributions(name: str) -> tuple[Distribution, ...]:
    """A distribution and all that it requires here, in the order of names. Raises PlatformError when one is not installed."""
    found: dict[str, Distribution] = {}
    waiting = [name]
    while waiting:
        wanted = waiting.pop()
        key = re.sub(r"[-_.]+", "-", wanted).lower()
        if key in found:
            continue
        try:
            found[key] = distribution(wanted)
        except PackageNotFoundError as error:
            raise PlatformError(
                f"{wanted}: is not installed beside this program; install the group gates (pyproject.toml)"
            ) from error
        requirements = (Requirement(text) for text in found[key].requires or ())
        waiting += [each.name for each in requirements if each.marker is None or each.marker.evaluate({"extra": ""})]
    return tuple(found[key] for key in sorted(found))


def copy_distributions(distributions: tuple[Distribution, ...], directory: Path) -> None:
    """Copy their files; scripts and what is compiled again anyway are left out."""
    for each in distributions:
        for file in each.files or ():
            if ".." in file.parts or "__pycache__" in file.parts or (len(file.parts) == 1 and file.suffix == ".pth"):
                continue
            target = directory / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path(str(file.locate())), target)
