"""Reads server-sent events, and knows an end that came too soon (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

import http.client
import json
from collections.abc import Iterator
from typing import Any


def events_of(response: http.client.HTTPResponse) -> Iterator[Any]:
    """The data of each event, as it comes.

    Raises http.client.IncompleteRead when the connection ended before the answer: http.client takes that for the answer's end
    between two lines or chunks. Raises ValueError for data that are no JSON, and OSError.
    """
    while line := response.readline():
        if line.startswith(b"data:"):
            yield json.loads(line[5:])
    # Of a length some is left, or the last chunk, whose size is 0, never came.
    if response.length or (response.chunked and response.chunk_left is not None):
        raise http.client.IncompleteRead(b"")
