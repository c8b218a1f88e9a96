"""Every text that has a number of an objective follows the objective: another threshold leaves the old one nowhere."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from alarms.cloudformation import billing_template, workload_template
from alarms.conditions import condition_of
from alarms.messages import alarm_message
from alarms.plan import plan_of
from alarms.terraform import terraform
from canaries.settings import judged_settings
from dashboards.all_dashboards import all_dashboards
from dashboards.cloudwatch_body import cloudwatch_body
from dashboards.grafana import grafana_json
from dashboards.grafana_variables import grafana_variables
from foundation.service.stage import Stage
from foundation.slo.wording import promise, target
from infra.checkout import ROOT
from infra.dashboards import deployment_of
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from sre.jobs.release_check.evidence import describe_target
from tests.alarms.factories import START_AT
from tests.sre.cli import command_line

# What is said of a second, or of 1,000 ms, and how a percentile rank has them; a rate is a second's, too.
_A_SECOND = re.compile(
    r"\b(?:under|within|in|than|takes?) (?:a|one|1) second\b|a second or|1,000\s?ms|\b1000(?:\.0)?\s?ms\b|(?<!\d)999\.999"
)
_NUMBER = re.compile(
    r"\d|\b(?:two|twice|three|four|five|six|ten|half|quarter|third|seconds?|minutes|hours?|days?|weeks?)\b"
)


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own objectives with 800 ms for 1,000, of the API and of the agents' first token."""
    file = tmp_path_factory.mktemp("changed") / "objectives.yaml"
    text = T_DEVELOPER.objectives.read_text()
    assert text.count("value: 1000\n") == 2
    file.write_text(text.replace("value: 1000\n", "value: 800\n"))
    return file


def texts_of(stage: Stage) -> dict[str, str]:
    """All that is made of a stage for people and for AWS, as text."""
    plan = plan_of(stage)
    deployment = deployment_of(stage, plan)
    boards = all_dashboards(deployment)
    variables = dict.fromkeys(grafana_variables(boards), "x")
    messages = (alarm_message(plan, each, at=START_AT, region="eu-west-1", account="123456789012") for each in plan)
    return {
        "descriptions": "\n".join(each.alarm.description or "" for each in plan),
        "conditions": "\n".join(str(condition_of(plan, each)) for each in plan),
        "messages": "\n".join(each.text for each in messages if each is not None),
        "templates": json.dumps([workload_template(plan), billing_template(plan), terraform(plan)]),
        "cloudwatch": json.dumps([cloudwatch_body(each) for each in boards], ensure_ascii=False),
        "grafana": "\n".join(
            str(grafana_json(each, scope=stage.scope, variables=variables, alarm_statistics=()))
            for each in boards
        ),
        "promises": "\n".join(f"{promise(each)}\n{target(each)}\n{describe_target(each)}" for each in stage.objectives),
        "canaries": json.dumps(judged_settings(stage)),
    }  # fmt: skip


def test_800_ms_for_1000_leave_no_text_that_says_a_second(changed: Path) -> None:
    before = texts_of(make_stage("production"))
    after = texts_of(make_stage("production", files=replace(T_DEVELOPER, objectives=changed)))
    assert {name: _A_SECOND.findall(text) for name, text in after.items() if _A_SECOND.search(text)} == {}
    for name, text in after.items():
        assert "800" in text, name
        assert text != before[name], name
        assert "800 ms" not in before[name], name


@pytest.mark.parametrize(
    "arguments",
    [
        ("list",), ("list", "--json"), ("show", "api-latency-page-fast"), ("show", "agent-turn-ticket-low-traffic", "--json"),
    ],
)  # fmt: skip
def test_the_commands_print_what_the_changed_objective_promises(arguments: tuple[str, ...], changed: Path) -> None:
    done = command_line.sre("alarms", *arguments, "--objectives", str(changed))
    assert done.returncode == 0, done.stderr
    assert _A_SECOND.findall(done.stdout) == []
    assert "800 ms" in done.stdout


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "runbooks").glob("*.md")), ids=lambda page: page.stem)
def test_a_runbook_says_what_an_alarm_means_without_its_numbers_and_has_look_and_act(page: Path) -> None:
    text = page.read_text()
    if page.stem == "README":
        return
    title, meaning = text.partition("\n## ")[0].split("\n\n", 1)
    assert _NUMBER.findall(f"{title}\n{meaning}".replace("working hours", "")) == []
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert headings == ["Look", "Act", "It is over when"]


def test_no_title_or_description_of_the_objectives_has_a_number() -> None:
    for objective in make_stage("production").objectives:
        assert re.findall(r"\d|\bseconds?\b|\bminutes?\b", f"{objective.title} {objective.description}") == []


def test_the_readme_has_each_objective_as_it_is_promised() -> None:
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| ([^|]+) \|", (ROOT / "README.md").read_text(), re.MULTILINE))
    for objective in make_stage("production").objectives:
        assert rows[objective.name] == promise(objective)
