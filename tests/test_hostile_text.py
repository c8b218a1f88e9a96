"""One hostile text in every free text, through every output: each language reads it again, and nothing else changes."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from alarms.cloudformation import billing_template, workload_template
from alarms.messages import alarm_message
from alarms.model import Plan
from alarms.plan import plan_of
from alarms.subscriptions import parameter_names
from alarms.terraform import terraform
from canaries.runs import CanaryRun, NotRun, StepRun
from dashboards.all_dashboards import all_dashboards
from dashboards.annotations import Annotation
from dashboards.cloudwatch_body import cloudwatch_body
from dashboards.grafana import grafana_json
from dashboards.model import AlarmsPanel, Dashboard, GraphPanel, LogsPanel, TextPanel, Threshold, in_rows, stat
from dashboards.preview import preview_page
from dashboards.simulation import Simulation
from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.parameters import filled, fn_sub, json_text, with_texts
from foundation.cloudwatch.suppression import Notified
from foundation.errors import InputError
from foundation.service.panels import Unit
from foundation.service.stage import Stage
from foundation.service.stage_file import stage_of_text, stage_text
from foundation.slo.model import BudgetedObjective, CostObjective, Objectives, RatioIndicator, TracesMatching
from foundation.slo.reader import read_objectives
from infra.dashboards import deployment_of
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from reports.notification import chat_notification, message
from reports.page_model import Column, Page, Picture, Section, Table, Text, Tile, Tiles
from reports.release_check.model import AlarmRow, AlarmsUnderLoad, CanaryOutcome, CanaryRow
from reports.release_check.page import render_html
from reports.weekly.page import to_html, to_markdown
from sre.cli.canaries.verdicts import step_verdicts
from sre.cli.outputs.canaries import CanaryRuns, run_of
from sre.cli.outputs.words import RunOutcome
from sre.cli.verdicts.junit import to_junit
from tests.foundation.cloudwatch.test_parameters import deployed, substituted
from tests.foundation.pages.test_escapes import HOSTILE as WITH_CONTROLS
from tests.loadtests.factories import a_result
from tests.sre.cli.command_line import sre, sre_alone
from tests.sre.jobs.release_check.test_check import a_check

# What can be seen of it: forms refuse the rest.
HOSTILE = "".join(each for each in WITH_CONTROLS if each not in "\x1b\u2028")
HARMLESS = "a text of words"
READ_AT = datetime(2026, 3, 2, tzinfo=UTC)
KNOWN = {
    "AWS::Region": "eu-west-1", "AWS::AccountId": "123456789012", "AWS::Partition": "aws", "WebSocketApiId": "ws",
    "StateMachineArn": "arn:machine", "ArchivesBucket": "bucket",
}  # fmt: skip
MARKDOWN_KEYS = ("markdown", "content", "description")
VARIABLES: tuple[str, ...] = ("region", "WebSocketApiId", "StateMachineArn", "ArchivesBucket")
_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def objectives_with(text: str) -> Objectives:
    """T-Developer's objectives, in which every free text is this one."""

    def with_text(each: Any) -> Any:
        more: dict[str, Any] = {} if isinstance(each, CostObjective) else {"indicator_names": (text,)}
        if isinstance(each, BudgetedObjective) and isinstance(each.indicator, RatioIndicator):
            bad = each.indicator.bad
            assert isinstance(bad, TracesMatching)
            more["indicator"] = replace(each.indicator, bad=replace(bad, filter_expression=text))
        return replace(each, title=text, description=text, **more)

    read = read_objectives(T_DEVELOPER.objectives, stage="production")
    return replace(read, title=text, description=text, items=tuple(map(with_text, read)))


def stage_with(text: str) -> Stage:
    """T-Developer's production, in which every free text is this one, as it comes out of its file."""
    made = make_stage("production")
    assert made.alarm_rules is not None
    rules = replace(
        made.alarm_rules,
        policy=replace(made.alarm_rules.policy, name=text),
        resource_alarms=tuple(replace(each, impact=text) for each in made.alarm_rules.resource_alarms),
        owner=text,
        runbook_url=text,
    )
    stage = replace(made, objectives=objectives_with(text), own=None, alarm_rules=rules)
    return stage_of_text(stage_text(stage), Path("stage.json"))


def plan_with(text: str) -> Plan:
    return plan_of(stage_with(text))


def marked(value: Any, text: str) -> Any:
    """The value with the text as a mark, so that two can be compared but for it."""
    match value:
        case str():
            return value.replace(text, "§").replace(text.lower(), "§")
        case dict():
            return {marked(key, text): marked(each, text) for key, each in value.items()}
        case list() | tuple():
            return [marked(each, text) for each in value]
        case _:
            return value


def in_cloudformation(text: str) -> Any:
    plan = plan_with(text)
    templates = [workload_template(plan), billing_template(plan)]
    assert set(templates[0]["Parameters"]) == {"WebSocketApiId", *parameter_names()}
    assert set(templates[1]["Parameters"]) == set(parameter_names(is_of_billing=True))
    return [values_of(template) for template in templates]


def values_of(value: Any) -> Any:
    """A template as it is deployed: its functions worked out, references to its own resources kept."""
    match value:
        case {"Ref": str(name)} if name not in KNOWN:
            return value
        case {"Fn::Sub": str(text)}:
            return substituted(text, {**KNOWN, **{name: f"<{name}>" for name in parameter_names()}})
        case {"Fn::Sub": [str(text), dict(known)]}:
            return substituted(text, {**KNOWN, **known})
        case {"Fn::Sub": _} | {"Fn::Join": _} | {"Ref": _}:
            return deployed(value, KNOWN)
        case dict():
            return {key: values_of(each) for key, each in value.items()}
        case list():
            return [values_of(each) for each in value]
        case _:
            return value


def in_terraform(text: str) -> Any:
    made = terraform(plan_with(text))
    assert {name for name, each in made["variable"].items() if "default" not in each} == {"web_socket_api_id"}
    return hcl_values(made)


def hcl_values(value: Any) -> Any:
    match value:
        case str():
            return re.sub(r'\$\{"([$%]+)"\}|([$%])\2\{|\$\{(\[?[a-z][^{}$%]*)\}|[$%]\{', hcl_part, value)
        case dict():
            return {hcl_values(key): hcl_values(each) for key, each in value.items()}
        case list():
            return [hcl_values(each) for each in value]
        case _:
            return value


def hcl_part(found: re.Match[str]) -> str:
    if found[1]:
        return found[1]
    if found[2]:
        return f"{found[2]}{{"
    # Nothing but data, variables and the topics of the plan itself is referred to.
    assert found[3], found.string
    ours = r"data\.aws_[\w.]+|var\.web_socket_api_id|\[?aws_sns_topic\.[\w., ]+\]?|aws_iam_role\.chat\[0\]\.arn"
    chosen = r'(split\("/", )?var\.notify_\w+[\w., =?:"&|()\[\]]*'
    assert re.fullmatch(f"{ours}|{chosen}", found[3]), found[3]
    return f"<{found[3]}>"


def boards_with(text: str) -> tuple[Dashboard, ...]:
    made = make_stage("production")
    deployment = replace(deployment_of(made, plan_of(made)), objectives=objectives_with(text))
    own = in_rows(
        (6, [GraphPanel(
            title=text, queries=(stat("m", Metric(namespace="N", name="M"), "Sum", text),), unit=Unit.COUNT,
            thresholds=(Threshold(value=1.0, label=text),),
        )]),
        (6, [LogsPanel(title=text, log_groups=("/a",), query="fields @message")]),
        (6, [AlarmsPanel(title=text, alarms=("a",))]),
        (6, [TextPanel(title=text, markdown="ours")]),
    )  # fmt: skip
    return (*all_dashboards(deployment), Dashboard(name="own", title=text, panels=own))


def in_cloudwatch_bodies(text: str) -> Any:
    label = Annotation(label=text, at=READ_AT)
    bodies: list[Any] = []
    for board in boards_with(text):
        body = cloudwatch_body(board, annotations=(label,))
        read = json.loads(filled(json_text(body), KNOWN))
        assert json.loads(substituted(json.dumps(with_texts(body, fn_sub)), KNOWN)) == read
        bodies.append(with_markdown_read(without_joiners(read)))
    return bodies


def without_joiners(value: Any) -> Any:
    return json.loads(json.dumps(value).replace("\\u2060", ""))


def with_markdown_read(value: Any) -> Any:
    """A body or dashboard, with its Markdown as blocks and their texts."""
    match value:
        case dict():
            return {
                key: markdown_of(each) if key in MARKDOWN_KEYS and isinstance(each, str) else with_markdown_read(each)
                for key, each in value.items()
            }
        case list():
            return [with_markdown_read(each) for each in value]
        case _:
            return value


def markdown_of(text: str) -> list[list[str]]:
    return [
        [token.type, *(f"{child.type} {child.content}" for child in joined(token.children or []))]
        for token in _MARKDOWN.parse(text)
    ]


def joined(children: list[Any]) -> list[Any]:
    """Texts that stand beside one another as one: an escaped sign is a token of its own."""
    made: list[Any] = []
    for child in children:
        if child.type == "text_special":
            child.type = "text"
        if made and made[-1].type == child.type == "text":
            made[-1].content += child.content
        else:
            made.append(child)
    return made


def in_grafana(text: str) -> Any:
    variables = dict.fromkeys(VARIABLES, "")
    scope = make_stage("production").scope
    made = [
        grafana_json(board, scope=scope, variables=variables, alarm_statistics=("", "Sum"))
        for board in boards_with(text)
    ]
    known = re.compile(r"\$(\w+)|\[\[(\w+?)(?::\w+)?\]\]|\$\{(\w+)(?:\.[^:^}]+)?(?::[^}]+)?\}|\{\{(.*?)\}\}")
    found = {next(filter(None, each)) for each in known.findall(json.dumps(made)) if any(each)}
    assert {each for each in found if not each.isdecimal()} == {"ds", *VARIABLES}
    return with_markdown_read(without_joiners(made))


class _Structure(HTMLParser):
    """Tags with their attributes, and the texts between them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[Any] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append([tag, *map(list, attrs)])

    def handle_endtag(self, tag: str) -> None:
        self.parts.append([f"/{tag}"])

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_comment(self, data: str) -> None:
        self.parts.append(["comment", data])


def html_parts(page: str) -> list[Any]:
    parser = _Structure()
    parser.feed(page)
    parser.close()
    return parser.parts


def page_with(text: str) -> Page:
    table = Table(
        caption=text,
        columns=(Column(name=text, is_number=False), Column(name=text, is_number=True)),
        rows=((text, text),),
        empty=text,
    )
    tiles = Tiles(tiles=(Tile(title=text, word=text, tone="pass", detail=text),))
    blocks = (Text(text=text), tiles, table, Picture(about=text, draw=None, numbers=table))
    return Page(
        title=text, label=text, verdict=text, sentence=text, sections=(Section(number=1, title=text, blocks=blocks),),
    )  # fmt: skip


def in_weekly_html(text: str) -> Any:
    return html_parts(to_html(page_with(text)))


def in_weekly_markdown(text: str) -> Any:
    return markdown_of(to_markdown(page_with(text)))


def in_notifications(text: str) -> Any:
    page = page_with(text)
    told = without_joiners(chat_notification(page, link="https://example.com"))
    # By which messages are put together, and never shown.
    del told["metadata"]["threadId"]

    def read(value: str) -> str:
        assert "<" not in value
        return value.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

    return [with_texts(told, read), message(page, link="")]


def in_alarm_messages(text: str) -> Any:
    plan = plan_with(text)
    messages = [
        alarm_message(plan, each, at=READ_AT, region="eu-west-1", account="123456789012") for each in plan.notifying
    ]
    return [[each.topic, each.subject, json.loads(each.text)] for each in messages if each is not None]


def in_junit(text: str) -> Any:
    """Of canaries, whose reasons come from a server; what XML has no sign for is written as Python writes it."""
    run = CanaryRun(
        run_id="1", name="ran", started_at=READ_AT, ended_at=READ_AT, reason=text, has_timed_out=False, retry_count=0,
        steps=(StepRun(name=text, took_seconds=1.0, reason=text),),
    )  # fmt: skip
    runs = tuple(run_of(each, disturbance=None) for each in (NotRun(name="not-run", reason=text), run))
    output = CanaryRuns(
        outcome=RunOutcome.FAIL, exit_code=1, stage="local", api_url="http://127.0.0.1", log_directory="out", runs=runs
    )  # fmt: skip
    tree = ElementTree.fromstring(to_junit(step_verdicts(output)))  # noqa: S314 - our own
    return [[each.tag, dict(each.attrib), each.text] for each in tree.iter()]


def in_release_check(text: str) -> Any:
    made = a_check(a_result(good=4000, slow=900, faults=100))
    fired = AlarmRow(name="a", severity="page", after_seconds=1.0, notification=Notified(at=READ_AT), impact=text)
    return html_parts(
        render_html(
            replace(
                made,
                label=text, target=text, profile=text, facts=((text, text),), not_measured=(text,),
                objectives=tuple(
                    replace(each, objective=replace(each.objective, title=text), target=text, source=text, window=text)
                    for each in made.objectives
                ),
                alarms=AlarmsUnderLoad(
                    fired=(fired,), evaluated_count=1, partly_known_count=0, without_data_count=0
                ),
                canaries=(
                    CanaryRow(
                        name=text, when=text, outcome=CanaryOutcome.FAILED, took_seconds=1.0, because=text,
                        disturbance=text,
                    ),
                ),
            )
        )
    )  # fmt: skip


def in_preview(text: str) -> Any:
    page = preview_page(
        boards_with(text)[-1:], Simulation(seed=1), label=text, start_at=READ_AT, end_at=READ_AT + timedelta(hours=1),
        annotations=(Annotation(label=text, at=READ_AT),),
    )  # fmt: skip
    parts = html_parts(page)
    specs = next(number for number, each in enumerate(parts) if isinstance(each, list) and ["id", "specs"] in each)
    return [*parts[:specs], json.loads(parts[specs + 1]), *parts[specs + 2 :]]


@pytest.mark.parametrize(
    "output",
    [
        in_cloudformation, in_terraform, in_cloudwatch_bodies, in_grafana, in_weekly_html, in_weekly_markdown,
        in_notifications, in_release_check, in_preview, in_alarm_messages, in_junit,
    ],
)  # fmt: skip
def test_a_hostile_text_changes_nothing_but_itself(output: Callable[[str], Any]) -> None:
    hostile, harmless = output(HOSTILE), output(HARMLESS)
    assert HARMLESS in json.dumps(harmless)
    assert marked(hostile, HOSTILE) == marked(harmless, HARMLESS)


def test_a_terminal_gets_the_text_and_none_of_its_controls(tmp_path: Path) -> None:
    file = tmp_path / "resources.yaml"
    entry = {
        "of": "AWS::Lambda::Function", "name": "own", "severity": "page", "runbook": "lambda",
        "metric": {"namespace": "AWS/Lambda", "name": "Errors", "dimensions": {"FunctionName": "name"}, "statistic": "Sum"},
        "breach": {"above": 0, "periodSeconds": 60, "datapoints": [1, 1]},
    }  # fmt: skip
    file.write_text(json.dumps([{**entry, "impact": f"{HOSTILE} \u202e"}]))
    done = sre_alone("alarms", "show", "--resource-alarms", str(file), "api-page-own")
    assert (done.returncode, done.stderr) == (0, "")
    # A long line is broken at a space.
    assert f" api: {HOSTILE} \\u202e Errors (Sum) was above 0 " in done.stdout.replace("\n", " ")
    for hidden, said in (("\x1b[31m", r"\x1b"), ("\u2028", r"\u2028"), ("two\nlines", r"\n")):
        file.write_text(json.dumps([{**entry, "impact": f"ten letters {hidden}"}]))
        refused = sre("alarms", "list", "--resource-alarms", str(file))
        assert refused.returncode == 2
        assert f"{file}:1: own: impact: has the character {said}, which cannot be seen" in refused.stderr


@pytest.mark.parametrize("hidden", ["\x1b", "\u2028", "\x85", "\n"])
@pytest.mark.parametrize("key", ["displayName: API latency", "displayName: T-Developer"])
def test_an_objectives_title_is_what_can_be_seen_in_one_line(key: str, hidden: str, tmp_path: Path) -> None:
    file = tmp_path / "objectives.yaml"
    text = T_DEVELOPER.objectives.read_text()
    name = key.removeprefix("displayName: ")
    assert key in text
    file.write_text(text.replace(key, f"displayName: {json.dumps(name + hidden + name)}"))
    with pytest.raises(InputError, match=r"metadata.displayName: has the character") as raised:
        read_objectives(file, stage="production")
    assert ascii(hidden)[1:-1] in str(raised.value)


def test_what_looks_like_a_parameter_in_an_objectives_title_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "objectives.yaml"
    text = T_DEVELOPER.objectives.read_text()
    file.write_text(text.replace("displayName: API latency", "displayName: API answers under ${Limit} ms"))
    line = next(number for number, each in enumerate(file.read_text().splitlines(), start=1) if "${Limit}" in each)
    done = sre("alarms", "build", "--objectives", str(file), "--out", str(tmp_path / "out"), "--stage", "staging")
    assert done.returncode == 2
    assert f"{file}:{line}: api-latency: metadata.displayName: ${{Limit}} is not known" in done.stderr
    assert not (tmp_path / "out").exists()
