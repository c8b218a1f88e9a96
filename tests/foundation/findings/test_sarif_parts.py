"""Whatever a path and a message hold, they come out of SARIF as what they are, and do nothing on the way."""

from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.findings.model import Severity
from foundation.findings.sarif_parts import level_of, location, message, uri_of
from tests.foundation.findings.making import PATHS


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("src/app.py", "src/app.py"),
        ("a b%c.py", "a%20b%25c.py"),
        ("a:b.py", "a%3Ab.py"),
        ("q?x#y", "q%3Fx%23y"),
        ("new\nline", "new%0Aline"),
        ("gpj.\u202efdp", "gpj.%E2%80%AEfdp"),
        ("é", "%C3%A9"),
        ("\udcff", "%FF"),
        ("\ud800", "%ED%A0%80"),
        ("back\\slash", "back%5Cslash"),
    ],
)
def test_an_address_has_the_bytes_of_the_name(path: str, uri: str) -> None:
    assert uri_of(path) == uri


@given(PATHS)
def test_every_name_comes_back_from_its_address(path: str) -> None:
    uri = uri_of(path)
    assert uri.isascii()
    assert (urlsplit(uri).scheme, urlsplit(uri).query, urlsplit(uri).fragment) == ("", "", "")
    assert unquote_to_bytes(uri).decode("utf-8", "surrogateescape") == path


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, with 100 %", "plain, with 100 %"),
        ("{0} and {x}", "{{0}} and {{x}}"),
        ("[here](https://example.org)", "[here]\u2060(https://example.org)"),
        ("a[0] (the first)", "a[0] (the first)"),
        ("gpj.\u202efdp\x1b[0m", "gpj.\\u202efdp\\x1b[0m"),
        ("x" * 1_000, "x" * 1_000),
        ("x" * 1_001, "x" * 999 + "…"),
    ],
)
def test_a_message_is_only_read(text: str, shown: str) -> None:
    assert message(text) == {"text": shown}


@given(st.text(st.characters()))
def test_no_placeholder_and_no_link_is_left_in_a_message(text: str) -> None:
    shown = message(text)["text"]
    assert "](" not in shown
    assert "{" not in shown.replace("{{", "")
    assert "}" not in shown.replace("}}", "")


def test_a_whole_file_has_no_region() -> None:
    for line in (0, -1):
        assert location("a.py", line) == {
            "physicalLocation": {"artifactLocation": {"uri": "a.py", "uriBaseId": "%SRCROOT%"}}
        }
    assert location("a.py", 1)["physicalLocation"]["region"] == {"startLine": 1}


def test_each_severity_has_a_level() -> None:
    assert {severity.value: level_of(severity) for severity in Severity} == {
        "HIGH": "error",
        "MEDIUM": "warning",
        "LOW": "note",
        "UNDEFINED": "note",
    }
