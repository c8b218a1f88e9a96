"""Every exit code that a release check ends with has its word."""

from foundation.errors import Exit
from reports.release_check.outcome_words import OUTCOME_WORDS


def test_each_exit_code_of_a_check_has_one_word() -> None:
    assert OUTCOME_WORDS == {
        0: "pass", 1: "miss", 2: "nothing measured", 3: "inconclusive", 70: "not whole", 130: "interrupted",
    }  # fmt: skip


def test_no_check_ends_because_its_reader_has_gone() -> None:
    assert set(Exit) - set(OUTCOME_WORDS) == {Exit.READER_GONE}
