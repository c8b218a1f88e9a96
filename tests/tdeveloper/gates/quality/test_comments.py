"""Which comments ask a tool to look away, as the tools themselves recognise them."""

import pytest

from foundation.findings.model import Suppression
from tdeveloper.gates.quality.comments import suppressions_in, without_marks


@pytest.mark.parametrize(
    ("line", "tools"),
    [
        ("x = y  # noqa", ["ruff"]),
        ("x = y  #NOQA: F821", ["ruff"]),
        ("# ruff: noqa", ["ruff"]),
        ("# flake8: noqa: F821", ["ruff"]),
        ("x = y  # ruff: ignore[F821]", ["ruff"]),
        ("# ruff: disable[F821]", ["ruff"]),
        ("# ruff: file-ignore[F821]", ["ruff"]),
        ("def f():  # noqa: complexipy", ["ruff", "complexipy"]),
        ("def f():  # complexipy: ignore", ["complexipy"]),
        ("# jscpd:ignore-start", ["jscpd"]),
        ("x = y  # type: ignore[attr]", ["types"]),
        ("x = y  # pyright: ignore", ["types"]),
        ("# mypy: ignore-errors", ["types"]),
        ("# pyright: basic", ["types"]),
        ("x = y  # type: ignore  # noqa", ["ruff", "types"]),
        ("noqa = disable = 1", []),
        ("# ignore what ruff says", []),
        ("# jscpd:ignore-end", []),
        ("# pyright: strict", []),
        ("# noqas", []),
    ],
)
def test_a_comment_is_shown_once_for_each_tool_that_it_asks(line: str, tools: list[str]) -> None:
    assert [each.tool for each in suppressions_in("a.py", [line])] == tools


def test_comments_have_their_lines() -> None:
    assert list(suppressions_in("a.py", ["x", "y  # noqa", "", "z  # noqa"])) == [
        Suppression(tool="ruff", path="a.py", line=2),
        Suppression(tool="ruff", path="a.py", line=4),
    ]


def test_marks_of_jscpd_are_changed_and_nothing_else_is() -> None:
    text = "# jscpd:ignore-start\nx = 'JSCPD:'  # noqa\n# jscpd:ignore-end\n"
    assert without_marks(text) == "# jscpd-ignore-start\nx = 'jscpd-'  # noqa\n# jscpd-ignore-end\n"
    assert len(without_marks(text)) == len(text)
