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
from foundation.errors import InputError
from foundation.pages.escapes import slack, sns_subject
from reports.page_model import Page, Tiles

_PATIENCE_SECONDS = 10
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
                data=json.dumps(message(page, link=link, notes=notes)).encode(),
                headers={"content-type": "application/json"},
                method="POST",
            )
            (send or _post)(request)
        except (OSError, HTTPException, ValueError) as error:
            problems.append(f"--webhook {_host_of(webhook)}: {_why(error)}")
    if problems:
        raise InputError(f"{written} is written, and not everybody could be notified:", tuple(problems))


def message(page: Page, *, link: str, notes: Sequence[str] = ()) -> dict[str, Any]:
    """The report in a few words, for a webhook."""
    return {
        "title": page.title,
        "label": page.label,
        "verdict": page.verdict,
        "sentence": page.sentence,
        "tiles": {title: f"{word}: {detail}" for title, word, detail in _tiles(page)},
        "link": link,
        "notes": list(notes),
    }


def chat_notification(page: Page, *, link: str, notes: Sequence[str] = ()) -> dict[str, Any]:
    """The same in the schema of custom notifications, whose texts are marked up as Slack's are."""
    lines = [
        slack(page.sentence),
        *(slack(each) for each in notes),
        "",
        *(f"*{slack(title)}*: {slack(word)}. {slack(detail)}" for title, word, detail in _tiles(page)),
    ]
    content: dict[str, Any] = {
        "textType": "client-markdown",
        "title": slack(f"{page.title}: {page.verdict}"),
        "description": "\n".join(lines),
        "keywords": [slack(page.verdict), slack(page.label)],
    }
    if link:
        content["nextSteps"] = [f"Read it while the link lasts: {link}"]
    return {
        "version": "1.0",
        "source": "custom",
        "content": content,
        "metadata": {"threadId": page.title, "summary": slack(page.sentence), "eventType": "weekly-report"},
    }


def _tiles(page: Page) -> list[tuple[str, str, str]]:
    blocks = [block for section in page.sections for block in section.blocks if isinstance(block, Tiles)]
    return [(tile.title, tile.word, tile.detail) for block in blocks for tile in block.tiles]


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
