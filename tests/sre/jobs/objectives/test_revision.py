"""The files of a service as they were, or as they are elsewhere."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from foundation.errors import InputError
from foundation.service.files import CompleteFiles
from infra.checkout import ROOT
from infra.service import T_DEVELOPER
from sre.jobs.objectives.revision import Compared, Earlier, files_at, files_in
from tests.repositories import committed


def git(directory: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    subprocess.run(["git", "-C", str(directory), *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> CompleteFiles:
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


def found(earlier: Earlier) -> dict[str, str | None]:
    return {each.what.value: each.before for each in earlier.compared}


def test_a_file_is_read_as_it_was_in_a_revision(repository: CompleteFiles, tmp_path: Path) -> None:
    earlier = files_at("HEAD", repository, tmp_path, usual=T_DEVELOPER)
    assert (earlier.files.objectives.read_text(), earlier.files.canaries.read_text()) == ("first: 1\n", "first: 1\n")
    assert repository.objectives.read_text() == "second: 2\n"
    assert found(earlier)["canaries"] == "HEAD:canaries.yaml"


def test_what_a_hook_of_another_repository_sets_changes_nothing(
    repository: CompleteFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed(tmp_path / "other", {"objectives.yaml": "others: 3\n", "canaries.yaml": "others: 3\n"})
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    earlier = files_at("HEAD", repository, tmp_path, usual=T_DEVELOPER)
    assert earlier.files.objectives.read_text() == "first: 1\n"


def test_two_files_of_one_name_stay_two(repository: CompleteFiles, tmp_path: Path) -> None:
    other = repository.objectives.parent / "more" / "canaries.yaml"
    other.parent.mkdir()
    other.write_text("profiles: 1\n")
    git(other.parent, "add", "--all")
    git(other.parent, "commit", "-q", "-m", "second")
    earlier = files_at("HEAD", replace(repository, load_profiles=other), tmp_path, usual=T_DEVELOPER)
    assert earlier.files.canaries.read_text() == "second: 2\n"
    assert earlier.files.load_profiles.read_text() == "profiles: 1\n"


def test_a_file_outside_of_the_repository_is_not_compared(repository: CompleteFiles, tmp_path: Path) -> None:
    earlier = files_at("HEAD", repository, tmp_path, usual=T_DEVELOPER)
    assert earlier.files.burn_rate == T_DEVELOPER.burn_rate
    not_compared = ["burn_rate", "flows", "load_profiles", "traffic_profiles", "resource_alarms"]
    assert [each.what.value for each in earlier.not_compared] == not_compared
    assert found(earlier)["burn_rate"] is None


def test_a_new_file_is_compared_with_the_usual_one_of_a_revision(tmp_path: Path) -> None:
    """`--definitions c.yaml` of today was `canaries.yaml` in the last commit."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout")
    new = tmp_path / "c.yaml"
    new.write_text("new: 1\n")
    earlier = files_at("HEAD", replace(T_DEVELOPER, canaries=new), tmp_path / "out", usual=T_DEVELOPER)
    canaries = next(each for each in earlier.compared if each.what is Compared.CANARIES)
    assert (canaries.before, canaries.is_usual) == ("HEAD:tdeveloper/canaries.yaml", True)
    assert earlier.files.canaries.name == "canaries.yaml"
    assert earlier.not_compared == ()


@pytest.mark.parametrize("revision", ["no-such", "--help", "-p", "HEAD:objectives.yaml", ""])
def test_what_is_no_revision_is_refused(revision: str, repository: CompleteFiles, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no revision of"):
        files_at(revision, repository, tmp_path, usual=T_DEVELOPER)


def test_objectives_that_a_revision_has_not_are_said(repository: CompleteFiles, tmp_path: Path) -> None:
    other = repository.objectives.with_name("other.yaml")
    other.write_text("third: 3\n")
    with pytest.raises(InputError, match=r"other\.yaml: is not in HEAD"):
        files_at("HEAD", replace(repository, objectives=other), tmp_path, usual=T_DEVELOPER)


def test_outside_of_git_a_file_must_be_named(tmp_path: Path) -> None:
    file = tmp_path / "objectives.yaml"
    file.write_text("a: 1\n")
    with pytest.raises(InputError, match="is in no git repository; name a file or a directory to compare with"):
        files_at("HEAD", replace(T_DEVELOPER, objectives=file), tmp_path, usual=T_DEVELOPER)


def test_with_another_file_only_the_objectives_are_compared(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("")
    earlier = files_in(file, T_DEVELOPER, usual=T_DEVELOPER)
    assert earlier.files == replace(T_DEVELOPER, objectives=file)
    assert found(earlier) == {each.value: str(file) if each is Compared.OBJECTIVES else None for each in Compared}


def test_of_another_directory_its_own_files_are_compared(tmp_path: Path) -> None:
    for each in ("objectives.yaml", "canaries.yaml"):
        (tmp_path / each).write_text("")
    earlier = files_in(tmp_path, T_DEVELOPER, usual=T_DEVELOPER)
    expected = replace(T_DEVELOPER, objectives=tmp_path / "objectives.yaml", canaries=tmp_path / "canaries.yaml")
    assert earlier.files == expected
    not_compared = ["burn_rate", "flows", "load_profiles", "traffic_profiles", "resource_alarms"]
    assert [each.what.value for each in earlier.not_compared] == not_compared


def test_a_file_that_a_directory_has_under_the_usual_name_is_compared(tmp_path: Path) -> None:
    for each in ("objectives.yaml", "canaries.yaml"):
        (tmp_path / each).write_text("")
    earlier = files_in(tmp_path, replace(T_DEVELOPER, canaries=tmp_path / "c.yaml"), usual=T_DEVELOPER)
    canaries = next(each for each in earlier.compared if each.what is Compared.CANARIES)
    assert (canaries.before, canaries.is_usual) == (str(tmp_path / "canaries.yaml"), True)


def test_the_alarms_of_resources_are_found_beside_another_checkout_s_objectives(tmp_path: Path) -> None:
    place = tmp_path / "tdeveloper"
    place.mkdir()
    for name in ("objectives.yaml", "resource_alarms.yaml"):
        (place / name).write_text("")
    earlier = files_in(place, T_DEVELOPER, usual=T_DEVELOPER)
    assert earlier.files.resource_alarms == place / "resource_alarms.yaml"


def test_a_directory_without_objectives_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"objectives\.yaml: cannot be read: there is no such file"):
        files_in(tmp_path, T_DEVELOPER, usual=T_DEVELOPER)


def test_what_is_there_and_no_file_is_no_missing_file(tmp_path: Path) -> None:
    (tmp_path / "objectives.yaml").write_text("")
    (tmp_path / "canaries.yaml").mkdir()
    with pytest.raises(InputError, match=r"canaries\.yaml: cannot be read: it is no file"):
        files_in(tmp_path, T_DEVELOPER, usual=T_DEVELOPER)
