"""Every option does something, or is not there: with it something else comes out than without.

Each option of each command is here: as words to add to a line of its command that works without AWS and without a platform,
or with the reason why its effect is shown elsewhere. That the work of a command reads what it is given, its source shows.
"""

import ast
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType

import click
import pytest
import yaml

import sre.cli.deferred as deferred
from dashboards.simulation import Simulation
from foundation.advisories.snapshot_file import write_snapshot
from foundation.cloudwatch.frame import to_frame
from foundation.cloudwatch.metrics import Metric, MetricStat
from infra.checkout import ROOT
from infra.service import T_DEVELOPER
from loadtests.result import write_result
from sre.cli.main import sre as door
from tests.foundation.advisories.factories import a_snapshot, an_all_zip, an_entry
from tests.foundation.costs.test_book import REQUESTS, offer, written
from tests.loadtests.factories import a_result
from tests.sre.cli.command_line import Done, sre
from tests.sre.cli.test_main import commands, declared

AWS, PLATFORM, LOAD = "asks AWS", "needs a local platform", "sends load"
REPORT = "tests/sre/cli/test_report.py, on recordings"
OF_A_REVISION = "tests/sre/jobs/objectives/test_revision.py, against what the file was"
OBJECTIVES = "tests/sre/cli/objectives/test_commands.py, on files with less in them"
CHECK = """  shop:
    about: what it does
    everyMinutes: 5
    timeoutSeconds: 60
    memoryMib: 960
    retries: 0
    steps: [{method: GET, path: /orders}]
"""
STATUS = "tests/sre/cli/status/test_run.py, on recordings and an account"
BACKTEST = "tests/sre/cli/test_alarms.py, on a recording"


@dataclass(frozen=True, kw_only=True)
class Line:
    """A command that works here, and for each of its options what to add; a reason where there is nothing to run."""

    base: tuple[str, ...] = ()
    options: Mapping[str, tuple[str, ...] | str] = field(default_factory=dict[str, "tuple[str, ...] | str"])
    reason: str | None = None


_PLAN: dict[str, tuple[str, ...] | str] = {
    "--stage": ("--stage", "staging"),
    "--service": ("--service", "service"),
    "--objectives": ("--objectives", "objectives.yaml"),
    "--policy": ("--policy", "policy.yaml"),
    "--resource-alarms": ("--resource-alarms", "alarms.yaml"),
    "--what-if-target": ("--what-if-target", "api-errors=99.5%"),
    "--what-if-policy": ("--what-if-policy", "policy.yaml"),
}
_PROFILE: dict[str, tuple[str, ...] | str] = {
    "--traffic-profile": ("--traffic-profile", "naive"),
    "--traffic-profiles": ("--traffic-profiles", "traffic.yaml"),
    "--per-day": ("--per-day", "77"),
    "--model": ("--model", "haiku-5.5-us"),
    "--json": ("--json",),
}
_MEASURED: dict[str, tuple[str, ...] | str] = {
    "--free-tier": ("--free-tier",),
    "--service": ("--service", "service"),
    "--template": ("--template", "template.yaml"),
    "--parameter": "tests/sre/cli/test_cost.py: of a template",
    "--stage": "CDK, half a minute; tests/infra/test_stacks.py",
    "--load-result": ("--load-result", "result.json", "--per-day", "50"),
}
_OF_BOARDS: dict[str, tuple[str, ...] | str] = {
    "--stage": ("--stage", "staging"),
    "--service": ("--service", "service/service.yaml"),
    "--objectives": ("--objectives", "objectives.yaml"),
}
LINES: Mapping[str, Line] = MappingProxyType(
    {
        "sre advisories update": Line(
            base=("all.zip", "--made-at=2026-03-03T00:00:00Z"),
            options={
                "files": ("other.zip",), "--out": ("--out", "elsewhere.gz"), "--made-at": ("--made-at", "2026-03-04T00:00:00Z"),
            },
        ),
        "sre advisories show": Line(
            base=("advisories.json.gz",),
            options={
                "snapshot": "tests/sre/cli/advisories/test_commands.py: an old and a fresh one",
                "--max-age": "tests/sre/cli/advisories/test_commands.py, on a fresh one", "--json": ("--json",),
            },
        ),
        "sre alarms list": Line(
            options={
                **_PLAN, "--runbook-url": ("--runbook-url", "https://r"), "--region": AWS, "--json": ("--json",),
                "--parameter": ("--parameter", "WebSocketApiId=x"), "--severity": ("--severity", "page"),
                "--objective": ("--objective", "api-errors"),
            }
        ),
        "sre alarms show": Line(
            base=("api-errors-page-fast",),
            options={
                **_PLAN, "--runbook-url": ("--runbook-url", "https://r"), "--region": AWS, "--json": ("--json",),
                "--parameter": ("--parameter", "AWS::AccountId=1"), "name": ("api-ticket-errors",),
            },
        ),
        "sre alarms build": Line(
            base=("--runbook-url", "https://r"),
            options={
                **_PLAN, "--runbook-url": ("--runbook-url", "https://other"), "--out": ("--out", "elsewhere"),
                "--template": ("--template", "terraform"), "--allow-drop": OBJECTIVES,
            }
        ),
        "sre alarms test": Line(
            base=("rules.yaml",),
            options={
                **_PLAN, "--stage": "its alarms are the same in each", "files": ("other-rules.yaml",),
                "--junit": ("--junit", "junit.xml"), "--run": ("--run", "outage"), "--verbose": ("--verbose",),
                "--json": ("--json",), "--format": ("--format", "junit"),
            },
        ),
        "sre alarms coverage": Line(
            base=("rules.yaml",),
            options={
                **_PLAN, "files": ("other-rules.yaml",), "--json": ("--json",), "--format": ("--format", "markdown"),
                "--unproved": ("--unproved",),
            },
        ),
        "sre alarms record": Line(reason=AWS),
        "sre alarms backtest": Line(reason=BACKTEST),
        "sre canaries run": Line(reason=PLATFORM),
        "sre canaries list": Line(
            options={
                "--region": AWS, "--json": ("--json",), "--definitions": ("--definitions", "canaries.yaml"),
                "--service": ("--service", "service"),
            }
        ),
        "sre canaries build": Line(
            base=("--api-host", "api.example.com"),
            options={
                "--out": ("--out", "elsewhere.zip"), "--api-host": ("--api-host", "other.example.com"),
                "--api-base-path": ("--api-base-path", "/v1"), "--service": ("--service", "service"),
                "--definitions": ("--definitions", "service/canaries.yaml"),
            },
        ),
        "sre check": Line(reason=PLATFORM),
        "sre cost estimate": Line(
            options={
                **_PROFILE, **_MEASURED, "--levers": ("--levers",), "--focus": ("--focus", "rows.csv"),
                "--format": ("--format", "markdown"),
            }
        ),
        "sre cost explain": Line(base=("lambda",), options={**_PROFILE, **_MEASURED, "line": ("network",)}),
        "sre cost compare": Line(base=("AWSLambda.json",), options={**_PROFILE, "files": ("moved.json",)}),
        "sre dashboards build": Line(
            options={
                **_OF_BOARDS,
                "--what-if-target": ("--what-if-target", "api-errors=99.5%"),
                "--what-if-policy": ("--what-if-policy", "policy.yaml"),
                "--out": ("--out", "elsewhere"),
                "--region": ("--region", "eu-west-1"),
                "--annotation": ("--annotation", "2026-03-02T10:00:00Z=release"),
                "--incidents": ("--incidents", "incidents.csv"),
                "--endpoint": ("--endpoint", "http://127.0.0.1:4566"),
                "--parameter": (
                    "--parameter", "WebSocketApiId=w", "--parameter", "StateMachineArn=m", "--parameter", "ArchivesBucket=b",
                    "--parameter", "AWS::AccountId=1", "--parameter", "AWS::Partition=aws",
                ),
            }
        ),
        "sre dashboards preview": Line(
            base=("data", "--metrics", "metrics.parquet"),
            options={
                "names": ("api",),
                **_OF_BOARDS,
                "--what-if-target": ("--what-if-target", "api-errors=99.5%"),
                "--what-if-policy": ("--what-if-policy", "policy.yaml"),
                "--metrics": "in the line itself",
                "--region": AWS, "--local": PLATFORM, "--home": PLATFORM,
                "--simulate": "tests/dashboards/test_preview.py: one source at a time",
                "--seed": "tests/dashboards/test_preview.py: with --simulate, refused without",
                "--last": ("--last", "30m"),
                "--annotation": ("--annotation", "2026-03-02T11:50:00Z=release"),
                "--incidents": ("--incidents", "incidents.csv"),
                "--png": ("--png",),
                "--out": ("--out", "elsewhere"),
            },
        ),
        "sre dashboards diff": Line(
            base=("--deployed", "bodies"),
            options={
                **_OF_BOARDS, "--region": AWS, "--deployed": "in the line itself",
                "--grafana": "tests/dashboards/test_grafana_difference.py",
                "--parameter": ("--parameter", "WebSocketApiId=w"), "--json": ("--json",),
            },
        ),
        "sre doctor": Line(
            options={
                "--stage": ("--stage", "staging"), "--service": ("--service", "service"),
                "--region": ("--region", "eu-west-1"), "--local": ("--local",), "--home": ("--home", "elsewhere"),
                "--parameter": "tests/sre/cli/doctor/test_report.py, on an account", "--json": ("--json",),
                "--format": ("--format", "markdown"),
            }
        ),
        "sre gates run": Line(
            base=("judged", "--gate=quality"),
            options={
                "path": ("service",), "--base": ("--base", "judged"), "--gate": ("--gate", "security"),
                "--advisories": "tests/sre/cli/gates/test_run.py, beside a lock file",
                "--dependencies": "tests/sre/cli/gates/test_run.py, beside a lock file",
                "--layers": "tests/sre/jobs/judge/test_gates.py, by a gate's own store",
                "--test-time": "tests/sre/jobs/judge/test_gates.py, by a gate's own limits",
                "--reject-at": ("--reject-at", "low"), "--out": ("--out", "elsewhere-out"), "--json": ("--json",),
                "--format": ("--format", "junit"),
            },
        ),
        "sre init": Line(
            base=("--template=template.yaml", "--out=mine", "--force"),
            options={
                "--template": ("--template", "other-template.yaml"), "--parameter": ("--parameter", "Environment=staging"),
                "--name": ("--name", "shop"), "--stage": ("--stage", "staging"), "--out": ("--out", "elsewhere"),
                "--force": "in the line itself; tests/sre/cli/init/test_files.py: refused without",
                "--update": "tests/sre/cli/init/test_files.py, on files that are there", "--json": ("--json",),
                "--stack": AWS, "--region": AWS,
            },
        ),
        "sre loadtest plan": Line(
            base=("api-errors", "--expected", "0.02%"),
            options={
                "objective_name": "in the line itself", "--expected": "in the line itself", "--power": ("--power", "50%"),
                "--rate": ("--rate", "100"), "--profile": ("--profile", "smoke"),
                "--tokens": ("--tokens", "1000,500,3,15"),
                "--fargate-tasks": ("--fargate-tasks", "3", "--rate", "0.5"),
                "--stage": "tests/sre/cli/test_stage.py: its objectives are the same in every stage",
                "--service": ("--service", "service"), "--objectives": ("--objectives", "objectives.yaml"),
                "--what-if-target": ("--what-if-target", "api-errors=99.5%"), "--json": ("--json",),
            },
        ),
        "sre loadtest run": Line(reason=LOAD),
        "sre loadtest verdict": Line(
            base=("result.json",),
            options={
                "file": ("other.json",), "--stage": "tests/sre/cli/test_loadtest.py: its objectives are the same in every stage",
                "--objectives": ("--objectives", "objectives.yaml"),
                "--what-if-target": ("--what-if-target", "api-errors=97%"), "--json": ("--json",),
                "--format": ("--format", "junit"),
            },
        ),
        "sre loadtest compare": Line(reason="tests/loadtests/test_comparison.py, on ten runs"),
        "sre loadtest publish": Line(reason=AWS),
        "sre local up": Line(reason=PLATFORM),
        "sre local down": Line(reason=PLATFORM),
        "sre local fault": Line(reason=PLATFORM),
        "sre local status": Line(reason=PLATFORM),
        "sre objectives check": Line(
            options={
                **_OF_BOARDS, "--policy": ("--policy", "policy.yaml"), "--definitions": ("--definitions", "canaries.yaml"),
                "--profiles": ("--profiles", "loads.yaml"), "--resource-alarms": ("--resource-alarms", "alarms.yaml"),
                "--rule-tests": ("--rule-tests", "rules.yaml"), "--incidents": ("--incidents", "incidents.csv"),
                "--json": ("--json",),
            }
        ),
        "sre objectives diff": Line(
            base=("objectives.yaml",),
            options={
                "--stage": ("--stage", "staging"), "--objectives": ("--objectives", "objectives.yaml"),
                "--policy": ("--policy", "policy.yaml"), "--definitions": OF_A_REVISION,
                "--profiles": OF_A_REVISION, "--format": ("--format", "markdown"), "--json": ("--json",),
                "before": (str(T_DEVELOPER.objectives),), "--allow-blind": OBJECTIVES,
            },
        ),
        "sre report weekly": Line(reason=REPORT),
        "sre report schedule": Line(reason=REPORT),
        "sre report demo": Line(reason=PLATFORM),
        "sre status": Line(reason=STATUS),
        "sre synth": Line(reason="CDK, half a minute; tests/infra/test_synth.py"),
    }
)  # fmt: skip


# Where an option does something only beside others, the line that it is added to.
BASES: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        ("sre alarms list", "--runbook-url"): ("--json",),
        ("sre alarms list", "--parameter"): ("--json",),
        ("sre alarms show", "--parameter"): ("api-errors-page-fast", "--json"),
        ("sre alarms show", "--resource-alarms"): ("api-ticket-errors",),
        ("sre objectives check", "--resource-alarms"): ("--rule-tests", "other-rules.yaml"),
        ("sre alarms coverage", "--unproved"): (),
        ("sre loadtest plan", "--tokens"): ("agent-turn", "--expected", "1%", "--profile", "agent"),
        ("sre cost explain", "--model"): ("bedrock_tokens",),
        ("sre cost explain", "--service"): ("obs_canaries",),
        ("sre cost explain", "--template"): ("events_queues",),
        ("sre cost explain", "--load-result"): ("api_gateway",),
        ("sre dashboards preview", "--objectives"): ("api", "--metrics", "metrics.parquet"),
        ("sre dashboards preview", "--service"): ("overview", "--metrics", "metrics.parquet"),
        ("sre dashboards preview", "--what-if-target"): ("overview", "--metrics", "metrics.parquet"),
        ("sre dashboards preview", "--what-if-policy"): ("overview", "--metrics", "metrics.parquet"),
    }
)
# What an option does is to have something refused that goes without it.
REFUSED: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("sre alarms show", "--resource-alarms"): "there is no alarm api-ticket-errors",
        ("sre dashboards diff", "--parameter"): "are not given",
    }
)


def names_of(command: str) -> list[str]:
    """The options by what is written, the arguments by their names."""
    return [each.opts[0] if isinstance(each, click.Option) else str(each.name) for each in declared(command).params]


def test_every_option_of_every_command_has_its_effect_or_a_reason_here() -> None:
    assert set(LINES) == set(commands(door))
    for command, line in LINES.items():
        if line.reason is None:
            assert sorted(line.options) == sorted(names_of(command)), command


RUN = [
    (command, option, words)
    for command, line in LINES.items()
    if line.reason is None
    for option, words in line.options.items()
    if isinstance(words, tuple)
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of every kind that the lines name."""
    root = tmp_path_factory.mktemp("options")
    objectives = T_DEVELOPER.objectives.read_text()
    (root / "objectives.yaml").write_text(objectives.replace("targetPercent: 99.9\n", "targetPercent: 99.5\n"))
    a_service(root / "service")
    template = (ROOT / "examples/orders/template.yaml").read_text()
    (root / "template.yaml").write_text(template)
    (root / "judged").mkdir()
    tangled = "".join(f"{'    ' * depth}if a[{depth}]:\n" for depth in range(1, 8))
    (root / "judged" / "a.py").write_text(f"def f(a: list[int]) -> None:\n{tangled}{'    ' * 8}print(a)\n")
    (root / "other-template.yaml").write_text(template.replace("MemorySize: 256", "MemorySize: 512"))
    (root / "policy.yaml").write_text(
        T_DEVELOPER.burn_rate.read_text().replace("budgetPercent: 2,", "budgetPercent: 2.5,")
    )
    (root / "alarms.yaml").write_text("- {of: AWS::Lambda::Function, name: errors, disabled: true}\n")
    traffic, canaries = T_DEVELOPER.traffic_profiles.read_text(), T_DEVELOPER.canaries.read_text()
    shutil.copy(ROOT / "examples" / "orders" / "template.yaml", root / "template.yaml")
    (root / "traffic.yaml").write_text(traffic.replace("units_per_day: 50", "units_per_day: 60"))
    (root / "canaries.yaml").write_text(canaries.replace("everyMinutes: 5", "everyMinutes: 10", 1))
    loads = T_DEVELOPER.load_profiles.read_text()
    (root / "loads.yaml").write_text(loads.replace("duration_seconds: 20", "duration_seconds: 30"))
    (root / "incidents.csv").write_text("name,start,end\noutage,2026-03-02T11:10:00Z,2026-03-02T11:40:00Z\n")
    own = {
        name: yaml.load((T_DEVELOPER.rule_tests / name).read_text(), yaml.BaseLoader)["tests"]  # noqa: S506 - every scalar as it is written
        for name in ("api-errors.yaml", "events.yaml")
    }
    for name, tests in (
        ("rules.yaml", [own["api-errors.yaml"][1], own["events.yaml"][0]]),
        ("other-rules.yaml", own["api-errors.yaml"][:1]),
    ):
        (root / name).write_text(json.dumps({"tests": tests}))
    result = a_result(good=5_000)
    result = replace(result, work=replace(result.work, submitted_count=40))
    write_result(result, root / "result.json")
    write_result(a_result(good=4_900, faults=100), root / "other.json")
    written(root, offer(USE1_Request=REQUESTS)).rename(root / "moved.json")
    written(root, offer(USE1_Request=[("0", "1000000", "0"), ("1000000", "Inf", "0.0000003")])).rename(
        root / "AWSLambda.json"
    )
    a_recording(root / "metrics.parquet")
    an_all_zip(root / "all.zip")
    an_all_zip(root / "other.zip", an_entry("A-1"))
    write_snapshot(a_snapshot(), root / "advisories.json.gz")
    assert sre("dashboards", "build", "--out", str(root / "built")).returncode == 0
    (root / "built" / "cloudwatch").rename(root / "bodies")
    return root


def a_service(directory: Path) -> None:
    """T-Developer with another promise, and without files that it may do without."""
    directory.mkdir()
    head, files_and_rest = T_DEVELOPER.service.read_text().split("\nfiles:\n")
    rest = files_and_rest.partition("metrics:")[2]
    (directory / "service.yaml").write_text(f"{head}\nfiles: {{canaries: canaries.yaml}}\nmetrics:\n{rest}")
    every_ten = T_DEVELOPER.canaries.read_text().replace("everyMinutes: 5", "everyMinutes: 10", 1)
    (directory / "canaries.yaml").write_text(every_ten + CHECK)
    (directory / "flows.yaml").write_text(T_DEVELOPER.flows.read_text())
    (directory / "load_profiles.yaml").write_text(
        T_DEVELOPER.load_profiles.read_text().replace("health: 12", "health: 3")
    )
    objectives = T_DEVELOPER.objectives.read_text().replace("targetPercent: 99.9\n", "targetPercent: 99.5\n")
    (directory / "objectives.yaml").write_text(objectives)


def a_recording(file: Path) -> None:
    end_at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    tables = [(("TableName", f"t-developer-{stage}-pipelines"),) for stage in ("production", "staging")]
    stats = [
        MetricStat(
            metric=Metric(namespace="AWS/DynamoDB", name=name, dimensions=dimensions),
            period_seconds=60,
            statistic="Sum",
        )
        for name in ("ReadThrottleEvents", "WriteThrottleEvents")
        for dimensions in tables
    ]
    read = Simulation().read(stats, start_at=end_at - timedelta(hours=1), end_at=end_at)
    to_frame([(stat, each.answer) for stat, each in zip(stats, read, strict=True)]).to_parquet(file)


@dataclass(frozen=True)
class Outcome:
    """All that a person can see of a command."""

    done: Done
    files: Mapping[str, bytes]


def outcome(place: Path, command: str, words: tuple[str, ...]) -> Outcome:
    before = {each: each.stat().st_mtime_ns for each in place.rglob("*") if each.is_file()}
    done = sre(*command.split()[1:], *words)
    files = {
        str(each.relative_to(place)): each.read_bytes()
        for each in sorted(place.rglob("*"))
        if each.is_file() and before.get(each) != each.stat().st_mtime_ns
    }
    return Outcome(done, files)


@cache
def without(place: Path, command: str, base: tuple[str, ...]) -> Outcome:
    return outcome(place, command, base)


@pytest.mark.slow
@pytest.mark.parametrize(("command", "option", "words"), RUN, ids=str)
def test_with_an_option_something_else_comes_out(
    command: str, option: str, words: tuple[str, ...], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    base = BASES.get((command, option), LINES[command].base)
    bare = without(place, command, base)
    assert bare.done.returncode in (0, 1, 3), bare.done.stderr
    # Another argument or value takes the place of the line's own.
    is_other = not option.startswith("--") or words[0] in base
    kept = tuple(each for each in base if each.startswith("--") and each != words[0]) if is_other else base
    if command == "sre dashboards preview" and is_other:
        kept = ("--metrics", "metrics.parquet")
    with_it = outcome(place, command, (*kept, *words))
    refused = REFUSED.get((command, option))
    if refused is None:
        assert with_it.done.returncode in (0, 1, 3), with_it.done.stderr
    else:
        assert with_it.done.returncode == 2
        assert refused in with_it.done.stderr
    assert with_it != bare


def module_of(command: str) -> str:
    """The module of a command's work, which need not be imported to be read."""
    callback = declared(command).callback
    assert callback is not None
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(deferred, "run", lambda module, _given: module)
        return callback()


def test_the_work_of_every_command_reads_all_that_it_is_given() -> None:
    """A parameter that no line reads, or an option of a TypedDict that nobody takes out, does nothing."""
    for command in commands(door):
        file = ROOT / f"{module_of(command).replace('.', '/')}.py"
        (run,) = [
            node
            for node in ast.parse(file.read_text()).body
            if isinstance(node, ast.FunctionDef) and node.name == "run"
        ]
        read = {node.id for each in run.body for node in ast.walk(each) if isinstance(node, ast.Name)}
        given = {each.arg for each in (*run.args.args, *run.args.kwonlyargs)} | (
            {run.args.kwarg.arg} if run.args.kwarg else set()
        )
        assert given <= read, f"{command}: {given - read}"


def test_every_option_of_a_typed_dict_is_a_parameter_of_who_is_given_it_or_is_taken_out_by_its_name() -> None:
    trees = [ast.parse(file.read_text()) for file in sorted((ROOT / "sre" / "cli").rglob("*.py"))]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    taken = {
        node.slice.value for node in nodes if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)
    }
    parameters = {
        each.arg
        for node in nodes
        if isinstance(node, ast.FunctionDef) and node.name != "run"
        for each in (*node.args.args, *node.args.kwonlyargs)
    }
    keys = {
        str(part.target.id)
        for node in nodes
        if isinstance(node, ast.ClassDef)
        and any("TypedDict" in ast.unparse(base) or "Options" in ast.unparse(base) for base in node.bases)
        for part in node.body
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
    }
    assert keys
    assert keys - taken - parameters == set()
