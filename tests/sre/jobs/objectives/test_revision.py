"""The files of a service as they were, or as they are elsewhere."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from foundation.errors import InputError
from foundation.service.files import ServiceFiles
from infra.service import T_DEVELOPER
from sre.jobs.objectives.revision import files_at, files_in


def git(directory: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    subprocess.run(["git", "-C", str(directory), *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> ServiceFiles:
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init", "-q")
    file, canaries = root / "objectives.yaml", root / "canaries.yaml"
    for each in (file, canaries):
        each.write_text("first: 1\n")
    git(root, "add", "--all")
    git(root, "commit", "-q", "-m", "first")
    for each in (file, canaries):
        each.write_text("second: 2\n")
    return replace(T_DEVELOPER, objectives=file, canaries=canaries)


def test_a_file_is_read_as_it_was_in_a_revision(repository: ServiceFiles, tmp_path: Path) -> None:
    found = files_at("HEAD", repository, tmp_path)
    assert (found.objectives.read_text(), found.canaries.read_text()) == ("first: 1\n", "first: 1\n")
    assert repository.objectives.read_text() == "second: 2\n"


def test_a_file_outside_of_the_repository_is_the_same(repository: ServiceFiles, tmp_path: Path) -> None:
    assert files_at("HEAD", repository, tmp_path).burn_rate == T_DEVELOPER.burn_rate


@pytest.mark.parametrize("revision", ["no-such", "--help", "-p", "HEAD:objectives.yaml", ""])
def test_what_is_no_revision_is_refused(revision: str, repository: ServiceFiles, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no revision of"):
        files_at(revision, repository, tmp_path)


def test_objectives_that_a_revision_has_not_are_said(repository: ServiceFiles, tmp_path: Path) -> None:
    other = repository.objectives.with_name("other.yaml")
    other.write_text("third: 3\n")
    with pytest.raises(InputError, match=r"other\.yaml: is not in HEAD"):
        files_at("HEAD", replace(repository, objectives=other), tmp_path)


def test_outside_of_git_a_file_must_be_named(tmp_path: Path) -> None:
    file = tmp_path / "objectives.yaml"
    file.write_text("a: 1\n")
    with pytest.raises(InputError, match="is in no git repository; name a file or a directory to compare with"):
        files_at("HEAD", replace(T_DEVELOPER, objectives=file), tmp_path)


def test_another_file_is_compared_in_the_place_of_the_objectives(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("")
    assert files_in(file, T_DEVELOPER) == replace(T_DEVELOPER, objectives=file)


def test_of_another_directory_its_own_files_are_compared(tmp_path: Path) -> None:
    (tmp_path / "objectives.yaml").write_text("")
    (tmp_path / "canaries.yaml").write_text("")
    expected = replace(T_DEVELOPER, objectives=tmp_path / "objectives.yaml", canaries=tmp_path / "canaries.yaml")
    assert files_in(tmp_path, T_DEVELOPER) == expected


def test_a_directory_without_objectives_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"objectives\.yaml: cannot be read: there is no such file"):
        files_in(tmp_path, T_DEVELOPER)
