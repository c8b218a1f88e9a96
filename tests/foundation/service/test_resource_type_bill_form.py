"""The section `bill` of a kind's file: what it refuses, each at its line, and what is made of it."""

from decimal import Decimal
from pathlib import Path

import pytest

from foundation.errors import InputError
from foundation.service.resource_type_bill import BillSection, Constant, FactTerm, Hours, RunsTerm, TrafficUse
from foundation.service.resource_type_file import read_resource_type

HEAD = """\
type: AWS::Shop::Thing
title: Things
one: thing
source: https://docs.aws.amazon.com/
identity: {ref: name}
facts:
  size_gib: {property: Size}
  schedule: {kind: text, property: Schedule}
  is_fast: {kind: flag, property: Fast}
unwatched: Nobody looks at it.
alarms: []
panels: []
"""


def read(bill: str, tmp_path: Path) -> BillSection:
    file = tmp_path / "aws_shop_thing.yaml"
    file.write_text(HEAD + bill)
    return read_resource_type(file).bill


def test_a_line_is_made_of_its_terms(tmp_path: Path) -> None:
    section = read(
        """\
bill:
  traffic:
    requests: {means: what it is asked, counts: true}
    kept_gb: {means: what it keeps, most: size_gib, because: there is no more room}
  lines:
  - line: s3
    key: AmazonS3/Requests-Tier1
    when: {is_fast: true, size_gib: 1 or 2}
    unless: {schedule: never}
    times: [requests, size_gib - 20, "3"]
    over: 1024
    because: three of them are one
  - {line: s3, key: "AmazonS3/Bytes:${schedule}", times: [hours, kept_gb]}
  - {line: s3, key: AmazonS3/Runs, times: [runs(schedule)]}
""",
        tmp_path,
    )
    first, second, third = section.lines
    assert first.terms == (
        TrafficUse(name="requests"), FactTerm(name="size_gib", less=Decimal(20)), Constant(value=Decimal(3)),
    )  # fmt: skip
    assert (first.when, first.unless) == (
        (("is_fast", (True,)), ("size_gib", (Decimal(1), Decimal(2)))), (("schedule", ("never",)),),
    )  # fmt: skip
    assert (first.over, first.because) == (1024, "three of them are one")
    assert second.terms == (Hours(), TrafficUse(name="kept_gb"))
    assert third.terms == (RunsTerm(name="schedule"),)
    assert (section.term("kept_gb").most, section.term("requests").counts) == ("size_gib", True)


def test_an_empty_section_is_of_an_unknown_price(tmp_path: Path) -> None:
    assert read("bill: []\n", tmp_path).unknown == "nobody has written its lines of the bill"


LINE = "bill: {lines: [{line: s3, key: AmazonS3/Requests-Tier1, %s}]}\n"


@pytest.mark.parametrize(
    ("bill", "problem"),
    [
        ("bill: {}\n", "bill: write its lines, why it is free, or what of its price is unknown"),
        (LINE % "times: [sise_gib]", "there is no fact or traffic called 'sise_gib'; did you mean size_gib?"),
        (LINE % "times: [runs(scheduel)]", "there is no fact or traffic called 'scheduel'; did you mean schedule?"),
        (LINE % 'times: ["5"]', "has a number of its own; say because"),
        (LINE % "times: [hours, runs(schedule)]", "has two of: hours, runs, a count; a quantity is of one of them"),
        (LINE % "times: [size_gib + 1]", "is none of: a name, `name - number`, `runs(name)`, `hours`, a number"),
        (LINE % "when: {is_fast: maybe}", "must be true or false, not 'maybe'"),
        (LINE % "when: {size_gib: many}", "must be a number, not 'many'"),
        (LINE % "when: {is_slow: true}", "there is no fact or traffic called 'is_slow'"),
        (LINE % "over: 0", "over: must be greater than 0"),
        ("bill: {lines: [{line: disks, key: AmazonS3/A}]}\n", "is no line of a bill"),
        ('bill: {lines: [{line: s3, key: "AmazonS3/A:${nothing}"}]}\n', "there is no fact or traffic called 'nothing'"),
        (
            "bill: {unknown: x, traffic: {size_gib: {means: abc}}}\n",
            "is a fact's name, `hours`, or ends as a key of a profile does",
        ),
        (
            "bill: {unknown: x, traffic: {a_per_unit: {means: abc}}}\n",
            "is a fact's name, `hours`, or ends as a key of a profile does",
        ),
        ("bill: {unknown: x, traffic: {a: {means: abc, assumed: 1}}}\n", "what is assumed, or at most, says because"),
        ("bill: {unknown: x, traffic: {a: {means: abc, because: a reason}}}\n", "what says because is assumed"),
        (
            "bill: {unknown: x, traffic: {a: {means: abc, assumed: 1, most: size_gib, because: a reason}}}\n",
            "is assumed or at most a fact, not both",
        ),
        (
            "bill: {unknown: x, traffic: {a: {means: abc, counts: true, most: size_gib, because: a reason}}}\n",
            "a count has no most",
        ),
        (
            "bill: {unknown: x, traffic: {a: {means: abc, most: size, because: a reason}}}\n",
            "there is no fact or traffic called 'size'",
        ),
    ],
)
def test_what_stands_for_nothing_is_refused_at_its_line(bill: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        read(bill, tmp_path)
    assert "aws_shop_thing.yaml:13: " in str(raised.value)
    assert problem in str(raised.value)


def test_a_sum_says_of_what(tmp_path: Path) -> None:
    file = tmp_path / "aws_shop_thing.yaml"
    file.write_text(HEAD.replace("facts:\n", "facts:\n  two: {kind: sum}\n") + "bill: {unknown: nobody knows it}\n")
    with pytest.raises(InputError) as raised:
        read_resource_type(file)
    assert [problem.split(": ", 1)[1] for problem in raised.value.problems] == [
        "facts.two: say the property that it is"
    ]


def test_values_for_which_nothing_is_paid_are_of_their_facts_kind(tmp_path: Path) -> None:
    found = read("bill: {unknown: nobody knows it, nothing: {schedule: never or seldom, is_fast: 'false'}}\n", tmp_path)
    assert found.nothing == (("schedule", ("never", "seldom")), ("is_fast", (False,)))
    with pytest.raises(InputError, match=r"bill\.nothing\.sise_gib: there is no fact or traffic called 'sise_gib'"):
        read("bill: {unknown: nobody knows it, nothing: {sise_gib: '1'}}\n", tmp_path)
