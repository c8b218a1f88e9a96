"""A user's text in another language: one function a language, after which the text is what it was, and nothing else.

Jinja escapes HTML by itself. What a language cannot escape is kept apart by a word joiner, which has no width.
"""

import json
import re
import unicodedata
from typing import Any

# https://www.unicode.org/charts/PDF/U2000.pdf: no width, and no line breaks at it.
_JOINER = "\u2060"
# https://docs.aws.amazon.com/sns/latest/api/API_Publish.html: less than 100 characters, no line breaks or control characters.
MOST_SUBJECT_CHARACTERS = 99
# Control characters, marks that change the direction of what follows, halves of characters, and ends of lines that are none here.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_PLAIN = re.compile(r"[\x20-\x7e\n\t]*")
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_ENDS = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def terraform(text: str) -> str:
    """For a string of a Terraform configuration: no `${` or `%{` of it begins a template.

    `$${` is Terraform's own escape; where more than one `$` stands before the brace, they are given as a string of their own.
    https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences
    """
    return re.sub(r"(\$+|%+)\{", lambda found: f"{_terraform_sign(found[1])}{{", text)


def terraform_before_reference(text: str) -> str:
    """The same for a text after which a reference `${…}` comes: a `$` at its end is not read together with that."""
    end = re.search(r"[$%]+\Z", text)
    return terraform(text) if end is None else f'{terraform(text[: end.start()])}${{"{end[0]}"}}'


def _terraform_sign(signs: str) -> str:
    return signs * 2 if len(signs) == 1 else f'${{"{signs}"}}'


def markdown(text: str) -> str:
    """For a line of Markdown (https://spec.commonmark.org/0.31.2/#backslash-escapes), as reports and text widgets have it.

    An end of a line becomes a blank: it would begin another block.
    """
    line = _LINE_ENDS.sub(" ", text).lstrip()
    signs = re.sub(r"([\\`*_\[\]|~])", r"\\\1", line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
    # At the beginning of a line these would begin a heading, a list or a rule.
    return re.sub(r"^(\d{1,9})?([#+=.)-])(?=\2|\s|\Z)", r"\1\\\2", signs)


def slack(text: str) -> str:
    """For Slack's mrkdwn: no link, mention or format of it.

    https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    shown = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([*_~`]|\](?=\())", rf"\1{_JOINER}", shown)


def sns_subject(text: str) -> str:
    """For the subject of an SNS message: one line, of what can be seen, cut where it is too long."""
    line = "".join(" " if unicodedata.category(each) in _HIDDEN else each for each in text).strip()
    if len(line) <= MOST_SUBJECT_CHARACTERS:
        return line
    return f"{line[: MOST_SUBJECT_CHARACTERS - 1]}…"


def cloudwatch_label(text: str) -> str:
    """For a label of a CloudWatch graph, in which `${…}` is filled in and nothing escapes it.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/graph-dynamic-labels.html
    """
    return text.replace("${", f"${_JOINER}{{")


def grafana(text: str) -> str:
    """For a title, description, legend or text of Grafana, in which `$name`, `${name}`, `[[name]]` and `{{name}}` are filled in.

    https://grafana.com/docs/grafana/latest/dashboards/variables/variable-syntax/ has no escape.
    """
    return re.sub(r"\$(?=[A-Za-z_{])|\[(?=\[)|\{(?=\{)", rf"\g<0>{_JOINER}", text)


def xml(text: str) -> str:
    """For XML, before its library escapes the signs of it: a character that XML 1.0 has not is written as Python writes it.

    https://www.w3.org/TR/xml/#charsets
    """
    return _NOT_IN_XML.sub(lambda found: ascii(found[0])[1:-1], text)


def terminal(text: str) -> str:
    """For a terminal: what could hide in a text, or move the cursor, is written as Python writes it; line ends and tabs stay."""
    if _PLAIN.fullmatch(text):
        return text
    return "".join(
        each if each in "\n\t" or unicodedata.category(each) not in _HIDDEN else ascii(each)[1:-1] for each in text
    )


def json_in_html(value: Any) -> str:
    """JSON for a script element: no tag, comment or entity begins in it, and it is JavaScript too.

    https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements
    """
    written = json.dumps(value)
    return written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
