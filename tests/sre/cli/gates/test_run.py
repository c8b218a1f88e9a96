"""`sre gates run` as a person calls it: what is new comes first, and the exit code says how it stands."""

import errno
import json
import os
import re
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from junitparser import JUnitXml

import sre.cli.gates.run as work
from tests.repositories import committed, written
from tests.sre.cli.command_line import Done, sre

OLD = 'import subprocess\n\n\ndef old(name):\n    subprocess.call("ls " + name, shell=True)\n'
NEW = '\n\ndef new(name):\n    subprocess.call("rm " + name, shell=True)  # nosec\n'
SOUND = "def add(one: int, other: int) -> int:\n    return one + other\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A repository with one old finding of high severity."""
    committed(tmp_path / "shop", {"app.py": OLD, "sound.py": SOUND})
    return tmp_path / "shop"


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")


def run(place: Path, *arguments: str) -> Done:
    return sre("gates", "run", str(place), "--gate", "security", "--gate", "quality", *arguments)


def test_what_was_there_rejects_nothing(place: Path, tmp_path: Path) -> None:
    done = run(place, "--base", "HEAD", "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stdout
    assert re.search(r"^security: passed \(0 new findings, \d+ old; [\d.]+ s\)$", done.stdout, re.MULTILINE)
    assert re.search(
        r"^Passed: shop, with what is not committed \(new since HEAD \([0-9a-f]{12}\)\)\.$", done.stdout, re.MULTILINE
    )
    assert "· quality: looking at the base" in done.stderr


def test_the_one_new_finding_comes_first_with_its_line_what_to_change_and_its_fingerprint(
    place: Path, tmp_path: Path
) -> None:
    written(place, {"app.py": OLD + NEW})
    done = run(place, "--base", "HEAD", "--out", str(tmp_path / "out"))
    assert done.returncode == 1
    head, first, *_ = done.stdout.splitlines()
    assert re.fullmatch(
        r"security: rejected \(1 new finding, \d+ old, 1 comment to look away, not obeyed; [\d.]+ s\)", head
    )
    assert first == "  ✗ app.py:9  high bandit B602: subprocess call with shell=True identified, security issue."
    assert "https://bandit.readthedocs.io/" in done.stdout
    (fingerprint,) = re.findall(r"^    fingerprint ([0-9a-f]{64})$", done.stdout, re.MULTILINE)
    accepted = f"""accepted:
- fingerprint: {fingerprint}
  reason: the name is a constant of ours
  owner: shop team
  expires_on: {{}}
"""
    _accepted_in_the_base(place, tmp_path, accepted)


def _accepted_in_the_base(place: Path, tmp_path: Path, text: str) -> None:
    """In the change it helps nothing, in the base it holds until its day, and then it is named."""
    name = ".gates/accepted-findings.yaml"
    changed = {"app.py": OLD + NEW}
    written(place, {name: text.format("2099-01-01")})
    assert run(place, "--base", "HEAD", "--out", str(tmp_path / "out")).returncode == 1
    for expires_on, code, said in (
        ("2001-01-01", 1, "! accepted finding of line 2 (B602 in app.py) expired on 2001-01-01: shop team"),
        (_soon(), 0, "1 accepted"),
    ):
        written(place, {"app.py": OLD})
        committed(place, {name: text.format(expires_on)})
        written(place, changed)
        done = run(place, "--base", "HEAD", "--out", str(tmp_path / "out"))
        assert (done.returncode, said in done.stdout) == (code, True), done.stdout
    written(place, {"app.py": OLD})
    committed(place, {name: text.format("2099-01-01")})
    refused = run(place, "--base", "HEAD", "--out", str(tmp_path / "out"))
    assert (refused.returncode, refused.stdout) == (2, "")
    first, second = refused.stderr.splitlines()[1:]
    assert re.match(r"Error: HEAD \([0-9a-f]{12}\): \.gates/accepted-findings\.yaml", first)
    assert second.startswith("  .gates/accepted-findings.yaml:5: accepted.expires_on: ")


@pytest.mark.parametrize("name", [".gates/accepted-findings.yaml", ".gates"])
def test_accepted_findings_that_are_no_file_of_the_base_are_bad_input(name: str, place: Path, tmp_path: Path) -> None:
    (place / name).parent.mkdir(exist_ok=True)
    (place / name).symlink_to("/etc")
    committed(place, {})
    done = run(place, "--base", "HEAD", "--out", str(tmp_path / "out"))
    assert (done.returncode, done.stdout) == (2, "")
    said = f": .gates/accepted-findings.yaml: must be a file of the base, and {name} is a link, which is not followed"
    assert said in done.stderr
    (place / name).unlink()
    committed(place, {f"{name}/inner" if "/" in name else f"{name}/accepted-findings.yaml/inner": "x\n"})
    done = run(place, "--base", "HEAD", "--out", str(tmp_path / "out"))
    assert (done.returncode, "accepted-findings.yaml: cannot be read: is a directory" in done.stderr) == (2, True)


def test_reports_in_the_tree_are_not_judged_the_next_time(place: Path) -> None:
    for _ in range(2):
        done = run(place, "--base", "HEAD", "--out", str(place / "reports"), "--json")
        found = json.loads(done.stdout)
        assert (done.returncode, found["tree"]["file_count"]) == (0, 2), done.stderr


def _soon() -> str:
    return (datetime.now(UTC).date() + timedelta(days=30)).isoformat()


def test_without_a_base_all_is_new_and_the_sentence_says_so(place: Path, tmp_path: Path) -> None:
    done = run(place, "--out", str(tmp_path / "out"))
    assert done.returncode == 1
    assert "app.py:5  high bandit B602" in done.stdout
    assert "nothing to compare with, so all that is found is new; give --base" in done.stdout


def test_what_cannot_be_parsed_is_inconclusive_with_its_name(place: Path, tmp_path: Path) -> None:
    written(place, {"broken.py": "def f(:\n"})
    done = run(place, "--base", "HEAD", "--out", str(tmp_path / "out"))
    assert done.returncode == 3
    assert "  ? broken.py: cannot be parsed as Python by the gate" in done.stdout
    assert done.stdout.splitlines()[-3].startswith("Inconclusive: ")


def test_dependencies_that_must_be_checked_and_are_not_are_inconclusive(place: Path, tmp_path: Path) -> None:
    written(place, {"requirements.txt": "jinja2==2.10\n"})
    given = ("--base", "HEAD", "--out", str(tmp_path / "out"))
    unasked = run(place, *given)
    assert (unasked.returncode, "dependencies are not checked: there is no snapshot" in unasked.stdout) == (0, True)
    asked = run(place, *given, "--dependencies", "required")
    assert asked.returncode == 3
    assert "  ? dependencies are not checked: there is no snapshot of advisories" in asked.stdout


def test_the_files_say_the_same_as_the_screen(place: Path, tmp_path: Path) -> None:
    written(place, {"app.py": OLD + NEW})
    out = tmp_path / "out"
    printed = run(place, "--base", "HEAD", "--out", str(out), "--json")
    found = json.loads(printed.stdout)
    assert found == json.loads((out / "gates.json").read_text())
    assert (found["status"], found["exit_code"]) == ("rejected", 1)
    security, quality = found["gates"]
    assert [each["rule"] for each in security["new"] if each["blocks"]] == ["B602"]
    assert (security["old_count"], quality["outcome"]) == (len(security["old"]), "passed")
    assert {each["name"]: each["value"] for each in quality["measures"]}["python_file_count"] == 2
    for name in ("gates.sarif", "gates-github.sarif"):
        runs = json.loads((out / name).read_text())["runs"]
        results = {each["tool"]["driver"]["name"]: each["results"] for each in runs}
        assert [each["ruleId"] for each in results["bandit"] if each.get("baselineState") != "unchanged"].count(
            "B602"
        ) >= 1
    suites = list(JUnitXml.fromfile(str(out / "junit.xml")))
    assert {suite.name: suite.failures for suite in suites} == {"security": 1, "quality": 0}
    page = (out / "index.html").read_text()
    assert "subprocess call with shell=True identified" in page


def test_two_runs_of_one_tree_find_the_same(place: Path, tmp_path: Path) -> None:
    texts: list[str] = []
    for number in range(2):
        run(place, "--out", str(tmp_path / str(number)))
        found = json.loads((tmp_path / str(number) / "gates.json").read_text())
        for gate in found["gates"]:
            gate["took_seconds"] = 0
        texts.append(json.dumps(found))
    assert texts[0] == texts[1]
    sarif = [(tmp_path / str(number) / "gates.sarif").read_text() for number in range(2)]
    assert sarif[0] == sarif[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere",), "nowhere"),
        ((".", "--base", "no-such-thing"), "--base no-such-thing: neither a revision"),
        ((".", "--gate", "none"), "'none' is not one of"),
    ],
)
def test_bad_input_is_said_and_nothing_is_written(
    arguments: tuple[str, ...], said: str, place: Path, tmp_path: Path
) -> None:
    path, *more = arguments
    done = sre("gates", "run", str(place / path), *more, "--out", str(tmp_path / "out"))
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert not (tmp_path / "out" / "gates.json").exists()


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, 2), (errno.EDQUOT, 2), (errno.EIO, 70)])
def test_a_full_disk_is_no_bug(
    number: int, code: int, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(work, "open_trees", fails)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    done = run(place, "--out", str(tmp_path / "out"))
    said = f"no space is left where a run writes: make some, or name other directories (TMPDIR {tmp_path}; --out "
    assert (done.returncode, said in done.stderr) == (code, code == 2)
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith("judged-")] == []


def test_an_archive_that_no_gate_takes_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK\3\4 not an archive")
    done = sre("gates", "run", str(tmp_path / "a.zip"), "--out", str(tmp_path / "out"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "the archive a.zip: " in done.stderr
