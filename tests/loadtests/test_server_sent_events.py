"""Server-sent events, and every way in which a stream of them can end."""

import http.client
import io
from typing import Any, cast

import pytest

from loadtests.server_sent_events import events_of

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
EVENTS = b"data: 1\n\n: a comment\nevent: x\ndata: 2\n\n"


class Sent:
    """What http.client reads an answer from: bytes, and then the end."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(cast("Any", io.BytesIO(self.content)))


def answer(content: bytes) -> http.client.HTTPResponse:
    response = http.client.HTTPResponse(cast("Any", Sent(content)))
    response.begin()
    return response


def chunk(content: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(content), content)


@pytest.mark.parametrize(
    "content",
    [
        CHUNKED + chunk(EVENTS) + b"0\r\n\r\n",
        CHUNKED + chunk(EVENTS[:11]) + chunk(EVENTS[11:]) + b"0\r\n\r\n",
        HEAD + b"Content-Length: %d\r\n\r\n" % len(EVENTS) + EVENTS,
        HEAD + b"Connection: close\r\n\r\n" + EVENTS,
    ],
)
def test_a_whole_stream_has_all_its_events(content: bytes) -> None:
    assert list(events_of(answer(content))) == [1, 2]


@pytest.mark.parametrize(
    "content",
    [
        CHUNKED + chunk(EVENTS),
        CHUNKED + chunk(EVENTS)[:-2],
        CHUNKED + chunk(EVENTS)[:-9],
        CHUNKED + chunk(EVENTS) + b"5",
        HEAD + b"Content-Length: %d\r\n\r\n" % (len(EVENTS) + 1) + EVENTS,
    ],
)
def test_a_stream_that_ends_before_its_answer_does_is_incomplete(content: bytes) -> None:
    seen: list[Any] = []
    with pytest.raises(http.client.HTTPException):
        seen.extend(events_of(answer(content)))
