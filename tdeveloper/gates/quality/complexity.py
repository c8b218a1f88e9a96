"""Functions that are hard to follow: complexipy's cognitive complexity over copies of a tree's files.

https://www.sonarsource.com/docs/CognitiveComplexity.pdf; the bound of 15 is SonarQube's, and complexipy's own.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from foundation.findings.model import Finding, Severity, Unread
from tdeveloper.gates.batches import in_batches
from tdeveloper.gates.quality import complexity_worker
from tdeveloper.gates.quality.code_files import CodeFile
from tdeveloper.gates.quality.looked import Looked, SecondsLeft
from tdeveloper.gates.tool import Broke, Trouble, run_tool

TOOL = "complexipy"
RULE = "cognitive-complexity"
_NAME_CHARACTERS = 120
_Functions = dict[str, list[tuple[str, int, int]] | None]


def check(files: Sequence[CodeFile], copies: Path, seconds_left: SecondsLeft, *, most: int) -> Looked:
    """A finding for each function over `most`; notebooks are left out, whose cells are no module."""
    modules = [file for file in files if not file.is_notebook]

    def run(batch: tuple[CodeFile, ...]) -> _Functions | Broke:
        names = [file.copy for file in batch]
        ran = run_tool(
            TOOL, [sys.executable, "-I", complexity_worker.__file__, *names], cwd=copies, seconds=seconds_left()
        )
        return ran if isinstance(ran, Broke) else _read(ran.stdout, names)

    batches = in_batches(modules, run)
    findings: list[Finding] = []
    unread = [Unread(path=file.name, why=why) for file, why in batches.unread]
    looked_at: list[CodeFile] = []
    for batch, answer in batches.answers:
        for file in batch:
            functions = answer[file.copy]
            if functions is None:
                unread.append(Unread(path=file.name, why=f"{TOOL} cannot parse it"))
                continue
            looked_at.append(file)
            findings += (_finding(file.name, *each, most=most) for each in functions if each[2] > most)
    return Looked(findings=tuple(findings), unread=tuple(unread), files=tuple(looked_at))


def _finding(path: str, function: str, line: int, complexity: int, *, most: int) -> Finding:
    # It fails nothing when it runs, so it decides nothing; the score counts it.
    return Finding(
        tool=TOOL,
        rule=RULE,
        severity=Severity.LOW,
        confidence="HIGH",
        path=path,
        line=line,
        message=f"{function[:_NAME_CHARACTERS]} has a cognitive complexity of {complexity}, over {most}",
    )


def _read(stdout: bytes, names: list[str]) -> _Functions | Broke:
    try:
        data = cast("dict[str, Any]", json.loads(stdout))
        if sorted(data) == sorted(names):
            return {name: _functions(data[name]) for name in names}
    except (ValueError, TypeError):
        pass
    return Broke(why=f"{TOOL}: wrote what cannot be read", trouble=Trouble.CRASHED)


def _functions(data: Any) -> list[tuple[str, int, int]] | None:
    if data is None:
        return None
    return [(str(name), int(line), int(complexity)) for name, line, complexity in data]
