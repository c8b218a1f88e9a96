"""Addresses: URLs with their scheme and their host."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from foundation.errors import InputError
from sre.cli.types.written import Written, shown

# urlsplit drops tabs and line ends silently; what is not ASCII is written in %-escapes and punycode.
_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]{1,2000}")
_LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(\.{_LABEL})*\.?")


class Url(Written[str]):
    """A URL with a host, of one of some schemes."""

    name = "url"

    def __init__(self, *schemes: str) -> None:
        self.schemes = schemes

    def read(self, text: str) -> str:
        """Read one as it stands, such as https://api.example.com/production."""
        how = f"must be an address such as {self.schemes[-1]}://api.example.com/production"
        if not _VISIBLE_ASCII.fullmatch(text):
            raise InputError(f"{shown(text)} {how}")
        try:
            parts = urlsplit(text)
            is_one = parts.scheme in self.schemes and _is_host(parts.hostname or "") and parts.port != 0
        except ValueError as error:
            raise InputError(f"{shown(text)} {how}: {error}") from error
        if not is_one:
            raise InputError(f"{shown(text)} {how}")
        return text


def _is_host(text: str) -> bool:
    """Whether it is a name of labels, or an IP address; what ends in a number is meant as one."""
    if ":" not in text and not text.rstrip(".").rpartition(".")[2].isdigit():
        return bool(_HOST.fullmatch(text))
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


HTTP_URL = Url("http", "https")
WEBSOCKET_URL = Url("ws", "wss")
