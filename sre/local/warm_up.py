"""Starts workers of the local platform before anything is measured on it.

MiniStack starts a worker for every request that finds none free. On a few cores, starting several under load slows
those that serve, so that more are started: a storm that AWS, with its own machine for each, does not have.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import urlopen

from foundation.errors import PlatformError
from foundation.fault_switch import read_switch
from sre.local.state import LocalPlatform

# A load of some tens of requests a second keeps about so many workers busy at once, and more where some have to wait.
_WARM_WORKERS = 8
_WARM_WORKERS_WITH_DELAY = 20
# Under load, workers that were ended are started anew by everybody at once, and the platform refuses for seconds.
_PATIENCE_SECONDS = 60


def warm(platform: LocalPlatform) -> None:
    """Have workers of the API started, more of them where some will have to wait. Raises PlatformError."""
    is_delayed = read_switch(platform.fault_switch, stage="local").delay_ratio > 0
    worker_count = _WARM_WORKERS_WITH_DELAY if is_delayed else _WARM_WORKERS
    health = f"{platform.api_url}/v1/health"

    def ask(_number: int) -> int:
        try:
            with urlopen(health, timeout=30) as answer:  # noqa: S310 - a fixed http address
                return int(answer.status)
        except HTTPError as error:  # the fault switch may fail it; the worker has started all the same
            return error.code

    log = platform.home / "ministack.log"
    give_up_at = time.monotonic() + _PATIENCE_SECONDS
    with ThreadPoolExecutor(worker_count) as pool:
        while True:
            try:
                statuses = set(pool.map(ask, range(worker_count)))
            except (OSError, HTTPException) as error:
                raise PlatformError(f"the API does not answer {health}: {error}; see {log}") from error
            if platform.fault_switch != "off" or statuses == {200}:
                return
            if time.monotonic() >= give_up_at:
                raise PlatformError(f"the API answers {health} with {sorted(statuses)}; see {log}")
            time.sleep(1)
