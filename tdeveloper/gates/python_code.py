"""bandit over one file of Python at a time, so that each file's own trouble is known by name.

bandit's own manager passes over trouble in silence: a file that it cannot parse is skipped, and a test that breaks is
written to the log and counts as one that found nothing. Its visitor and its tests are used here, and do neither.
"""

import ast
import io
import json
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from bandit.core.config import BanditConfig
from bandit.core.manager import NOSEC_COMMENT
from bandit.core.meta_ast import BanditMetaAst
from bandit.core.metrics import Metrics
from bandit.core.node_visitor import BanditNodeVisitor
from bandit.core.test_set import BanditTestSet
from bandit.core.tester import BanditTester

from foundation.findings.model import Finding, Severity, Suppression

TOOL = "bandit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """How much one file is for bandit at most.

    A node takes it 0.05 ms. For each node it lists the lines that the node spans, for a string those of what it stands in:
    a literal of 10,000 lines with a string in each makes 100 million entries, and 2 s.
    """

    node_count: int = 200_000
    line_entries: int = 200_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What bandit found in a file. `trouble` says why it did not look at all of it, or is None; `is_python` is false for
    what has the syntax of no Python that this one reads.
    """

    findings: tuple[Finding, ...]
    trouble: str | None
    is_python: bool


def check_python(path: Path, name: str, work: Work | None = None) -> Parsed:
    """Run every test of bandit over a file, whatever its name and whatever its comments ask for."""
    data = path.read_bytes()
    with warnings.catch_warnings():
        # What Python's own compiler warns of is the file's business.
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(data)
        except (SyntaxError, ValueError):
            return Parsed(findings=(), trouble="cannot be parsed as Python by the gate", is_python=False)
        except (RecursionError, MemoryError) as error:
            return Parsed(findings=(), trouble=f"cannot be parsed by the gate: {type(error).__name__}", is_python=True)
        trouble = _too_much(tree, work or Work())
        if trouble is not None:
            return Parsed(findings=(), trouble=trouble, is_python=True)
        return _visited(path, name, data)


def _visited(path: Path, name: str, data: bytes) -> Parsed:
    metrics, tests = Metrics(), _tests()
    no_comments: dict[int, set[str]] = {}
    metrics.begin(str(path))
    visitor = BanditNodeVisitor(str(path), io.BytesIO(data), BanditMetaAst(), tests, False, no_comments, metrics)
    visitor.tester = tester = _Tester(tests, False, no_comments, metrics)
    try:
        visitor.process(data)
        trouble = f"{tester.broken_count} of bandit's tests broke on it" if tester.broken_count else None
    except Exception as error:  # noqa: BLE001 - whatever bandit stumbles over, it has not seen the rest of the file
        trouble = f"bandit could not look at it: {type(error).__name__}"
    findings = tuple(
        Finding(
            tool=TOOL,
            rule=issue.test_id,
            severity=Severity(issue.severity),
            confidence=issue.confidence,
            path=name,
            line=issue.lineno,
            message=issue.text,
        )
        for issue in cast("list[Any]", tester.results)
    )
    return Parsed(findings=findings, trouble=trouble, is_python=True)


class _Tester(BanditTester):
    """bandit's, without looking for comments, as with its own option `ignore_nosec`, and counting tests that break."""

    broken_count = 0

    # bandit goes through all lines of a node for each test and each node, also where comments are ignored.
    def _get_nosecs_from_contexts(self, *_: object, **__: object) -> None:
        return None

    def report_error(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - counts on itself
        self.broken_count += 1


@cache
def _tests() -> Any:
    """All tests of bandit, ready; they keep nothing of a file."""
    return BanditTestSet(BanditConfig(), {})


def _too_much(tree: ast.AST, work: Work) -> str | None:
    node_count = line_entries = 0
    waiting: list[tuple[ast.AST, int]] = [(tree, 0)]
    while waiting:
        node, around = waiting.pop()
        first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0) or 0
        span = last - first + 1 if first else 0
        node_count += 1
        line_entries += span + (around if isinstance(node, ast.Constant) else 0)
        waiting.extend((child, span) for child in ast.iter_child_nodes(node))
    if node_count > work.node_count:
        return f"is more than bandit gets through: {node_count:,} nodes, and {work.node_count:,} are looked at"
    if line_entries > work.line_entries:
        return "is more than bandit gets through: expressions of too many lines with too much in them"
    return None


def code_of_notebook(text: str) -> str | None:
    """The code of a Jupyter notebook (format 4), its cells one after another; None where it is no such notebook.

    https://nbformat.readthedocs.io/en/latest/format_description.html
    """
    try:
        tree: Any = json.loads(text)
        sources = [cell["source"] for cell in tree["cells"] if cell["cell_type"] == "code"]
        return "\n".join(source if isinstance(source, str) else "".join(source) for source in sources)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def nosec_comments(name: str, text: str) -> Iterator[Suppression]:
    """The comments by which bandit would look away from their line."""
    for number, line in enumerate(text.split("\n"), start=1):
        if "nosec" in line and NOSEC_COMMENT.search(line):
            yield Suppression(tool=TOOL, path=name, line=number)
