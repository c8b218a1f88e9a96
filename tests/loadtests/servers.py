"""A small API that behaves as a test says, and logs the truth: 127.0.0.1, a free port, ended by its test."""

import json
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Api:
    """What the server did; `behave` is asked for each read and may sleep or change the status; 0 closes the connection."""

    url: str = ""
    behave: Callable[[float], int] = lambda _seconds: 200
    submit_status: int = 202
    submit_recovers_after: int | None = None
    began: float = field(default_factory=time.monotonic)
    served_count: int = 0
    fault_count: int = 0
    took_seconds: list[float] = field(default_factory=list[float])
    lock: threading.Lock = field(default_factory=threading.Lock)


@contextmanager
def serving(api: Api) -> Generator[Api]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body in one packet: two would meet the kernel's delayed acknowledgement, 40 ms that no log here sees.
        wbufsize = 65_536

        def do_GET(self) -> None:
            arrived = time.monotonic()
            status = api.behave(arrived - api.began)
            if status:
                self._answer(status, {"status": "passed"})
            else:
                with api.lock:
                    api.served_count += 1
                    api.fault_count += 1
                self.close_connection = True
            with api.lock:
                api.took_seconds.append(time.monotonic() - arrived)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            recovered = api.submit_recovers_after is not None and api.served_count >= api.submit_recovers_after
            self._answer(202 if recovered else api.submit_status, {"pipeline_id": "p1"})

        def _answer(self, status: int, body: dict[str, str]) -> None:
            with api.lock:
                api.served_count += 1
                api.fault_count += status >= 500
            content = json.dumps(body).encode()
            try:
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except OSError:  # the client has gone
                return

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the library
            return

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 256

        def handle_error(self, request: object, client_address: object) -> None:
            return  # a client that has gone is what some tests are about

    with Server(("127.0.0.1", 0), Handler) as server:
        api.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield api
        finally:
            server.shutdown()
            thread.join(5)
