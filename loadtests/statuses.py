"""What the status of an answer says of a request: its flow expects some, and of the others a table says whose doing it is.

Statuses are single ones, and no classes of a hundred: 429, 408 and 425 are among the 4xx, and it is the platform that
refused the load that was planned; 204 and a redirect are an answer where the flow says so, and elsewhere not the one it needs.
"""

from collections.abc import Collection

from loadtests.counts import Outcome

# By these a server says that the request itself is wrong: that is the load test's mistake, or its credentials'
# (https://www.iana.org/assignments/http-status-codes). A status that stands nowhere is the server's doing.
_MISTAKES = frozenset(
    {400, 401, 402, 403, 404, 405, 406, 407, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 423, 424, 426, 428, 431, 451}
)  # fmt: skip


def outcome_of(status: int, expected: Collection[int]) -> Outcome:
    """Good when the flow expects it, refused when it lays the mistake on the request, else a fault."""
    if status in expected:
        return Outcome.GOOD
    return Outcome.REFUSED if status in _MISTAKES else Outcome.FAULT
