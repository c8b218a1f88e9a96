"""Makes MiniStack's Lambda executor take calls in turn: a function has a fixed number of workers, and the others wait.

MiniStack 1.5.33 starts a worker for every call that finds none free, and answers 429 past its account's concurrency. A busy
machine then starts more workers, which make it busier. What of MiniStack is replaced, and why, is in docs/adr/0016.
"""

import inspect
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from foundation.errors import PlatformError
from sre.local.worker_queue import WorkerQueue

_RUNTIME, _FUNCTIONS = "ministack.core.lambda_runtime", "ministack.services.lambda_svc"
# What is called or replaced here, and the parameters that it had when it was tried.
_SHAPE: Mapping[tuple[str, str], str] = {
    (_RUNTIME, "_worker_key"): "func_name, config, qualifier",
    (_RUNTIME, "_worker_class_for"): "config",
    (_RUNTIME, "acquire_worker"): "func_name, config, code_zip, qualifier, max_concurrency",
    (_RUNTIME, "release_worker"): "worker",
    (_RUNTIME, "get_or_create_worker"): "func_name, config, code_zip, qualifier",
    (_FUNCTIONS, "_execute_function_warm"): "func, event, request_id",
    (_FUNCTIONS, "_throttle_response"): "reason_code, msg, retry_after",
}


def cap_workers(queue: WorkerQueue, *, places: Callable[[str], int]) -> Callable[[], Mapping[str, int]]:
    """Have every call of a function wait for its turn in `queue`; what counts the workers that run, by function.

    `places` says how many workers a pool of `function_of` may have. Raises PlatformError when MiniStack is made otherwise than
    it was.
    """
    runtime, functions = import_module(_RUNTIME), import_module(_FUNCTIONS)
    check_shape({_RUNTIME: runtime, _FUNCTIONS: functions})
    return _cap(runtime, functions, queue, places)


def function_of(pool: str) -> str:
    """The function whose pool it is: MiniStack names pools `account:region:function:qualifier`."""
    return pool.split(":")[-2]


def check_shape(modules: Mapping[str, Any]) -> None:
    """Raise PlatformError unless everything that is replaced or called here is as it was when it was tried."""
    changed = [
        f"{module}.{name}" for (module, name), known in _SHAPE.items() if _signature(modules[module], name) != known
    ]
    runtime, functions = modules[_RUNTIME], modules[_FUNCTIONS]
    if not isinstance(getattr(runtime, "_workers", None), dict) or not hasattr(
        getattr(runtime, "_lock", None), "acquire"
    ):
        changed.append(f"{_RUNTIME}._workers, _lock")
    caller = getattr(functions, "_execute_function_dispatch", None)
    if caller is None or "_execute_function_warm" not in caller.__code__.co_names:
        changed.append(f"{_FUNCTIONS}._execute_function_dispatch")
    if changed:
        raise PlatformError(
            f"MiniStack is made otherwise than the version that the local platform knows ({', '.join(changed)}); "
            "install the locked one: make setup"
        )


def _signature(module: Any, name: str) -> str | None:
    function = getattr(module, name, None)
    return ", ".join(inspect.signature(function).parameters) if callable(function) else None


def _cap(
    runtime: Any, functions: Any, queue: WorkerQueue, places: Callable[[str], int]
) -> Callable[[], Mapping[str, int]]:
    execute = functions._execute_function_warm

    def idle_since(worker: Any) -> float:
        return worker.last_used

    def prepare(pool: str, name: str, config: dict[str, Any], code: bytes) -> None:
        """Have the call that comes next take a worker that is new, until there are all, and then the one idle longest.

        So the first calls start all workers, and as many more reach each of them: that is how they are warmed.
        """
        with runtime._lock:
            workers = runtime._workers.setdefault(pool, [])
            if len(workers) < places(pool):
                workers.append(worker := runtime._worker_class_for(config)(name, config, code))
                worker.last_used = 0.0
            workers.sort(key=idle_since)

    def execute_in_turn(func: dict[str, Any], event: Any, request_id: str) -> dict[str, Any]:
        config: dict[str, Any] = func.get("config") or func
        code = func.get("code_zip")
        if not code:
            return execute(func, event, request_id)
        name = config.get("FunctionName", "unknown")
        pool = runtime._worker_key(name, config, config.get("Version", "$LATEST"))
        with queue.turn(pool, at_least_seconds=float(config.get("Timeout", 0))) as has_turn:
            if not has_turn:
                return functions._throttle_response(
                    reason_code="ConcurrentInvocationLimitExceeded",
                    msg=f"Rate Exceeded: no worker of {name} came free in time on this machine",
                )
            prepare(pool, name, config, code)
            return execute(func, event, request_id)

    class WorkerInTurn:
        """What a WebSocket message is handed to: MiniStack asks for a worker without saying when it has done with it."""

        def __init__(self, name: str, config: dict[str, Any], code: bytes, qualifier: str) -> None:
            self._pool = runtime._worker_key(name, config, qualifier)
            self._asked = name, config, code
            self._qualifier = qualifier

        def invoke(self, event: Any, request_id: str) -> dict[str, Any]:
            with queue.turn(self._pool) as has_turn:
                if not has_turn:
                    return {"status": "error", "error": "no worker came free in time on this machine"}
                prepare(self._pool, *self._asked)
                worker, _ = runtime.acquire_worker(*self._asked, qualifier=self._qualifier)
                try:
                    return worker.invoke(event, request_id)
                finally:
                    runtime.release_worker(worker)

    def worker_in_turn(func_name: str, config: dict[str, Any], code_zip: bytes, qualifier: str = "$LATEST") -> Any:
        return WorkerInTurn(func_name, config, code_zip, qualifier)

    def running() -> Mapping[str, int]:
        counts: dict[str, int] = {}
        with runtime._lock:
            for pool, workers in runtime._workers.items():
                function = function_of(pool)
                alive = sum(worker._proc is not None and worker._proc.poll() is None for worker in workers)
                counts[function] = counts.get(function, 0) + alive
        return counts

    functions._execute_function_warm = execute_in_turn
    runtime.get_or_create_worker = worker_in_turn
    return running
