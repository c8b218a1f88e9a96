"""Limits on what is sent to somebody: an SNS message, and what stands in a chat or behind a webhook."""

import unicodedata

from foundation.cloudwatch.limits import require
from foundation.pages.escapes import MOST_SUBJECT_CHARACTERS

_PUBLISH = "https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"
MAX_MESSAGE_BYTES = 262_144
# Of a section's text in Slack, the narrowest of those that show a notification: https://api.slack.com/reference/block-kit/blocks
MAX_TEXT_CHARACTERS = 3_000
# Of a request to an incoming webhook of Teams, the narrowest of those that take one:
# https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
MAX_WEBHOOK_BYTES = 28_000


def check_message(*, subject: str, text: str) -> None:
    """Raise LimitError unless SNS takes a message."""
    require(
        1 <= len(subject) <= MOST_SUBJECT_CHARACTERS
        and not any(unicodedata.category(each) in ("Cc", "Zl", "Zp") for each in subject),
        f"the subject {subject!r} is not 1 to {MOST_SUBJECT_CHARACTERS} characters of one line",
        _PUBLISH,
    )
    size = len(text.encode())
    require(1 <= size <= MAX_MESSAGE_BYTES, f"a message of {size:,} bytes, at most {MAX_MESSAGE_BYTES:,}", _PUBLISH)


def cut(text: str, *, most_characters: int) -> str:
    """The text, or its beginning with `…` where it is too long; no character is cut in two."""
    return text if len(text) <= most_characters else f"{text[: most_characters - 1]}…"
