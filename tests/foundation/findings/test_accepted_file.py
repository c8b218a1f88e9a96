"""The file of accepted findings: what it may hold, and what is said of one that is wrong."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from foundation.errors import InputError
from foundation.findings.accepted import Acceptance
from foundation.findings.accepted_file import MOST_ACCEPTED, read_accepted
from tests.foundation.findings.making import TODAY

PRINT, OTHER = "0" * 64, "ab" * 32
ENTRY = f"""\
- fingerprint: {PRINT}
  reason: the command is a constant
  owner: platform
  expires_on: 2026-12-31
"""


def read(directory: Path, text: str, *, today: date = TODAY) -> tuple[Acceptance, ...]:
    file = directory / "accepted.yaml"
    file.write_text(text)
    return read_accepted(file, today=today)


def refused(directory: Path, text: str) -> str:
    with pytest.raises(InputError) as error:
        read(directory, text)
    return str(error.value).replace(f"{directory}/", "")


def test_an_entry_has_its_line(tmp_path: Path) -> None:
    more = ENTRY.replace(PRINT, OTHER) + "  rule: B602\n  path: tools/build.py\n"
    assert read(tmp_path, f"accepted:\n{ENTRY}{more}") == (
        Acceptance(
            fingerprint=PRINT,
            reason="the command is a constant",
            owner="platform",
            expires_on=date(2026, 12, 31),
            line=2,
        ),
        Acceptance(
            fingerprint=OTHER,
            reason="the command is a constant",
            owner="platform",
            expires_on=date(2026, 12, 31),
            rule="B602",
            path="tools/build.py",
            line=6,
        ),
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("reason", "r" * 10),
        ("reason", "r" * 400),
        ("owner", "o"),
        ("owner", "o" * 100),
        ("rule", "r"),
        ("rule", "r" * 200),
        ("path", "p"),
        ("path", "p" * 1_000),
    ],
)
def test_the_least_and_the_most_of_a_key_is_taken(tmp_path: Path, key: str, value: str) -> None:
    text = "".join(line for line in ENTRY.splitlines(keepends=True) if not line.startswith(f"  {key}:"))
    (entry,) = read(tmp_path, f"accepted:\n{text}  {key}: {value}\n")
    assert getattr(entry, key) == value


def test_a_file_may_accept_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "accepted: []\n") == ()


def test_a_day_may_be_over_and_at_most_366_days_ahead(tmp_path: Path) -> None:
    last = TODAY + timedelta(days=366)
    for day in ("2001-01-01", f"{last}"):
        (entry,) = read(tmp_path, f"accepted:\n{ENTRY.replace('2026-12-31', day)}")
        assert entry.expires_on.isoformat() == day
    text = f"accepted:\n{ENTRY.replace('2026-12-31', f'{last + timedelta(days=1)}')}"
    assert refused(tmp_path, text).endswith(
        "accepted.yaml:5: accepted.expires_on: must be 2027-03-03 or earlier: nothing is accepted for more than 366 days"
    )


def test_a_file_that_was_right_stays_right(tmp_path: Path) -> None:
    text = f"accepted:\n{ENTRY}"
    assert read(tmp_path, text, today=TODAY + timedelta(days=3_000)) == read(tmp_path, text)


def test_of_each_fingerprint_there_is_one_entry(tmp_path: Path) -> None:
    said = refused(tmp_path, f"accepted:\n{ENTRY}{ENTRY}{ENTRY}")
    assert said.count("is that of the entry of line 2; remove one of them") == 2
    assert "accepted.yaml:6: accepted.fingerprint: is that" in said
    assert "accepted.yaml:10: accepted.fingerprint: is that" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (PRINT, "0" * 63, ":2: accepted.fingerprint: must match"),
        (PRINT, "0" * 65, ":2: accepted.fingerprint: must match"),
        (PRINT, "A" * 64, ":2: accepted.fingerprint: must match"),
        (PRINT, f'"{PRINT}\\n"', ":2: accepted.fingerprint: must match"),
        (f"fingerprint: {PRINT}", f"fingerprints: {PRINT}", ":2: accepted.fingerprints: unknown key"),
        ("the command is a constant", "r" * 9, ":3: accepted.reason:"),
        ("the command is a constant", "x" * 401, ":3: accepted.reason:"),
        ("the command is a constant", '"not seen:\\u202e\\u0007 here"', ":3: accepted.reason: has the character \\x07"),
        ("platform", '""', ":4: accepted.owner:"),
        ("platform", "p" * 101, ":4: accepted.owner:"),
        ("2026-12-31", "31.12.2026", ":5: accepted.expires_on: must be a day, such as 2026-03-02"),
        ("2026-12-31", "2026-02-30", ":5: accepted.expires_on: must be a day"),
        ("2026-12-31", "never", ":5: accepted.expires_on: must be a day"),
        ("  expires_on: 2026-12-31\n", "", ":2: accepted.expires_on: is missing"),
        ("  owner: platform\n", "", ":2: accepted.owner: is missing"),
        ("  owner: platform\n", "  owner: platform\n  rule: ''\n", ":5: accepted.rule:"),
        ("  owner: platform\n", "  owner: platform\n  path: ''\n", ":5: accepted.path:"),
        ("  owner: platform\n", f"  owner: platform\n  rule: {'r' * 201}\n", ":5: accepted.rule:"),
        ("  owner: platform\n", f"  owner: platform\n  path: {'p' * 1_001}\n", ":5: accepted.path:"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert f"accepted.yaml{said}" in refused(tmp_path, f"accepted:\n{ENTRY.replace(old, new)}")


@pytest.mark.parametrize(
    "text", ["", "accepted: everything\n", "[]\n", "accept: []\n", "a: [\n", f"accepted:\n{ENTRY}---\nx: y\n"]
)
def test_what_is_no_such_file_is_refused(tmp_path: Path, text: str) -> None:
    assert "accepted.yaml" in refused(tmp_path, text)


def test_a_file_that_cannot_be_read_accepts_nothing_but_ends_it(tmp_path: Path) -> None:
    (tmp_path / "binary.yaml").write_bytes(b"accepted:\n- \xff\xfe\x00")
    for name in ("missing.yaml", "binary.yaml", "."):
        with pytest.raises(InputError, match=str(tmp_path / name)):
            read_accepted(tmp_path / name, today=TODAY)


def test_it_has_a_bound(tmp_path: Path) -> None:
    entries = [ENTRY.replace(PRINT, f"{number:064x}") for number in range(MOST_ACCEPTED + 1)]
    assert len(read(tmp_path, f"accepted:\n{''.join(entries[1:])}")) == MOST_ACCEPTED == 1_000
    assert "accepted.yaml:1: accepted:" in refused(tmp_path, f"accepted:\n{''.join(entries)}")
