"""The handlers as Synthetics runs them: what is tried again, what never is, and what nobody gets to see."""

import dataclasses
import os
import shutil
import sys
import time
from pathlib import Path

import pytest

from canaries.definitions import Canary, read_canaries
from canaries.masking import mask
from canaries.runner import run_canaries
from canaries.runs import CanaryRun, NotRun
from foundation.errors import BugError, SreError
from infra.checkout import ROOT
from infra.service import T_DEVELOPER
from sre.local.ministack import any_free_port
from sre.local.processes import start, stop
from tests.canaries.flaky_api import Api, serving, settings_for

API, CERTIFICATE = read_canaries(T_DEVELOPER.canaries)["api"], read_canaries(T_DEVELOPER.canaries)["certificate"]


def run(canary: Canary, settings: dict[str, str], directory: Path) -> CanaryRun:
    (done,) = run_canaries([canary], settings, directory=directory).answer
    assert isinstance(done, CanaryRun)
    return done


def test_a_network_that_resets_three_connections_of_ten_fails_no_canary_that_tries_again(tmp_path: Path) -> None:
    with serving(Api(reset_ratio=0.3, seed=3)) as api:
        runs = [run(API, settings_for(api), tmp_path) for _ in range(6)]
    assert [each.reason for each in runs] == [None] * 6
    assert sum(each.retry_count for each in runs) > 0
    assert api.reset_count > 0


def test_without_retries_the_same_network_fails_one_and_says_which_step(tmp_path: Path) -> None:
    with serving(Api(reset_ratio=1.0)) as api:
        done = run(dataclasses.replace(API, retry_count=0), settings_for(api), tmp_path)
    assert done.failed_step == "health"
    assert "GET /v1/health: the network broke 1 times" in (done.reason or "")


@pytest.mark.parametrize(
    ("wrong", "because"),
    [
        (Api(health_status=500), "status 500, where 200 was expected"),
        (Api(health_status=403), "status 403, where 200 was expected"),
        (Api(health_body='{"status": "ill"}'), "the health is not ok"),
        (Api(health_body="ok"), "the answer is no JSON object"),
    ],
)
def test_a_wrong_answer_is_a_failure_and_never_tried_again(wrong: Api, because: str, tmp_path: Path) -> None:
    with serving(wrong) as api:
        done = run(API, settings_for(api), tmp_path)
    assert done.failed_step == "health"
    assert because in (done.reason or "")
    assert api.seen == ["GET /v1/health"]
    assert done.retry_count == 0


def test_a_slow_answer_is_counted_and_fails_nothing_since_the_objective_allows_a_share_of_them(
    tmp_path: Path,
) -> None:
    with serving(Api()) as api:
        at_once = run(API, settings_for(api), tmp_path)
        slow = run(API, settings_for(api) | {"SLOW_AFTER_MS": "0.001"}, tmp_path)
    assert (at_once.failed_step, slow.failed_step) == (None, None)
    assert (at_once.slow, at_once.slowest_ms) == ((), None)
    assert [each.request.split("/")[2] for each in slow.slow] == ["health", "pipelines", "pipelines"]
    assert slow.slowest_ms == max(each.took_ms for each in slow.slow)


def test_no_secret_and_no_signature_is_in_what_a_canary_says(tmp_path: Path) -> None:
    settings = settings_for(Api(url="http://127.0.0.1:1"))
    secret = settings["AWS_SECRET_ACCESS_KEY"]
    with serving(Api(health_body=f'{{"leak": "{secret}", "to": "?X-Amz-Signature=abc123"}}')) as api:
        done = run(API, settings | settings_for(api), tmp_path)
    said = (tmp_path / "api.log").read_text() + (tmp_path / "api.json").read_text() + str(done)
    assert "the health is not ok" in said
    assert "***" in said
    assert secret not in said
    assert "abc123" not in said


def test_masking_hides_credentials_and_signatures_and_leaves_the_rest() -> None:
    text = "GET https://x/?X-Amz-Credential=AKIA/2026&X-Amz-Signature=ff00&a=1 as S3SS10N"
    hidden = "GET https://x/?X-Amz-Credential=***&X-Amz-Signature=***&a=1 as ***"
    assert mask(text, {"AWS_SESSION_TOKEN": "S3SS10N"}) == hidden


def test_a_handler_that_does_not_end_is_ended_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("canaries.runner._START_SECONDS", 0)
    with serving(Api(health_body='{"status": "ok"}', reset_ratio=1.0)) as api:
        done = run(dataclasses.replace(API, timeout_seconds=0), settings_for(api), tmp_path)
    assert done.has_timed_out
    assert done.to_aws()["Status"] == {
        "State": "FAILED",
        "TestResult": "FAILED",
        "StateReason": "no end within 0 s",
        "StateReasonCode": "EXECUTION_FAILURE",
    }


def test_a_canary_without_what_it_needs_is_not_run_and_not_passed(tmp_path: Path) -> None:
    (done,) = run_canaries([CERTIFICATE], {"AWS_REGION": "us-east-1"}, directory=tmp_path).answer
    assert done == NotRun(name="certificate", reason="not run: it needs TLS_URL and CERTIFICATE_DAYS")


@pytest.mark.parametrize(("valid_days", "failed_step"), [(90, None), (5, "stay-valid")])
def test_a_certificate_that_ends_soon_fails_at_that_step(
    valid_days: int, failed_step: str | None, tmp_path: Path
) -> None:
    with serving(Api()) as api, tls_front(api.url, tmp_path, valid_days=valid_days) as url:
        settings = settings_for(api) | {"TLS_URL": url, "SSL_CERT_FILE": str(tmp_path / "ca.pem")}
        done = run(CERTIFICATE, settings, tmp_path / "out")
    assert done.failed_step == failed_step


PLANTED = """
import os
from canaries.steps import run_steps

async def handler(_event, _context):
    await run_steps([("look", lambda: None.nothing if not os.environ["AWS_SECRET_ACCESS_KEY"] else look())])

def look():
    return {}[f"no key {os.environ['AWS_SECRET_ACCESS_KEY']}"]
"""


def test_a_bug_in_a_handler_is_a_bug_with_its_place_and_no_failure_of_the_platform(tmp_path: Path) -> None:
    settings = settings_for(Api(url="http://127.0.0.1:1"))
    secret = settings["AWS_SECRET_ACCESS_KEY"]
    code = tmp_path / "code"
    for room in ("canaries", "foundation"):
        shutil.copytree(ROOT / room, code / room, ignore=shutil.ignore_patterns("__pycache__"))
    (code / "canaries" / "api.py").write_text(PLANTED)
    with pytest.raises(BugError, match=r"canary api: KeyError: .*api\.py.*line 9, in look") as caught:
        run_canaries([API], settings, directory=tmp_path / "out", code=code)
    assert not isinstance(caught.value, SreError)
    assert secret not in str(caught.value) + (tmp_path / "out" / "api.log").read_text()
    assert not (tmp_path / "out" / "api.json").exists()


def test_a_certificate_that_nobody_vouches_for_fails_and_is_not_tried_again(tmp_path: Path) -> None:
    with serving(Api()) as api, tls_front(api.url, tmp_path, valid_days=90) as url:
        done = run(CERTIFICATE, settings_for(api) | {"TLS_URL": url}, tmp_path / "out")
    assert done.failed_step == "prove"
    assert "CERTIFICATE_VERIFY_FAILED" in (done.reason or "")
    assert done.retry_count == 0


class tls_front:  # noqa: N801 - reads as the function that it stands for
    """The local platform's own front, before an API of a test."""

    def __init__(self, url: str, directory: Path, *, valid_days: int) -> None:
        self.port = any_free_port()
        command = [sys.executable, "-m", "sre.local.tls_front", str(self.port), url.rsplit(":", 1)[1], str(directory)]
        self.starting = start(
            "tls-front", [*command, str(valid_days)], environment=dict(os.environ), log=directory / "log"
        )
        give_up = time.monotonic() + 20
        while not (directory / "ca.pem").exists() and time.monotonic() < give_up:
            time.sleep(0.05)

    def __enter__(self) -> str:
        return f"https://localhost:{self.port}"

    def __exit__(self, *_: object) -> None:
        stop([self.starting.started])
