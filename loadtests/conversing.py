"""What an arrival does whose flow is data: its conversation over HTTP, timed from when each request was due."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

import gevent

from foundation.errors import InputError
from foundation.steps.drawing import FromEnvironment, draw
from foundation.steps.judging import Judgement, judge
from foundation.steps.model import Value
from foundation.steps.requests import Request
from foundation.steps.running import HowEnded, Pause, Since, converse
from loadtests.arrivals import Journey
from loadtests.authorising import Authoriser, secrets_of
from loadtests.clients import Client
from loadtests.flows import Conversation, Flow

_MOST_RECENT = 200


@dataclass(slots=True)
class RecentValues:
    """What conversations have kept lately, by name."""

    kept: dict[str, deque[Value]] = field(default_factory=dict[str, deque[Value]])

    def add(self, values: Mapping[str, Value]) -> None:
        """Keep some more."""
        for name, value in values.items():
            self.kept.setdefault(name, deque(maxlen=_MOST_RECENT)).append(value)


@dataclass(slots=True)
class HttpApi:
    """One API over HTTP; `given` are values that whoever started the load gave."""

    base_url: str
    client: Client
    authoriser: Authoriser
    given: Mapping[str, Value]
    recent: RecentValues = field(default_factory=RecentValues)

    def follow(self, flow: Flow, talk: Conversation, journey: Journey) -> None:
        """Have the conversation of a flow."""
        is_submitted, ended = False, "unfinished"
        run = journey.run
        values, secrets = self._drawn(talk, journey)
        due = journey.intended_at
        conversation = converse(talk.steps, values)
        try:
            action = next(conversation)
            while True:
                match action:
                    case Pause(seconds=seconds, since=since):
                        due = (due if since is Since.DUE else run.elapsed()) + seconds
                        gevent.sleep(max(0.0, due - run.elapsed()))
                        if run.is_closed:
                            return
                        action = next(conversation)
                    case Request():
                        judged = self._ask(action, journey, due, values, secrets)
                        if judged is not None:
                            values |= judged.kept
                            self.recent.add(judged.kept)
                            if flow.is_work and not is_submitted:
                                is_submitted = True
                                run.recorder.record_work("submitted")
                        action = conversation.send(judged)
        except StopIteration as stopped:
            ending = stopped.value
            if ending.how is HowEnded.WHOLE and flow.work is not None:
                ended = str(ending.values[flow.work])
            if ending.how is HowEnded.UNSENDABLE or (ending.how is HowEnded.UNFINISHED and flow.work is None):
                journey.fail(ending.step.name, self.authoriser.masked(str(ending.problem), secrets))
        finally:
            if is_submitted:
                run.recorder.record_work(ended)

    def submit(self, talk: Conversation, journey: Journey) -> Value | None:
        """Send the first request of a flow alone; the first value that is kept of its answer, None where it is wrong."""
        values, secrets = self._drawn(talk, journey)
        first = next(converse(talk.steps, values))
        if not isinstance(first, Request):
            raise InputError(f"{talk.steps[0].name}: the first step of a flow that is followed has no pause")
        judged = self._ask(first, journey, journey.intended_at, values, secrets)
        if judged is None:
            return None
        self.recent.add(judged.kept)
        journey.run.recorder.record_work("submitted")
        return next(iter(judged.kept.values()), None)

    def _drawn(self, talk: Conversation, journey: Journey) -> tuple[dict[str, Value], dict[str, Value]]:
        """The values of a conversation, by the seed and when it was due; and which of them are secrets."""
        random = Random(f"{journey.run.seed}:{journey.flow}:{journey.intended_at!r}")  # noqa: S311 - test data, no secret
        values = draw(
            talk.values, random, recent=lambda name: random.choice(self.recent.kept[name]), given=self.given,
            environment=self.authoriser.environment,
        )  # fmt: skip
        secrets = {name: values[name] for name, each in talk.values.items() if isinstance(each, FromEnvironment)}
        return values, secrets | secrets_of(talk.steps, self.authoriser.environment)

    def _ask(
        self, request: Request, journey: Journey, due: float, values: Mapping[str, Value], secrets: Mapping[str, Value]
    ) -> Judgement | None:
        """Send a request; what its answer says, None where it is not gone on with."""
        step, url = request.step, f"{self.base_url}{request.target}"
        found: list[Judgement] = []

        def demand(body: bytes) -> str | None:
            judged = judge(step, body, values)
            found.append(judged)
            return None if judged.problem is None else self.authoriser.masked(judged.problem, secrets)

        journey.request(
            step.name, self.client, step.method, url, headers=self.authoriser.headers(request, url), body=request.body,
            intended_at=due, expected=step.expected_statuses, demand=demand,
        )  # fmt: skip
        return next((each for each in found if each.problem is None), None)
