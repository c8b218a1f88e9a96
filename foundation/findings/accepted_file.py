"""Reads the file of accepted findings.

accepted:
- fingerprint: 3b1f…                 # the 64 digits that a gate shows
  reason: the command is a constant   # for whoever reads it next
  owner: platform@example.org
  expires_on: 2026-12-31              # its last day, at most 366 days ahead
  rule: B602                          # these two are for people, and checked where they are given
  path: tools/build.py
"""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field

from foundation.files.documents import Document, KeyPath, yaml_documents
from foundation.files.forms import Day, Form, Line
from foundation.findings.accepted import Acceptance

MOST_ACCEPTED = 1_000
LONGEST_DAYS = 366


class _Entry(Form):
    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    reason: Line = Field(min_length=10, max_length=400)
    owner: Line = Field(min_length=1, max_length=100)
    expires_on: Day
    rule: Line | None = Field(default=None, min_length=1, max_length=200)
    path: Line | None = Field(default=None, min_length=1, max_length=1_000)

    def made(self, line: int) -> Acceptance:
        return Acceptance(
            fingerprint=self.fingerprint,
            reason=self.reason,
            owner=self.owner,
            expires_on=self.expires_on,
            rule=self.rule,
            path=self.path,
            line=line,
        )


class _Accepted(Form):
    accepted: list[_Entry] = Field(max_length=MOST_ACCEPTED)


def read_accepted(file: Path, *, today: date) -> tuple[Acceptance, ...]:
    """The entries of a file, of which each fingerprint has one; `today` is the day in UTC.

    The caller names the file of the *base* tree, never that of the change under judgement: a change must not accept what it
    brings. Raises InputError with all problems, each with file, line and key; so it does for a day that is more than 366 days
    ahead, and not for one that is over.
    """
    with yaml_documents(file) as found:
        document = found.only("a list of accepted findings")
        read = document.read(_Accepted)
        if read is not None:
            _check(document, read.accepted, today)
    entries = () if read is None else read.accepted
    return tuple(each.made(document.line_of(_path(number))) for number, each in enumerate(entries))


def _check(document: Document, entries: list[_Entry], today: date) -> None:
    last = today + timedelta(days=LONGEST_DAYS)
    first_of: dict[str, int] = {}
    for number, entry in enumerate(entries):
        first = first_of.setdefault(entry.fingerprint, number)
        if first != number:
            line = document.line_of(_path(first))
            document.problem(
                (*_path(number), "fingerprint"), f"is that of the entry of line {line}; remove one of them"
            )
        if entry.expires_on > last:
            said = f"must be {last} or earlier: nothing is accepted for more than {LONGEST_DAYS} days"
            document.problem((*_path(number), "expires_on"), said)


def _path(number: int) -> KeyPath:
    return ("accepted", number)
