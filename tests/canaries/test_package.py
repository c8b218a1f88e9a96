"""The zip for Synthetics: the same bytes twice, small, without secrets, and importable where it will run."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import boto3
import pytest
from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import default_settings

from canaries.definitions import read_canaries
from canaries.package import build_package
from canaries.runner import run_canaries
from canaries.runs import CanaryRun
from infra.checkout import ROOT
from infra.service import T_DEVELOPER
from tests.canaries.flaky_api import Api, serving, settings_for

DEFINED = read_canaries(T_DEVELOPER.canaries)
OURS = build_package(DEFINED)
STAND_IN = ROOT / "canaries" / "stand_in"
# What a Lambda of Python brings, and so Synthetics' runtime: https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html
RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six.py")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("zip")
    with zipfile.ZipFile(io.BytesIO(OURS.content)) as archive:
        archive.extractall(directory)
    return directory


def test_it_has_the_same_bytes_every_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = build_package(DEFINED)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert build_package(DEFINED) == first


def test_it_is_small_and_has_only_what_a_canary_needs(unpacked: Path) -> None:
    assert len(OURS.content) < 10_000_000
    tops = {path.relative_to(unpacked).parts[:2] for path in unpacked.rglob("*.py")}
    assert tops == {("python", "canaries"), ("python", "foundation"), ("python", "websocket")}
    assert {path.name for path in (unpacked / "python" / "foundation").rglob("*.py")} == {"__init__.py", "errors.py"}
    assert not (unpacked / "python" / "canaries" / "stand_in").exists()


def test_it_holds_no_secret(unpacked: Path) -> None:
    found = SecretsCollection()
    with default_settings():
        for path in sorted((unpacked / "python" / "canaries").rglob("*.py")):
            found.scan_file(str(path))
    assert dict(found.data) == {}


def test_its_handlers_import_with_nothing_but_the_runtime(unpacked: Path, tmp_path: Path) -> None:
    site = Path(boto3.__file__).parent.parent
    for name in RUNTIME:
        (tmp_path / name).symlink_to(site / name)
    modules = ", ".join(
        canary.handler.rsplit(".", 1)[0].replace("/", ".") for canary in read_canaries(T_DEVELOPER.canaries).canaries
    )
    path = [str(unpacked / "python"), str(STAND_IN), str(tmp_path)]
    program = f"import sys; sys.path[:0] = {path!r}; import {modules}"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_is_in_the_zip_runs(unpacked: Path, tmp_path: Path) -> None:
    with serving(Api()) as api:
        (done,) = run_canaries(
            [read_canaries(T_DEVELOPER.canaries)["api"]],
            settings_for(api),
            directory=tmp_path,
            code=unpacked / "python",
        ).answer
    assert isinstance(done, CanaryRun)
    assert done.reason is None
    assert [step.name for step in done.steps] == ["health", "submit", "follow", "result"]
