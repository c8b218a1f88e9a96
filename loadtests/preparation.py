"""What happens before the first arrival: the target is asked once, all the way, and a target that refuses gets no load."""

import contextlib
import http.client
import ssl
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import requests

from foundation.errors import InputError
from loadtests.addresses import check_address, check_base
from loadtests.counts import Outcome
from loadtests.profiles import AGENT_FLOW, API_FLOWS, PROGRESS_FLOW, SIGNED_FLOWS, Profile, choose_profile
from loadtests.signing import Signer, signer_from_environment
from loadtests.statuses import outcome_of
from loadtests.submission import RUNNING, submission

_FOLLOW_SECONDS = 60.0
_ATTEMPTS = 5


def profile_of(options: Any) -> Profile:
    """The profile that the options name, as long as they say.

    Raises InputError for a wrong profile, and for a flow whose address is missing.
    """
    if not options.profiles:
        raise InputError("--profiles FILE is needed: no file of profiles is known where Locust was started")
    profile = choose_profile(options.load_profile, Path(options.profiles))
    if PROGRESS_FLOW in profile.arrivals_per_second:
        if not options.websocket_url:
            raise InputError(f"the profile {profile.name} has the flow {PROGRESS_FLOW}: give --websocket-url")
        check_address("--websocket-url", options.websocket_url, "ws", "wss")
    if AGENT_FLOW in profile.arrivals_per_second:
        if not options.agent_url:
            raise InputError(f"the profile {profile.name} has the flow {AGENT_FLOW}: give --agent-url")
        check_address("--agent-url", options.agent_url, "http", "https")
    return profile


def prepare(host: str, options: Any) -> None:
    """Ask the target once; `options.first_pipeline` then names a pipeline that can be read, for workers, too.

    Status reads need one, every function has then run once, and a target that refuses gets no load. A target that has
    faults at times is to be measured, so a fault, such as a 5xx answer or a connection that is closed, is asked again before
    it counts as a refusal.
    Raises InputError when it refuses or cannot be reached.
    """
    host = check_base("--host", host.rstrip("/"))
    profile = profile_of(options)
    if set(profile.arrivals_per_second) & SIGNED_FLOWS:
        options.first_pipeline = _submit_first(host, options, signer_from_environment(options.region))
    elif set(profile.arrivals_per_second) & set(API_FLOWS):
        _reach(f"{host}/v1/health", profile.also_expected.get("health", frozenset()))
    if AGENT_FLOW in profile.arrivals_per_second:
        address = urlsplit(str(options.agent_url))
        if str(address.hostname).endswith(".amazonaws.com"):
            signer_from_environment(options.region)
        else:
            _reach(f"{address.scheme}://{address.netloc}/ping")


def _reach(url: str, also_expected: frozenset[int] = frozenset()) -> None:
    expected = frozenset({200}) | also_expected
    answer = _patiently(lambda: _ask("GET", url, {}, None), expected)
    if answer.status_code not in expected:
        raise InputError(f"{url} answered {answer.status_code}, not {_listed(expected)}: {answer.text[:300]}")


def _listed(statuses: Collection[int]) -> str:
    return " or ".join(str(each) for each in sorted(statuses))


def _submit_first(host: str, options: Any, signer: Signer) -> str:
    url = f"{host}/v1/pipelines"
    asked = submission(options.archive_key)
    answer = _patiently(lambda: _ask("POST", url, signer.headers("POST", url, asked), asked), {202})
    if answer.status_code != 202:
        hint = "; are the credentials expired, or those of another account?" if answer.status_code in (401, 403) else ""
        raise InputError(
            f"{url} answered {answer.status_code} to the first pipeline, not 202: {answer.text[:300]}{hint}"
        )
    pipeline_id = _field(answer, "pipeline_id")
    url = f"{url}/{quote(pipeline_id, safe='')}"
    give_up = time.monotonic() + _FOLLOW_SECONDS
    while time.monotonic() < give_up:
        answer = _patiently(lambda: _ask("GET", url, signer.headers("GET", url), None), {200})
        if answer.status_code == 200 and _field(answer, "status") not in RUNNING:
            return pipeline_id
        time.sleep(0.5)
    raise InputError(
        f"the first pipeline did not finish within {_FOLLOW_SECONDS:.0f} s; last answer {answer.status_code}: {answer.text[:300]}"
    )


def _field(answer: requests.Response, name: str) -> str:
    try:
        return str(answer.json()[name])
    except (requests.JSONDecodeError, KeyError, TypeError) as error:
        raise InputError(f"{answer.url} answered without {name}: {answer.text[:300]}") from error


def _patiently(ask: Callable[[], requests.Response], expected: Collection[int]) -> requests.Response:
    """Ask until the answer is no fault, a few times at most; raises InputError for the last that never came."""
    for _ in range(_ATTEMPTS - 1):
        with contextlib.suppress(_ClosedError):
            answer = ask()
            if outcome_of(answer.status_code, expected) is not Outcome.FAULT:
                return answer
    return ask()


class _ClosedError(InputError):
    """A connection that was closed before its answer was whole: as much a fault as an answer that says so."""


_PATIENCE_SECONDS = 30


def _ask(method: str, url: str, headers: dict[str, str], body: str | None) -> requests.Response:
    try:
        return requests.request(
            method, url, headers=headers, data=body, timeout=_PATIENCE_SECONDS, allow_redirects=False
        )
    except requests.RequestException as error:
        kind = _ClosedError if _is_closed(error) else InputError
        raise kind(f"{url} cannot be reached: {_why(error)}") from error


def _is_closed(error: BaseException | None) -> bool:
    """Whether a connection was there, and ended: http.client, urllib3 and requests each wrap what the one below says."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, ConnectionResetError | BrokenPipeError | http.client.IncompleteRead | ssl.SSLEOFError):
            return True
        waiting += [one.__cause__, one.__context__, *(each for each in one.args if isinstance(each, BaseException))]
    return False


def _why(error: requests.RequestException) -> str:
    """What the system said, out of what two libraries have wrapped around it."""
    if isinstance(error, requests.Timeout):
        return f"no answer within {_PATIENCE_SECONDS} s"
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, OSError) and inner.strerror:
            return inner.strerror.lower()
        inner = inner.__cause__ or inner.__context__
    return type(error).__name__
