"""A check that is data: the conversation that canaries.yaml describes, step by step, as plain JSON beside this file.

Of the standard library alone but for the runtime's own: a signature, and only that, needs botocore, which the runtime has.
"""

import os
import time
from pathlib import Path
from random import Random

from canaries.calling import Answer, Caller, caller_from_environment
from canaries.checks import file_of
from canaries.steps import demand, run_steps, setting
from foundation.errors import StepFailedError
from foundation.steps.drawing import draw
from foundation.steps.judging import Judgement, judge
from foundation.steps.model import HeaderFromEnvironment, SigV4, Step, Unsigned, Value
from foundation.steps.plain import Check, read
from foundation.steps.requests import Request
from foundation.steps.running import HowEnded, Pause, converse


class Conversation:
    """One run of a check; what a step keeps is for those after it."""

    def __init__(self, check: Check) -> None:
        self._check = check
        self._caller: Caller = caller_from_environment()
        seed = os.environ.get("CHECK_SEED") or str(time.time_ns())
        random = Random(seed)  # noqa: S311 - test data, no secret
        self._values = draw(check.values, random, recent=_nothing_recent, given={}, environment=os.environ)

    def step(self, step: Step) -> None:
        """Have one step, repeated where it says so. Raises StepFailedError."""
        talk = converse((step,), self._values)
        try:
            action = next(talk)
            while True:
                match action:
                    case Pause(seconds=seconds):
                        time.sleep(seconds)
                        action = next(talk)
                    case Request():
                        action = talk.send(self._ask(action))
        except StopIteration as stopped:
            ending = stopped.value
            if ending.how is not HowEnded.WHOLE:
                raise StepFailedError(str(ending.problem)) from None
            self._values = ending.values

    def _ask(self, request: Request) -> Judgement:
        step = request.step
        answer = self._send(request)
        expected = sorted(step.expected_statuses)
        demand(
            answer.status in step.expected_statuses,
            f"status {answer.status}, where {' or '.join(map(str, expected))} was expected: {answer.body[:120]!r}",
        )
        judged = judge(step, answer.body, self._values)
        demand(judged.problem is None, str(judged.problem))
        return judged

    def _send(self, request: Request) -> Answer:
        step = request.step
        headers = dict(request.headers)
        match step.authorisation:
            case Unsigned():
                pass
            case SigV4(service=service):
                return self._caller.call(
                    step.method, request.target, body=request.body, headers=headers, service=service
                )  # fmt: skip
            case HeaderFromEnvironment(header=header, variable=variable, prefix=prefix):
                headers[header] = f"{prefix}{setting(variable)}"
        return self._caller.call(step.method, request.target, body=request.body, headers=headers, is_signed=False)


def _nothing_recent(name: str) -> Value:
    raise StepFailedError(f"{name}: a check has no earlier conversations")


async def handler(_event: object, _context: object) -> None:
    """The canary whose name is in CHECK_NAME."""
    place = os.environ.get("CHECK_DIRECTORY") or str(Path(__file__).parent)
    check = read((Path(place) / file_of(setting("CHECK_NAME"))).read_text(encoding="utf-8"))
    conversation = Conversation(check)
    await run_steps([(step.name, lambda step=step: conversation.step(step)) for step in check.steps])
