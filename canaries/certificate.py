"""The name and the certificate: it resolves, proves the host, stays valid for weeks, and the API answers behind it."""

import math
import socket
import ssl
import time
from urllib.parse import urlsplit

from canaries.calling import PATIENCE_SECONDS, Caller, again_when_the_network_breaks
from canaries.steps import demand, note, run_steps, setting

_DAY_SECONDS = 86_400


class Certificate:
    """The certificate of one address; the trusted authorities are those of the system, or of SSL_CERT_FILE."""

    def __init__(self) -> None:
        self._url = setting("TLS_URL")
        address = urlsplit(self._url)
        demand(address.scheme == "https" and bool(address.hostname), "TLS_URL is no https address")
        self._host, self._port = str(address.hostname), address.port or 443
        self._retry_count = int(setting("RETRY_COUNT"))
        self._least_days = int(setting("CERTIFICATE_DAYS"))
        self._valid_until_seconds = 0.0

    def resolve(self) -> None:
        """The name has addresses."""
        found = again_when_the_network_breaks(
            lambda: socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM),
            retry_count=self._retry_count,
            what=f"resolve {self._host}",
        )
        demand(bool(found), f"{self._host} has no address")

    def prove(self) -> None:
        """The certificate proves the host, over TLS 1.2 or newer."""

        def attempt() -> float:
            context = ssl.create_default_context()
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            with (
                socket.create_connection((self._host, self._port), timeout=PATIENCE_SECONDS) as plain,
                context.wrap_socket(plain, server_hostname=self._host) as tls,
            ):
                certificate = tls.getpeercert() or {}
                return float(ssl.cert_time_to_seconds(str(certificate["notAfter"])))

        self._valid_until_seconds = again_when_the_network_breaks(
            attempt, retry_count=self._retry_count, what=f"TLS with {self._host}"
        )

    def stay_valid(self) -> None:
        """It does not end soon."""
        days = (self._valid_until_seconds - time.time()) / _DAY_SECONDS
        # Rounded down: no more is promised than there is.
        note(f"the certificate of {self._host} is valid for another {math.floor(days)} days")
        ends_in = math.floor(days * 10) / 10
        demand(
            days >= self._least_days, f"the certificate ends in {ends_in:.1f} days, and {self._least_days} are wanted"
        )

    def answer(self) -> None:
        """Something answers behind it; what it answers is for the canary `api` to judge."""
        caller = Caller(base_url=self._url, region="", retry_count=self._retry_count)
        status = caller.call("GET", "/v1/health", is_signed=False).status
        note(f"the health was answered with status {status}")


async def handler(_event: object, _context: object) -> None:
    """The canary `certificate`."""
    certificate = Certificate()
    await run_steps(
        [
            ("resolve", certificate.resolve),
            ("prove", certificate.prove),
            ("stay-valid", certificate.stay_valid),
            ("answer", certificate.answer),
        ]
    )
