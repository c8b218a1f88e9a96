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
        try:
            result = function_to_execute()
            if inspect.isawaitable(result):
                result = await result
            step["status"] = "PASSED"
        except Exception as error:
            step["failureReason"] = str(error)
            raise
        else:
            return result
        finally:
            ended_at = datetime.now(UTC)
            step["endTime"] = ended_at.isoformat(timespec="milliseconds")
            step["durationMs"] = round((ended_at - began_at).total_seconds() * 1000, 1)


synthetics_webdriver = WebDriver()
