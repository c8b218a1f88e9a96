"""`synthetics_webdriver`: runs steps and keeps what became of each, without a browser."""

import inspect
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any


class WebDriver:
    """The steps of one run, in the shape of the library's own report."""

    def __init__(self) -> None:
        self.steps: list[dict[str, Any]] = []

    async def execute_step(self, step_name: str, function_to_execute: Callable[[], Any]) -> Any:
        """Run one step; what it raises is recorded and raised again."""
        began_at = datetime.now(UTC)
        step: dict[str, Any] = {
            "stepNumber": len(self.steps) + 1,
            "stepName": step_name,
            "startTime": began_at.isoformat(timespec="milliseconds"),
            "status": "FAILED",
        }
        self.steps.append(step)
        with _Recorded(step, began_at):
            result = function_to_execute()
            return await result if inspect.isawaitable(result) else result


class _Recorded:
    """Writes how a step ended, whatever ended it."""

    def __init__(self, step: dict[str, Any], began_at: datetime) -> None:
        self._step, self._began_at = step, began_at

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        ended_at = datetime.now(UTC)
        self._step["endTime"] = ended_at.isoformat(timespec="milliseconds")
        self._step["durationMs"] = round((ended_at - self._began_at).total_seconds() * 1000, 1)
        if error is None:
            self._step["status"] = "PASSED"
        else:
            self._step["failureReason"] = str(error)


synthetics_webdriver = WebDriver()
