"""Notifies somebody that a report is there: SNS in the form that Amazon Q in chat applications reads, or a plain webhook.

https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
"""

import json
from collections.abc import Callable
from typing import Any, Protocol
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from botocore.exceptions import BotoCoreError, ClientError

from foundation.aws_errors import aws_error
from foundation.errors import InputError
from foundation.pages.escapes import slack, sns_subject
from reports.page_model import Page, Tiles

_PATIENCE_SECONDS = 10


class Publisher(Protocol):
    """The part of an SNS client that is used."""

    def publish(self, **request: Any) -> Any:
        """Publish one message."""
        ...


def announce(
    page: Page,
    *,
    link: str = "",
    topic_arn: str | None = None,
    webhook: str | None = None,
    sns: Publisher | None = None,
    send: Callable[[Request], None] | None = None,
) -> None:
    """Notify everybody who is to be notified. Raises InputError when one of them cannot be reached, after trying both."""
    problems: list[str] = []
    if topic_arn is not None and sns is not None:
        try:
            subject = sns_subject(f"{page.title}: {page.verdict}")
            sns.publish(TopicArn=topic_arn, Subject=subject, Message=json.dumps(chat_notification(page, link=link)))
        except (ClientError, BotoCoreError) as error:
            problems.append(f"--sns-topic {topic_arn}: {aws_error('SNS', error)}")
    if webhook is not None:
        if urlsplit(webhook).scheme not in ("http", "https"):
            raise InputError(f"--webhook {webhook}: must be an http or https address")
        request = Request(  # noqa: S310 - its scheme was looked at
            webhook,
            data=json.dumps(message(page, link=link)).encode(),
            headers={"content-type": "application/json"},
            method="POST",
        )
        try:
            (send or _post)(request)
        except OSError as error:
            problems.append(f"--webhook {urlsplit(webhook).hostname}: {_why(error)}")
    if problems:
        raise InputError("the report was written, and not everybody could be notified:", tuple(problems))


def message(page: Page, *, link: str) -> dict[str, Any]:
    """The report in a few words, for a webhook."""
    return {
        "title": page.title,
        "label": page.label,
        "verdict": page.verdict,
        "sentence": page.sentence,
        "tiles": {title: f"{word}: {detail}" for title, word, detail in _tiles(page)},
        "link": link,
    }


def chat_notification(page: Page, *, link: str) -> dict[str, Any]:
    """The same in the schema of custom notifications, whose texts are marked up as Slack's are."""
    lines = [
        slack(page.sentence),
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


def _why(error: OSError) -> str:
    """What the system said, without the library's words around it."""
    inner = error.reason if isinstance(error, URLError) and isinstance(error.reason, OSError) else error
    if isinstance(inner, TimeoutError):
        return f"no answer within {_PATIENCE_SECONDS} s"
    return inner.strerror.lower() if inner.strerror else str(inner)


def _post(request: Request) -> None:
    with urlopen(request, timeout=_PATIENCE_SECONDS):  # noqa: S310 - its scheme was looked at
        pass
