"""The queries of a graph: a line for each resource, text and statistic, and nothing of what a resource has not."""

from collections.abc import Sequence
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudwatch.metrics import MathExpression, MetricStat
from foundation.cloudwatch.names import Scope
from foundation.cloudwatch.parameters import Parameter, parameters_in, parametrized
from foundation.service.panel_queries import Inventory, queries_of
from foundation.service.panel_texts import filled_ids, filled_text, id_part, placeholders_in
from foundation.service.panels import (
    DimensionRule,
    ForEach,
    GraphTemplate,
    Labelled,
    MathLine,
    OfFact,
    OfTexts,
    OfType,
    PanelLine,
    PanelPlace,
    ResourcePart,
    StatLine,
    Subject,
    Unit,
    page_name,
)
from foundation.service.resources import FactValue, Resource


def resource(label: str, **facts: FactValue) -> Resource:
    return Resource(type="T", label=label, name=f"shop-{label}", arn=f"arn:{label}", facts=tuple(facts.items()))


ONE, OTHER = resource("one", stage="v1", count=Decimal("2.50"), is_new=True), resource("other-one")
INVENTORY = Inventory(
    scope=Scope(service="shop", stage="live"),
    resources=(ONE, OTHER, Resource(type="U", label="jobs", name="jobs", arn="arn:jobs")),
)


def line(
    id_: str = "m",
    label: str = "l",
    statistics: tuple[str, ...] = ("Sum",),
    of: Subject | None = None,
    **dimensions: DimensionRule,
) -> StatLine:
    return StatLine(
        id=id_,
        label=label,
        namespace="N",
        metric_name="M",
        dimensions=tuple(dimensions.items()),
        statistics=statistics,
        period_seconds=300,
        is_shown=True,
        of=of,
    )


def math(id_: str, expression: str) -> MathLine:
    return MathLine(id=id_, label="${label}", expression=expression, is_shown=False)


def asked(lines: Sequence[PanelLine], *resources: Resource) -> list[tuple[str, str, str]]:
    graph = GraphTemplate(
        title="A", place=PanelPlace(width=12, height=6), unit=Unit.COUNT, lines=tuple(lines), of=None,
        for_each=ForEach.LINE, is_stacked=False, over=None, region=None, objectives=None,
    )  # fmt: skip
    return [
        (query.id, str(query.source) if isinstance(query.source, MetricStat) else query.source.expression, query.label or "")
        for query in queries_of(graph, resources, INVENTORY)
    ]  # fmt: skip


def test_each_resource_has_all_of_the_lines_before_the_next_has_any() -> None:
    lines = [
        line("a_${label}", "${label} a", Of=ResourcePart.NAME),
        line("b_${label}", "${label} b", Of=ResourcePart.ARN),
    ]
    assert asked(lines, ONE, OTHER) == [
        ("a_one", "Sum of N M{Of=shop-one} per 300 s", "one a"),
        ("b_one", "Sum of N M{Of=arn:one} per 300 s", "one b"),
        ("a_other_one", "Sum of N M{Of=shop-other-one} per 300 s", "other-one a"),
        ("b_other_one", "Sum of N M{Of=arn:other-one} per 300 s", "other-one b"),
    ]


def test_each_text_of_a_dimension_has_all_of_the_statistics() -> None:
    kinds = OfTexts(texts=("Get", "Put"))
    several = line("${text}_${statistic}", "${text} ${statistic}", ("p50", "p99"), Stage=ResourcePart.STAGE, Kind=kinds)
    assert asked([several]) == [
        ("get_p50", "p50 of N M{Kind=Get,Stage=live} per 300 s", "Get p50"),
        ("get_p99", "p99 of N M{Kind=Get,Stage=live} per 300 s", "Get p99"),
        ("put_p50", "p50 of N M{Kind=Put,Stage=live} per 300 s", "Put p50"),
        ("put_p99", "p99 of N M{Kind=Put,Stage=live} per 300 s", "Put p99"),
    ]


def test_a_line_of_its_own_resources_stands_once() -> None:
    lines = [
        line("a_${label}", "${label}", Of=ResourcePart.NAME),
        line("b", "${label}", of=Labelled(labels=("jobs",)), Of=ResourcePart.NAME),
    ]
    assert [id_ for id_, _, _ in asked(lines, ONE, OTHER)] == ["a_one", "b", "a_other_one"]
    by_type = [line("b_${label}", of=OfType(type="T"), Of=ResourcePart.NAME)]
    assert [id_ for id_, _, _ in asked(by_type)] == ["b_one", "b_other_one"]


def test_a_fact_is_written_as_cloudwatch_has_it() -> None:
    found = asked([line(Stage=OfFact(fact="stage"), Count=OfFact(fact="count"), New=OfFact(fact="is_new"))], ONE)
    assert found == [("m", "Sum of N M{Count=2.50,New=true,Stage=v1} per 300 s", "l")]


def test_without_a_fact_a_line_is_left_out_and_so_is_math_that_names_it() -> None:
    lines = [
        line("a_${label}", Of=OfFact(fact="stage")),
        line("b_${label}", Of=ResourcePart.NAME),
        math("c_${label}", "a_${label} + b_${label}"),
        math("d_${label}", "c_${label} * 2"),
        math("e_${label}", "b_${label} * 2"),
    ]
    assert [id_ for id_, _, _ in asked(lines, ONE, OTHER)] == [
        "a_one", "b_one", "c_one", "d_one", "e_one", "b_other_one", "e_other_one"
    ]  # fmt: skip
    assert asked([line(Of=OfFact(fact="stage"))], OTHER) == []


def test_without_an_optional_fact_its_dimension_is_left_out() -> None:
    optional = line("m_${label}", Of=ResourcePart.NAME, Stage=OfFact(fact="stage", is_optional=True))
    assert [source for _, source, _ in asked([optional], ONE, OTHER)] == [
        "Sum of N M{Of=shop-one,Stage=v1} per 300 s", "Sum of N M{Of=shop-other-one} per 300 s"
    ]  # fmt: skip


def test_a_text_may_have_the_name_of_the_resource_and_a_parameter_stays_one() -> None:
    known = Resource(type="T", label="one", name=parametrized(Parameter("Cache")), arn="arn")
    graph = GraphTemplate(
        title="A", place=PanelPlace(width=12, height=6), unit=Unit.COUNT, of=None, for_each=ForEach.PANEL,
        lines=(line(Of=OfTexts(texts=("${name}-001",)), At=OfTexts(texts=("${AWS::Region}/${service}/${stage}",))),),
        is_stacked=False, over=None, region=None, objectives=None,
    )  # fmt: skip
    (query,) = queries_of(graph, (known,), INVENTORY)
    assert isinstance(query.source, MetricStat)
    held = dict(query.source.metric.dimensions)
    assert held == {"Of": "${Cache}-001", "At": "${AWS::Region}/shop/live"}
    assert parameters_in(held) == {Parameter("Cache"), Parameter("AWS::Region")}


def test_math_alone_is_no_graph() -> None:
    assert asked([math("a", "1 + 1")]) == []


def test_what_is_hidden_stays_hidden() -> None:
    graph = GraphTemplate(
        title="A", place=PanelPlace(width=12, height=6), unit=Unit.COUNT, of=None, for_each=ForEach.PANEL,
        lines=(line("m"), math("e", "m * 2")), is_stacked=False, over=None, region=None, objectives=None,
    )  # fmt: skip
    assert [(query.returns_data, type(query.source)) for query in queries_of(graph, (), INVENTORY)] == [
        (True, MetricStat), (False, MathExpression)
    ]  # fmt: skip


def test_labels_that_are_not_there_name_no_resource() -> None:
    assert INVENTORY.of(Labelled(labels=("jobs", "gone", "one"))) == (INVENTORY.resources[2], ONE)


def test_texts_are_for_people_and_ids_are_ids() -> None:
    known = {"label": "create-order", "text": "GetItem", "statistic": "p99.9"}
    assert filled_text("${label}: ${text} ${other}", known) == "create-order: GetItem ${other}"
    assert filled_ids("a_${label}_${text}_${statistic}", known) == "a_create_order_getitem_p99_9"
    assert placeholders_in("${a} b ${c}") == ("a", "c")
    assert page_name("REST APIs") == "rest-apis"
    assert page_name("Dead-letter queues") == "dead-letter-queues"


@given(st.text())
def test_a_part_of_an_id_can_stand_in_one(text: str) -> None:
    assert set(id_part(text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789_")
