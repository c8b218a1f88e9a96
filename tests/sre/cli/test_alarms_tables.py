"""What `sre alarms` prints for people: tables that fit, whose columns say something, and words in their number."""

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import pytest
from junitparser import JUnitXml

import sre.cli.alarms.coverage as coverage_command
import sre.cli.alarms.list as list_command
import sre.cli.synth.templates as synth_command
from alarms.plan import plan_of
from infra.checkout import ROOT
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from sre.cli.alarms.columns import table
from tests.alarms.factories import more_failures_than_events
from tests.sre.cli import command_line
from tests.sre.cli.command_line import Done

RULES = ROOT / "tdeveloper" / "rule_tests"
FAST = "t-developer-production-api-latency-page-fast"
# A count of one before a plural, or a plural that leaves it open.
_WRONG_NUMBER = re.compile(
    r"(?<![\d.,])1 (?:\w+ )?(?:tests|alarms|expectations|times|pages|incidents|periods|datapoints|days)\b|\(s\)"
)


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")


def sre(*arguments: str) -> Done:
    return command_line.sre("alarms", *arguments)


def notifying_count() -> int:
    return len(list(plan_of(make_stage("production")).notifying))


@pytest.mark.parametrize("width", [80, 120])
def test_the_list_fits_the_terminal(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lines = sre("list").stdout.splitlines()
    assert [line for line in lines if len(line) > width] == []
    assert sum("api-latency-page-fast " in line for line in lines) == 1


def test_the_list_is_by_objective_under_what_each_promises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    lines = sre("list").stdout.splitlines()
    no_heading = (" ", "Note", "Every", f"{notifying_count()} alarms", "56m", "2 of")
    headings = [line for line in lines if ": " in line and not line.startswith(no_heading)]
    objectives = [each.name for each in make_stage("production").objectives]
    assert [line.split(":")[0] for line in headings][: len(objectives)] == objectives
    at = lines.index("api-latency: 99 % of API requests under 1,000 ms over 28 d")
    assert re.split(r"\s{2,}", lines[at + 1].strip()) == [
        "alarm",
        "severity",
        "fires at",
        "over the last",
        "topic",
        "measured",
    ]
    assert re.split(r"\s{2,}", lines[at + 2].strip()) == [
        "api-latency-page-fast", "page", "> 14.4 %", "56m and 5m", "page", "API requests that took 1,000 ms or",
    ]  # fmt: skip
    assert "Resources, and steps of its work" in lines


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (("--objective", "deployments"), {"deployments-page-failed"}),
        (
            ("--objective", "availability", "--objective", "deployments", "--severity", "page"),
            {"availability-page-failing", "deployments-page-failed"},
        ),
        (("--severity", "page", "--severity", "ticket", "--objective", "monthly-cost"), {
            "monthly-cost-page-limit", "monthly-cost-ticket-pace", "monthly-cost-ticket-forecast",
        }),
    ],
)  # fmt: skip
def test_the_list_has_filters_that_may_be_repeated(filters: tuple[str, ...], names: set[str]) -> None:
    done = sre("list", *filters)
    assert {
        line.split()[0] for line in done.stdout.splitlines() if re.match(r"  [a-z-]+ .* (page|ticket) ", line)
    } == names
    assert f"{len(names)} of them shown" in done.stdout
    found = json.loads(sre("list", *filters, "--json").stdout)
    assert {each["name"].removeprefix("t-developer-production-") for each in found["alarms"]} == names
    assert found["notifying_count"] == notifying_count()


def test_a_filter_that_nothing_matches_says_so_and_an_unknown_objective_is_refused() -> None:
    done = sre("list", "--objective", "deployments", "--severity", "ticket")
    assert done.returncode == 0
    assert done.stdout.startswith(
        f"No alarm matches --severity ticket --objective deployments; without filters there are {notifying_count()}.\n"
    )
    refused = sre("list", "--objective", "api-latencey")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--objective api-latencey: there is no such objective; did you mean api-latency?" in refused.stderr


def test_an_input_in_json_notifies_nobody_and_a_composite_has_both_windows() -> None:
    found = json.loads(sre("list", "--objective", "api-latency", "--severity", "page", "--json").stdout)
    rows = {each["name"].removeprefix(f"{FAST}"): each for each in found["alarms"] if each["name"].startswith(FAST)}
    assert set(rows) == {"", "-long", "-short"}
    assert (rows["-long"]["severity"], rows["-long"]["topic"]) == (None, None)
    whole = rows[""]
    assert (whole["threshold"], whole["quantity"], whole["comparison"]) == (0.144, "share", "GreaterThanThreshold")
    assert [each["period_seconds"] for each in whole["windows"]] == [3_360, 300]
    assert whole["topic"] == "t-developer-production-page"
    assert whole["cloudwatch_request"]["AlarmName"] == FAST


@pytest.mark.parametrize("name", [FAST, "api-latency-page-fast"])
def test_one_alarm_is_explained_whole_by_its_long_or_its_short_name(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    done = sre("show", name)
    assert done.returncode == 0
    assert done.stdout.startswith(
        f"{FAST}\nMore than 14.4 % of API requests took 1,000 ms or longer, both over the last 56 min "
    )
    for said in (
        "objective     api-latency: 99 % of API requests under 1,000 ms over 28 d\n",
        "severity      page\n",
        "measures      API requests that took 1,000 ms or longer\n",
        "fires at      > 14.4 %\n",
        "windows       56m and 5m: all of them must be beyond the threshold\n"
        f"              56m: {FAST}-long\n              5m: {FAST}-short\n",
        f"input         {FAST}-short\n",
        "missing data  notBreaching\n",
        "notifies      topic t-developer-production-page\n",
        "runbook       docs/runbooks/api-latency-burn.md\n",
        "fires in test half of all requests slow pages within half an hour\n",
        "backtest      none has fired it; `sre alarms backtest` replays recorded metrics\n",
    ):
        assert said in done.stdout, said


def test_a_suppressed_alarm_names_its_suppressor_and_a_metric_alarm_its_metric() -> None:
    assert f"suppressed by {FAST} (wait 2 min, extension 30 min)" in sre("show", "api-latency-page-medium").stdout
    shown = json.loads(sre("show", "api-ticket-errors", "--json").stdout)
    assert (shown["inputs"], shown["suppressed_by"], shown["missing_data"]) == ([], None, ["notBreaching"])
    assert shown["alarm"]["condition"] == "Errors (Sum)"
    assert shown["proof"]["is_proved"] is True
    assert len(shown["subscribers"]) == 1


def test_an_unknown_alarm_is_refused_with_the_nearest_name() -> None:
    done = sre("show", "api-latency-page-fats")
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no alarm api-latency-page-fats; did you mean api-latency-page-fast?" in done.stderr


def test_objectives_of_another_file_are_proved_by_the_tests_that_follow_from_them(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(T_DEVELOPER.objectives.read_text())
    given = ("--objectives", str(tmp_path / "mine.yaml"))
    (by_outage, *_) = fires_in = json.loads(sre("show", "api-latency-page-fast", *given, "--json").stdout)["proof"][
        "fires_in"
    ]
    assert (
        by_outage
        == "api-latency, fast: an outage that spends 2 % of the budget for 28 d, and one event more, within 56 min"
    )
    # What T-Developer has written by hand is of its own objectives.
    assert "half of all requests slow pages within half an hour" not in fires_in
    text = sre("show", "api-latency-page-fast", *given).stdout
    assert (
        "quiet in test api-latency, fast: the rate that spends 2 % of the budget for 28 d in 56 min, for ever" in text
    )


def test_rule_tests_end_with_their_counts_and_time_and_have_a_line_a_file() -> None:
    done = sre("test", str(RULES / "events.yaml"), str(RULES / "api-errors.yaml"))
    assert done.returncode == 0
    first, second, of_objectives, *of_types, total = done.stdout.splitlines()
    assert re.fullmatch(r"tdeveloper/rule_tests/events.yaml: \d+ tests, \d+ expectations, all met, in [\d.]+ s", first)
    assert second.startswith("tdeveloper/rule_tests/api-errors.yaml: ")
    assert of_objectives.startswith("tdeveloper/objectives.yaml: ")
    assert [each.partition(":")[0] for each in of_types] == [
        f"foundation/service/resource_types/aws_{name}.yaml"
        for name in (
            "apigatewayv2_api.websocket", "dynamodb_table", "lambda_function", "stepfunctions_statemachine",
            "synthetics_canary",
        )
    ]  # fmt: skip
    assert re.fullmatch(r"\d+ tests, \d+ expectations, all met, in [\d.]+ s", total)


def test_a_single_test_is_chosen_by_a_part_of_its_name_and_named_when_asked() -> None:
    done = sre("test", str(RULES / "events.yaml"), "--run", "ONE failed*pages", "-v")
    *_, total = done.stdout.splitlines()
    assert total.startswith("1 test, ")
    assert re.search(r"^  pass  one failed deployment pages at once \(\d+ expectations?\)$", done.stdout, re.MULTILINE)
    refused = sre("test", str(RULES / "events.yaml"), "--run", "nothing like it")
    assert refused.returncode == 2
    assert "--run nothing like it: no rule test has this in its name" in refused.stderr


def test_a_directory_stands_for_its_files(tmp_path: Path) -> None:
    done = sre("test", str(RULES), "--json")
    found = json.loads(done.stdout)
    assert {Path(each["file"]).name for each in found["tests"]} >= {file.name for file in RULES.glob("*.yaml")}
    assert (found["outcome"], found["failed_test_count"], found["test_count"]) == ("pass", 0, len(found["tests"]))
    assert found["expectation_count"] == sum(each["expectation_count"] for each in found["tests"])
    assert all(each["took_seconds"] > 0 for each in found["tests"])
    empty = sre("test", str(tmp_path))
    assert empty.returncode == 2
    assert f"{tmp_path}: holds no rule test; its files end with .yaml" in empty.stderr


def test_what_fails_is_counted_and_junit_has_its_time(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(
        (RULES / "events.yaml").read_text().replace("deployments-page-failed: OK", "deployments-page-failed: ALARM", 1)
    )
    done = sre("test", str(wrong), "--junit", str(tmp_path / "junit.xml"))
    assert done.returncode == 1
    assert re.search(r"expectations, 1 not met in 1 test, in [\d.]+ s$", done.stdout.strip())
    assert "\n  fail  " in done.stdout
    found = json.loads(sre("test", str(wrong), "--json").stdout)
    (failed,) = [each for each in found["tests"] if each["outcome"] == "fail"]
    assert "was expected ALARM, and is OK" in failed["failures"][0]["reason"]
    assert (found["outcome"], found["failed_expectation_count"]) == ("fail", 1)
    suites = list(JUnitXml.fromfile(str(tmp_path / "junit.xml")))
    assert all((case.time or 0.0) > 0 for suite in suites for case in suite)


def test_coverage_prints_only_what_is_not_proved_when_asked(tmp_path: Path) -> None:
    done = sre("coverage", "--policy", str(more_failures_than_events(tmp_path)), "--unproved")
    assert done.returncode == 1
    head, *rows, total, backtests = done.stdout.splitlines()
    assert head.split("  ")[0] == "alarm"
    assert [row.split()[0] for row in rows] == [
        "api-latency-ticket-low-traffic", "api-errors-ticket-low-traffic", "agent-turn-ticket-low-traffic",
    ]  # fmt: skip
    assert rows[0].endswith("  that it fires")
    count = len(plan_of(make_stage("production")).alarms)
    assert re.fullmatch(
        rf"{count - 3} of {count} alarms of t-developer-production proved \(9\d\.\d %\): "
        r"rule tests show each in ALARM and quiet\.",
        total,
    )
    assert backtests == "No backtest is on record; `sre alarms backtest` replays recorded metrics."


def test_no_column_of_a_table_is_constant(monkeypatch: pytest.MonkeyPatch) -> None:
    columns: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))

    def noted(name: str):
        def recorded(head: Sequence[str], rows: Sequence[Sequence[str]], *, width: int) -> list[str]:
            for row in rows:
                for heading, cell in zip(head, row, strict=True):
                    columns[name][heading].add(cell)
            return table(head, rows, width=width)

        return recorded

    for name, command in (("list", list_command), ("coverage", coverage_command)):
        monkeypatch.setattr(command, "table", noted(name))
        assert sre(name).returncode == 0
    constant = [(name, each) for name, found in columns.items() for each, cells in found.items() if len(cells) < 2]
    assert (constant, set(columns)) == ([], {"list", "coverage"})


@pytest.mark.parametrize(
    "arguments",
    [
        ("list",), ("list", "--objective", "deployments"), ("coverage",), ("show", "deployments-page-failed"),
        ("test", str(RULES / "events.yaml"), "--run", "deploy", "-v"),
    ],
)  # fmt: skip
def test_one_is_singular(arguments: tuple[str, ...]) -> None:
    assert _WRONG_NUMBER.findall(sre(*arguments).stdout) == []


def test_runbooks_are_where_a_url_says_or_production_is_refused(tmp_path: Path) -> None:
    refused = sre("build", "--out", str(tmp_path / "out"))
    assert (refused.returncode, (tmp_path / "out").exists()) == (2, False)
    assert "the alarms of production need --runbook-url, such as https://runbooks.example.com" in refused.stderr
    nope = sre("build", "--runbook-url", "nope", "--out", str(tmp_path / "out"))
    assert nope.returncode == 2
    assert "--runbook-url" in nope.stderr
    assert sre("build", "--stage", "staging", "--out", str(tmp_path / "staging")).returncode == 0
    done = sre("build", "--runbook-url", "https://runbooks.example.com", "--out", str(tmp_path / "out"))
    assert done.returncode == 0
    text = (tmp_path / "out" / "t-developer-production-alarms.template.json").read_text()
    assert "Runbook: https://runbooks.example.com/api-latency-burn.md" in text
    assert "docs/runbooks" not in text


@pytest.mark.parametrize(
    ("arguments", "url", "is_noted"),
    [
        (("--stage", "production"), "docs/runbooks", True),
        (("--stage", "staging"), "docs/runbooks", False),
        (("--stage", "production", "--runbook-url", "https://r.example.com"), "https://r.example.com", False),
    ],
)
def test_synth_says_when_links_of_production_are_paths(
    arguments: tuple[str, ...], url: str, is_noted: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    urls: list[str] = []

    def assembled(_settings: object, _out: Path, *, stage: object, allow_drop: bool) -> list[str]:
        assert not allow_drop
        urls.append(plan_of(stage).context.runbook_url)  # pyright: ignore[reportArgumentType]
        return []

    monkeypatch.setattr(synth_command, "assemble", assembled)
    done = command_line.sre("synth", *arguments, "--out", str(tmp_path))
    assert (done.returncode, urls) == (0, [url])
    assert ("without --runbook-url" in done.stderr) is is_noted


def test_a_runbook_that_is_not_there_is_refused_by_every_command(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("- {of: AWS::Lambda::Function, name: errors, runbook: lambdas}\n")
    given = ("--resource-alarms", str(file))
    for arguments in (
        ("list",),
        ("show", "api-ticket-errors"),
        ("test",),
        ("coverage",),
        ("build", "--stage", "staging"),
    ):
        done = sre(*arguments, *given)
        assert done.returncode == 2, arguments
        assert "errors: runbook: there is no runbook 'lambdas' in runbooks; did you mean lambda?" in done.stderr


def test_what_is_too_wide_moves_to_lines_of_its_own() -> None:
    rows = [("a", "b", "some words that are long enough to need a line"), ("x" * 30, "y" * 30, "short")]
    assert table(("one", "two", "three"), rows, width=70) == [
        f"{'one':30}  two", "    three", f"{'a':30}  b", "    some words that are long enough to need a line",
        f"{'x' * 30}  {'y' * 30}", "    short",
    ]  # fmt: skip
    narrow = table(("one", "two", "three"), rows, width=40)
    assert narrow[-3:] == ["x" * 30, f"    {'y' * 30}", "    short"]
    assert table(("one", "two"), [("a", "b")], width=20) == ["one  two", "a    b"]


def test_a_service_without_alarms_is_told_why(tmp_path: Path) -> None:
    spec = "{namespace: AWS/ApplicationELB, metricName: %s, dimensions: {LoadBalancer: a}}"
    source = "{metricSource: {type: CloudWatch, spec: " + spec + "}}"
    file = tmp_path / "objectives.yaml"
    file.write_text(
        f"""apiVersion: openslo/v1
kind: Service
metadata: {{name: shop}}
spec: {{description: A shop}}
---
apiVersion: openslo/v1
kind: SLO
metadata: {{name: checkout}}
spec:
  service: shop
  indicator:
    metadata: {{name: checkout-errors}}
    spec:
      ratioMetric:
        counter: true
        bad: {source % "HTTPCode_Target_5XX_Count"}
        total: {source % "RequestCount"}
  timeWindow: [{{duration: 30d, isRolling: true}}]
  budgetingMethod: Occurrences
  objectives: [{{targetPercent: 100}}]
"""
    )
    listed = sre("list", "--objectives", str(file))
    assert listed.returncode == 0, listed.stderr
    assert listed.stdout.startswith("0 alarms notify. List price: $0.00 a month.\n")
    assert "Note: objective checkout has no alarm: CloudWatch has no counts of its events" in listed.stdout


def test_the_list_says_how_its_windows_are_read_where_it_has_such() -> None:
    both, some = "56m and 5m: both of these windows", "2 of 3 x 5m: two of the last three periods"
    assert both in sre("list").stdout
    assert some in sre("list").stdout
    only = sre("list", "--objective", "api-errors", "--severity", "page").stdout
    assert (both in only, some in only) == (True, False)
    neither = sre("list", "--objective", "deployments").stdout
    assert (both in neither, some in neither) == (False, False)
