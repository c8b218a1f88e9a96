"""Counts from Locust's workers to its master: numbered, so that a gap is seen, and complete at the end.

Locust's own last reports come after `test_stop`, and a worker that was killed is not missed
(https://github.com/locustio/locust/blob/master/locust/runners.py). So the master asks every worker to drain, waits for
each one's last counts, and names those that never answered.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import gevent
from locust.env import Environment
from locust.runners import STATE_MISSING, MasterRunner, WorkerRunner

from loadtests.counts import Recorder, add_into

_DRAIN, _FINAL, _KEY = "sre_drain", "sre_final", "sre"
# A worker answers when it has drained; what it needs beyond that is a message there and one back.
_PATIENCE_SECONDS = 6.0


@dataclass(slots=True)
class Shipping:
    """A worker's side: what it recorded goes with Locust's own reports, and the rest when the master asks for it."""

    environment: Environment
    recorder: Recorder
    drain: Callable[[], None]
    _sequence: int = 0
    _is_final: bool = False

    def begin(self) -> None:
        """Listen to the master from now on."""
        runner = cast("WorkerRunner", self.environment.runner)
        self.environment.events.report_to_master.add_listener(self._report)
        runner.register_message(_DRAIN, self._asked, concurrent=True)

    def end(self) -> None:
        """Drain and send what is left, once."""
        if self._is_final:
            return
        self._is_final = True
        self.drain()
        cast("WorkerRunner", self.environment.runner).send_message(_FINAL, self._parcel())

    def stop_listening(self) -> None:
        """Leave the events alone; another run has its own."""
        self.environment.events.report_to_master.remove_listener(self._report)

    def _report(self, data: dict[str, Any], **_: Any) -> None:
        if not self._is_final:
            data[_KEY] = self._parcel()

    def _parcel(self) -> dict[str, Any]:
        self._sequence += 1
        return {"sequence": self._sequence, "tree": self.recorder.take()}

    def _asked(self, **_: Any) -> None:
        self.end()


@dataclass(slots=True)
class Collecting:
    """The master's side: adds up what the workers send, and knows whether all of it came."""

    environment: Environment
    recorder: Recorder
    sequence_gap_count: int = 0
    _sequences: dict[str, int] = field(default_factory=dict[str, int])
    _ended_at: dict[str, float] = field(default_factory=dict[str, float])

    def begin(self) -> None:
        """Listen to the workers from now on."""
        runner = cast("MasterRunner", self.environment.runner)
        self._sequences = dict.fromkeys(runner.clients, 0)
        self.environment.events.worker_report.add_listener(self._reported)
        runner.register_message(_FINAL, self._final)

    def end(self, drain_seconds: float) -> tuple[str, ...]:
        """Ask every worker to drain and wait for its last counts; the names of the workers that were lost."""
        runner = cast("MasterRunner", self.environment.runner)
        asked_at = time.monotonic()
        for client in runner.clients:
            runner.send_message(_DRAIN, client_id=client)
        deadline = asked_at + drain_seconds + _PATIENCE_SECONDS
        while time.monotonic() < deadline and any(self._is_awaited(runner, client) for client in self._sequences):
            gevent.sleep(0.05)
        # Who ended well before the others were asked to has left its share of the load unsent.
        return tuple(
            sorted(name for name in self._sequences if name not in self._ended_at)
            + sorted(f"{name} (it left early)" for name, at in self._ended_at.items() if at < asked_at - 2)
        )

    def stop_listening(self) -> None:
        """Leave the events alone; another run has its own."""
        self.environment.events.worker_report.remove_listener(self._reported)

    @property
    def worker_count(self) -> int:
        """Workers that were ever seen in this run."""
        return len(self._sequences)

    def _is_awaited(self, runner: MasterRunner, client: str) -> bool:
        if client in self._ended_at:
            return False
        node = cast("Any", runner.clients).get(client)
        return bool(node is not None and node.state != STATE_MISSING)

    def _reported(self, client_id: str, data: dict[str, Any], **_: Any) -> None:
        if _KEY in data:
            self._add(client_id, data[_KEY])

    def _final(self, msg: Any, **_: Any) -> None:
        self._add(msg.node_id, msg.data)
        self._ended_at[msg.node_id] = time.monotonic()

    def _add(self, client: str, parcel: dict[str, Any]) -> None:
        expected = self._sequences.get(client, 0) + 1
        self.sequence_gap_count += parcel["sequence"] != expected
        self._sequences[client] = parcel["sequence"]
        add_into(self.recorder.tree, parcel["tree"])
