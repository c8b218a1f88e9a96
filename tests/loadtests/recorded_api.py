"""T-Developer's API on 127.0.0.1 for a load that is recorded: it notes each request as it came over the wire.

How long a pipeline takes follows from how many there were before it. An ailing one fails by the number of an arrival among those
of its flow, so it fails the same arrivals whatever else was sent.
"""

import base64
import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any

from gevent.server import StreamServer

from tests.loadtests.recorded_clock import Clock

# What differs from run to run, and what stands for it.
_CHANGING = (
    (re.compile(r"\d{8}T\d{6}Z"), "{moment}"),
    (re.compile(r"(?<=/|F)\d{8}(?=/|%2F)"), "{day}"),
    (re.compile(r"(?<=Signature=)[0-9a-f]{64}"), "{signature}"),
    (re.compile(r"127\.0\.0\.1:\d+"), "{host}"),
)
_PIPELINE = re.compile(r"pipeline-\d+")
_PIPELINE_SECONDS = (1.5, 0.5, 2.5, 4.5, 3.5)
_ACCEPT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # https://www.rfc-editor.org/rfc/rfc6455#section-1.3
# No delay of a message that is told before it happened.
_LATER = "2100-01-01T00:00:00+00:00"


@dataclass
class Noted:
    """One arrival, or the preparation: what it sent, and how each of its steps ended."""

    flow: str
    due: float
    number: int
    own: str = ""
    sent: list[str] = field(default_factory=list[str])
    steps: list[tuple[str, str, float]] = field(default_factory=list[tuple[str, str, float]])
    wires: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


@dataclass
class Api:
    """What it serves by, whose turn it is, and the moment at which each pipeline was submitted."""

    clock: Clock
    is_ailing: bool = False
    noted: dict[Any, Noted] = field(default_factory=dict[Any, Noted])
    submitted: dict[str, float] = field(default_factory=dict[str, float])
    asked_for: set[str] = field(default_factory=set[str])
    never_ending: set[str] = field(default_factory=set[str])

    def serve(self) -> Any:
        """A server that has begun; whoever called stops it."""
        server: Any = StreamServer(("127.0.0.1", 0), self._handle)
        server.start()
        return server

    def _handle(self, connection: Any, _address: Any) -> None:
        reader = connection.makefile("rb")
        while first := reader.readline():
            method, target, _ = first.decode("ascii").split(" ")
            lines: list[str] = []
            while (line := reader.readline().decode("ascii").strip()) != "":
                lines.append(line)
            headers = {name.lower(): value for name, value in (each.split(": ", 1) for each in lines)}
            body = reader.read(int(headers.get("content-length", 0))).decode()
            who = self.noted[self.clock.running]
            who.sent.append(self._wire(who, f"{method} {target}", lines, body))
            if "sec-websocket-key" in headers:
                self._tell(who, connection, reader, headers["sec-websocket-key"])
                return
            status, answer = self._answer(who, method, target)
            if not status:
                return
            content = answer.encode()
            head = f"HTTP/1.1 {status} Said\r\ncontent-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n"
            connection.sendall(head.encode() + content)

    def _wire(self, who: Noted, first: str, lines: list[str], body: str) -> str:
        text = "\n".join((first, *lines, *([body] if body else ())))
        for pattern, instead in _CHANGING:
            text = pattern.sub(instead, text)
        return _PIPELINE.sub(lambda found: self._whose(who, found[0]), text)

    def _whose(self, who: Noted, pipeline: str) -> str:
        """What stands for an identifier; one that the API has not given stays as it is."""
        if pipeline not in self.submitted:
            return pipeline
        return "{its own}" if pipeline == who.own else "{an earlier one}"

    def _answer(self, who: Noted, method: str, target: str) -> tuple[int, str]:
        ill = self._illness(who) if self.is_ailing else None
        if ill is not None:
            return ill
        if method == "POST" and target == "/v1/pipelines":
            who.own = f"pipeline-{len(self.submitted)}"
            self.submitted[who.own] = self.clock.now
            if self.is_ailing and who.flow == "pipeline" and who.number % 6 == 4:
                self.never_ending.add(who.own)
            return 202, json.dumps({"pipeline_id": who.own, "status": "accepted"})
        pipeline = target.removeprefix("/v1/pipelines/")
        if method == "GET" and pipeline in self.submitted:
            if who.flow == "status":
                self.asked_for.add(pipeline)
            return 200, json.dumps({"pipeline_id": pipeline, "status": self._status(pipeline)})
        return (200, '{"status": "ok"}') if (method, target) == ("GET", "/v1/health") else (404, "{}")

    def _status(self, pipeline: str) -> str:
        number = list(self.submitted).index(pipeline)
        age = self.clock.now - self.submitted[pipeline]
        if age < _PIPELINE_SECONDS[number % len(_PIPELINE_SECONDS)] or pipeline in self.never_ending:
            return "accepted" if age < 0.25 else "running"
        return "failed" if number % 7 == 3 else "passed"

    def _illness(self, who: Noted) -> tuple[int, str] | None:
        step = len(who.steps)
        match who.flow, who.number % 40, who.number % 6:
            case ("health", 7, _) | ("status", 3, _):
                return 500, "{}"
            case ("health", 17, _):
                return 0, ""
            case "status", 13, _:
                return 200, "{}"
            case "status", 23, _:
                return 200, "no JSON"
            case "status", 33, _:
                return 404, "{}"
            case "pipeline", _, 1 if step == 0:
                return 503, "{}"
            case "pipeline", _, 2 if step == 1:
                return 500, "{}"
            case "pipeline", _, 3 if step == 2:
                return 200, "{}"
            case "pipeline", _, 5 if step == 0:
                return 202, "{}"
            case _:
                return None

    def _tell(self, who: Noted, connection: Any, reader: Any, key: str) -> None:
        """Take one subscription, and tell three messages of progress, the last of which is the end."""
        accept = base64.b64encode(hashlib.sha1(f"{key}{_ACCEPT}".encode()).digest()).decode()  # noqa: S324 - as the RFC has it
        head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        connection.sendall(f"{head}Sec-WebSocket-Accept: {accept}\r\n\r\n".encode())
        length = reader.read(2)[1] & 0x7F
        mask = reader.read(4)
        said = bytes(each ^ mask[place % 4] for place, each in enumerate(reader.read(length))).decode()
        who.sent.append(self._wire(who, said, [], ""))
        for sequence in (1, 2, 3):
            message = {"type": "progress", "sequence": sequence, "at": _LATER, "final": sequence == 3}
            text = json.dumps({**message, "detail": {"status": "passed"}}).encode()
            connection.sendall(bytes((0x81, 126, *len(text).to_bytes(2, "big"))) + text)
        reader.read(1)
