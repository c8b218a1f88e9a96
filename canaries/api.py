"""The API journey: ask for the health, submit a pipeline, follow it to its end, and read the result."""

import time
from typing import Any

from canaries import pipeline
from canaries.calling import Answer, Caller, caller_from_environment
from canaries.steps import demand, run_steps

_FOLLOW_SECONDS = 45.0


class Journey:
    """One journey. A slow answer fails nothing: the objective on latency allows a share of them, and judges that."""

    def __init__(self) -> None:
        self._caller: Caller = caller_from_environment()
        self._pipeline_id = ""
        self._read: dict[str, Any] = {}

    def health(self) -> None:
        """The API is there."""
        answer = self._caller.call("GET", "/v1/health", is_signed=False)
        self._demand(answer, 200)
        demand(answer.json().get("status") == "ok", f"the health is not ok: {answer.body[:120]!r}")

    def submit(self) -> None:
        """A pipeline is accepted at once."""
        pipeline.upload_archive()
        self._pipeline_id, answer = pipeline.submit(self._caller)
        self._demand(answer, 202)

    def follow(self) -> None:
        """It comes to an end."""
        give_up = time.monotonic() + _FOLLOW_SECONDS
        while time.monotonic() < give_up:
            answer = self._caller.call("GET", f"/v1/pipelines/{self._pipeline_id}")
            self._demand(answer, 200)
            self._read = answer.json()
            if self._read.get("status") not in pipeline.RUNNING:
                return
            time.sleep(1)
        demand(False, f"still {self._read.get('status')} after {_FOLLOW_SECONDS:g} s")

    def result(self) -> None:
        """It passed, and the gates say why."""
        status = self._read.get("status")
        demand(status == "passed", f"the pipeline ended as {status}, and not as passed")
        demand(bool(self._read.get("gates")), "the result names no gate")

    def _demand(self, answer: Answer, status: int) -> None:
        demand(answer.status == status, f"status {answer.status}, where {status} was expected: {answer.body[:120]!r}")


async def handler(_event: object, _context: object) -> None:
    """The canary `api`."""
    journey = Journey()
    await run_steps(
        [
            ("health", journey.health),
            ("submit", journey.submit),
            ("follow", journey.follow),
            ("result", journey.result),
        ]
    )
