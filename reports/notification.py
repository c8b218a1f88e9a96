"""Notifies somebody that a report is there: SNS in the form that Amazon Q in chat applications reads, or a plain webhook.

https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
"""

import json
from collections.abc import Callable, Sequence
from http.client import HTTPException, InvalidURL, RemoteDisconnected
from typing import Any, Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

from botocore.exceptions import BotoCoreError, ClientError

from foundation.aws_errors import aws_error
from foundation.cloudwatch.message_limits import MAX_TEXT_CHARACTERS, cut
from foundation.errors import InputError
from foundation.pages.escapes import slack, sns_subject
from reports.page_model import Page, Tiles

_PATIENCE_SECONDS = 10
# So much of each, that all of them together fit wherever they are shown; the page has the rest.
_MOST_SENTENCE, _MOST_TITLE, _MOST_WORDS, _MOST_NOTES, _MOST_TILES = 1_200, 400, 200, 4, 6
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Publisher(Protocol):
    """The part of an SNS client that is used."""

    def publish(self, **request: Any) -> Any:
        """Publish one message."""
        ...


def announce(
    page: Page,
    *,
    written: str,
    link: str = "",
    notes: Sequence[str] = (),
    topic_arn: str | None = None,
    webhook: str | None = None,
    sns: Publisher | None = None,
    send: Callable[[Request], None] | None = None,
) -> None:
    """Notify everybody who is to be notified; `notes` are what they must know besides.

    Raises InputError when one of them cannot be reached, after trying both; it says what was `written` all the same.
    """
    problems: list[str] = []
    if topic_arn is not None and sns is not None:
        try:
            subject = sns_subject(f"{page.title}: {page.verdict}")
            text = json.dumps(chat_notification(page, link=link, notes=notes))
            sns.publish(TopicArn=topic_arn, Subject=subject, Message=text)
        except (ClientError, BotoCoreError) as error:
            problems.append(f"--sns-topic {topic_arn}: {aws_error('SNS', error)}")
    if webhook is not None:
        try:
            request = Request(  # noqa: S310 - `_opener` opens http and https alone
                webhook,
                data=json.dumps(message(page, link=link, notes=notes), ensure_ascii=False).encode(),
                headers={"content-type": "application/json"},
                method="POST",
            )
            (send or _post)(request)
        except (OSError, HTTPException, ValueError) as error:
            problems.append(f"--webhook {_host_of(webhook)}: {_why(error)}")
    if problems:
        raise InputError(f"{written} is written, and not everybody could be notified:", tuple(problems))


def message(page: Page, *, link: str, notes: Sequence[str] = ()) -> dict[str, Any]:
    """The report in a few words, for a webhook: JSON-ready."""
    return {
        "schema_version": 1,
        "title": _title(page.title),
        "label": _words(page.label),
        "verdict": _words(page.verdict),
        "sentence": _sentence(page),
        "tiles": [{"title": title, "word": word, "detail": detail} for title, word, detail in _tiles(page)],
        "link": link,
        "notes": _notes(notes),
    }


def chat_notification(page: Page, *, link: str, notes: Sequence[str] = ()) -> dict[str, Any]:
    """The same in the schema of custom notifications, whose texts are marked up as Slack's are."""
    lines = [
        slack(_sentence(page)),
        *(slack(each) for each in _notes(notes)),
        "",
        *(f"*{slack(title)}*: {slack(word)}. {slack(detail)}" for title, word, detail in _tiles(page)),
    ]
    content: dict[str, Any] = {
        "textType": "client-markdown",
        "title": slack(_title(f"{page.title}: {page.verdict}")),
        "description": _fitting(lines),
        "keywords": [slack(_words(page.verdict)), slack(_words(page.label))],
    }
    if link:
        content["nextSteps"] = [f"Read it while the link lasts: {link}"]
    return {
        "version": "1.0",
        "source": "custom",
        "content": content,
        "metadata": {
            "threadId": _title(page.title),
            "summary": slack(_sentence(page)),
            "eventType": "weekly-report",
        },
    }


def _tiles(page: Page) -> list[tuple[str, str, str]]:
    blocks = [block for section in page.sections for block in section.blocks if isinstance(block, Tiles)]
    tiles = [tile for block in blocks for tile in block.tiles][:_MOST_TILES]
    return [(_words(tile.title), _words(tile.word), _words(tile.detail)) for tile in tiles]


def _title(text: str) -> str:
    return cut(text, most_characters=_MOST_TITLE)


def _words(text: str) -> str:
    return cut(text, most_characters=_MOST_WORDS)


def _sentence(page: Page) -> str:
    return cut(page.sentence, most_characters=_MOST_SENTENCE)


def _notes(notes: Sequence[str]) -> list[str]:
    """The first of them, and how many more there are."""
    more = [f"and {len(notes) - _MOST_NOTES} more"] if len(notes) > _MOST_NOTES else []
    return [*(_words(each) for each in notes[:_MOST_NOTES]), *more]


def _fitting(lines: Sequence[str]) -> str:
    """As many of the lines as a chat shows of a text: what is escaped is longer than it was, and is not cut within a line."""
    kept: list[str] = []
    for line in lines:
        if sum(map(len, kept)) + len(kept) + len(line) + 2 > MAX_TEXT_CHARACTERS:
            return "\n".join([*kept, "…"])
        kept.append(line)
    return "\n".join(kept)


def _host_of(webhook: str) -> str:
    """A webhook without its path, which often is its password."""
    try:
        return urlsplit(webhook).hostname or "without a host"
    except ValueError:
        return "that is no address"


def _why(error: Exception) -> str:
    """What the system said, without the library's words around it."""
    inner = error.reason if isinstance(error, URLError) and isinstance(error.reason, OSError) else error
    match inner:
        case TimeoutError():
            return f"no answer within {_PATIENCE_SECONDS} s"
        case HTTPError(code=code) if code in _REDIRECTS:
            return f"it answered {code} and points elsewhere; give the address that it points to"
        case OSError(strerror=str(said)) if said:
            return said.lower()
        case RemoteDisconnected():
            return "it closed the connection without an answer"
        case InvalidURL():
            return str(inner)
        case HTTPException():
            return f"what answers there does not speak HTTP ({type(inner).__name__})"
        case _:
            return str(inner)


class _NoRedirects(HTTPRedirectHandler):
    """A redirected POST is sent on as a GET without what it holds, so that nobody would be notified."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        """Follow none."""


def _opener() -> OpenerDirector:
    opener = OpenerDirector()
    for handler in (ProxyHandler(), HTTPHandler(), HTTPSHandler(), _NoRedirects(), HTTPErrorProcessor()):
        opener.add_handler(handler)
    opener.add_handler(HTTPDefaultErrorHandler())
    opener.add_handler(UnknownHandler())
    return opener


def _post(request: Request) -> None:
    with _opener().open(request, timeout=_PATIENCE_SECONDS):
        pass
