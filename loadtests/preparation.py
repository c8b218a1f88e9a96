"""What happens before the first arrival: each flow is tried once, all the way, and a target that refuses gets no load."""

import contextlib
import http.client
import json
import os
import ssl
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from random import Random
from typing import Any, cast
from urllib.parse import urlsplit

import requests

from foundation.errors import InputError
from foundation.files.explaining import with_hint
from foundation.steps.drawing import Given, draw
from foundation.steps.judging import Judgement, judge
from foundation.steps.model import Value
from foundation.steps.requests import Request
from foundation.steps.running import HowEnded, Pause, Since, converse
from loadtests.addresses import check_address, check_base
from loadtests.authorising import Authoriser, refuse_unset, secrets_of
from loadtests.counts import Outcome
from loadtests.flows import AgentTurn, Conversation, Flow, Flows, PythonFlow, WebSocketProgress
from loadtests.flows_file import read_flows
from loadtests.profiles import Profile, choose_profile
from loadtests.signing import signer_from_environment
from loadtests.statuses import outcome_of

_ATTEMPTS = 5
# What a flow keeps may need a moment; how long a person thinks is nothing that anybody measures here.
_LONGEST_THINKING_SECONDS = 5.0


def flows_of_options(options: Any) -> Flows:
    """The flows of the file that the options name. Raises InputError for a wrong one, and none."""
    if not options.flows:
        raise InputError("--flows FILE is needed: no file of flows is known where Locust was started")
    return read_flows(Path(options.flows))


def given_values(options: Any) -> Mapping[str, Value]:
    """The values that the options give. Raises InputError for what is no JSON of texts and numbers by their names."""
    try:
        given: Any = json.loads(options.given or "{}")
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict) or not all(isinstance(each, str | int) for each in given.values()):  # pyright: ignore[reportUnknownVariableType]
        raise InputError('--given must be values by their names, such as {"archive_key": "archives/sample.zip"}')
    return cast("Mapping[str, Value]", given)


def profile_of(options: Any, flows: Flows) -> Profile:
    """The profile that the options name, as long as they say.

    Raises InputError for a wrong profile, and for a flow whose address, secret or value is missing.
    """
    if not options.profiles:
        raise InputError("--profiles FILE is needed: no file of profiles is known where Locust was started")
    profile = choose_profile(options.load_profile, Path(options.profiles), flows)
    for name, flow in profile.flows.items():
        match flow.kind:
            case WebSocketProgress():
                if not options.websocket_url:
                    raise InputError(f"the profile {profile.name} has the flow {name}: give --websocket-url")
                check_address("--websocket-url", options.websocket_url, "ws", "wss")
            case AgentTurn():
                if not options.agent_url:
                    raise InputError(f"the profile {profile.name} has the flow {name}: give --agent-url")
                check_address("--agent-url", options.agent_url, "http", "https")
            case Conversation() | PythonFlow():
                pass
    for flow in tried_flows(profile, flows):
        refuse_unset(_talk(flow), os.environ)
    _refuse_unknown(given_values(options), flows)
    return profile


def _refuse_unknown(given: Mapping[str, Value], flows: Flows) -> None:
    talks = [flow.kind for flow in flows if isinstance(flow.kind, Conversation)]
    known = {name for talk in talks for name, source in talk.values.items() if isinstance(source, Given)}
    for name in given:
        if name not in known:
            raise InputError(with_hint(f"{flows.file}: no flow leaves {name} to be given", name, known))


def tried_flows(profile: Profile, flows: Flows) -> tuple[Flow, ...]:
    """The conversations that are had once before a load, each after those that keep what it begins with."""
    found: list[Flow] = []
    for flow in profile.flows.values():
        first = _conversation_of(flow, flows)
        if first is not None:
            _try_after_others(first, flows, found, waiting=())
    return tuple(found)


def _try_after_others(flow: Flow, flows: Flows, found: list[Flow], *, waiting: tuple[Flow, ...]) -> None:
    """Add a flow to those that were found, after what it begins with. `waiting` are those that wait for it."""
    if flow in found:
        return
    for name in sorted(_talk(flow).recents):
        if any(name in _talk(each).keeps for each in found):
            continue
        keepers = [
            each
            for each in flows
            if isinstance(each.kind, Conversation) and name in each.kind.keeps and each not in (flow, *waiting)
        ]
        if not keepers:
            raise InputError(f"{flows.file}: {flow.name} begins with {name}, which no flow can keep first")
        _try_after_others(keepers[0], flows, found, waiting=(flow, *waiting))
    found.append(flow)


def _conversation_of(flow: Flow, flows: Flows) -> Flow | None:
    match flow.kind:
        case Conversation():
            return flow
        case WebSocketProgress(of=of):
            return flows[of]
        case AgentTurn() | PythonFlow():
            return None


def _talk(flow: Flow) -> Conversation:
    if not isinstance(flow.kind, Conversation):
        raise TypeError(f"{flow.name} has no steps")
    return flow.kind


def prepare(host: str, options: Any) -> None:
    """Try each flow once; `options.first_values` then are what their answers kept, for workers, too.

    A flow that begins with what another kept needs one, every function has then run once, and a target that refuses gets no
    load. A target that has faults at times is to be measured, so a fault, such as a 5xx answer or a connection that is closed, is
    asked again before it counts as a refusal.
    Raises InputError when it refuses or cannot be reached.
    """
    host = check_base("--host", host.rstrip("/"))
    flows = flows_of_options(options)
    profile = profile_of(options, flows)
    tried = tried_flows(profile, flows)
    signer = signer_from_environment(
        options.region, required=any(flows.is_signed(each.name) for each in (*tried, *profile.flows.values()))
    )  # fmt: skip
    authoriser = Authoriser(signer=signer, environment=os.environ)
    kept: dict[str, Value] = {}
    for flow in tried:
        also_expected = profile.also_expected.get(flow.name, frozenset())
        kept |= _have(flow, _talk(flow), host, authoriser, given_values(options), kept, also_expected)
    options.first_values = json.dumps(kept, default=str)
    if not tried and any(isinstance(flow.kind, PythonFlow) for flow in profile.flows.values()):
        _ask("GET", host, {}, None)
    if any(isinstance(flow.kind, AgentTurn) for flow in profile.flows.values()):
        address = urlsplit(str(options.agent_url))
        if str(address.hostname).endswith(".amazonaws.com"):
            signer_from_environment(options.region)
        else:
            _reach(f"{address.scheme}://{address.netloc}/ping")


def _reach(url: str) -> None:
    answer = _patiently(lambda: _ask("GET", url, {}, None), lambda answer: _is_fault(answer, {200}))
    if answer.status_code != 200:
        raise InputError(f"{url} answered {answer.status_code}, not 200: {answer.text[:300]}")


def _have(
    flow: Flow, talk: Conversation, host: str, authoriser: Authoriser, given: Mapping[str, Value],
    kept: Mapping[str, Value], also_expected: Collection[int],
) -> dict[str, Value]:  # fmt: skip
    """Have the conversation of a flow once; what it kept. Raises InputError when it is refused."""
    random = Random(f"first:{flow.name}")  # noqa: S311 - test data, no secret
    values = draw(
        talk.values, random, recent=lambda name: _first(name, flow, kept), given=given, environment=authoriser.environment
    )  # fmt: skip
    secrets = secrets_of(talk.steps, authoriser.environment)
    found: dict[str, Value] = {}
    conversation = converse(talk.steps, values)
    try:
        action = next(conversation)
        while True:
            match action:
                case Pause(seconds=seconds, since=since):
                    time.sleep(min(seconds, _LONGEST_THINKING_SECONDS) if since is Since.ANSWER else seconds)
                    action = next(conversation)
                case Request():
                    judged = _ask_step(action, host, authoriser, {**values, **found}, also_expected, secrets)
                    found |= {} if judged is None else judged.kept
                    action = conversation.send(judged)
    except StopIteration as stopped:
        ending = stopped.value
        if ending.how in (HowEnded.UNFINISHED, HowEnded.UNSENDABLE):
            raise InputError(f"the first {flow.name}: {ending.step.name}: {ending.problem}") from None
    return found


def _first(name: str, flow: Flow, kept: Mapping[str, Value]) -> Value:
    """What an earlier conversation kept. Raises InputError where it was answered as expected, and yet kept nothing."""
    if name not in kept:
        raise InputError(f"{flow.name} begins with {name}, and the first answers had none: nothing of it can be sent")
    return kept[name]


def _ask_step(
    request: Request, host: str, authoriser: Authoriser, values: Mapping[str, Value], also_expected: Collection[int],
    secrets: Mapping[str, Value],
) -> Judgement | None:  # fmt: skip
    step, url = request.step, f"{host}{request.target}"
    expected = step.expected_statuses | frozenset(also_expected)

    def ask() -> requests.Response:
        return _ask(step.method, url, authoriser.headers(request, url), request.body)

    def judged(answer: requests.Response) -> Judgement | None:
        return judge(step, answer.content, values) if answer.status_code in step.expected_statuses else None

    def is_fault(answer: requests.Response) -> bool:
        said = judged(answer)
        return _is_fault(answer, expected) or (said is not None and said.problem is not None)

    answer = _patiently(ask, is_fault)
    text = authoriser.masked(answer.text[:300], secrets)
    if answer.status_code not in expected:
        hint = "; are the credentials expired, or those of another account?" if answer.status_code in (401, 403) else ""
        raise InputError(f"{url} answered {answer.status_code} to {step.name}, not {_listed(expected)}: {text}{hint}")
    said = judged(answer)
    if said is not None and said.problem is not None:
        raise InputError(f"{url} answered {step.name} wrongly: {authoriser.masked(said.problem, secrets)}")
    return said


def _is_fault(answer: requests.Response, expected: Collection[int]) -> bool:
    return outcome_of(answer.status_code, expected) is Outcome.FAULT


def _listed(statuses: Collection[int]) -> str:
    return " or ".join(str(each) for each in sorted(statuses))


def _patiently(
    ask: Callable[[], requests.Response], is_fault: Callable[[requests.Response], bool]
) -> requests.Response:
    """Ask until the answer is no fault, a few times at most; raises InputError for the last that never came."""
    for _ in range(_ATTEMPTS - 1):
        with contextlib.suppress(_ClosedError):
            answer = ask()
            if not is_fault(answer):
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
