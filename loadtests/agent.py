"""The agent flow: one turn over server-sent events, with the time to its first token and to its last.

The protocol is that of AgentCore's runtime: POST /invocations, answered as text/event-stream
(https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/runtime-http-protocol-contract.html).
"""

import http.client
import json
import ssl
import uuid
from dataclasses import dataclass
from urllib.parse import urlsplit

from loadtests.arrivals import Journey, Unanswered
from loadtests.counts import Outcome
from loadtests.request_names import AGENT_FIRST_TOKEN, AGENT_FULL_TURN
from loadtests.server_sent_events import events_of
from loadtests.signing import AGENTCORE, Signer
from loadtests.statuses import outcome_of

_IDLE_SECONDS = 30.0
_EXPECTED = frozenset({200})
_SESSION_HEADER = "X-Amzn-Bedrock-AgentCore-Runtime-Session-Id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """One runtime's address, up to and with `/invocations`; the limits are those of the objective. Signed on AWS only."""

    url: str
    signer: Signer
    prompt: str
    first_token_limit_ms: float
    turn_limit_ms: float

    def turn(self, journey: Journey) -> None:
        """Ask once, in a session of its own, and read the answer to its end."""
        sent_at = journey.run.elapsed()
        journey.run.recorder.record_lag(sent_at - journey.intended_at)
        connection: http.client.HTTPConnection | None = None
        has_token = False
        try:
            connection = self._ask()
            response = connection.getresponse()
            outcome = outcome_of(response.status, _EXPECTED)
            if outcome is not Outcome.GOOD:
                self._both(journey, sent_at, outcome, f"status {response.status}", has_token=False)
                return
            for event in events_of(response):
                if isinstance(event, dict) and "error" in event:
                    self._both(journey, sent_at, Outcome.FAULT, "the agent reported an error", has_token=has_token)
                    return
                if not has_token:
                    has_token = True
                    self._step(journey, AGENT_FIRST_TOKEN, sent_at, Outcome.GOOD)
            if has_token:
                self._step(journey, AGENT_FULL_TURN, sent_at, Outcome.GOOD)
            else:
                self._both(journey, sent_at, Outcome.FAULT, "an answer without a token", has_token=False)
        except Unanswered:
            self._both(journey, sent_at, Outcome.CENSORED, "", has_token=has_token)
            raise
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._both(journey, sent_at, Outcome.FAULT, f"no answer: {type(error).__name__}", has_token=has_token)
        finally:
            if connection is not None:
                connection.close()

    def _ask(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        body = json.dumps({"prompt": self.prompt})
        if str(parts.hostname).endswith(".amazonaws.com"):
            headers = self.signer.headers("POST", self.url, body, service=AGENTCORE)
        else:
            headers = {"content-type": "application/json"}
        headers |= {"accept": "text/event-stream", _SESSION_HEADER: str(uuid.uuid4())}
        connection = (
            http.client.HTTPSConnection(parts.netloc, timeout=_IDLE_SECONDS, context=ssl.create_default_context())
            if parts.scheme == "https"
            else http.client.HTTPConnection(parts.netloc, timeout=_IDLE_SECONDS)
        )
        connection.request("POST", f"{parts.path}?{parts.query}" if parts.query else parts.path, body, headers)
        return connection

    def _both(self, journey: Journey, sent_at: float, outcome: Outcome, detail: str, *, has_token: bool) -> None:
        """What did not end well is no first token and no full turn."""
        if not has_token:
            self._step(journey, AGENT_FIRST_TOKEN, sent_at, outcome, detail)
        self._step(journey, AGENT_FULL_TURN, sent_at, outcome, detail)

    def _step(self, journey: Journey, name: str, sent_at: float, outcome: Outcome, detail: str = "") -> None:
        limit = self.first_token_limit_ms if name == AGENT_FIRST_TOKEN else self.turn_limit_ms
        journey.step(
            name,
            intended_at=journey.intended_at,
            sent_at=sent_at,
            outcome=outcome,
            detail=detail,
            method="SSE",
            slow_after_ms=limit,
        )
