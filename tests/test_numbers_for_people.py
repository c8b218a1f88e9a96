"""One notation on every page and in every table: no percent without its blank, no thousand without its comma."""

import re
from decimal import Decimal

import pytest

from foundation.costs.bill import make_bill
from foundation.costs.book_file import read_book
from foundation.costs.statement import explain, headline, judged, table
from foundation.costs.traffic_file import read_profiles
from infra.service import T_DEVELOPER
from reports.release_check.page import render_html
from reports.weekly.page import to_html, to_markdown
from tests.loadtests.factories import a_result
from tests.reports.weekly.test_page import page_of_a_bad_week
from tests.sre.jobs.release_check.test_check import a_check

# Years stand in dates, ports and ids behind a colon, a dot or a dash.
_BARE_THOUSAND = re.compile(r"(?<![\w.,:/–-])\d{4,}(?![\w-])")
_BARE_PERCENT = re.compile(r"\d%")


def text_of(html: str) -> str:
    """What stands on a page and in its pictures."""
    shown = re.sub(r"<(style|script)>.*?</\1>", "", html, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", " ", re.sub(r"</?span[^>]*>", "", shown))


def bills() -> str:
    book, lean = read_book(), read_profiles(T_DEVELOPER.traffic_profiles, unit="pipeline")["lean"]
    bill = make_bill(lean, book, per_day=Decimal(5_000), model="nova-micro")
    limit = Decimal(5_000)
    words = [
        headline(bill, limit_usd=limit, crossing_per_day=limit),
        judged(bill, limit_usd=limit, crossing_per_day=limit),
    ]
    return "\n".join(
        (*words, table(bill, fixed_usd=limit, marginal_usd=limit), *(explain(bill, book, line) for line in bill.lines))
    )


TEXTS = {
    "weekly page": lambda: text_of(to_html(page_of_a_bad_week())),
    "weekly Markdown": lambda: to_markdown(page_of_a_bad_week()),
    "release check": lambda: text_of(render_html(a_check(a_result(good=4_000, slow=900, faults=100, refused=1_200)))),
    "bill": bills,
}


@pytest.mark.parametrize("name", list(TEXTS))
def test_numbers_have_one_notation(name: str) -> None:
    text = TEXTS[name]()
    assert _BARE_PERCENT.findall(text) == []
    assert [text[max(0, each.start() - 30) : each.end() + 10] for each in _BARE_THOUSAND.finditer(text)] == []


@pytest.mark.parametrize(("text", "found"), [("5%", 1), ("5 %", 0), ("5379 requests", 1), ("5,379 in 2026-11-09", 0)])
def test_the_law_finds_what_it_looks_for(text: str, found: int) -> None:
    assert len(_BARE_PERCENT.findall(text)) + len(_BARE_THOUSAND.findall(text)) == found
