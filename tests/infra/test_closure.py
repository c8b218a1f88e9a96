"""The closure of a module: what it holds, held against another tool's import graph, and what bundles, images and zips hold."""

import io
import textwrap
import zipfile
from functools import cache
from pathlib import Path

import grimp
import pytest

from canaries.definitions import read_canaries
from canaries.package import build_package
from foundation.errors import PlatformError
from infra.assembly_sources import canary_modules
from infra.bundling import build, bundle_of
from infra.checkout import ROOT
from infra.closure import Closure, closure_of
from infra.handlers import HANDLERS
from infra.images import IMAGES, LOAD_TEST, WEEKLY_REPORT, build_context
from infra.service import T_DEVELOPER
from infra.settings import Settings
from tests.source_code import ROOMS

pytestmark = pytest.mark.xdist_group("stacks")

# What is run by path or by `python -m`, which is no import: the file of Locust's processes.
STARTED = {LOAD_TEST.module: {"loadtests.locustfile"}}
DEPLOYED = [*(each.module for each in HANDLERS), *(each.module for each in IMAGES), *canary_modules()]


@cache
def import_graph() -> grimp.ImportGraph:
    return grimp.build_graph(*ROOMS, exclude_type_checking_imports=True, cache_dir=None)


def by_the_graph(modules: set[str]) -> set[str]:
    """All that the modules import, and their parent packages with what these import."""
    graph = import_graph()
    found: set[str] = set()
    waiting = set(modules)
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting |= graph.find_modules_directly_imported_by(module)
            waiting |= {module.rsplit(".", 1)[0]} if "." in module else set()
    return found


def as_modules(closure: Closure) -> set[str]:
    names = (file.with_suffix("").as_posix().replace("/", ".") for file in closure.files if file.suffix == ".py")
    return {name.removesuffix(".__init__") for name in names}


@pytest.mark.parametrize("module", DEPLOYED)
def test_the_modules_are_those_of_an_independent_import_graph(module: str) -> None:
    assert as_modules(closure_of(module)) == by_the_graph({module, *STARTED.get(module, ())})


def packed(directory: Path) -> set[Path]:
    """Our own files in a directory; bytecode is made from them."""
    files = (path for room in ROOMS for path in (directory / room).rglob("*") if path.is_file())
    return {path.relative_to(directory) for path in files if path.suffix != ".pyc"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Closure]]:
    """Where our files of each bundle, image and zip lie, and what should lie there."""
    into = tmp_path_factory.mktemp("made")
    found: dict[str, tuple[Path, Closure]] = {}
    for handler in HANDLERS:
        bundle = bundle_of(handler, Settings(stage="local"))
        found[handler.group] = (build(bundle), closure_of(*bundle.modules))
    for image in IMAGES:
        found[image.name] = (build_context(image, into) / "code", closure_of(image.module))
    with zipfile.ZipFile(io.BytesIO(build_package(read_canaries(T_DEVELOPER.canaries)).content)) as archive:
        archive.extractall(into / "canaries")
    found["canaries"] = (into / "canaries" / "python", closure_of(*canary_modules()))
    shop = read_canaries(ROOT / "examples" / "orders" / "canaries.yaml")
    with zipfile.ZipFile(io.BytesIO(build_package(shop).content)) as archive:
        archive.extractall(into / "checks", [name for name in archive.namelist() if not name.endswith(".json")])
    found["checks"] = (into / "checks" / "python", closure_of("canaries.check"))
    return found


MADE = [*dict.fromkeys(handler.group for handler in HANDLERS), *(image.name for image in IMAGES), "canaries", "checks"]


@pytest.mark.parametrize("name", MADE)
def test_what_is_deployed_holds_the_closure_of_its_handlers_and_no_other_file(
    made: dict[str, tuple[Path, Closure]], name: str
) -> None:
    directory, closure = made[name]
    assert packed(directory) == set(closure.files)
    assert closure.missing_in(directory) == ()


@pytest.mark.parametrize("name", MADE)
def test_each_file_that_is_taken_out_is_missed(
    made: dict[str, tuple[Path, Closure]], name: str, tmp_path: Path
) -> None:
    closure = made[name][1]
    closure.copy_to(tmp_path)
    for file in closure.files:
        (tmp_path / file).rename(tmp_path / "taken out")
        assert closure.missing_in(tmp_path) == (file,)
        (tmp_path / "taken out").rename(tmp_path / file)
    assert closure.missing_in(tmp_path) == ()


def test_an_image_holds_the_files_that_its_modules_name() -> None:
    report = {str(file) for file in closure_of(WEEKLY_REPORT.module).files}
    assert {
        "tdeveloper/objectives.yaml", "tdeveloper/burn_rate.yaml", "tdeveloper/canaries.yaml", "tdeveloper/resource_alarms.yaml",
        "foundation/service/resource_types/aws_lambda_function.yaml",
        "foundation/cloudwatch/aws_metrics.yaml", "foundation/costs/prices.yaml", "reports/weekly/templates/weekly.html.j2",
    } <= report  # fmt: skip
    load = {str(file) for file in closure_of(LOAD_TEST.module).files}
    assert {"tdeveloper/objectives.yaml", "tdeveloper/load_profiles.yaml", "loadtests/locustfile.py"} <= load


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    files = {
        "house/__init__.py": "",
        "house/place.py": "from pathlib import Path\nROOT = Path(__file__).resolve().parent.parent\n",
        "house/entry.py": "",
        "house/room/__init__.py": "NAMED = 1\nfrom house.room import beside\n",
        "house/room/beside.py": "",
        "house/room/deep.py": "import numpy\nimport json\n",
        "house/data.yaml": "",
        "house/templates/page.html.j2": "",
        "texts/a.yaml": "",
        "texts/b.yaml": "",
        "build/made/of_an_earlier_run.py": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def found(checkout: Path, text: str) -> set[str]:
    (checkout / "house" / "entry.py").write_text(textwrap.dedent(text))
    files = {str(file) for file in closure_of("house.entry", root=checkout).files}
    return files - {"house/__init__.py", "house/entry.py"}


PACKAGE = {"house/room/__init__.py", "house/room/beside.py"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import os", set[str]()),
        ("import house.room", PACKAGE),
        ("import house.room.deep", {*PACKAGE, "house/room/deep.py"}),
        ("from house.room import deep", {*PACKAGE, "house/room/deep.py"}),
        ("from house.room import NAMED", PACKAGE),
        ("from .room import deep", {*PACKAGE, "house/room/deep.py"}),
        ("def late():\n    from house.room.deep import json", {*PACKAGE, "house/room/deep.py"}),
        ("import typing\nif typing.TYPE_CHECKING:\n    import house.room", set[str]()),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import house.room\nelse:\n    import house.place",
         {"house/place.py"}),
        ("command = ['python', '-m', 'house.place', '--fast']", {"house/place.py"}),
    ],
)  # fmt: skip
def test_every_way_to_import_counts_but_that_of_type_checkers(checkout: Path, text: str, expected: set[str]) -> None:
    assert found(checkout, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from pathlib import Path\nF = Path(__file__).with_name('data.yaml')", {"house/data.yaml"}),
        ("from pathlib import Path\nF = Path(__file__).parent / 'data.yaml'", {"house/data.yaml"}),
        ("from pathlib import Path\n_HERE = Path(__file__).parent\ndef f(): return (_HERE / 'data.yaml').read_text()",
         {"house/data.yaml"}),
        ("from pathlib import Path\nF = Path(__file__).with_name('templates') / 'page.html.j2'",
         {"house/templates/page.html.j2"}),
        ("from pathlib import Path\nF = Path(__file__).with_name('templates')", {"house/templates/page.html.j2"}),
        ("from pathlib import Path\nF = Path(__file__).parents[1] / 'texts' / 'a.yaml'", {"texts/a.yaml"}),
        ("from house.place import ROOT\nF = ROOT / 'texts' / 'a.yaml'", {"house/place.py", "texts/a.yaml"}),
        ("from house.place import ROOT\nF = ROOT / 'texts'", {"house/place.py", "texts/a.yaml", "texts/b.yaml"}),
        ("from house.place import ROOT\nF = ROOT / 'build' / 'made.json'", {"house/place.py"}),
        ("from house.place import ROOT\nF = ROOT / 'build' / 'made'", {"house/place.py"}),
        ("NAME = 'data.yaml'", {"house/data.yaml"}),
        ("NAME = 'page.html.j2'", {"house/templates/page.html.j2"}),
        ("NAMES = ('texts/a.yaml', 'texts/of_elsewhere.yaml')", {"texts/a.yaml"}),
        ("from pathlib import Path\nSTARTED = Path(__file__).with_name('place.py')", {"house/place.py"}),
    ],
)  # fmt: skip
def test_a_file_that_a_module_names_belongs_to_it(checkout: Path, text: str, expected: set[str]) -> None:
    assert found(checkout, text) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("import house.rooom", r"house/entry.py: it imports house.rooom, and there is no module house.rooom"),
        ("from house import rooom", r"house/entry.py: it imports rooom from house, and there is no such thing"),
        ("def late():\n    import house.room.shallow", r"there is no module house.room.shallow"),
        (
            "from pathlib import Path\nF = Path(__file__).with_name('date.yaml')",
            r"it names .*/house/date.yaml, which is",
        ),
        (
            "from house.place import ROOT\nF = ROOT / 'texts' / 'c.yaml'",
            r"it names .*/texts/c.yaml, which is not there",
        ),
        ("import", r"entry.py: it is no Python"),
    ],
)
def test_what_is_named_and_not_there_is_an_error(checkout: Path, text: str, problem: str) -> None:
    with pytest.raises(PlatformError, match=problem):
        found(checkout, text)


def test_a_handler_that_is_not_there_is_an_error(checkout: Path) -> None:
    with pytest.raises(PlatformError, match=r"what is deployed: it imports house\.exit"):
        closure_of("house.exit", root=checkout)


def test_libraries_are_what_is_neither_ours_nor_pythons(checkout: Path) -> None:
    (checkout / "house" / "entry.py").write_text("from house.room import deep\nimport scipy.stats, os.path\n")
    assert closure_of("house.entry", root=checkout).libraries == {"numpy", "scipy"}
