"""A service's own pages: what is read of a file, and every problem of one at once, with its line and key."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from foundation.cloudwatch.emitted import EmittedMetric
from foundation.cloudwatch.emitted import Unit as EmittedUnit
from foundation.cloudwatch.names import Scope
from foundation.errors import InputError
from foundation.service.panel_queries import Inventory
from foundation.service.panels import (
    ForEach,
    GraphTemplate,
    Labelled,
    LogsTemplate,
    MathLine,
    OfFact,
    OfTexts,
    OfType,
    Page,
    PanelPlace,
    ResourcePart,
    StatLine,
    TextTemplate,
    Unit,
)
from foundation.service.panels_file import read_pages
from foundation.service.resources import Resource
from foundation.slo.reader import read_objectives
from infra.checkout import ROOT

OBJECTIVES = """\
apiVersion: openslo/v1
kind: Service
metadata: {name: shop, displayName: The shop}
spec: {description: It sells.}
---
apiVersion: openslo/v1
kind: DataSource
metadata: {name: cloudwatch}
spec: {type: CloudWatch}
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: slow-orders, displayName: Orders are quick}
spec:
  service: shop
  indicator:
    metadata: {name: duration}
    spec:
      thresholdMetric:
        metricSource:
          metricSourceRef: cloudwatch
          type: CloudWatch
          spec: {namespace: AWS/Lambda, metricName: Duration, dimensions: {FunctionName: shop-order}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{op: lt, value: 800, targetPercent: 99}]
"""
RESOURCES = (
    Resource(type="AWS::Lambda::Function", label="order", name="shop-order", arn="arn:order"),
    Resource(type="AWS::Lambda::Function", label="ship-it", name="shop-ship", arn="arn:ship"),
    Resource(type="AWS::SQS::Queue", label="jobs", name="shop-jobs", arn="arn:jobs"),
)
INVENTORY = Inventory(scope=Scope(service="shop", stage="live"), resources=RESOURCES)
OWN = (
    EmittedMetric(
        namespace="Shop", name="Orders", unit=EmittedUnit.COUNT, dimension_names=("Stage", "Kind"), meaning="orders"
    ),
)
HEAD = "pages:\n- name: shop\n  title: the shop\n  panels:\n"


def pages(directory: Path, panels: str, *, head: str = HEAD) -> tuple[Page, ...]:
    objectives, file = directory / "objectives.yaml", directory / "panels.yaml"
    objectives.write_text(OBJECTIVES)
    file.write_text(head + panels)
    return read_pages(
        file, inventory=INVENTORY, own=OWN, objectives=read_objectives(objectives, stage="live", own=lambda _: OWN)
    )


def problems(directory: Path, panels: str, *, head: str = HEAD) -> list[str]:
    with pytest.raises(InputError) as raised:
        pages(directory, panels, head=head)
    file = f"{directory / 'panels.yaml'}:"
    return [str(problem).replace(file, "") for problem in raised.value.problems]


def test_a_page_is_what_its_file_says(tmp_path: Path) -> None:
    (page,) = pages(
        tmp_path,
        """\
  - title: Orders
    width: 8
    height: 7
    unit: count
    stacked: true
    over: 3d
    region: us-east-1
    period: 5m
    namespace: Shop
    dimensions: {Stage: stage, Kind: {texts: [web, phone]}}
    lines:
    - {id: "o_${text}", metric: Orders, statistic: Sum, label: "by ${text}"}
  - title: Duration
    unit: ms
    of: [order, ship-it]
    for_each: line
    objectives: [slow-orders]
    namespace: AWS/Lambda
    dimensions: {FunctionName: name}
    lines:
    - {metric: Duration, statistic: [p50, p99]}
    - {id: "twice_${label}", math: "m1_${label}_p50 * 2", label: "twice ${label}", hidden: true}
  - title: Failures
    of: {type: AWS::Lambda::Function}
    logs: {group: "/aws/lambda/${name}", query: fields @message}
  - {title: Note, width: 24, height: 2, text: What it is.}
""",
        head=HEAD.replace("  panels", "  instead_of: [functions]\n  panels"),
    )
    assert page == Page(
        name="shop",
        title="the shop",
        instead_of=("functions",),
        panels=(
            GraphTemplate(
                title="Orders",
                place=PanelPlace(width=8, height=7),
                unit=Unit.COUNT,
                lines=(
                    StatLine(
                        id="o_${text}",
                        label="by ${text}",
                        namespace="Shop",
                        metric_name="Orders",
                        dimensions=(("Stage", ResourcePart.STAGE), ("Kind", OfTexts(texts=("web", "phone")))),
                        statistics=("Sum",),
                        period_seconds=300,
                        is_shown=True,
                    ),
                ),
                of=None,
                for_each=ForEach.PANEL,
                is_stacked=True,
                over=timedelta(days=3),
                region="us-east-1",
                objectives=None,
            ),
            GraphTemplate(
                title="Duration",
                place=PanelPlace(width=12, height=6),
                unit=Unit.MILLISECONDS,
                lines=(
                    StatLine(
                        id="m1_${label}_${statistic}",
                        label="${label} ${statistic}",
                        namespace="AWS/Lambda",
                        metric_name="Duration",
                        dimensions=(("FunctionName", ResourcePart.NAME),),
                        statistics=("p50", "p99"),
                        period_seconds=60,
                        is_shown=True,
                    ),
                    MathLine(
                        id="twice_${label}", label="twice ${label}", expression="m1_${label}_p50 * 2", is_shown=False
                    ),
                ),
                of=Labelled(labels=("order", "ship-it")),
                for_each=ForEach.LINE,
                is_stacked=False,
                over=None,
                region=None,
                objectives=("slow-orders",),
            ),
            LogsTemplate(
                title="Failures",
                place=PanelPlace(width=12, height=6),
                of=OfType(type="AWS::Lambda::Function"),
                log_group="/aws/lambda/${name}",
                query="fields @message",
            ),
            TextTemplate(title="Note", place=PanelPlace(width=24, height=2), markdown="What it is."),
        ),
    )


GRAPH = """\
  - title: A
    unit: {unit}
    of: order
    namespace: AWS/Lambda
    dimensions: {{FunctionName: name}}
    lines:
"""


def a_graph(*lines: str, unit: str = "count", more: str = "") -> str:
    return GRAPH.format(unit=unit) + "".join(f"    - {line}\n" for line in lines) + more


@pytest.mark.parametrize(
    ("panels", "said"),
    [
        (
            a_graph("{metric: Errors, statistic: Sum}").replace("    unit: count\n", ""),
            "5: shop: A: unit: is missing; a graph needs one of count, ms, %",
        ),
        (a_graph("{metric: Errorz, statistic: Sum}"), "11: shop: A: lines.metric: AWS/Lambda has no metric 'Errorz'; did"),
        (
            a_graph("{metric: Errors, dimensions: {Function: name}, statistic: Sum}"),
            "11: shop: A: lines.dimensions: Errors has no dimension 'Function'",
        ),
        (
            a_graph("{metric: Orderz, namespace: Shop, statistic: Sum, dimensions: {Stage: stage, Kind: {text: web}}}"),
            "metric: Shop has no metric 'Orderz'; did you mean Orders?",
        ),
        (a_graph("{metric: Duration, statistic: p99}", unit="s"), "statistic: p99 of Duration is in ms, and the panel in s"),
        (a_graph("{metric: Errors, statistic: p101}"), "statistic: "),
        (a_graph("{metric: Errors}"), "statistic: is missing; say it here, or for all lines in the panel"),
        (
            a_graph("{id: e, metric: Errors, statistic: Sum}", "{id: rate, math: e / invocations}"),
            "12: shop: A: lines.math: no line has the id 'invocations'",
        ),
        (a_graph("{id: e, metric: Errors, statistic: Sum}", "{id: rate, math: e +}"), "12: shop: A: lines.math: "),
        (a_graph("{id: e, metric: Errors, statistic: Sum}", "{id: rate, math: rate + 1}"), "names itself"),
        (
            a_graph("{id: e, metric: Errors, statistic: Sum}", "{id: e, metric: Throttles, statistic: Sum}"),
            "ids are of one line each, and e is of several",
        ),
        (a_graph("{id: E, metric: Errors, statistic: Sum}"), "query id 'E'"),
        (a_graph("{metric: Errors, statistic: Sum, hidden: true}"), "every line is hidden, so nothing is shown"),
        (a_graph("{metric: Errors, math: a, statistic: Sum}"), "a line has a metric or math, one of them"),
        (a_graph("{id: r, math: 1 + 1, period: 5m}"), "period: is of a metric, and not of math"),
        (a_graph("{metric: Errors, statistic: Sum, period: 7s}"), "period: a period is 1, 5, 10, 20, 30 or a multiple"),
        (a_graph("{metric: Errors, statistic: Sum, label: '${lable}'}"), "${lable} is not known here; did you mean label?"),
        (
            a_graph("{metric: Errors, statistic: Sum, dimensions: {FunctionName: {fact: memory}}}"),
            "dimensions.FunctionName: no fact is called 'memory'",
        ),
        (
            a_graph("{metric: Errors, statistic: Sum, dimensions: {FunctionName: [a]}}"),
            "dimensions.FunctionName: must be name, arn, stage, {fact: NAME",
        ),
        (
            a_graph("{metric: Errors, statistic: Sum, dimensions: {FunctionName: {texts: [a, a]}}}"),
            "dimensions.FunctionName: texts has one twice",
        ),
        (
            a_graph("{metric: Errors, statistic: Sum, dimensions: {FunctionName: {texts: [a, b]}, Resource: {texts: [c, d]}}}"),
            "has several texts, and so has FunctionName; one may",
        ),
        (
            a_graph("{metric: Errors, statistic: Sum}", more="    objectives: [quick]\n"),
            "12: shop: A: objectives: no objective is called 'quick'; there are slow-orders",
        ),
        (
            a_graph("{metric: Errors, statistic: Sum}", more="    objectives: [slow-orders]\n"),
            "objectives: slow-orders is on no metric that the panel draws",
        ),
        (a_graph("{metric: Errors, statistic: Sum}", more="    objectives: some\n"), "must be all, none, or a list"),
        (
            a_graph("{metric: Errors, statistic: Sum}").replace("of: order", "of: ordr"),
            "7: shop: A: of: no resource is called 'ordr'; did you mean order?",
        ),
        (
            a_graph("{metric: Errors, statistic: Sum}").replace("of: order", "of: {type: AWS::SNS::Topic}"),
            "the service has no resource of the type 'AWS::SNS::Topic'",
        ),
        (
            a_graph("{metric: Errors, statistic: Sum}").replace("    of: order\n", ""),
            "dimensions.FunctionName: holds what a resource is called, and no resource is said",
        ),
        (
            a_graph("{metric: Errors, statistic: Sum, id: e}", "{id: r, math: e * 2}").replace(
                "lines:", "for_each: line\n    lines:"
            ),
            "id: must have ${label}: in this panel there is a line for each resource",
        ),
        ("  - {title: A, unit: count, text: A}\n", "unit: is of no use in a panel of text"),
        ("  - {title: A}\n", "a panel has lines, logs or a text, one of them"),
        ("  - {title: A, text: A, logs: {group: g, query: q}}\n", "a panel has lines, logs or a text, one of them"),
        ("  - {title: A, logs: {group: g, query: q}}\n", "of: says whose log groups are read"),
        ("  - {title: A, of: order, logs: {group: '/${nmae}', query: q}}\n", "logs.group: ${nmae} is not known here"),
        ("  - {title: A, width: 25, text: A}\n", "width: must be at most 24"),
        ("  - {title: A, wide: 25, text: A}\n", "wide: unknown key; did you mean width?"),
    ],
)  # fmt: skip
def test_a_wrong_panel_is_told_with_its_line_and_its_key(tmp_path: Path, panels: str, said: str) -> None:
    assert any(said in problem for problem in problems(tmp_path, panels)), problems(tmp_path, panels)


def test_every_problem_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    first = a_graph(
        "{metric: Errorz, statistic: Sum}", "{metric: Throttles, statistic: Sum, dimensions: {Bucket: name}}"
    )
    found = problems(tmp_path, first + "  - {title: B}\n" + a_graph("{metric: Duration, statistic: p99}"))
    assert [each.partition(":")[0] for each in found] == ["11", "12", "13", "20"]


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (HEAD.replace("name: shop", "name: overview"), "the overview is made of the objectives"),
        (HEAD.replace("name: shop", "name: shop-2"), "must match"),
        (HEAD.replace("  panels", "  instead_of: [function]\n  panels"), "'function'; did you mean functions?"),
        (HEAD + "  - {title: A, text: A}\n" + HEAD.replace("pages:\n", ""), "there is a page of this name above"),
    ],
)  # fmt: skip
def test_a_wrong_page_is_told(tmp_path: Path, head: str, said: str) -> None:
    assert any(said in problem for problem in problems(tmp_path, "  - {title: A, text: A}\n", head=head))


def test_a_kind_that_the_service_has_not_may_be_named(tmp_path: Path) -> None:
    head = HEAD.replace("  panels", "  instead_of: [buckets]\n  panels")
    (page,) = pages(tmp_path, "  - {title: A, text: A}\n", head=head)
    assert page.instead_of == ("buckets",)


def test_a_parameter_of_a_deployment_may_stand_in_a_dimension_and_in_a_log_group(tmp_path: Path) -> None:
    line = "{metric: Errors, statistic: Sum, dimensions: {FunctionName: {text: '${OrderFunction}'}}}"
    (page,) = pages(tmp_path, a_graph(line) + "  - {title: B, of: order, logs: {group: '/${Group}', query: q}}\n")
    assert len(page.panels) == 2


def test_a_namespace_that_is_neither_awss_nor_the_services_own_is_not_looked_up(tmp_path: Path) -> None:
    line = "{metric: Anything, namespace: Elsewhere, statistic: Sum, dimensions: {Of: {text: x}}}"
    assert len(pages(tmp_path, a_graph(line))) == 1


def test_an_optional_fact_is_read(tmp_path: Path) -> None:
    line = (
        "{metric: Errors, statistic: Sum, dimensions: {FunctionName: name, Resource: {fact: runtime, optional: true}}}"
    )
    (page,) = pages(tmp_path, a_graph(line))
    (panel,) = page.panels
    assert isinstance(panel, GraphTemplate)
    (stat,) = panel.lines
    assert isinstance(stat, StatLine)
    assert stat.dimensions[1] == ("Resource", OfFact(fact="runtime", is_optional=True))


def test_the_example_of_the_documentation_is_one(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "dashboards.md").read_text()
    (tmp_path / "panels.yaml").write_text(text.partition("```yaml\n")[2].partition("```")[0])
    (tmp_path / "objectives.yaml").write_text(OBJECTIVES)
    order = Resource(type="AWS::Lambda::Function", label="create-order", name="shop-order", arn="arn:order")
    own = tuple(replace(OWN[0], namespace="Shop/Orders", name=name) for name in ("Orders", "OrdersFailed"))
    (page,) = read_pages(
        tmp_path / "panels.yaml",
        inventory=Inventory(scope=INVENTORY.scope, resources=(order,)),
        own=own,
        objectives=read_objectives(tmp_path / "objectives.yaml", stage="live", own=lambda _: own),
    )
    assert [panel.title for panel in page.panels] == [
        "Duration of checkout", "Failed orders", "Errors", "Last failures", "Note"
    ]  # fmt: skip
