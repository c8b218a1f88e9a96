"""One file under bandit: what is found, what was in the way, and how much is too much."""

from pathlib import Path

import pytest

from foundation.findings.model import Suppression
from tdeveloper.gates.python_code import Parsed, Work, check_python, code_of_notebook, nosec_comments
from tests.tdeveloper.gates.cases import CLEAN, SHELL


def check(directory: Path, content: bytes, work: Work | None = None) -> Parsed:
    (directory / "a").write_bytes(content)
    return check_python(directory / "a", "b.py", work)


def test_what_is_found_has_the_name_that_is_given(tmp_path: Path) -> None:
    parsed = check(tmp_path, SHELL)
    assert [(finding.rule, finding.path, finding.line) for finding in parsed.findings] == [
        ("B404", "b.py", 1),
        ("B602", "b.py", 2),
    ]
    assert (parsed.trouble, parsed.is_python) == (None, True)


def test_one_file_after_another_is_judged_by_itself(tmp_path: Path) -> None:
    first = check(tmp_path, SHELL)
    assert check(tmp_path, CLEAN).findings == ()
    assert check(tmp_path, SHELL) == first


@pytest.mark.parametrize("content", [b"def (:\n", SHELL + b"\0", b"# coding: none\n", b"\xff\xfea\0"])
def test_what_is_no_python_is_told(tmp_path: Path, content: bytes) -> None:
    assert check(tmp_path, content) == Parsed(
        findings=(), trouble="cannot be parsed as Python by the gate", is_python=False
    )


def test_what_was_found_before_bandit_stumbled_is_kept(tmp_path: Path) -> None:
    parsed = check(tmp_path, SHELL + b"a = " + b"-" * 1_100 + b"1\n")
    assert parsed.trouble == "bandit could not look at it: RecursionError"
    assert "B602" in {finding.rule for finding in parsed.findings}


def test_code_that_no_parser_gets_through_is_told(tmp_path: Path) -> None:
    parsed = check(tmp_path, b"a = " + b"-" * 100_000 + b"1\n")
    assert parsed.is_python
    assert parsed.trouble is not None
    assert parsed.trouble.startswith("cannot be parsed by the gate: ")


def test_a_file_is_looked_at_up_to_a_count_of_nodes(tmp_path: Path) -> None:
    # Module, Assign, Name, Store and Constant.
    assert check(tmp_path, b"a = 1\n", Work(node_count=5)).trouble is None
    trouble = check(tmp_path, b"a = 1\n", Work(node_count=4)).trouble
    assert trouble == "is more than bandit gets through: 5 nodes, and 4 are looked at"


def test_a_file_is_looked_at_up_to_a_count_of_lines_in_its_expressions(tmp_path: Path) -> None:
    # Each of the 10 strings stands on one line, in a list of 12; Assign and List span 12 each, Name one.
    content = b"a = [\n" + b"'x',\n" * 10 + b"]\n"
    entries = 10 * (1 + 12) + 12 + 12 + 1
    assert check(tmp_path, content, Work(line_entries=entries)).trouble is None
    assert check(tmp_path, content, Work(line_entries=entries - 1)).trouble is not None


@pytest.mark.slow
def test_the_costliest_megabyte_is_refused_by_counts(tmp_path: Path) -> None:
    for content in (b"a = [\n" + b"'',\n" * 20_000 + b"]\n", b"a\n" * 70_000):
        trouble = check(tmp_path, content).trouble
        assert trouble is not None
        assert trouble.startswith("is more than bandit gets through")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"cells": []}', ""),
        ('{"cells": [{"cell_type": "code", "source": "a"}, {"cell_type": "markdown", "source": "b"}]}', "a"),
        (
            '{"cells": [{"cell_type": "code", "source": ["a\\n", "b"]}, {"cell_type": "code", "source": "c"}]}',
            "a\nb\nc",
        ),
        ('{"worksheets": []}', None),
        ('{"cells": [{"cell_type": "code"}]}', None),
        ('{"cells": [{"cell_type": "code", "source": 1}]}', None),
        ('{"cells": [{"cell_type": "code", "source": [1]}]}', None),
        ('{"cells": [{}]}', None),
        ('{"cells": 1}', None),
        ("[]", None),
        ("[" * 100_000, None),
        ("", None),
    ],
)
def test_the_code_of_a_notebook_is_that_of_its_cells(text: str, code: str | None) -> None:
    assert code_of_notebook(text) == code


def test_comments_are_shown_as_bandit_recognises_them() -> None:
    text = "a = 1\nb = 2  # nosec\nc = 3  #nosec: B101\nnosec = 1\n"
    assert list(nosec_comments("a.py", text)) == [
        Suppression(tool="bandit", path="a.py", line=2),
        Suppression(tool="bandit", path="a.py", line=3),
    ]
