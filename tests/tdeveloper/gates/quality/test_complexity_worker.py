"""What the process beside the gate prints: every function of every file, and null for a file that it has nothing to say of."""

import json
import sys
from pathlib import Path

import pytest

from infra.checkout import ROOT
from tdeveloper.gates.quality.complexity_worker import main
from tests.tdeveloper.gates.quality.trees import CLEAN, COMPLEX, plant


def test_it_prints_the_functions_of_each_file_whatever_their_comments_ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    ignored = COMPLEX.replace(b"None:", b"None:  # complexipy: ignore")
    monkeypatch.chdir(plant(tmp_path, {"a.py": CLEAN + ignored, "b.py": b"def (:\n", "c.py": b""}))
    main(["a.py", "b.py", "c.py"])
    assert json.loads(capsys.readouterr().out) == {
        "a.py": [["double", 1, 0], ["tangled", 3, 21]],
        "b.py": None,
        "c.py": [],
    }


def test_libraries_that_lie_beside_our_own_code_are_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As they do in a bundle, where -I leaves them out."""
    monkeypatch.setattr(sys, "path", [each for each in sys.path if Path(each).resolve() != ROOT])
    main([])
    assert sys.path[-1] == str(ROOT)
    assert capsys.readouterr().out == "{}"
