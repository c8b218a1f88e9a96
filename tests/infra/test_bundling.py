"""A bundle runs where Lambda runs it: in the runtime's Python, with nothing of this checkout, and with each of its files."""

import ast
import json
import subprocess
from pathlib import Path

import pytest

from foundation.errors import PlatformError
from infra.bundling import Bundle, build, bundle_of
from infra.checkout import ROOT
from infra.closure import closure_of
from infra.handlers import HANDLERS, REST_API, Handler
from infra.settings import Settings
from sre.local.lambda_runtime import lambda_runtime

pytestmark = pytest.mark.xdist_group("stacks")

BUNDLES = {handler.group: bundle_of(handler, Settings(stage="local")) for handler in HANDLERS}
# Python imports a directory without one as a namespace package: an empty one more or less makes no difference.
NEEDLESS = {
    "foundation/__init__.py", "foundation/cloudwatch/__init__.py", "foundation/findings/__init__.py",
    "tdeveloper/__init__.py", "tdeveloper/entry/__init__.py", "tdeveloper/gates/__init__.py",
    "tdeveloper/gates/archive/__init__.py",
}  # fmt: skip
# Each file is taken out, every handler is imported in a process of its own, and the file is put back. The libraries are
# imported once, before, which is what takes the time.
TAKE_OUT = """
import importlib, json, os, sys
directory, libraries, modules, files = sys.argv[1], *map(json.loads, sys.argv[2:])
sys.path.insert(0, directory)
for library in libraries:
    importlib.import_module(library)

def imports_all():
    child = os.fork()
    if child == 0:
        try:
            for module in modules:
                importlib.import_module(module)
        except ImportError:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

needless = []
assert imports_all()
for file in files:
    os.rename(os.path.join(directory, file), os.path.join(directory, "taken-out"))
    if imports_all():
        needless.append(file)
    os.rename(os.path.join(directory, "taken-out"), os.path.join(directory, file))
print(json.dumps(needless))
"""


def run(program: str, *arguments: str) -> str:
    """What a program prints in the interpreter that the local platform's workers run in."""
    done = subprocess.run(
        [str(lambda_runtime()), "-I", "-c", program, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def beside(directory: Path, bundle: Bundle) -> Path:
    """A bundle that may be changed: our files copied, the libraries linked."""
    built = build(bundle)
    closure_of(*bundle.modules).copy_to(directory)
    for entry in built.iterdir():
        if not (directory / entry.name).exists():
            (directory / entry.name).symlink_to(entry)
    return directory


@pytest.mark.parametrize("group", BUNDLES)
def test_without_any_one_of_our_files_a_handler_cannot_be_imported_but_for_empty_packages(
    group: str, tmp_path: Path
) -> None:
    bundle = BUNDLES[group]
    closure = closure_of(*bundle.modules)
    files = [str(file) for file in closure.files]
    given = (sorted(closure.libraries), bundle.modules, files)
    needless = json.loads(run(TAKE_OUT, str(beside(tmp_path, bundle)), *map(json.dumps, given)))
    assert set(needless) == NEEDLESS & set(files)
    assert all(len(ast.parse((ROOT / file).read_text()).body) == 1 for file in needless)  # the docstring


def test_the_workers_interpreter_finds_neither_this_checkout_nor_what_it_is_developed_with() -> None:
    path = json.loads(run("import json, sys; print(json.dumps(sys.path))"))
    site = lambda_runtime().parent.parent / "lib"
    assert [each for each in path if Path(each).is_relative_to(ROOT) and not Path(each).is_relative_to(site)] == []
    names = ("foundation", "infra", "tdeveloper", "pytest", "ministack", "yaml", "pydantic", "boto3", "botocore")
    program = f"import importlib.util as u, json; print(json.dumps([n for n in {names} if u.find_spec(n)]))"
    assert json.loads(run(program)) == ["boto3", "botocore"]


def test_the_runtime_is_made_once(tmp_path: Path) -> None:
    first = lambda_runtime(tmp_path)
    made_at = first.parent.parent.stat().st_ctime_ns
    assert lambda_runtime(tmp_path) == first
    assert first.parent.parent.stat().st_ctime_ns == made_at
    assert [each.name for each in tmp_path.iterdir()] == [first.parent.parent.name]


def test_a_bundle_is_built_once_and_found_again_for_the_processor_that_it_is_deployed_on() -> None:
    bundle = bundle_of(REST_API, Settings(stage="production"))
    assert build(bundle) == build(bundle)
    assert list((build(bundle) / "aiohttp").glob("*cpython-313-aarch64*.so"))


def test_a_handler_that_the_table_does_not_list_cannot_be_deployed() -> None:
    stray = Handler(module="tdeveloper.entry.telemetry", group="lambda-platform")
    with pytest.raises(PlatformError, match=r"tdeveloper\.entry\.telemetry: no bundle holds it"):
        bundle_of(stray, Settings(stage="staging"))
