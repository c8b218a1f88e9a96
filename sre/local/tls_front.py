"""A TLS front of the local platform on 127.0.0.1: what API Gateway has on AWS, so that certificates are checked here too.

`python -m sre.local.tls_front PORT TARGET_PORT DIRECTORY [DAYS]` writes `ca.pem` to DIRECTORY and forwards bytes.
"""

import asyncio
import contextlib
import ssl
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

from foundation.files.writing import write_bytes
from sre.local.state import AUTHORITY_NAME, HOST

_BLOCK_BYTES = 65_536


async def serve(port: int, target_port: int, directory: Path, *, valid_days: float) -> None:
    """Forward until the process ends; the certificate is of an authority that was made for it and signs nothing else."""
    authority = trustme.CA()
    certificate = authority.issue_cert(HOST, "127.0.0.1", not_after=datetime.now(UTC) + timedelta(days=valid_days))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    certificate.configure_cert(context)

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            to_target = await asyncio.open_connection("127.0.0.1", target_port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_copy(reader, to_target[1]), _copy(to_target[0], writer))

    server = await asyncio.start_server(forward, "127.0.0.1", port, ssl=context)
    # Whoever waits for the file may connect at once.
    # Who started this looks for the file, and must find it whole.
    write_bytes(directory / AUTHORITY_NAME, authority.cert_pem.bytes())
    async with server:
        await server.serve_forever()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while block := await reader.read(_BLOCK_BYTES):
            writer.write(block)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.close()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        days = float(sys.argv[4]) if len(sys.argv) > 4 else 90
        asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), valid_days=days))
