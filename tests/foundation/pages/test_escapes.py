"""Escapes: after each language's own reading the text is what it was, and nothing else."""

import html
import json
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import foundation.pages.escapes as escapes

HOSTILE = (
    "${Limit} %{ if } {{ x }} </script> <!channel> <!--<script> | `code` [a](javascript:alert(1)) \x1b[31m \"q\" 'q' \u2028 "
    "$var [[var]] &amp; *b* _i_ ~s~ <@U1> # h"
)
_line = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=30)
_signs = st.text(alphabet='$%{}!"\\&<>|`*_[]()~#+-=.1) a', max_size=16)


def terraform_reads(text: str) -> str:
    """What HCL's templates make of a text that may interpolate strings alone, as its specification says."""
    written, at = "", 0
    for found in re.finditer(r'\$\{"([$%]+)"\}|\$\$\{|%%\{', text):
        between = text[at : found.start()]
        assert "${" not in between, text
        assert "%{" not in between, text
        written += between + (found[1] or f"{found[0][0]}{{")
        at = found.end()
    assert "${" not in text[at:], text
    assert "%{" not in text[at:], text
    return written + text[at:]


@given(text=_signs)
def test_terraform_reads_the_text_again_also_where_a_reference_follows(text: str) -> None:
    assert terraform_reads(escapes.terraform(text)) == text
    before = escapes.terraform_before_reference(text)
    assert terraform_reads(before) == text
    assert not before.endswith(("$", "%"))


def test_terraform_escapes_are_those_of_its_reference() -> None:
    assert escapes.terraform("${a} %{ if } 100 % $5") == "$${a} %%{ if } 100 % $5"
    assert escapes.terraform("$${a}") == '${"$$"}{a}'


def markdown_reads(text: str) -> tuple[list[str], str]:
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    inner = [child for token in tokens for child in token.children or []]
    assert all(child.type in ("text", "text_special", "softbreak") for child in inner), inner
    return [token.type for token in tokens], "".join(child.content for child in inner)


@given(text=st.one_of(_signs, _line))
def test_markdown_reads_one_paragraph_of_the_text(text: str) -> None:
    types, read = markdown_reads(escapes.markdown(text))
    # Blanks at either end are nobody's, and NUL is no character of Markdown.
    wanted = text.strip()
    assert read.strip() == wanted
    assert types == (["paragraph_open", "inline", "paragraph_close"] if wanted else [])


@pytest.mark.parametrize(
    "text", ["# h", "1. a", "2) a", "- a", "---", "===", "+ a", "99.9 % / 28 d", "    code", "a\nb", "a\u2028b"]
)
def test_nothing_begins_a_block_of_markdown(text: str) -> None:
    types, read = markdown_reads(escapes.markdown(text))
    assert types == ["paragraph_open", "inline", "paragraph_close"]
    assert read == text.strip().replace("\n", " ").replace("\u2028", " ")


def test_markdown_escapes_no_more_than_it_must() -> None:
    assert escapes.markdown("p99 of 99.9 % (28 d), $500 - ok!") == "p99 of 99.9 % (28 d), $500 - ok!"


def test_a_cell_of_markdown_stays_one() -> None:
    row = f"| a | b |\n|---|---|\n| {escapes.markdown('x | y')} | z |"
    tokens = MarkdownIt("commonmark").enable("table").parse(row)
    assert [token.content for token in tokens if token.type == "inline"] == ["a", "b", "x | y", "z"]


@given(text=st.one_of(_signs, _line))
def test_slack_reads_the_text_and_no_mention_link_or_format(text: str) -> None:
    written = escapes.slack(text)
    assert not re.search(r"[<>]", written)
    assert html.unescape(written).replace("\u2060", "") == text.replace("\u2060", "")
    assert not re.search(r"[*_~`](?!\u2060)", written)


def test_slack_gets_entities_for_its_three_signs() -> None:
    assert escapes.slack("<!channel> & co") == "&lt;!channel&gt; &amp; co"


def test_a_subject_is_one_visible_line_of_less_than_a_hundred_characters() -> None:
    assert escapes.sns_subject("week: frozen") == "week: frozen"
    assert escapes.sns_subject(" a\nb\x1b\u2028c ") == "a b  c"
    assert escapes.sns_subject("x" * 99) == "x" * 99
    assert escapes.sns_subject("x" * 100) == "x" * 98 + "…"


def test_nothing_is_filled_into_labels_and_grafanas_texts() -> None:
    assert escapes.cloudwatch_label("${LABEL} $5") == "$\u2060{LABEL} $5"
    assert escapes.grafana("$var ${var} [[var]] {{var}} $5 [a] {b}") == (
        "$\u2060var $\u2060{var} [\u2060[var]] {\u2060{var}} $5 [a] {b}"
    )
    assert escapes.grafana("[[[a") == "[\u2060[\u2060[a"


def test_a_terminal_shows_what_would_hide_or_move() -> None:
    assert escapes.terminal("\x1b[31mred\x07\r\u202e\u2028") == r"\x1b[31mred\x07\r\u202e\u2028"
    assert escapes.terminal("two\nlines\tand ä – €") == "two\nlines\tand ä – €"


@given(value=st.recursive(st.text(), lambda below: st.lists(below) | st.dictionaries(st.text(), below), max_leaves=4))
def test_json_in_html_is_json_and_begins_no_tag(value: object) -> None:
    written = escapes.json_in_html([value, HOSTILE])
    assert json.loads(written) == [value, HOSTILE]
    assert not re.search(r"[<>&\u2028\u2029]", written)


@given(text=st.text(max_size=30))
def test_xml_reads_the_text_again_but_for_what_it_has_no_sign_for(text: str) -> None:
    made = ElementTree.Element("a", {"of": escapes.xml(text)})
    made.text = escapes.xml(text)
    read = ElementTree.fromstring(ElementTree.tostring(made))  # noqa: S314 - our own
    assert read.text in (made.text or None, made.text.replace("\r\n", "\n").replace("\r", "\n"))


@pytest.mark.parametrize(
    ("text", "written"),
    [("\x1b[31m", "\\x1b[31m"), ("a\x00b", "a\\x00b"), ("\ufffe", "\\ufffe"), ("\t\n ü𝛼", "\t\n ü𝛼")],
)
def test_what_xml_has_no_sign_for_is_written_as_python_writes_it(text: str, written: str) -> None:
    assert escapes.xml(text) == written
