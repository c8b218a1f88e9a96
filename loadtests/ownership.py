"""Load is sent to what is ours: this machine, or an AWS address that took our signature; anything else is vouched for."""

import ipaddress
import re
from urllib.parse import urlsplit

from foundation.errors import InputError
from foundation.files.addresses import problem_of_address, without_secret

_ON_AWS = re.compile(r"^(?:[a-z0-9]+\.execute-api|bedrock-agentcore)\.[a-z0-9-]+\.amazonaws\.com$")


def refuse_foreign(address: str, *, is_owned: bool, is_signed: bool) -> None:
    """Raise InputError for what is no address, or may be a stranger's.

    An AWS address proves nothing by itself, but the first request to it does when it `is_signed`: a stranger's API
    refuses our credentials, and a target that refuses gets no load.
    """
    if problem := problem_of_address(address, "ws", "wss", "http", "https"):
        raise InputError(f"{without_secret(address)}: {problem}")
    host = str(urlsplit(address).hostname)
    if not (is_owned or _is_here(host) or (is_signed and _ON_AWS.match(host))):
        raise InputError(
            f"{address}: {host} is neither this machine nor an API on AWS that checks our signature; load that nobody "
            "asked for is an attack. If you may load it, say --i-own-this"
        )


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
