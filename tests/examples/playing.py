"""The server of the example in a process of its own, as a test starts it and asks it."""

import contextlib
import http.client
import json
import subprocess
import sys
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.checkout import ROOT

SERVER = ROOT / "examples" / "orders" / "server.py"
ORDER = {"item": "tea", "quantity": 3, "unitPrice": "4.20"}


def started(*options: str) -> subprocess.Popen[str]:
    """It, for a minute at most, with the standard library alone (-I, -S)."""
    command = [sys.executable, "-IS", str(SERVER), "--for", "60s", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(*options: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of one that ends by itself."""
    with started(*options) as process:
        stdout, stderr = process.communicate(timeout=20)
    return process.returncode, stdout, stderr


@dataclass(frozen=True, kw_only=True, slots=True)
class Playing:
    """One that runs."""

    process: subprocess.Popen[str]
    port: int
    log_file: Path

    def client(self) -> contextlib.closing[http.client.HTTPConnection]:
        """A connection that is kept until the block ends."""
        return contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20))

    def lines(self) -> list[dict[str, Any]]:
        """The log so far, of which every line is whole."""
        text = self.log_file.read_text()
        assert not text or text.endswith("\n")
        return [json.loads(line) for line in text.splitlines()]

    def has_faults(self, fault: str) -> list[bool]:
        """Of each request to the API, as they came to be answered."""
        return [fault in (line["fault"] or "").split("+") for line in self.lines() if line.get("route")]


@contextlib.contextmanager
def playing(log_file: Path, *options: str) -> Generator[Playing]:
    """Run it until the block ends."""
    with started("--log", str(log_file), *options) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().rstrip()
            assert address.startswith("http://127.0.0.1:"), process.communicate()
            yield Playing(process=process, port=int(address.rpartition(":")[2]), log_file=log_file)
        finally:
            process.kill()


def call(client: http.client.HTTPConnection, method: str, path: str, body: object = None) -> tuple[int, Any]:
    """Status and body of an answer; what is no text is sent as JSON."""
    client.request(method, path, body if body is None or isinstance(body, str | bytes) else json.dumps(body))
    answer = client.getresponse()
    return answer.status, json.loads(answer.read())


def ordered(client: http.client.HTTPConnection, order: Mapping[str, object] = ORDER) -> str:
    """The id of a new order."""
    status, answer = call(client, "POST", "/orders", order)
    assert status == 202, answer
    return answer["orderId"]
