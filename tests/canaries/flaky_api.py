"""A small API as the canaries call it, on a network that resets some of its connections."""

import json
import random
import socket
import struct
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class Api:
    """What is to go wrong, and what was seen; `reset_ratio` is of connections, `health_status` of every read of the health."""

    reset_ratio: float = 0.0
    health_status: int = 200
    health_body: str = '{"status": "ok"}'
    seed: int = 1
    connection_count: int = 0
    reset_count: int = 0
    seen: list[str] = field(default_factory=list)
    url: str = ""


@contextmanager
def serving(api: Api) -> Generator[Api]:
    draw = random.Random(api.seed)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            api.connection_count += 1
            self.is_reset = draw.random() < api.reset_ratio

        def handle_one_request(self) -> None:
            if self.is_reset:
                api.reset_count += 1
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True
                return
            super().handle_one_request()

        def finish(self) -> None:
            if not self.is_reset:
                super().finish()

        def answer(self, status: int, body: str) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            api.seen.append(f"{self.command} {self.path}")
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def do_GET(self) -> None:
            if self.path == "/v1/health":
                self.answer(api.health_status, api.health_body)
            else:
                self.answer(200, json.dumps({"status": "passed", "gates": [{"gate": "security"}]}))

        def do_POST(self) -> None:
            self.answer(202, '{"pipeline_id": "p1", "status": "accepted"}')

        def do_PUT(self) -> None:
            self.answer(200, "")

        def log_message(self, *_: Any) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    api.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def settings_for(api: Api) -> dict[str, str]:
    return {
        "API_URL": api.url, "TLS_URL": api.url, "WEBSOCKET_URL": api.url.replace("http", "ws"), "ARCHIVES_BUCKET": "archives",
        "SLOW_AFTER_MS": "5000", "MESSAGE_SECONDS": "2", "CERTIFICATE_DAYS": "21", "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1", "AWS_ENDPOINT_URL": api.url, "AWS_ACCESS_KEY_ID": "AKIAEXAMPLEKEYID",
        "AWS_SECRET_ACCESS_KEY": "s3cr3t/of+the/canary", "AWS_EC2_METADATA_DISABLED": "true",
    }  # fmt: skip
