"""A changed file always makes another assembly: each file that one is made of is changed in turn, in a copy of the checkout."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from foundation.errors import PlatformError
from infra.assembly_sources import source_digest, sources_of
from infra.settings import Settings

# One of each kind that a synthesis reads, or that a bundle, an image or the canaries' zip holds.
LOCAL = {
    "pyproject.toml", "uv.lock", "infra/synth.py", "infra/stacks/closed_bucket.py", "infra/stacks/__init__.py",
    "tdeveloper/entry/rest_api.py", "tdeveloper/gates/security.py", "foundation/fault_switch.py",
    "tdeveloper/resource_alarms.yaml",
    "foundation/service/resource_types/aws_lambda_function.yaml", "tdeveloper/objectives.yaml", "tdeveloper/canaries.yaml",
}  # fmt: skip
DEPLOYED = {
    *LOCAL, "canaries/progress.py", "sre/jobs/weekly_report/handler.py", "sre/jobs/weekly_report/Dockerfile",
    "foundation/costs/prices.yaml", "reports/weekly/templates/weekly.html.j2",
}  # fmt: skip


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("checkout")
    sources_of(Settings(stage="production")).copy_to(root)
    return root


@pytest.mark.parametrize(("stage", "expected"), [("local", LOCAL), ("production", DEPLOYED)])
def test_they_are_what_a_synthesis_reads_and_what_it_packs(stage: Any, expected: set[str]) -> None:
    assert expected <= {str(file) for file in sources_of(Settings(stage=stage)).files}


def test_a_changed_file_makes_another_digest_and_the_old_one_makes_the_old(copied: Path) -> None:
    settings = Settings(stage="local")
    before = source_digest(settings)
    file = copied / "tdeveloper" / "entry" / "rest_api.py"
    content = file.read_bytes()
    file.write_bytes(content + b"\n")
    assert source_digest(settings, copied) != before
    file.write_bytes(content)
    assert source_digest(settings, copied) == before


def test_each_of_the_files_counts(copied: Path) -> None:
    sources = sources_of(Settings(stage="production"), copied)
    for file in sources.files:
        alone = replace(sources, files=(file,))
        before = alone.digest()
        content = (copied / file).read_bytes()
        (copied / file).write_bytes(content + b"\n")
        assert alone.digest() != before, file
        (copied / file).write_bytes(content)


def test_a_file_that_is_gone_is_an_error_and_no_other_digest(copied: Path) -> None:
    file = copied / "tdeveloper" / "resource_alarms.yaml"
    content = file.read_bytes()
    file.unlink()
    try:
        with pytest.raises(PlatformError, match=r"it names .*/tdeveloper/resource_alarms\.yaml, which is not there"):
            source_digest(Settings(stage="local"), copied)
    finally:
        file.write_bytes(content)
