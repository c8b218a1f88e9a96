"""The release check's page: complete, self-contained, and the same numbers as its JSON."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from reports.release_check.model import AlarmsUnderLoad, ReleaseCheck
from reports.release_check.page import render_html
from tests.loadtests.factories import a_result
from tests.sre.jobs.release_check.test_check import a_check


class Page(HTMLParser):
    """Collects the tags, their addresses and the text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def check() -> ReleaseCheck:
    return a_check(a_result(good=4000, slow=900, faults=100))


@pytest.fixture(scope="module")
def page(check: ReleaseCheck) -> Page:
    return Page(render_html(check))


def test_it_needs_nothing_but_itself(page: Page) -> None:
    assert page.addresses == ["data:,"]
    assert "script" not in page.tags
    assert "link" in page.tags


def test_it_names_every_objective_with_its_verdict(page: Page, check: ReleaseCheck) -> None:
    for row in check.objectives:
        assert re.search(rf"{row.word}\s*{row.name}", page.text)


def test_it_says_that_it_is_local_and_what_was_not_measured(page: Page) -> None:
    assert "it is no evidence for production" in page.text
    assert "estimate: $151.33 a month at 50 pipelines a day" in page.text


def test_it_draws_both_pictures_with_the_objectives_line(page: Page) -> None:
    assert page.tags.count("svg") == 4
    assert "objective: 1,000 ms" in page.text
    assert "measured from here" in page.text


def test_its_colours_follow_the_readers_choice_of_light_or_dark(check: ReleaseCheck) -> None:
    html = render_html(check)
    assert "prefers-color-scheme: dark" in html
    assert 'fill="currentColor"' in html


def test_a_page_without_any_request_says_no_data_and_draws_nothing() -> None:
    page = Page(render_html(a_check(None, interrupted=True)))
    assert "svg" not in page.tags
    assert page.text.count("No data") >= 2
    assert "Interrupted" in page.text


def test_what_comes_from_outside_cannot_become_markup() -> None:
    html = render_html(replace(a_check(None), target="<script>alert(1)</script>"))
    assert "<script>" not in html


def test_the_page_is_the_same_for_the_same_input(check: ReleaseCheck) -> None:
    assert render_html(check) == render_html(check)


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        (("shop-page was sent ALARM: <b>",), "Messages that subscribers received"),
        ((), "No message was sent."),
        (None, ""),
    ],
)
def test_it_shows_what_came_to_those_who_are_subscribed(
    check: ReleaseCheck, messages: tuple[str, ...] | None, said: str
) -> None:
    alarms = AlarmsUnderLoad(
        fired=(), evaluated_count=1, partly_known_count=0, without_data_count=0, messages=messages
    )  # fmt: skip
    text = Page(render_html(replace(check, alarms=alarms))).text
    assert said in text
    assert ("sent" in text.split("Alarms under load")[1].split("Not measured")[0]) is (messages is not None)
    for message in messages or ():
        assert message in text
