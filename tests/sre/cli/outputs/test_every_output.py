"""What commands print as JSON: it validates against its published schema, and no number hides in a string.

The commands are read from click. Each is run here without a platform, or its output is made of real values; one that has neither
fails.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from foundation.advisories.snapshot_file import write_snapshot
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.suppression import Notified, Pending, SuppressedBy
from foundation.files.output import Output, to_json
from infra.checkout import ROOT
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from loadtests.evidence import exit_code_of, judge_run
from loadtests.result import write_result
from loadtests.stress import judge_stages
from reports.release_check.model import AlarmRow, AlarmsUnderLoad
from reports.weekly.output import report_output
from sre.cli.main import sre as door
from sre.cli.options import JsonOption
from sre.cli.outputs.check import check_output
from sre.cli.outputs.loadtest import load_test_output
from sre.cli.outputs.local import PlatformUp, platform_output, status_output
from sre.cli.outputs.schemas import DIRECTORY, commands_of, outputs
from sre.cli.outputs.status import output_of_status
from sre.cli.outputs.synth import SynthesizedTemplates, Template
from sre.local.alarm_states import AlarmStates
from sre.local.notifications import Captured
from sre.local.refused_lines import RefusedLines
from tests.foundation.advisories.factories import a_snapshot
from tests.foundation.costs.test_book import REQUESTS, offer, written
from tests.loadtests.factories import a_result
from tests.reports.weekly.test_page import page_of_a_bad_week
from tests.sre.cli.command_line import sre
from tests.sre.cli.outputs.test_canaries import FAILED, NOT_RUN, TIMED_OUT, an_output
from tests.sre.cli.outputs.test_check import RUNS
from tests.sre.cli.status.test_screen import a_bad_day
from tests.sre.cli.test_alarms import an_outage
from tests.sre.jobs.release_check.test_check import a_check
from tests.sre.local.test_local import a_platform

Words = tuple[str, ...]
RULES = str(T_DEVELOPER.rule_tests / "events.yaml")
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)

# With an argument, what makes the command work without a platform and without AWS.
LINES: Mapping[Words, tuple[str, ...]] = MappingProxyType(
    {
        ("advisories", "show"): ("advisories.json.gz",),
        ("alarms", "backtest"): (
            "--metrics", "metrics.parquet", "--start", "2026-03-04T00:00:00Z", "--incidents", "incidents.csv",
            "--what-if-target", "api-errors=99%",
        ),
        ("alarms", "coverage"): (RULES,),
        ("alarms", "list"): ("--objective", "availability", "--objective", "monthly-cost"),
        ("alarms", "show"): ("api-latency-page-medium",),
        ("alarms", "test"): (RULES,),
        ("canaries", "list"): (),
        ("cost", "compare"): ("AWSLambda.json",),
        ("cost", "estimate"): ("--levers",),
        ("cost", "explain"): ("lambda",),
        ("gates", "run"): ("judged", "--base", "before", "--gate", "quality"),
        ("dashboards", "diff"): ("--deployed", "bodies"),
        ("doctor",): ("--region", "eu-west-1"),
        ("init",): ("--template", str(ROOT / "examples/orders/template.yaml"), "--out", "written", "--force"),
        ("loadtest", "compare"): ("result.json", "--history", "history"),
        ("loadtest", "plan"): ("api-errors", "--expected", "0.02%"),
        ("loadtest", "verdict"): ("result.json",),
        ("objectives", "check"): ("--objectives", "objectives.yaml"),
        ("objectives", "diff"): (
            str(T_DEVELOPER.objectives.parent), "--objectives", "objectives.yaml", "--definitions", "canaries.yaml",
        ),
    }
)  # fmt: skip


def a_release_check() -> Output:
    fired = (
        AlarmRow(name="a", severity="page", after_seconds=None, notification=Notified(at=AT), impact="i"),
        AlarmRow(name="b", severity="", after_seconds=5.0, notification=Pending(by=SuppressedBy.ALARM), impact="i"),
    )
    alarms = AlarmsUnderLoad(
        fired=fired, evaluated_count=2, partly_known_count=0, without_data_count=1, messages=("t was sent s",)
    )  # fmt: skip
    made = a_check(a_result(good=4_000, slow=900, faults=100), canaries=RUNS)
    return check_output(replace(made, alarms=alarms))


def a_load_test() -> Output:
    result, stage = a_result(good=4_900, faults=100), make_stage("production")
    judged = judge_run(stage.objectives, result)
    return load_test_output(result, judged, judge_stages(judged, result), stage, code=exit_code_of(judged))


def a_platform_that_is_up() -> Output:
    states = AlarmStates(states=(("a", AlarmState.OK), ("b", None)), without_data_count=2)
    return status_output(
        "up",
        platform=a_platform(Path("home")),
        alarms=states,
        messages=(Captured(identity="1", topic="page", subject="ALARM: a"),),
        refused=(RefusedLines(log_group="/aws/lambda/a", count=3),),
    )


# What needs a platform, a load or AWS: its output, of real values.
MADE: Mapping[Words, Callable[[], Output]] = MappingProxyType(
    {
        ("canaries", "run"): lambda: an_output(FAILED, TIMED_OUT, NOT_RUN),
        ("check",): a_release_check,
        ("loadtest", "run"): a_load_test,
        ("local", "status"): a_platform_that_is_up,
        ("local", "up"): lambda: PlatformUp(was_up=False, platform=platform_output(a_platform(Path("home")))),
        ("synth",): lambda: SynthesizedTemplates(
            stage="staging",
            region="eu-west-1",
            directory="cdk.out",
            templates=(Template(stack="a", file="cdk.out/a"),),
            what_ifs=(),
        ),
        ("report", "weekly"): lambda: report_output(page_of_a_bad_week()),
        ("status",): lambda: output_of_status(a_bad_day()),
    }
)

VERDICTS = (
    ("alarms", "coverage"), ("alarms", "test"),
    ("canaries", "run"), ("check",), ("cost", "estimate"), ("doctor",), ("loadtest", "compare"), ("loadtest", "run"),
    ("loadtest", "verdict"), ("report", "weekly"), ("status",),
)  # fmt: skip


INCIDENTS = "name,start,end,objective\noutage,2026-03-05T00:00:00Z,2026-03-05T00:20:00Z,api-errors\n"
# Every kind of fact that is a number is another one.
OTHER_OBJECTIVES = (
    ("limitUsd: 500", "limitUsd: 5000"), ("value: 1000", "value: 800"), ("targetPercent: 99\n", "targetPercent: 99.5\n"),
    ("duration: 28d", "duration: 14d"), ("How long the API", "Under a minute, how long the API"),
)  # fmt: skip
OTHER_CANARIES = (("timeoutSeconds: 120", "timeoutSeconds: 90"), ("memoryMib: 1024", "memoryMib: 1536"))


def edited(text: str, edits: tuple[tuple[str, str], ...]) -> str:
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files that the lines name."""
    root = tmp_path_factory.mktemp("outputs")
    result = a_result(good=5_000)
    write_result(result, root / "result.json")
    (root / "history").mkdir()
    (root / "bodies").mkdir()
    an_outage(root / "metrics.parquet")
    write_snapshot(a_snapshot(), root / "advisories.json.gz")
    for name, text in (("before", "x = old\n"), ("judged", "x = old\ny = new  # noqa\nz = (\n")):
        (root / name).mkdir()
        (root / name / "a.py").write_text(text)
    (root / "incidents.csv").write_text(INCIDENTS)
    for name, file, edits in (
        ("objectives.yaml", T_DEVELOPER.objectives, OTHER_OBJECTIVES), ("canaries.yaml", T_DEVELOPER.canaries, OTHER_CANARIES)
    ):  # fmt: skip
        (root / name).write_text(edited(file.read_text(), edits))
    for hour in range(4):
        earlier = replace(result, started_at=f"2026-03-01T{hour:02}:00:00+00:00")
        write_result(earlier, root / "history" / f"{hour}.json")
    written(root, offer(USE1_Request=REQUESTS, USE1_Lambda_GB_Second_ARM=[("0", "Inf", "0.0000266668")])).rename(
        root / "AWSLambda.json"
    )
    return root


@cache
def printed(path: Words) -> str:
    """What the command prints, in the directory of its files."""
    if path in MADE:
        return to_json(MADE[path]())
    done = sre(*path, *LINES[path], "--json")
    assert done.returncode in (0, 1, 3), done.stderr
    return done.stdout


# A number, with a sign, thousands, a unit or none: what a script would want as a number.
_NUMBER = re.compile(r"\s*[-+$]?\s*\$?\d[\d,_]*(\.\d+)?\s*(%|\$|USD|ms|s|min|h|d|MiB|GB|a day|percent)?\s*")
# Declared identifiers, which may look so: they name something.
_IDENTIFIERS = frozenset({"run_id", "commit", "price_book_version", "account"})

# What an API of AWS takes, with its own keys.
_OF_AWS = frozenset({"cloudwatch_request"})


def strings_of(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every string with the key that it stands under."""
    match value:
        case dict():
            for name, each in value.items():
                yield from strings_of(each, name)
        case list():
            for each in value:
                yield from strings_of(each, key)
        case str():
            yield key, value
        case _:
            pass


def keys_of(value: Any) -> Iterator[str]:
    match value:
        case dict():
            for name, each in value.items():
                yield name
                if name not in _OF_AWS:
                    yield from keys_of(each)
        case list():
            for each in value:
                yield from keys_of(each)
        case _:
            pass


def test_every_command_with_json_is_run_here_or_made_here() -> None:
    with_json = {path for path, command in commands_of(door) for each in command.params if "--json" in each.opts}
    assert with_json == set(LINES) | set(MADE)


@pytest.mark.parametrize("path", [*LINES, *MADE], ids=" ".join)
def test_an_output_validates_and_has_numbers_as_numbers(
    path: Words, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    data = json.loads(printed(path))
    schema = json.loads((DIRECTORY / f"{'-'.join(path)}.json").read_text())
    Draft202012Validator(schema).validate(data)
    assert next(iter(data)) == "schema_version"
    assert {key for key in keys_of(data) if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", key)} == set()
    hidden = {(key, text) for key, text in strings_of(data) if key not in _IDENTIFIERS and _NUMBER.fullmatch(text)}
    assert hidden == set()
    moments = {text for _, text in strings_of(data) if re.match(r"\d{4}-\d\d-\d\d[T ]\d\d", text)}
    assert all(datetime.fromisoformat(each).tzinfo is not None for each in moments)


@pytest.mark.parametrize("text", ["0.89", "1,234", "$5", "89.1 %", "14.400%", "-3", "500 ms", "$6,350.34", "2 d"])
def test_what_hides_a_number_is_seen(text: str) -> None:
    assert _NUMBER.fullmatch(text)


@pytest.mark.parametrize(
    "text", ["2026-03-02", "nova-micro", "p95", "5 bad of 100", "2026-W46", "", "http://127.0.0.1"]
)
def test_what_hides_none_is_left_alone(text: str) -> None:
    assert not _NUMBER.fullmatch(text)


def test_a_command_with_verdicts_has_every_format_and_json_as_the_short_form_of_one() -> None:
    found = {
        path: tuple(each.type.choices)  # type: ignore[attr-defined]
        for path, command in commands_of(door)
        for each in command.params
        if each.name == "output_format" and "--format" in each.opts
    }
    assert set(VERDICTS) <= set(found)
    assert set(found.values()) == {("table", "json", "markdown", "junit")}
    for path, command in commands_of(door):
        if path in found:
            (short,) = (each for each in command.params if isinstance(each, JsonOption))
            assert (short.name, short.flag_value) == ("output_format", "json")


@pytest.mark.parametrize("path", [path for path in VERDICTS if path in LINES], ids=" ".join)
@pytest.mark.parametrize(("form", "begin"), [("json", "{"), ("markdown", "## "), ("junit", "<testsuites ")])
def test_a_verdict_is_printed_in_the_format_that_is_asked_for_with_the_same_exit_code_and_a_summary(
    path: Words, form: str, begin: str, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    words = tuple(each for each in LINES[path] if each != "--levers")
    done, plain = sre(*path, *words, "--format", form), sre(*path, *words)
    assert done.stdout.startswith(begin)
    assert done.returncode == plain.returncode
    assert (tmp_path / "summary.md").read_text().count("\n## ") == 1
    assert (tmp_path / "summary.md").read_text().startswith("## ")


def test_a_summary_that_cannot_be_written_is_said_and_changes_no_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "gone" / "summary.md"))
    done = sre("cost", "estimate")
    assert done.returncode == 0
    assert "· GITHUB_STEP_SUMMARY: " in done.stderr
    assert "a month" in done.stdout


def test_every_schema_has_its_command() -> None:
    assert {"-".join(path) for path in outputs()} == {file.stem for file in DIRECTORY.glob("*.json")}
