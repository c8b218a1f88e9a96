"""What the first request of each route and each canary waits for, on platforms that have just come up.

`python -m benchmarks.first_requests [COUNT]` brings up five, or so many, one after the other, and prints a table.
On a quiet machine none of them takes more than 300 ms; a slow test holds one platform to it.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import websocket

from canaries.definitions import read_canaries
from canaries.runner import run_canaries
from canaries.runs import CanaryRun
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from sre.local.caller import put_sample, signer_of
from sre.local.canaries import local_settings
from sre.local.lifecycle import down, up
from sre.local.ministack import any_free_port
from sre.local.state import LocalPlatform
from sre.local.submission import submission

PLATFORM_COUNT = 5
LIMIT_MS = 300.0
# The steps of canaries that are one request and its answer; the others also put an archive, or wait for a pipeline's end.
_SINGLE_REQUESTS = {
    "api": ("health",),
    "progress": ("connect",),
    "authorisation": ("unsigned-submit", "unsigned-read", "unsigned-connect"),
    "certificate": ("prove", "answer"),
}


def first_requests(platform: LocalPlatform) -> Mapping[str, float]:
    """How many milliseconds the first request of each route took on a platform that nobody has asked yet, in order."""
    signer = signer_of(platform)
    archive_key = put_sample(platform)
    took: dict[str, float] = {}

    def timed(name: str, act: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        answer = act()
        took[name] = (time.perf_counter() - began) * 1000
        return answer

    def ask(method: str, path: str, body: str | None = None, *, is_signed: bool = True) -> tuple[int, bytes]:
        url = platform.api_url + path
        headers = signer.headers(method, url, body) if is_signed else {}
        data = None if body is None else body.encode()
        request = Request(url, data=data, method=method, headers=headers)  # noqa: S310 - 127.0.0.1
        try:
            with urlopen(request, timeout=30) as answer:  # noqa: S310
                return answer.status, answer.read()
        except HTTPError as error:
            with error:
                return error.code, error.read()

    timed("GET /v1/health", lambda: ask("GET", "/v1/health", is_signed=False))
    status, body = timed("POST /v1/pipelines", lambda: ask("POST", "/v1/pipelines", submission(archive_key)))
    assert status == 202, body
    pipeline_id = json.loads(body)["pipeline_id"]
    timed("GET /v1/pipelines/{id}", lambda: ask("GET", f"/v1/pipelines/{pipeline_id}"))
    timed("POST, unsigned", lambda: ask("POST", "/v1/pipelines", "{}", is_signed=False))
    address = signer.websocket_url(platform.websocket_url)
    connection = timed("WebSocket connect", lambda: websocket.create_connection(address, timeout=30))
    try:
        connection.send(json.dumps({"action": "subscribe", "pipeline_id": pipeline_id}))
        timed("WebSocket subscribe", connection.recv)
    finally:
        connection.close(timeout=1)
    return took


def first_canaries(platform: LocalPlatform, directory: Path) -> Mapping[str, float]:
    """How many milliseconds each canary's own requests took in its first run; their steps that wait for more are left out."""
    defined = read_canaries(T_DEVELOPER.canaries)
    settings = local_settings(platform, make_stage("local"))
    took: dict[str, float] = {}
    for run in run_canaries(defined.canaries, settings, directory=directory).answer:
        assert isinstance(run, CanaryRun), run
        assert run.has_passed, run.reason
        for step in run.steps:
            if step.name in _SINGLE_REQUESTS[run.name]:
                took[f"canary {run.name}: {step.name}"] = step.took_seconds * 1000
    return took


def main() -> None:
    """Bring the platforms up and print what was measured; exit code 1 where one request took too long."""
    platform_count = int(sys.argv[1]) if sys.argv[1:] else PLATFORM_COUNT
    measured: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="first-requests-") as directory:
        for number in range(platform_count):
            home = Path(directory) / str(number)
            try:
                platform = up(home, port=any_free_port())
                for name, ms in {**first_requests(platform), **first_canaries(platform, home / "canaries")}.items():
                    measured.setdefault(name, []).append(ms)
            finally:
                down(home)
    width = max(map(len, measured))
    print(f"{'first request, ms':{width}}  " + "".join(f"{f'run {number + 1}':>9}" for number in range(platform_count)))
    for name, all_ms in measured.items():
        print(
            f"{name:{width}}  "
            + "".join(f"{ms:9.1f}" for ms in all_ms)
            + ("  too slow" if max(all_ms) > LIMIT_MS else "")
        )
    sys.exit(any(max(all_ms) > LIMIT_MS for all_ms in measured.values()))


if __name__ == "__main__":
    main()
