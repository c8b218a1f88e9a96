"""`sre loadtest run` on the local platform: as its caller, without any AWS variable, and its metrics are the platform's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import sre.cli.loadtest.run as of_run
from foundation.cloudwatch.putting import Put
from foundation.errors import SourceError
from foundation.machine.recording import LocalTarget
from loadtests.result import LoadResult, write_result
from loadtests.run import LoadTest
from sre.local.state import LocalPlatform
from tests.loadtests.factories import a_result
from tests.sre.cli.command_line import Done, sre


@dataclass
class Loads:
    """What would have been loaded, and as whom; samples and metrics that would have been put."""

    tests: list[LoadTest] = field(default_factory=list[LoadTest])
    credentials: list[Mapping[str, str]] = field(default_factory=list[Mapping[str, str]])
    local: list[LocalTarget | None] = field(default_factory=list[LocalTarget | None])
    sample_count: int = 0
    put_stages: list[str] = field(default_factory=list[str])
    refuses: str = ""


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> Loads:
    made = Loads()

    def load(
        test: LoadTest, *, directory: Path, credentials: Mapping[str, str], watch: object, local: LocalTarget | None
    ) -> LoadResult:
        made.tests.append(test)
        made.local.append(local)
        made.credentials.append(credentials)
        write_result(a_result(good=4_900, faults=100), directory / "load-result.json")
        return a_result(good=4_900, faults=100)

    def put_sample(_platform: LocalPlatform) -> None:
        made.sample_count += 1

    def put(result: LoadResult, _metrics: Any, _client: Any) -> Put:
        if made.refuses:
            raise SourceError(made.refuses)
        made.put_stages.append(result.stage)
        return Put(put_count=1, refused=())

    monkeypatch.setattr(of_run, "run_load_test", load)
    monkeypatch.setattr(of_run, "put_sample", put_sample)
    monkeypatch.setattr(of_run, "put_metrics", put)
    return made


def run(*arguments: str) -> Done:
    return sre("loadtest", "run", *arguments)


@pytest.mark.parametrize(
    "named", [("--home", "home"), ("--local", "--home", "home"), ("--home", "home", "--stage", "local")]
)
def test_the_platform_that_is_up_is_loaded_as_its_caller_and_has_the_result(
    running: LocalPlatform, loads: Loads, named: tuple[str, ...]
) -> None:
    done = run(*named)
    assert done.returncode == 1, done.stderr
    (test,) = loads.tests
    assert (test.url, test.websocket_url, test.region) == (running.api_url, running.websocket_url, "us-east-1")
    assert (test.stage.name, test.profile.name, test.given) == ("local", "smoke", {})
    assert loads.credentials == [{"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": ""}]
    assert (loads.sample_count, loads.put_stages) == (1, ["local"])
    (local,) = loads.local
    assert local is not None
    assert local.sessions == tuple(each.pid for each in running.processes)
    assert "miss" in done.stdout


def test_the_profile_progress_needs_no_address_there(running: LocalPlatform, loads: Loads) -> None:
    assert run("--home", "home", "--profile", "progress").returncode == 1
    assert loads.tests[0].websocket_url == running.websocket_url


@pytest.mark.usefixtures("running")
def test_an_archive_of_ones_own_is_not_put(loads: Loads) -> None:
    assert run("--home", "home", "--archive-key", "archives/mine.zip").returncode == 1
    assert (loads.sample_count, loads.tests[0].given) == (0, {"archive_key": "archives/mine.zip"})


@pytest.mark.usefixtures("running")
def test_metrics_that_cannot_be_put_are_said_and_spoil_no_verdict(loads: Loads) -> None:
    loads.refuses = "the local platform did not answer"
    done = run("--home", "home")
    assert done.returncode == 1
    assert "the result's metrics are not on the local platform: the local platform did not answer" in done.stderr


@pytest.mark.usefixtures("running")
def test_an_address_is_loaded_by_the_callers_own_credentials_and_nothing_is_put(loads: Loads) -> None:
    done = run("--url", "http://127.0.0.1:9")
    assert done.returncode == 1, done.stderr
    assert (loads.tests[0].url, loads.tests[0].stage.name, loads.credentials) == ("http://127.0.0.1:9", "local", [{}])
    assert (loads.sample_count, loads.put_stages) == (0, [])
    assert run("--url", "https://abc123.execute-api.us-east-1.amazonaws.com/staging").returncode == 1
    assert loads.tests[1].stage.name == "staging"


@pytest.mark.usefixtures("running")
def test_where_none_is_up_nothing_is_loaded_and_it_is_said_what_to_do(loads: Loads) -> None:
    done = run()
    assert (done.returncode, loads.tests) == (2, [])
    assert done.stderr == (
        "Error: no local platform is up in .sre/local; start one with `sre local up`, or give --url\n"
    )
