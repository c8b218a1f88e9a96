"""The directories that images are built from, their Dockerfiles, and the command that writes them."""

import re
import subprocess
import sys
from pathlib import Path

import boto3
import pytest

from foundation.service.stage_file import read_stage
from infra.images import IMAGES, LOAD_TEST, STAGE_NAME, WEEKLY_REPORT, Image, build_context, main
from infra.settings import DEPLOYED_PYTHON
from infra.stage import make_stage

# Our code is taken from the directory, and libraries from here: those alone that the directory lists.
ONLY_LISTED = """
import importlib.metadata, re, sys
from pathlib import Path
code, site = sys.argv[1:3]
sys.path[:0] = [code, site]
requirements = Path(code).with_name("requirements.txt").read_text()
listed = set(re.findall(r"^([a-z0-9-]+)==", requirements, re.MULTILINE))
owners = importlib.metadata.packages_distributions()

class OnlyListed:
    def find_spec(self, name, path=None, target=None):
        by = {re.sub("[-_.]+", "-", each).lower() for each in owners.get(name.split(".")[0], ())}
        if by and not by & listed:
            raise ImportError(f"{name} is not among the image's requirements")

sys.meta_path.insert(0, OnlyListed())
"""


@pytest.mark.parametrize("image", IMAGES, ids=lambda image: image.name)
def test_a_dockerfile_has_the_deployed_python_and_takes_no_library_without_its_digest(image: Image) -> None:
    text = image.dockerfile.read_text()
    assert set(re.findall(r"^FROM \S+/python:([\d.]+)", text, re.MULTILINE)) == {DEPLOYED_PYTHON}
    assert "--require-hashes --only-binary :all:" in text
    assert set(re.findall(r"--no-binary (\S+)", text)) == set(image.compiled)
    copied = re.findall(r"^COPY (?!--from)(\S+)", text, re.MULTILINE)
    assert copied == ["requirements.txt", "code"]


def test_the_weekly_report_starts_the_handler_that_its_image_holds() -> None:
    (command,) = re.findall(r'^CMD \["(.*)"\]', WEEKLY_REPORT.dockerfile.read_text(), re.MULTILINE)
    assert command == f"{WEEKLY_REPORT.module}.handle"


def test_a_load_test_starts_from_its_image_with_the_libraries_that_this_lists_and_no_others(tmp_path: Path) -> None:
    code = build_context(LOAD_TEST, tmp_path) / "code"
    program = ONLY_LISTED + "import loadtests.locustfile, sre.jobs.load_test.task as task; print(task.__file__)"
    site = str(Path(boto3.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program, str(code), site],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str(code / "sre" / "jobs" / "load_test" / "task.py")


def test_the_image_of_load_tests_has_no_stacks_and_no_commands(tmp_path: Path) -> None:
    context = build_context(LOAD_TEST, tmp_path)
    assert {each.name for each in (context / "code" / "infra").iterdir()} == {
        "__init__.py",
        "checkout.py",
        "service.py",
    }
    assert not (context / "code" / "sre" / "cli").exists()
    assert "aws-cdk" not in (context / "requirements.txt").read_text()


def test_an_image_is_named_by_its_content_and_written_once(tmp_path: Path) -> None:
    first = build_context(WEEKLY_REPORT, tmp_path)
    assert build_context(WEEKLY_REPORT, tmp_path) == first
    assert [each.name for each in tmp_path.iterdir()] == [first.name]
    assert not list(first.rglob("*.pyc"))


def test_an_image_of_a_stage_holds_it_beside_the_code_and_is_another_image(tmp_path: Path) -> None:
    stage = make_stage("staging")
    context = build_context(WEEKLY_REPORT, tmp_path, stage=stage)
    assert read_stage(context / "code" / STAGE_NAME) == stage
    assert (
        build_context(WEEKLY_REPORT, tmp_path)
        != context
        != build_context(WEEKLY_REPORT, tmp_path, stage=make_stage("production"))
    )


def test_a_person_is_told_the_directory_to_build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["load-test", str(tmp_path)]) == 0
    directory = Path(capsys.readouterr().out.strip())
    assert directory.parent == tmp_path
    assert sorted(each.name for each in directory.iterdir()) == ["Dockerfile", "code", "requirements.txt"]


@pytest.mark.parametrize("wrong", [[], ["load-test"], ["lode-test", "out"], ["load-test", "out", "more"]])
def test_any_other_command_line_is_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(wrong) == 2
    assert capsys.readouterr().err == "usage: python -m infra.images weekly-report|load-test OUT\n"
