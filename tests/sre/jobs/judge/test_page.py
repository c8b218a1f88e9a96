"""The page of a judgement: what rejects comes first, and every table says how much of it is there."""

from datetime import UTC, date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest

from foundation.findings.accepted import Acceptance
from foundation.findings.model import Finding, Severity, Suppression, Unread
from sre.jobs.judge.judging import Judgement, judge
from sre.jobs.judge.measures import Measure
from sre.jobs.judge.page import page
from tests.sre.jobs.judge.fakes import FakeGate, a_finding, two_trees

TODAY = date(2026, 3, 2)
FILES = {"a.py": "".join(f"line {number}\n" for number in range(1, 601))}
NEW = "What is new"
OLD = "What the base has already"
GAPS = "What could not be looked at"
ENTRIES = "What the base accepts, and entries that need a person"
MEASURES = "Measures, of the tree and of the base; no outcome rests on them"
COMMENTS = "Comments that ask to look away"


class Read(HTMLParser):
    """The tables of a page by their captions, the tones of its tiles, and all of its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: dict[str, list[tuple[str, ...]]] = {}
        self.tones: list[str | None] = []
        self.text = ""
        self._into: list[str] = []
        self._row: list[str] = []
        self._caption = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("caption", "th", "td"):
            self._into = [""]
        elif tag == "tr":
            self._row = []
        elif tag == "li":
            self.tones.append(dict(attrs)["class"])

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "caption":
                self._caption = "".join(self._into)
                self.tables[self._caption] = []
            case "th" | "td":
                self._row.append("".join(self._into))
            case "tr":
                self.tables[self._caption].append(tuple(self._row))
            case _:
                pass

    def handle_data(self, data: str) -> None:
        self.text += data
        self._into.append(data)

    def rows(self, caption: str) -> list[tuple[str, ...]]:
        """Without the heads of columns."""
        return self.tables[caption][1:]


def judged(place: Path, gate: FakeGate, *acceptances: Acceptance, has_base: bool = True) -> Judgement:
    trees = two_trees(place, FILES, FILES if has_base else None)
    return judge(trees, (gate,), acceptances=acceptances, today=TODAY, say=lambda _: None)


def read(made: Judgement) -> Read:
    return Read(page(made, headline="It stands so", judged_at=datetime(2026, 3, 2, 12, tzinfo=UTC)))


def an_acceptance(fingerprint: str, *, expires_on: date = TODAY, rule: str | None = None) -> Acceptance:
    return Acceptance(
        fingerprint=fingerprint, reason="a constant of ours", owner="team", expires_on=expires_on, rule=rule, line=2
    )


def lines(count: int) -> tuple[Finding, ...]:
    return tuple(a_finding(line=number, severity=Severity.LOW) for number in range(1, count + 1))


def test_what_rejects_comes_before_what_else_is_new_and_both_say_what_to_change(tmp_path: Path) -> None:
    found = (
        a_finding("LOW", severity=Severity.LOW),
        a_finding("F821", line=2, tool="ruff"),
        a_finding("WHOLE", line=0),
    )
    made = judged(tmp_path, FakeGate(found={"now": found}))
    assert [row[:-1] for row in read(made).rows(NEW)] == [
        ("a.py", "high", "fake WHOLE", "WHOLE is wrong", "–", "yes"),
        ("a.py:2", "high", "ruff F821", "F821 is wrong", "`ruff rule F821` explains it", "yes"),
        ("a.py:1", "low", "fake LOW", "LOW is wrong", "–", "no"),
    ]
    (result,) = made.results
    assert {row[-1] for row in read(made).rows(NEW)} == {each.fingerprint for each in result.standing.new}


def test_what_the_base_has_is_apart_and_rejects_nothing(tmp_path: Path) -> None:
    gate = FakeGate(found={"now": (a_finding(),), "base": (a_finding(),)})
    seen = read(judged(tmp_path, gate))
    assert seen.rows(NEW) == [("Nothing was found.",)]
    assert [row[:-1] for row in seen.rows(OLD)] == [("a.py:1", "high", "fake R1", "R1 is wrong", "–", "no")]
    assert OLD not in read(judged(tmp_path / "none", FakeGate())).tables


@pytest.mark.parametrize(
    ("gate", "tone", "said"),
    [
        (FakeGate(notes=("by the way",)), "pass", ("passed", "by the way", "0 new findings, 0 old, 0 accepted")),
        (
            FakeGate(found={"now": (a_finding(),)}), "miss",
            ("rejected", "1 new finding that must not be", "1 new finding, 0 old, 0 accepted"),
        ),
        (FakeGate(doubts=("nobody knows",)), "inconclusive", ("inconclusive", "nobody knows")),
    ],
)  # fmt: skip
def test_a_tile_has_the_tone_and_the_reasons_of_its_outcome(
    gate: FakeGate, tone: str, said: tuple[str, ...], tmp_path: Path
) -> None:
    seen = read(judged(tmp_path, gate))
    assert seen.tones == [tone]
    assert all(each in seen.text for each in said)


def test_it_says_what_was_judged_and_beside_what(tmp_path: Path) -> None:
    assert "Judged: the now, 1 files. Made from: the base, 1 files." in read(judged(tmp_path / "x", FakeGate())).text
    alone = read(judged(tmp_path / "y", FakeGate(), has_base=False)).text
    assert "Nothing to compare with, so all that is found is new." in alone
    assert "It stands so" in alone


def test_of_more_than_five_hundred_rows_the_first_are_there_and_all_are_counted(tmp_path: Path) -> None:
    gaps = tuple(Unread(path=f"{number:03}.py", why="broken") for number in range(501))
    comments = tuple(Suppression(tool="bandit", path="a.py", line=number) for number in range(1, 502))
    many = read(
        judged(tmp_path / "many", FakeGate(found={"now": lines(501)}, unread={"now": gaps}, suppressions=comments))
    )
    for caption in (NEW, GAPS, COMMENTS):
        assert len(many.rows(f"{caption}: the first 500 of 501")) == 500
    assert many.rows(f"{GAPS}: the first 500 of 501")[-1] == ("499.py", "broken")
    assert many.rows(f"{COMMENTS}: the first 500 of 501")[-1] == ("a.py:500", "bandit")
    just = read(
        judged(
            tmp_path / "just", FakeGate(found={"now": lines(500)}, unread={"now": gaps[1:]}, suppressions=comments[1:])
        )
    )
    assert [len(just.rows(caption)) for caption in (NEW, GAPS, COMMENTS)] == [500, 500, 500]


def test_each_entry_that_the_base_accepts_is_told_with_its_state(tmp_path: Path) -> None:
    gate = FakeGate(found={"now": (a_finding(), a_finding("R2", line=2), a_finding("R3", line=3))})
    first, second, third = judged(tmp_path / "bare", gate).results[0].standing.new
    made = judged(
        tmp_path / "full", gate,
        an_acceptance(first.fingerprint),
        an_acceptance(second.fingerprint, expires_on=date(2026, 3, 1)),
        an_acceptance(third.fingerprint, rule="R4"),
        an_acceptance("f" * 64),
        an_acceptance("e" * 64, rule="R5"),
    )  # fmt: skip
    assert [row[1:] for row in read(made).rows(ENTRIES)] == [
        ("R1", "a.py:1", "2026-03-02", "team", "a constant of ours", "holds"),
        ("R2", "a.py:2", "2026-03-01", "team", "a constant of ours", "expired"),
        ("R3", "a.py:3", "2026-03-02", "team", "a constant of ours", "names another rule or path"),
        ("–", "–", "2026-03-02", "team", "a constant of ours", "nothing has it any more"),
        ("R5", "–", "2026-03-02", "team", "a constant of ours", "nothing has it any more"),
    ]
    assert [row[0] for row in read(made).rows(ENTRIES)][:1] == [first.fingerprint[:12]]


def test_measures_stand_beside_those_of_the_base_and_what_is_not_known_is_no_zero(tmp_path: Path) -> None:
    now = (
        Measure(name="line_count", value=1_234), Measure(name="covered_ratio", value=None, why="nothing ran"),
        Measure(name="zero_count", value=0), Measure(name="score_points", value=Decimal("98.5")),
    )  # fmt: skip
    seen = read(judged(tmp_path, FakeGate(measures=now)))
    assert seen.rows(MEASURES) == [
        ("line count", "1,234", "–", ""), ("covered ratio", "–", "–", "nothing ran"), ("zero count", "0", "–", ""),
        ("score points", "98.5", "–", ""),
    ]  # fmt: skip


def test_the_base_has_its_own_measures_beside(tmp_path: Path) -> None:
    gate = FakeGate(
        measures=(Measure(name="line_count", value=7),), base_measures=(Measure(name="line_count", value=5),)
    )
    assert read(judged(tmp_path, gate)).rows(MEASURES) == [("line count", "7", "5", "")]
