"""The templates of each stage, synthesized once for all tests of a process that look at them."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.settings import Settings
from infra.stage import make_stage
from infra.synth import synthesize

Templates = dict[str, dict[str, Any]]


def synthesized(stage: Any, out: Path) -> Templates:
    stacks = synthesize(Settings(stage=stage), out, stage=make_stage(stage))
    return {stack: json.loads((out / f"{stack}.template.json").read_text()) for stack in stacks}


@pytest.fixture(scope="session")
def production_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("production")


@pytest.fixture(scope="session")
def production(production_directory: Path) -> Templates:
    return synthesized("production", production_directory)


@pytest.fixture(scope="session")
def staging(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return synthesized("staging", tmp_path_factory.mktemp("staging"))


@pytest.fixture(scope="session")
def development(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return synthesized("development", tmp_path_factory.mktemp("development"))
