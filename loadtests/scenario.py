"""What an arrival does, flow by flow, against the platform's REST API; the other protocols have modules of their own."""

import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import gevent

from loadtests.arrivals import ArrivalUser, Journey
from loadtests.clients import Client
from loadtests.signing import Signer
from loadtests.submission import RUNNING, submission

_FOLLOW_SECONDS = 60.0
HEALTH, SUBMIT, READ = "GET /v1/health", "POST /v1/pipelines", "GET /v1/pipelines/{id}"


@dataclass(slots=True)
class RestApi:
    """The platform's REST API as its callers use it; `recent` are pipelines that were submitted lately."""

    base_url: str
    client: Client
    signer: Signer
    archive_key: str
    recent: deque[str] = field(default_factory=lambda: deque[str](maxlen=200))

    def health(self, journey: Journey) -> None:
        """Read the health, unsigned."""
        journey.request(HEALTH, self.client, "GET", f"{self.base_url}/v1/health", headers={})

    def status(self, journey: Journey) -> None:
        """Read a pipeline that was submitted lately; the preparation submitted the first, so there always is one."""
        self.read(journey, self.recent[int(journey.intended_at * 1000) % len(self.recent)], journey.intended_at)

    def pipeline(self, journey: Journey) -> None:
        """Submit a pipeline and follow it with a read a second until it is finished."""
        pipeline_id = self.submit(journey)
        if pipeline_id is None:
            return
        run = journey.run
        due = run.elapsed()
        give_up = due + _FOLLOW_SECONDS
        seen = "unfinished"
        try:
            while due < give_up and not run.is_closed:
                due += 1.0
                gevent.sleep(max(0.0, due - run.elapsed()))
                answer = None if run.is_closed else self.read(journey, pipeline_id, due)
                if answer is not None and answer["status"] not in RUNNING:
                    seen = str(answer["status"])
                    return
        finally:
            run.recorder.record_pipeline(seen)

    def submit(self, journey: Journey) -> str | None:
        """Submit a pipeline; its id, or None when it was not accepted."""
        url = f"{self.base_url}/v1/pipelines"
        asked = submission(self.archive_key)
        headers = self.signer.headers("POST", url, asked)
        body = journey.request(
            SUBMIT, self.client, "POST", url, headers=headers, body=asked, expected_status=202, needs="pipeline_id"
        )
        if body is None:
            return None
        pipeline_id = str(json.loads(body)["pipeline_id"])
        journey.run.recorder.record_pipeline("submitted")
        self.recent.append(pipeline_id)
        return pipeline_id

    def read(self, journey: Journey, pipeline_id: str, intended_at: float) -> dict[str, Any] | None:
        """Read one pipeline."""
        # The platform's answer, whatever stands in it: one segment of the path, as it is signed and as it is sent.
        url = f"{self.base_url}/v1/pipelines/{quote(pipeline_id, safe='')}"
        headers = self.signer.headers("GET", url)
        body = journey.request(READ, self.client, "GET", url, headers=headers, intended_at=intended_at, needs="status")
        return json.loads(body) if body is not None else None


class Visitor(ArrivalUser):
    """A clock that Locust starts; an arrival a second, unless --user-rps says otherwise."""
