"""Directories of tests are in no checkout but their own, also where they lie in that of this project."""

import os
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def no_checkout_around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let git look no further up than the directory of the test: https://git-scm.com/docs/git#Documentation/git.txt-GITCEILINGDIRECTORIES"""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", f"{tmp_path}{os.pathsep}{tmp_path.parent}")
