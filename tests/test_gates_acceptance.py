"""`sre gates run` on packages of others, as a person runs it, beside each tool run by hand on the same tree: `make test-slow`."""

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker

from foundation.sandbox.probing import NoSandbox, probe
from infra.checkout import ROOT
from tests import source_packages
from tests.repositories import committed, git
from tests.sre.cli.command_line import sre
from tests.tools_by_hand import TOOLS, Found, suite

SCHEMA = ROOT / "build" / "sarif-schema.json"
# Files of others keep their names; what they are changed by stands here.
LISTING = """\
import subprocess


def listed(name):
    subprocess.call("ls " + name, shell=True)  # nosec
    return unknown  # noqa: F821
"""
TANGLED = """\
def {name}(one, other):
    for each in one:
        if each in other:
            for inner in each:
                if inner:
                    while inner.next:
                        if inner.next is other:
                            return inner.next.value, inner.value, each
    return other
"""
WORKFLOW = """\
on: push
permissions: {}
jobs:
  greet:
    name: Greet
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - uses: someone/something@v1
"""
# A key as AWS makes them, in two parts, so that it stands nowhere.
KEY = "AKIA" + "Z7QX4N2LVB6TDWRM"
# What beautifulsoup4's tests use, of which lxml is compiled: wheels for CPython 3.11 to 3.14 on Linux.
LXML = """
4a579dfb9c835f8ab47f4b8ed33440cbc75b806b73297208e6ec2a33e903740b 49fbc2682a9306135b7ec49e93f97f9c26689b9b7f96ed2742d8d6497e994d13
ea2c01cdb16dc12156e455007c406dfaaece0c89aa4ba0e3b47586779f951d41 527195c188d7d0af748cd48d220ab8cdc5cb99be3d49ac4d9be7324d8abf9bc0
f683dc6300317700025e41d89a43e0276692ded16113a3c43eab704d605c58e5 379f8a75cf6eb7eef0af074b55f49ab73b868388a98de14646abcdfa4564bb11
b37772102d44bb6628186accca3a121b1fa3a6b3d97518a8c29a5229ca4c0d0a 909f4e927bb051f7740d6367285fc60cdcfdaf0258c2dba4ff5ba7eadadc250c
611a51e61c92f62345a50b0035df6fc0d678f9299f33728826d831598862f59d b477912f42c5c33405a10c759d22f80cf5af043ae02d95b9d8e5e5bc555739ed
5cffe18571ccc51d742cd08cbb3f8b756de9311d18c7ea98f5d92f37b8fb60c2 d85dfab42dd672f87a7f76e9de7172962aee69fa12044f0d6e1a23cbd53fb80e
2cae5d5c90a62d9139c512a0cb1aad1d182b022b5740daea2617eb5bf7fc658e c6c0c13128a32eb04a51357e56a094e13aa8e6d3d1884de2e9ae923f6915e1a8
2221e88679d1351e9a40aaee54bc65679b9795bbd0160bc3d5e36b163344eb75 a7eb78ba28b187e1e9203a55c60fcf70df2d22cb205fe6d51b9383d6097419f0
"""
LOCK = "\n".join(
    f"{package} {' '.join(f'--hash=sha256:{each}' for each in hashes.split())}"
    for package, hashes in (
        ("soupsieve==2.10", "8596eb8967d744174820280fa62b4542a2e955bfaccca73ed8a13c6eb8e9b502"),
        ("typing-extensions==4.16.0", "481caa481374e813c1b176ada14e97f1f67a4539ce9cfeb3f350d78d6370c2e8"),
        ("lxml==6.1.3", LXML),
    )
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How a run ended, what it says as JSON, and its SARIF."""

    code: int
    gates: dict[str, Any]
    sarif: str

    def findings(self, kind: str) -> list[dict[str, Any]]:
        return [each for gate in self.gates.values() for each in gate[kind]]

    def new(self) -> list[tuple[str, str, str, int, str]]:
        """Tool, rule, path, line and severity, in order."""
        return sorted(
            (each["tool"], each["rule"], each["path"], each["line"], each["severity"]) for each in self.findings("new")
        )

    def found_by(self, tool: str) -> Found:
        """As `tools_by_hand` has them, whether new or old."""
        return Counter(
            (each["rule"], each["path"], _place(each))
            for each in (*self.findings("new"), *self.findings("old"))
            if each["tool"] == tool
        )

    def measure(self, name: str) -> float:
        (found,) = (each["value"] for each in self.gates["test"]["measures"] if each["name"] == name)
        return found


def _place(finding: dict[str, Any]) -> int | str:
    if finding["tool"] != "complexipy":
        return finding["line"]
    name, complexity = re.fullmatch(r"(.+) has a cognitive complexity of (\d+), over 15", finding["message"]).groups()  # type: ignore[union-attr]
    return f"{name} {complexity}"


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All source distributions, unpacked."""
    into = tmp_path_factory.mktemp("packages")
    # In a process of its own: nothing in this one leaves 127.0.0.1.
    subprocess.run([sys.executable, source_packages.__file__, str(into)], check=True, timeout=300)
    return into


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = probe()
    if isinstance(found, NoSandbox):
        pytest.skip(found.sentence)
    return tmp_path_factory.mktemp("layers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A package under git, with its base committed, and where runs of it write."""

    tree: Path
    layers: Path
    scratch: Path
    gates: tuple[str, ...]

    def run(self, number: int) -> Run:
        out = self.scratch / f"out-{number}"
        chosen = [part for gate in self.gates for part in ("--gate", gate)]
        done = sre(
            "gates", "run", str(self.tree), "--base", "HEAD", "--out", str(out), "--layers", str(self.layers), *chosen
        )
        assert (out / "gates.json").is_file(), done.stderr
        sarif = (out / "gates.sarif").read_text()
        for text in (sarif, (out / "gates-github.sarif").read_text()):
            assert list(_validator().iter_errors(json.loads(text))) == []
        gates = json.loads((out / "gates.json").read_text())["gates"]
        return Run(code=done.returncode, gates={each["gate"]: each for each in gates}, sarif=sarif)

    def run_without_a_change(self) -> Run:
        """The first of two runs, which find the same, all of it old, and each tool by hand finds as much."""
        first, second = self.run(1), self.run(2)
        assert first.sarif == second.sarif
        assert (first.code, first.findings("new"), first.findings("gone")) == (0, [], [])
        self.assert_tools_agree(first)
        return first

    def assert_tools_agree(self, run: Run) -> None:
        """Each tool by hand finds the same, wherever it was, and the tests end alike."""
        tree, scratch = self._copy()
        for name, by_hand in TOOLS.items():
            assert run.found_by(name) == by_hand(tree, scratch), name
        if "test" in self.gates:
            counts, covered_percent = suite(tree, scratch)
            ours = {each: run.measure(f"{each}_test_count") for each in ("failed", "error", "skipped", "passed")}
            assert ours == {each: counts[each] for each in ours}
            assert 100 * float(run.measure("covered_ratio")) == pytest.approx(covered_percent, abs=0.1)

    def _copy(self) -> tuple[Path, Path]:
        by_hand = self.scratch / "by-hand"
        shutil.rmtree(by_hand, ignore_errors=True)
        (by_hand / "scratch").mkdir(parents=True)
        shutil.copytree(self.tree, by_hand / "tree", symlinks=True, ignore=shutil.ignore_patterns(".git"))
        return by_hand / "tree", by_hand / "scratch"


def _validator() -> Draft4Validator:
    if not SCHEMA.is_file():
        pytest.fail("run `make build/sarif-schema.json` first; `make test-slow` does")
    return Draft4Validator(json.loads(SCHEMA.read_text()), format_checker=FormatChecker())


def placed(
    name: str, packages: Path, layers: Path, scratch: Path, files: dict[str, str] | None = None,
    gates: tuple[str, ...] = ("security", "quality", "test"),
) -> Place:  # fmt: skip
    tree = scratch / name
    shutil.copytree(packages / name, tree, symlinks=True)
    committed(tree, files or {})
    return Place(tree=tree, layers=layers, scratch=scratch, gates=gates)


def replaced(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))


def test_bottle_has_findings_of_all_tools_and_a_change_is_judged_by_what_it_brings(
    packages: Path, layers: Path, tmp_path: Path
) -> None:
    place = placed("bottle", packages, layers, tmp_path)
    run = place.run_without_a_change()
    severities = Counter((each["tool"], each["severity"]) for each in run.findings("old"))
    assert severities == {
        ("bandit", "HIGH"): 4, ("bandit", "MEDIUM"): 6, ("bandit", "LOW"): 7, ("detect-secrets", "MEDIUM"): 2,
        ("ruff", "MEDIUM"): 6, ("ruff", "LOW"): 17, ("jscpd", "LOW"): 15, ("complexipy", "LOW"): 13,
    }  # fmt: skip
    assert (run.measure("passed_test_count"), run.measure("covered_ratio")) == (359, pytest.approx(0.762, abs=0.01))

    (place.tree / "listing.py").write_text(LISTING)
    (place.tree / "tangled.py").write_text(TANGLED.format(name="one") + "\n\n" + TANGLED.format(name="two"))
    (place.tree / "deployment.txt").write_text(f"key {KEY}\n")
    (place.tree / ".github" / "workflows").mkdir(parents=True)
    (place.tree / ".github" / "workflows" / "greet.yml").write_text(WORKFLOW)
    tests = place.tree / "test" / "test_mdict.py"
    replaced(tests, "self.assertEqual([5, 6], m.getall('a'))", "self.assertEqual([5, 7], m.getall('a'))")
    replaced(tests, "def test_isheader", "def no_test_isheader")
    changed = place.run(3)
    assert changed.new() == [
        ("bandit", "B404", "listing.py", 1, "LOW"),
        ("bandit", "B602", "listing.py", 5, "HIGH"),
        ("complexipy", "cognitive-complexity", "tangled.py", 1, "LOW"),
        ("complexipy", "cognitive-complexity", "tangled.py", 12, "LOW"),
        ("detect-secrets", "AWS Access Key", "deployment.txt", 1, "HIGH"),
        ("jscpd", "clone", "tangled.py", 12, "LOW"),
        ("pytest", "failed", "test/test_mdict.py", 24, "HIGH"),
        ("pytest", "vanished", "test/test_mdict.py", 0, "HIGH"),
        ("ruff", "F821", "listing.py", 6, "HIGH"),
        ("zizmor", "unpinned-uses", ".github/workflows/greet.yml", 9, "HIGH"),
    ]
    assert (changed.code, changed.findings("gone")) == (1, [])
    assert {name: gate["outcome"] for name, gate in changed.gates.items()} == dict.fromkeys(place.gates, "rejected")
    # A secret's text is nowhere.
    assert [each.name for each in (tmp_path / "out-3").iterdir() if KEY in each.read_text()] == []
    place.assert_tools_agree(changed)


def test_beautifulsoup_is_tested_with_three_locked_wheels_of_which_one_is_compiled(
    packages: Path, layers: Path, tmp_path: Path
) -> None:
    place = placed("beautifulsoup4", packages, layers, tmp_path, {"requirements.txt": LOCK})
    run = place.run_without_a_change()
    assert (run.measure("passed_test_count"), run.measure("skipped_test_count")) == (796, 109)
    assert run.gates["test"]["outcome"] == "passed"
    with (place.tree / "bs4" / "tests" / "test_lxml.py").open("a") as file:
        file.write('\n\ndef test_of_the_change():\n    assert etree.fromstring("<a/>").tag == "b"\n')
    changed = place.run(3)
    assert changed.new() == [
        ("bandit", "B101", "bs4/tests/test_lxml.py", 245, "LOW"),
        ("pytest", "failed", "bs4/tests/test_lxml.py", 244, "HIGH"),
    ]
    assert (changed.code, changed.gates["quality"]["outcome"]) == (1, "passed")
    place.assert_tools_agree(changed)


def test_tinydb_passes_and_so_does_a_change_that_is_tested(packages: Path, layers: Path, tmp_path: Path) -> None:
    place = placed("tinydb", packages, layers, tmp_path)
    before = place.run_without_a_change()
    (place.tree / "tinydb" / "counting.py").write_text(
        "def plus(one: int, other: int) -> int:\n    return one + other\n"
    )
    (place.tree / "tests" / "test_counting.py").write_text(
        "from tinydb.counting import plus\n\n\ndef test_plus():\n    assert plus(1, 2) == 3\n"
    )
    changed = place.run(3)
    assert (changed.code, changed.new()) == (0, [("bandit", "B101", "tests/test_counting.py", 5, "LOW")])
    assert changed.measure("passed_test_count") == before.measure("passed_test_count") + 1
    place.assert_tools_agree(changed)


def test_the_workflows_of_plumbum_are_judged_as_zizmor_judges_them(
    packages: Path, layers: Path, tmp_path: Path
) -> None:
    place = placed("plumbum", packages, layers, tmp_path, gates=("security", "quality"))
    run = place.run_without_a_change()
    assert run.found_by("zizmor").total() == 21
    file = place.tree / ".github" / "workflows" / "cd.yml"
    file.write_text(file.read_text() + "    - uses: someone/something@v1\n")
    changed = place.run(3)
    assert (changed.code, changed.new()) == (
        1,
        [("zizmor", "unpinned-uses", ".github/workflows/cd.yml", 49, "HIGH")],
    )
    place.assert_tools_agree(changed)
    assert git(place.tree, "status", "--porcelain") == "M .github/workflows/cd.yml"
