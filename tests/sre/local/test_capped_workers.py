"""MiniStack's executor with calls in turn: held against the real one's shape, and tried on one that starts no process."""

import threading
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

from foundation.errors import PlatformError
from sre.local.capped_workers import _FUNCTIONS, _RUNTIME, _cap, check_shape, function_of
from sre.local.worker_queue import WorkerQueue

CONFIG = {"FunctionName": "api", "Version": "$LATEST", "FunctionArn": "arn:aws:lambda:eu-west-1:1:function:api"}
POOL = "1:eu-west-1:api:$LATEST"


class Worker:
    """One that starts when it is first called, as MiniStack's do."""

    def __init__(self, name: str, config: dict[str, Any], code: bytes) -> None:
        self.in_use, self.last_used, self.calls = False, 1e9, 0
        self._proc: Any = None

    def invoke(self, event: Any, _request_id: str) -> dict[str, Any]:
        self._proc = self._proc or SimpleNamespace(poll=lambda: None)
        self.calls += 1
        if event == "fail":
            raise ZeroDivisionError
        return {"status": "ok", "result": event}


class Runtime:
    """`ministack.core.lambda_runtime`, without processes; time goes on by one with every look."""

    def __init__(self) -> None:
        self._workers: dict[str, list[Worker]] = {}
        self._lock = threading.Lock()
        self._now = 0.0

    def _worker_key(self, name: str, _config: dict[str, Any], qualifier: str) -> str:
        return f"1:eu-west-1:{name}:{qualifier}"

    def _worker_class_for(self, _config: dict[str, Any]) -> type[Worker]:
        return Worker

    def acquire_worker(self, name: str, config: dict[str, Any], code: bytes, qualifier: str) -> tuple[Worker, str]:
        with self._lock:
            worker = next(each for each in self._workers[self._worker_key(name, config, qualifier)] if not each.in_use)
            self._now += 1
            worker.in_use, worker.last_used = True, self._now
            return worker, "reused"

    def release_worker(self, worker: Worker) -> None:
        worker.in_use = False


class Functions:
    """`ministack.services.lambda_svc`, as far as it executes."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime

    def _execute_function_warm(self, func: dict[str, Any], event: Any, request_id: str) -> dict[str, Any]:
        if not func["code_zip"]:
            return {"body": "no code"}
        worker, _ = self.runtime.acquire_worker("api", CONFIG, b"", "$LATEST")
        try:
            return {"body": worker.invoke(event, request_id)["result"]}
        finally:
            self.runtime.release_worker(worker)

    def _throttle_response(self, *, reason_code: str, msg: str) -> dict[str, Any]:
        return {"throttle": True, "Reason": reason_code, "message": msg}


class Capped:
    """Two workers for each function."""

    def __init__(self) -> None:
        self.queue = WorkerQueue(places=lambda _pool: 2, patience_seconds=0.001)
        self.runtime: Any = Runtime()
        self.functions: Any = Functions(self.runtime)
        self.running = _cap(self.runtime, self.functions, self.queue, lambda _pool: 2)

    def call(self, event: Any = 1, *, code: bytes = b"zip") -> dict[str, Any]:
        return self.functions._execute_function_warm({"config": CONFIG, "code_zip": code}, event, "r")

    def message(self, event: Any = 1) -> dict[str, Any]:
        return self.runtime.get_or_create_worker("api", CONFIG, b"zip", qualifier="$LATEST").invoke(event, "r")

    @property
    def calls(self) -> list[int]:
        return sorted(worker.calls for worker in self.runtime._workers[POOL])


def test_the_ministack_that_is_locked_is_made_as_it_was_when_it_was_tried() -> None:
    check_shape({name: import_module(name) for name in (_RUNTIME, _FUNCTIONS)})


@pytest.mark.parametrize(
    ("module", "name", "changed"),
    [
        (_RUNTIME, "acquire_worker", lambda: None),
        (_RUNTIME, "get_or_create_worker", None),
        (_RUNTIME, "_workers", []),
        (_RUNTIME, "_lock", None),
        (_FUNCTIONS, "_execute_function_warm", lambda: None),
        (_FUNCTIONS, "_execute_function_dispatch", lambda: None),
    ],
)
def test_a_ministack_that_is_made_otherwise_is_refused_by_name(module: str, name: str, changed: Any) -> None:
    modules = {each: SimpleNamespace(**vars(import_module(each))) for each in (_RUNTIME, _FUNCTIONS)}
    setattr(modules[module], name, changed)
    with pytest.raises(PlatformError, match=f"made otherwise.*{module}.*{name}.*make setup"):
        check_shape(modules)


def test_the_first_calls_start_all_workers_and_no_more_are_ever_started() -> None:
    capped = Capped()
    for expected in ([1], [1, 1], [1, 2], [2, 2], [2, 3]):
        assert capped.call("x") == {"body": "x"}
        assert capped.calls == expected
    assert capped.running() == {"api": 2}


def test_a_message_of_a_websocket_waits_and_is_served_as_a_call_is() -> None:
    capped = Capped()
    assert [capped.message("x"), capped.message("y")] == [
        {"status": "ok", "result": "x"}, {"status": "ok", "result": "y"},
    ]  # fmt: skip
    assert capped.calls == [1, 1]
    assert not any(worker.in_use for worker in capped.runtime._workers[POOL])


def test_who_finds_no_worker_in_time_is_throttled_as_aws_does() -> None:
    capped = Capped()
    with capped.queue.turn(POOL), capped.queue.turn(POOL):
        answer, message = capped.call(), capped.message()
    assert answer == {
        "throttle": True, "Reason": "ConcurrentInvocationLimitExceeded",
        "message": "Rate Exceeded: no worker of api came free in time on this machine",
    }  # fmt: skip
    assert message == {"status": "error", "error": "no worker came free in time on this machine"}
    assert capped.queue.look().given_up_count == 2
    assert POOL not in capped.runtime._workers


@pytest.mark.parametrize("way", ["call", "message"])
def test_a_call_that_fails_keeps_neither_worker_nor_place(way: str) -> None:
    capped = Capped()
    for _ in range(5):
        with pytest.raises(ZeroDivisionError):
            getattr(capped, way)("fail")
    assert not any(worker.in_use for worker in capped.runtime._workers[POOL])
    assert capped.queue.look().waits_ms == ()


def test_a_function_that_may_run_for_longer_is_waited_for_as_long() -> None:
    capped = Capped()
    with capped.queue.turn(POOL), capped.queue.turn(POOL):
        capped.functions._execute_function_warm({"config": {**CONFIG, "Timeout": 0.03}, "code_zip": b"zip"}, 1, "r")
    (waited_ms,) = capped.queue.look().waits_ms
    assert waited_ms >= 30


def test_a_function_without_code_needs_no_worker() -> None:
    capped = Capped()
    with capped.queue.turn(POOL), capped.queue.turn(POOL):
        assert capped.call(code=b"") == {"body": "no code"}


def test_a_worker_that_has_ended_does_not_count_as_running() -> None:
    capped = Capped()
    capped.call()
    capped.runtime._workers[POOL][0]._proc = SimpleNamespace(poll=lambda: -9)
    assert capped.running() == {"api": 0}


def test_a_pool_says_whose_it_is() -> None:
    assert function_of(POOL) == "api"
