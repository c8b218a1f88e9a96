"""Addresses: URLs with their scheme and their host."""

from foundation.errors import InputError
from foundation.files.addresses import problem_of_address, without_secret
from sre.cli.types.written import Written, shown


class Url(Written[str]):
    """A URL with a host, of one of some schemes; to a base the paths of requests are added."""

    name = "url"

    def __init__(self, *schemes: str, is_base: bool = False) -> None:
        self.schemes, self.is_base = schemes, is_base

    def read(self, text: str) -> str:
        """Read one as it stands, such as https://api.example.com/production."""
        if problem := problem_of_address(text, *self.schemes, is_base=self.is_base):
            raise InputError(f"{shown(without_secret(text))} {problem}")
        return text


HTTP_URL = Url("http", "https")
HTTP_BASE = Url("http", "https", is_base=True)
WEBSOCKET_URL = Url("ws", "wss")
