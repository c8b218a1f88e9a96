"""T-Developer's files with one thing changed in a copy, and what is then found of them."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from foundation.service.files import CompleteFiles
from infra.service import T_DEVELOPER
from infra.stage import check_stage
from sre.jobs.objectives.check import ServiceCheck, check_service

FILES = ("objectives", "burn_rate", "canaries", "load_profiles", "resource_alarms")


def with_edit(directory: Path, old: str, new: str, *, file: str = "objectives", nth: int = 0) -> CompleteFiles:
    """Copies of the files in a directory; in one of them `new` stands in the place of the nth `old`."""
    texts = {name: getattr(T_DEVELOPER, name).read_text() for name in FILES}
    parts = texts[file].split(old)
    assert len(parts) > nth + 1, f"{old!r} stands {len(parts) - 1} times in {file}"
    texts[file] = old.join(parts[: nth + 1]) + new + old.join(parts[nth + 1 :])
    return written(directory, texts)


def written(directory: Path, texts: Mapping[str, str]) -> CompleteFiles:
    """Files of a service with these texts."""
    paths = {name: directory / f"{name}.yaml" for name in texts}
    for name, path in paths.items():
        path.write_text(texts[name])
    return replace(T_DEVELOPER, **paths)


def found_in(files: CompleteFiles, *, stage: str = "production") -> ServiceCheck:
    """What the check says, without rule tests."""
    return check_service(files, make=partial(check_stage, stage, files=files), rule_tests=(), incidents=None)
