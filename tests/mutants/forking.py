"""One mutant in a process of its own: forked, with one module's text exchanged before anything of ours is imported."""

import importlib.util
import os
import sys
import traceback
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType

import pytest
from hypothesis import Phase, settings

from tests.mutants.mutant import Mutant


def forked(mutant: Mutant, text: str, tests: Sequence[str], *, root: Path, directory: Path) -> int:
    """Start a process that runs these tests with a mutant's text, and ends with pytest's exit code; its id."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        return child
    try:
        os.setpgid(0, 0)
        os.chdir(root)
        with (directory / "last-output.txt").open("w") as output:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
        sys.meta_path.insert(0, _Finder(mutant.file, root, text))
        temporary = f"--basetemp={directory / f'tmp-{os.getpid()}'}"
        # One process runs them, in the order given: the cache of pytest is the working tree's.
        quiet = ["-q", "-x", "--tb=line", "--no-header", "-p", "no:cacheprovider", temporary]
        # Libraries are there already, on purpose.
        quiet += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
        code = int(pytest.main([*quiet, *tests], plugins=[_NoShrinking()]))
    except BaseException:  # noqa: BLE001 - whatever it was, this process must not go on as its parent
        traceback.print_exc()
        code = 3
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


class _NoShrinking:
    """A counterexample is enough; how small it can be does not matter here."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self) -> None:
        phases = (Phase.explicit, Phase.reuse, Phase.generate, Phase.target)
        name = settings.get_current_profile_name()
        settings.register_profile(name, settings.get_profile(name), phases=phases)
        settings.load_profile(name)


class _Mutated(SourceFileLoader):
    def __init__(self, name: str, path: str, text: str) -> None:
        super().__init__(name, path)
        self._text = text

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._text, self.path, "exec", dont_inherit=True)


class _Finder:
    """Finds one module, with other text."""

    def __init__(self, file: str, root: Path, text: str) -> None:
        self._name = file.removesuffix(".py").replace("/", ".")
        self._path = str(root / file)
        self._text = text

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        """The module's spec; of any other none."""
        if name != self._name:
            return None
        return importlib.util.spec_from_file_location(name, self._path, loader=_Mutated(name, self._path, self._text))
