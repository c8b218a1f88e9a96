"""What is known of a running local platform, kept in one file so that another command finds it again."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from foundation.errors import InputError
from foundation.files.writing import remove, replacing
from sre.local.processes import Started

# The TLS front: its name, and the certificate of its authority.
HOST, AUTHORITY_NAME = "localhost", "ca.pem"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalPlatform:
    """A local platform that is up: where it answers, what was deployed, and the processes that it is made of."""

    home: Path
    endpoint: str
    region: str
    started_at: str
    ready_after_seconds: float
    fault_switch: str
    processes: tuple[Started, ...]
    outputs: dict[str, str]
    caller: dict[str, str]
    left_out: tuple[str, ...]
    tls_port: int

    @property
    def file(self) -> Path:
        """The file that holds all of this, the caller's secret too."""
        return _file(self.home)

    @property
    def port(self) -> int:
        """The emulator's port on 127.0.0.1."""
        return int(self.endpoint.rpartition(":")[2])

    @property
    def api_url(self) -> str:
        """The REST API's base address, without a slash at its end; MiniStack serves it in this path form."""
        return f"{self.endpoint}/restapis/{self.outputs['RestApiId']}/local/_user_request_"

    @property
    def websocket_url(self) -> str:
        """The WebSocket API's address."""
        return f"{self.endpoint.replace('http', 'ws', 1)}/_aws/execute-api/{self.outputs['WebSocketApiId']}/local"

    @property
    def tls_url(self) -> str:
        """The REST API behind TLS, with a certificate whose authority is `authority_file`."""
        return f"https://{HOST}:{self.tls_port}/restapis/{self.outputs['RestApiId']}/local/_user_request_"

    @property
    def authority_file(self) -> Path:
        """The certificate of the authority that vouches for the TLS address, and for nothing else."""
        return (self.home / AUTHORITY_NAME).resolve()

    def describe(self) -> dict[str, str]:
        """What a person needs to use it."""
        return {
            "REST API": self.api_url,
            "WebSocket API": self.websocket_url,
            "REST API, TLS": f"{self.tls_url} (authority: {self.authority_file})",
            "AWS endpoint": f"{self.endpoint} (any AWS tool, with AWS_ENDPOINT_URL; key test, secret test)",
            "archives bucket": self.outputs["ArchivesBucket"],
            "caller": f"{self.caller['AWS_ACCESS_KEY_ID']}, whose secret is in {self.file}",
            "fault switch": self.fault_switch,
            "up since": self.started_at,
            "logs": f"{self.home}/*.log",
        }

    def write(self) -> None:
        """Write the state file, whole or not at all, readable by its owner only: it holds the local caller's key."""
        data: dict[str, Any] = {**asdict(self), "home": str(self.home)}
        with replacing(self.file) as beside:
            beside.touch(mode=0o600)
            beside.write_bytes(json.dumps(data, indent=2).encode())


def read_state(home: Path) -> LocalPlatform | None:
    """The platform that `home` knows of, running or not, or None.

    Raises InputError when the file is damaged.
    """
    file = _file(home)
    try:
        data: dict[str, Any] = json.loads(file.read_text())
        return _ADAPTER.validate_python({**data, "home": home})
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, ValidationError) as error:
        raise InputError(
            f"{file}: cannot be read ({error}); end the processes that `pgrep -af sre.local` lists with it, and remove it"
        ) from error


def forget(home: Path) -> None:
    """Remove the state file."""
    remove(_file(home))


def _file(home: Path) -> Path:
    return home / "platform.json"


_ADAPTER = TypeAdapter(LocalPlatform)
