"""Workflows and actions as zizmor judges them, with nothing in the tree that silences it."""

import json
import subprocess
from pathlib import Path

import pytest

from foundation.findings.model import Finding, Severity, Suppression, Unread
from tdeveloper.gates.tool import find_tool
from tdeveloper.gates.workflows import Bounds, WorkflowScan, scan
from tests.tdeveloper.gates.quality.trees import a_program, plant

CHECKOUT = b"      - uses: actions/checkout@" + b"0" * 40 + b"\n        with: {persist-credentials: false}\n"
HEAD = (
    b"name: ci\non: pull_request\npermissions: {}\njobs:\n  a:\n    name: a\n    runs-on: ubuntu-latest\n    steps:\n"
)
SAFE = HEAD + CHECKOUT
INJECTED = b"      - run: echo ${{ github.event.pull_request.title }}\n"
IGNORED = INJECTED.replace(b"\n", b"  # zizmor: ignore[template-injection]\n")
ACTION = (
    b"name: a\ndescription: b\ninputs: {x: {description: c}}\nruns:\n  using: composite\n  steps:\n"
    b"    - run: echo ${{ inputs.x }}\n      shell: bash\n"
)


def rules(answer: WorkflowScan) -> list[tuple[str, str, int]]:
    return [(finding.rule, finding.path, finding.line) for finding in answer.findings]


def test_an_injection_is_named_with_its_place_and_severity(tmp_path: Path) -> None:
    answer = scan(plant(tmp_path, {".github/workflows/ci.yml": SAFE + INJECTED}))
    assert answer.findings == (
        Finding(
            tool="zizmor",
            rule="template-injection",
            severity=Severity.HIGH,
            confidence="HIGH",
            path=".github/workflows/ci.yml",
            line=11,
            message="code injection via template expansion: may expand into attacker-controllable code",
        ),
    )
    assert (answer.unread, answer.file_count) == ((), 1)


def test_a_comment_that_asks_zizmor_to_look_away_is_shown_and_silences_nothing(tmp_path: Path) -> None:
    tree = plant(tmp_path, {".github/workflows/ci.yml": SAFE + IGNORED})
    answer = scan(tree)
    assert rules(answer) == [("template-injection", ".github/workflows/ci.yml", 11)]
    assert answer.suppressions == (Suppression(tool="zizmor", path=".github/workflows/ci.yml", line=11),)


@pytest.mark.parametrize("name", ["zizmor.yml", ".github/zizmor.yml", ".github/zizmor.yaml"])
def test_configuration_silences_nothing(tmp_path: Path, name: str) -> None:
    rule = b"rules:\n  template-injection:\n    disable: true\n    ignore: [ci.yml]\n"
    answer = scan(plant(tmp_path, {name: rule, ".gitignore": b"*\n", ".github/workflows/ci.yml": SAFE + INJECTED}))
    assert [rule for rule, *_ in rules(answer)] == ["template-injection"]


@pytest.mark.parametrize(
    "name",
    [
        ".github/workflows/ci.yaml", "sub/.github/workflows/ci.yml", ".github/workflows/-x.yml", ".github/workflows/action.yml",
        ".github/workflows/a b\n.yml",
    ],
)  # fmt: skip
def test_a_workflow_is_one_by_its_place(tmp_path: Path, name: str) -> None:
    assert rules(scan(plant(tmp_path, {name: SAFE + INJECTED}))) == [("template-injection", name, 11)]


def test_an_action_is_one_by_its_name(tmp_path: Path) -> None:
    answer = scan(plant(tmp_path, {"x/action.yml": ACTION, "action.yaml": ACTION, "x/other.yml": ACTION}))
    assert [(rule, path) for rule, path, _ in rules(answer)] == [
        ("template-injection", "action.yaml"),
        ("template-injection", "x/action.yml"),
    ]
    assert answer.file_count == 2


def test_the_gate_finds_what_zizmor_finds_by_hand(tmp_path: Path) -> None:
    files = {
        ".github/workflows/a.yml": SAFE + INJECTED,
        ".github/workflows/b.yml": HEAD.replace(b"permissions: {}\n", b"") + b"      - uses: foo/bar@main\n",
        ".github/workflows/c.yml": SAFE.replace(b"pull_request", b"pull_request_target"),
        "act/action.yml": ACTION,
    }
    tree = plant(tmp_path, files)
    command = [str(find_tool("zizmor")), "--offline", "--format", "json-v1", "--no-exit-codes", "--quiet", "."]
    by_hand = json.loads(subprocess.run(command, cwd=tree, capture_output=True, check=True).stdout)
    severities = {"High": "HIGH", "Medium": "MEDIUM", "Low": "LOW", "Informational": "LOW"}
    answer = scan(tree)
    assert sorted((each.rule, each.severity.value) for each in answer.findings) == sorted(
        (each["ident"], severities[each["determinations"]["severity"]]) for each in by_hand
    )
    assert {each.rule for each in answer.findings} >= {"dangerous-triggers", "unpinned-uses", "excessive-permissions"}
    assert [each.severity for each in answer.findings] == sorted(
        (each.severity for each in answer.findings), key=list(Severity).index
    )


@pytest.mark.parametrize(
    "content", [b"a: [\n", b"a: 1\n", b"", b"\xff\xfe\0", b"- 1\n", b"a: &a [*a]\n", b"[" * 10_000]
)
def test_what_is_no_workflow_is_unread_alone(tmp_path: Path, content: bytes) -> None:
    files = {f".github/workflows/{name}.yml": SAFE + INJECTED for name in ("a", "c")}
    answer = scan(plant(tmp_path, {".github/workflows/b.yml": content, **files}))
    assert [each.path for each in answer.unread] == [".github/workflows/b.yml"]
    assert answer.unread[0].why.startswith("cannot be read as a workflow or an action: zizmor: ")
    assert len(answer.findings) == 2


def test_a_link_is_named_and_not_followed(tmp_path: Path) -> None:
    tree = plant(tmp_path / "tree", {".github/workflows/a.yml": SAFE})
    plant(tmp_path, {"b.yml": SAFE + INJECTED})
    (tree / ".github/workflows/b.yml").symlink_to(tmp_path / "b.yml")
    answer = scan(tree)
    assert answer.unread == (Unread(path=".github/workflows/b.yml", why="is not a regular file"),)
    assert (answer.findings, answer.file_count) == ((), 1)


@pytest.mark.parametrize(
    ("bounds", "why"),
    [
        (Bounds(file_count=1), "is beyond the 1 workflows and actions that are looked at"),
        (Bounds(file_bytes=len(SAFE)), f"has more than the {len(SAFE):,} bytes that are looked at"),
    ],
)
def test_what_is_beyond_a_bound_is_named(tmp_path: Path, bounds: Bounds, why: str) -> None:
    files = {".github/workflows/a.yml": SAFE, ".github/workflows/b.yml": SAFE + INJECTED}
    answer = scan(plant(tmp_path, files), bounds)
    assert answer.unread == (Unread(path=".github/workflows/b.yml", why=why),)
    assert answer.findings == ()


def test_a_tree_without_workflows_needs_no_zizmor(tmp_path: Path) -> None:
    assert scan(plant(tmp_path, {"a.py": b"x = 1\n"}), program=tmp_path / "none") == WorkflowScan(
        findings=(), unread=(), suppressions=(), file_count=0
    )


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("exec sleep 600", "zizmor: did not end within 2 s"),
        ("echo '['", "zizmor: wrote what cannot be read"),
        ("echo '[{\"locations\": []}]'", "zizmor: wrote what cannot be read"),
        ("echo 1", "zizmor: wrote what cannot be read"),
        ("exit 1", "zizmor: ended with exit code 1"),
    ],
)
def test_a_zizmor_that_gives_no_answer_has_found_nothing_clean(tmp_path: Path, program: str, why: str) -> None:
    tree = plant(tmp_path / "tree", {".github/workflows/a.yml": SAFE})
    answer = scan(
        tree, Bounds(scan_seconds=2.0), program=a_program(tmp_path / "zizmor", program), now_seconds=lambda: 0.0
    )
    assert answer.unread == (
        Unread(path=".github/workflows/a.yml", why=f"cannot be read as a workflow or an action: {why}"),
    )
    assert answer.findings == ()
