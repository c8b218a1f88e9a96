"""What requests are called that are none of the REST API; those are called by their method and path."""

WS_CONNECT, WS_MESSAGE = "WS connect", "WS progress message"
AGENT_FIRST_TOKEN, AGENT_FULL_TURN = "agent first token", "agent full turn"
_NOT_OF_REST = frozenset({WS_CONNECT, WS_MESSAGE, AGENT_FIRST_TOKEN, AGENT_FULL_TURN})


def is_of_rest(name: str) -> bool:
    """Whether requests of this name call the REST API."""
    return name not in _NOT_OF_REST
