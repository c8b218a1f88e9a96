"""`sre alarms` as a person calls it: what it prints, what it writes, and how it ends."""

import json
import re
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator

import sre.cli.alarms.backtest as work
from alarms.model import Plan
from alarms.plan import plan_of
from alarms.price import monthly_cost_usd
from foundation.cloudwatch.frame import to_frame
from foundation.cloudwatch.metrics import MetricStat
from foundation.cloudwatch.series import Series
from foundation.pages.numbers import usd
from foundation.service.stage import Stage
from foundation.service.what_if import what_if
from foundation.slo.model import BudgetedObjective
from infra.checkout import ROOT
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from sre.cli.outputs.schemas import outputs, schema_of
from tests.alarms.factories import START_AT, counted, more_failures_than_events
from tests.sre.cli import command_line
from tests.sre.cli.command_line import Done

RULES = ROOT / "tdeveloper" / "rule_tests"
PUBLISHED = ("--runbook-url", "https://runbooks.example.com")


def sre(*arguments: str) -> Done:
    return command_line.sre("alarms", *arguments)


def test_the_list_says_what_each_alarm_means_and_what_all_cost() -> None:
    done = sre("list")
    assert done.returncode == 0
    assert "api-errors: 99.9 % of API requests without a server fault over 28 d\n" in done.stdout
    plan = plan_of(make_stage("production"))
    notifying_count = len(list(plan.notifying))
    assert (
        f"{notifying_count} alarms notify; {len(plan.alarms) - notifying_count} child alarms feed them. "
        f"List price: {usd(monthly_cost_usd(plan))} a month."
    ) in done.stdout


def test_the_list_in_json_is_what_cloudwatch_takes_once_it_is_filled_in() -> None:
    bare = sre("list", "--json", "--region", "eu-west-1")
    assert bare.returncode == 0
    assert "${WebSocketApiId}" in bare.stdout
    assert "${AWS::Region}" not in bare.stdout
    assert (
        "once ${AWS::AccountId}, ${AWS::Partition}, ${WebSocketApiId} are filled in: give each as --parameter"
        in bare.stderr
    )
    known = ("AWS::AccountId=012345678901", "AWS::Partition=aws", "WebSocketApiId=abc")
    done = sre("list", "--json", "--region", "eu-west-1", *(each for name in known for each in ("--parameter", name)))
    assert (done.returncode, done.stderr) == (0, "")
    assert "${" not in done.stdout
    requests = [alarm["cloudwatch_request"] for alarm in json.loads(done.stdout)["alarms"]]
    topics = {arn for request in requests for arn in request.get("AlarmActions", [])}
    assert "arn:aws:sns:eu-west-1:012345678901:t-developer-production-page" in topics
    # The bill is in one Region only, and so are its alarms and what they notify.
    assert "arn:aws:sns:us-east-1:012345678901:t-developer-production-billing-page" in topics


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--json", "--parameter", "WebsocketApiId=x"), "no alarm has it; did you mean WebSocketApiId?"),
        (("--parameter", "WebSocketApiId=x"), "--parameter: of no use without --json"),
    ],
)
def test_a_parameter_that_would_do_nothing_is_refused(arguments: tuple[str, ...], said: str) -> None:
    done = sre("list", *arguments)
    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.parametrize(
    ("command", "said"), [("test", ", all met, in "), ("coverage", " of another-production proved (100 %)")]
)
def test_objectives_of_another_service_are_proved_by_what_follows_from_them(
    command: str, said: str, tmp_path: Path
) -> None:
    ours = T_DEVELOPER.objectives.read_text()
    (tmp_path / "mine.yaml").write_text(ours.replace("t-developer", "another").replace("another/v1", "t-developer/v1"))
    done = sre(command, "--objectives", str(tmp_path / "mine.yaml"))
    assert done.returncode == 0
    assert said in done.stdout


def test_rule_tests_that_hold_end_with_0_and_one_that_does_not_with_1(tmp_path: Path) -> None:
    assert sre("test", str(RULES / "events.yaml")).returncode == 0
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(
        (RULES / "events.yaml").read_text().replace("deployments-page-failed: OK", "deployments-page-failed: ALARM")
    )
    done = sre("test", str(wrong), "--junit", str(tmp_path / "junit.xml"))
    assert done.returncode == 1
    assert "at 10m: deployments-page-failed was expected ALARM, and is OK" in done.stdout
    assert "█" in done.stdout
    assert (tmp_path / "junit.xml").exists()


def test_a_malformed_file_ends_with_2_and_its_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("tests:\n- name: x\n  input: [{objective: api-errors, total: 1x}]\n  expect: [{at: 1m}]\n")
    done = sre("test", str(broken))
    assert done.returncode == 2
    assert f"{broken}:3: x: input.total: '1x' is no value" in done.stderr


def test_coverage_ends_with_1_when_there_is_no_test_in_which_an_alarm_fires(tmp_path: Path) -> None:
    done = sre("coverage")
    assert done.returncode == 0
    count = len(plan_of(make_stage("production")).alarms)
    assert (
        f"{count} of {count} alarms of t-developer-production proved (100 %): rule tests show each in ALARM and quiet.\n"
        in done.stdout
    )
    done = sre("coverage", "--policy", str(more_failures_than_events(tmp_path)), "--json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert (found["alarm_count"], found["proved_count"]) == (count, count - 3)
    # Those without proof come first.
    assert [row["alarm"].endswith("low-traffic") for row in found["alarms"]] == [True] * 3 + [False] * (count - 3)
    assert [row["is_proved"] for row in found["alarms"]] == [False] * 3 + [True] * (count - 3)


@pytest.mark.parametrize(("form", "count"), [("cloudformation", 2), ("terraform", 1)])
def test_templates_are_written(tmp_path: Path, form: str, count: int) -> None:
    done = sre("build", "--out", str(tmp_path / "out"), "--template", form, *PUBLISHED)
    files = [Path(line) for line in done.stdout.splitlines()]
    assert len(files) == count
    assert all(json.loads(file.read_text()) for file in files)


def many_objectives(file: Path, count: int) -> Path:
    """A service of so many objectives on latency, each of its own API."""
    documents = T_DEVELOPER.objectives.read_text().split("---\n")
    (latency,) = (each for each in documents if "\n  name: api-latency\n" in each)
    rest = (latency.replace("name: api-latency", f"name: lat-{number:02}") for number in range(count))
    file.write_text(
        "---\n".join(
            [*(each for each in documents if "\nkind: Service" in each or "\nkind: DataSource" in each), *rest]
        )
    )
    return file


def test_more_objectives_than_a_template_holds_are_refused_whole_and_terraform_takes_them(tmp_path: Path) -> None:
    file, out = many_objectives(tmp_path / "many.yaml", 45), tmp_path / "out"
    done = sre("build", "--objectives", str(file), "--out", str(out), *PUBLISHED)
    assert (done.returncode, done.stdout, out.exists()) == (2, "", False)
    said = r"the template t-developer-production-alarms has \d+ resources, and CloudFormation takes at most 500; keep fewer"
    assert re.search(said, done.stderr)
    assert (
        sre("build", "--objectives", str(file), "--out", str(out), "--template", "terraform", *PUBLISHED).returncode
        == 0
    )


def test_who_hears_of_what_is_listed_and_that_nobody_does(tmp_path: Path) -> None:
    nobody = sre("list").stdout
    assert "Nobody is subscribed unless the stack is deployed with NotifyPageEmail," in nobody
    policy = tmp_path / "policy.yaml"
    entry = "  notify:\n  - {severity: page, email: on-call@example.com, stages: [production]}\n"
    policy.write_text(T_DEVELOPER.burn_rate.read_text() + entry)
    listed = sre("list", "--policy", str(policy)).stdout
    assert "A page is sent to on-call@example.com.\n" in listed
    assert "Nobody is subscribed to a ticket unless the stack is deployed with" in listed
    policy.write_text(policy.read_text().replace("on-call@", "on call@"))
    refused = sre("list", "--policy", str(policy))
    line = len(policy.read_text().splitlines())
    assert refused.returncode == 2
    assert f"{policy}:{line}: workbook: spec.notify.email: must be an e-mail address" in refused.stderr


def an_outage(file: Path) -> None:
    """Three days of requests, and twenty minutes in which all of them fail, as a recording."""
    total = np.full(4_400, 600.0)
    bad = np.zeros(total.size)
    bad[4_320:4_340] = 600
    source = counted(bad, total)
    read = [
        (
            MetricStat(metric=metric, period_seconds=60, statistic=statistic),
            Series(start_at=START_AT, period_seconds=60, values=points.values),
        )
        for (metric, statistic, _), points in source.statistics.items()
    ]
    to_frame(read).to_parquet(file)


def test_what_if_changes_what_it_names_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    an_outage(tmp_path / "metrics.parquet")
    (tmp_path / "policy.yaml").write_text(T_DEVELOPER.burn_rate.read_text().replace("name: workbook", "name: mine"))
    (tmp_path / "mine.yaml").write_text(
        T_DEVELOPER.objectives.read_text().replace("targetPercent: 95", "targetPercent: 94")
    )
    (tmp_path / "alarms.yaml").write_text("- {of: AWS::Lambda::Function, name: errors, disabled: true}\n")
    planned: list[Stage] = []

    def noted(stage: Stage) -> Plan:
        planned.append(stage)
        return plan_of(stage)

    monkeypatch.setattr(work, "plan_of", noted)
    done = sre(
        "backtest", "--metrics", "metrics.parquet", "--start", "2026-03-04T00:00:00Z", "--policy", "policy.yaml",
        "--objectives", "mine.yaml", "--stage", "staging",
        "--resource-alarms", "alarms.yaml", "--what-if-target", "api-errors=99%",
    )  # fmt: skip
    # What was recorded is of production, and nothing is known of staging.
    assert done.returncode == 3, done.stderr
    assert "Nothing is known of any alarm's metrics in this time." in done.stdout
    first, asked = planned
    assert first.alarm_rules is not None
    rules = first.alarm_rules
    assert (first.name, rules.policy.name) == ("staging", "mine")
    assert all(each.key != ("AWS::Lambda::Function", "errors") for each in rules.resource_alarms)
    agents = first.objectives["agent-turn"]
    assert isinstance(agents, BudgetedObjective)
    assert agents.target_ratio == Decimal("0.94")
    assert asked == what_if(first, targets=[("api-errors", Decimal("0.99"))])


def test_a_backtest_says_what_if_and_keeps_its_proof(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    an_outage(tmp_path / "metrics.parquet")
    (tmp_path / "incidents.csv").write_text(
        "name,start,end,objective\noutage,2026-03-05T00:00:00Z,2026-03-05T00:20:00Z,api-errors\n"
    )
    done = sre(
        "backtest", "--metrics", "metrics.parquet", "--start", "2026-03-04T00:00:00Z", "--incidents", "incidents.csv",
        "--what-if-target", "api-errors=99%", "--picture", "out/timeline.svg",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "incident  outage: paged after 1 min by api-errors-page-fast" in done.stdout
    assert "as it is: precision 100 % of 1 page, recall 100 % of 1 incident\n" in done.stdout
    assert "what if:" in done.stdout
    assert (tmp_path / "out" / "timeline.svg").exists()
    proofs = json.loads((tmp_path / "build" / "alarms" / "t-developer" / "production" / "proofs.json").read_text())
    assert "t-developer-production-api-errors-page-fast" in proofs["backtested_on"]
    assert proofs["incidents"] == {"given_count": 1, "judged_count": 1, "paged_count": 1}
    assert proofs["evidence"]["t-developer-production-api-errors-page-fast"] == {"known_days": 1.056, "times_count": 1}


def test_incidents_that_cannot_be_judged_are_said_so_and_end_with_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    an_outage(tmp_path / "metrics.parquet")
    before = "before,2026-03-01T00:00:00Z,2026-03-01T00:20:00Z,api-errors\n"
    after = "after,2026-03-05T01:19:00Z,2026-03-05T02:00:00Z,api-errors\n"
    (tmp_path / "none.csv").write_text(f"name,start,end,objective\n{before}{after}")
    (tmp_path / "some.csv").write_text(
        f"name,start,end\nany,2026-03-05T00:00:00Z,2026-03-05T00:20:00Z\n{before[:-12]}\n"
    )
    done = sre("backtest", "--metrics", "metrics.parquet", "--incidents", "none.csv")
    assert done.returncode == 3, done.stderr
    assert "incident  before: not judged: an alarm that could have paged is not known 2026-03-01" in done.stdout
    assert "as it is: precision and recall are unknown: none of 2 incidents could be judged" in done.stdout
    done = sre("backtest", "--metrics", "metrics.parquet", "--incidents", "some.csv")
    assert done.returncode == 0, done.stderr
    assert "incident  any: paged at the latest after 1 min by api-errors-page-fast" in done.stdout
    assert "recall 100 % of 1 incident; 1 more could not be judged" in done.stdout
    done = sre("backtest", "--metrics", "metrics.parquet", "--incidents", "some.csv", "--json")
    whole = json.loads(done.stdout)
    path = ("alarms", "backtest")
    Draft202012Validator(schema_of(path, outputs()[path])).validate(whole)
    data = whole["as_is"]
    assert (data["incident_count"], data["judged_count"], data["page_count"], data["recall_ratio"]) == (2, 1, 1, 1.0)
    assert [(each["outcome"], each["paged_after_seconds"]) for each in data["detections"]] == [
        ("not_judged", None), ("paged", 60.0),
    ]  # fmt: skip
    (fast,) = [each for each in data["replays"] if each["alarm"].endswith("page-fast")]
    assert [each["notification"] for each in fast["firings"]] == ["notified"]
    # The short window is the first that is known, and without it the long one pages nobody.
    assert fast["known"] == [{"start_at": "2026-03-02T00:05:00+00:00", "end_at": "2026-03-05T01:20:00+00:00"}]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("backtest", "--metrics", "none.parquet"), "none.parquet"),
        (("backtest", "--start", "soon"), "'soon' is no moment; write 2026-03-02T00:00:00Z"),
        (("backtest", "--start", "2026-03-02T00:00:00"), "has no zone; write 2026-03-02T00:00:00Z"),
        (("backtest", "--metrics", str(RULES / "events.yaml"), "--parameter", "x"), "'x': write NAME=VALUE"),
        (
            ("backtest", "--what-if-target", "api-errors=99"),
            "'99' has no unit; write a percentage with its sign, such as 99%",
        ),
        (("record", "--region", "eu-west-1", "--last", "long"), "'long' is no duration; write 90s, 5m, 1h30m or 6d"),
        (("list", "--policy", "none.yaml"), "none.yaml: cannot be read"),
        (("list", "--resource-alarms", "none.yaml"), "none.yaml: cannot be read"),
    ],
)
def test_bad_input_ends_with_2_and_says_what_to_do(arguments: tuple[str, ...], said: str) -> None:
    done = sre(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
