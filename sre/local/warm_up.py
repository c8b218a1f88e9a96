"""Starts and tries out every worker of the local platform before anything is measured on it, by the routes that will be measured.

A worker's first call pays for its start, its first connection and what its libraries put off; on AWS few calls of many do. A
call that finds a function without all its workers starts one, so as many calls as a function may have workers start them all.
"""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import websocket

from foundation.errors import PlatformError
from foundation.fault_switch import OFF
from sre.local.caller import put_sample, signer_of
from sre.local.state import LocalPlatform
from sre.local.submission import RUNNING, submission
from sre.local.workers import API, SUBSCRIPTIONS, core_count, worker_count

# Under load, workers that were ended are started anew, and a busy machine takes its time for each.
_PATIENCE_SECONDS = 60
_PIPELINES_SECONDS = 120
# A fault may hide that a pipeline has ended; that is what the platform was asked for.
_PIPELINES_SECONDS_WITH_A_FAULT = 20
_HEALTH, _PIPELINES = "/v1/health", "/v1/pipelines"
_NO_PIPELINE = "of-the-warm-up"


def warm(platform: LocalPlatform) -> None:
    """Have every worker of every function started, and each path served once by each: asked, submitted, read, subscribed.

    The pipelines that it submits are finished when it returns. Raises PlatformError where a platform without a fault does not
    answer as it should.
    """
    warm_apis(platform)
    warmer = _Warmer(platform)
    archive_key = put_sample(platform)
    cores = core_count()
    submitted = warmer.at_once(
        worker_count(API, cores=cores), lambda: warmer.ask("POST", _PIPELINES, body=submission(archive_key))
    )
    warmer.demand(submitted, 202, _PIPELINES)
    pipelines = [answer.read("pipeline_id") for answer in submitted if answer.status == 202]
    warmer.follow(pipelines)
    if pipelines:
        warmer.subscribe(pipelines[0], worker_count(SUBSCRIPTIONS, cores=cores))


def warm_apis(platform: LocalPlatform) -> None:
    """Have the workers of both APIs started, and each read once; nothing is submitted or left behind. Raises PlatformError."""
    warmer = _Warmer(platform)
    cores = core_count()
    workers = worker_count(API, cores=cores)
    give_up_at = time.monotonic() + _PATIENCE_SECONDS
    while True:
        is_last = time.monotonic() >= give_up_at
        try:
            answers = warmer.at_once(workers, lambda: warmer.ask("GET", _HEALTH))
        except PlatformError:
            # On a busy machine the first workers are not there in time for the first calls.
            if is_last:
                raise
        else:
            if platform.fault_switch != OFF or {answer.status for answer in answers} == {200}:
                break
            if is_last:
                warmer.demand(answers, 200, _HEALTH)
        time.sleep(1)
    nothing = f"{_PIPELINES}/{_NO_PIPELINE}"
    warmer.demand(warmer.at_once(workers, lambda: warmer.ask("GET", nothing)), 404, nothing)
    warmer.subscribe(_NO_PIPELINE, worker_count(SUBSCRIPTIONS, cores=cores))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    body: bytes

    def read(self, key: str) -> str:
        data: dict[str, Any] = json.loads(self.body)
        return str(data[key])


class _Warmer:
    """Asks a platform as its caller; its fault switch may fail any answer, and the workers have been tried all the same."""

    def __init__(self, platform: LocalPlatform) -> None:
        self._platform = platform
        self._signer = signer_of(platform)

    def at_once(self, number: int, ask: Callable[[], _Answer]) -> list[_Answer]:
        """So many answers, asked for together."""
        with ThreadPoolExecutor(number) as pool:
            asked = [pool.submit(ask) for _ in range(number)]
            return [each.result() for each in asked]

    def ask(self, method: str, path: str, *, body: str | None = None) -> _Answer:
        """One answer, of whatever status. Raises PlatformError where none comes."""
        url = self._platform.api_url + path
        headers = {} if path == _HEALTH else self._signer.headers(method, url, body)
        data = None if body is None else body.encode()
        request = Request(url, data=data, method=method, headers=headers)  # noqa: S310 - a fixed http address
        try:
            with urlopen(request, timeout=30) as answer:  # noqa: S310
                return _Answer(status=answer.status, body=answer.read())
        except HTTPError as error:
            with error:
                return _Answer(status=error.code, body=error.read())
        except (OSError, HTTPException) as error:
            raise self._broken(f"does not answer {path}: {error}") from error

    def demand(self, answers: list[_Answer], status: int, path: str) -> None:
        """Raise PlatformError where the answers have another status, and no fault is switched on that explains it."""
        found = sorted({answer.status for answer in answers})
        if self._platform.fault_switch == OFF and found != [status]:
            raise self._broken(f"answers {path} with {found}, where {status} was expected")

    def follow(self, pipelines: list[str]) -> None:
        """Read the pipelines until they have ended."""
        is_sound = self._platform.fault_switch == OFF
        give_up_at = time.monotonic() + (_PIPELINES_SECONDS if is_sound else _PIPELINES_SECONDS_WITH_A_FAULT)
        for pipeline_id in pipelines:
            path = f"{_PIPELINES}/{pipeline_id}"
            while True:
                answer = self.ask("GET", path)
                self.demand([answer], 200, path)
                if answer.status == 200 and answer.read("status") not in RUNNING:
                    break
                if time.monotonic() >= give_up_at:
                    if is_sound:
                        raise self._broken(f"has not finished a pipeline of its warm-up after {_PIPELINES_SECONDS} s")
                    return
                time.sleep(0.2)

    def subscribe(self, pipeline_id: str, number: int) -> None:
        """Ask for a pipeline that has ended, or is none, from so many connections at once; a fault may keep it silent."""
        opened: list[Any] = []
        try:
            for _ in range(number):
                url = self._signer.websocket_url(self._platform.websocket_url)
                opened.append(websocket.create_connection(url, timeout=30))
            for connection in opened:
                connection.send(json.dumps({"action": "subscribe", "pipeline_id": pipeline_id}))
            if self._platform.fault_switch == OFF:
                for connection in opened:
                    connection.recv()
        except (OSError, websocket.WebSocketException) as error:
            raise self._broken(f"does not serve its WebSocket API: {error}") from error
        finally:
            for connection in opened:
                connection.close(timeout=1)

    def _broken(self, what: str) -> PlatformError:
        return PlatformError(f"the local platform {what}; see {self._platform.home / 'ministack.log'}")
