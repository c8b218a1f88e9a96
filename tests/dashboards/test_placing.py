"""Panels flow from left to right, never over one another, on as many dashboards as are needed."""

from hypothesis import given
from hypothesis import strategies as st

from dashboards.model import GraphPanel, TextPanel, stat
from dashboards.placing import SizedPanel, dashboards_of, in_flow, numbered
from foundation.cloudwatch.metrics import Metric
from foundation.service.panels import COLUMNS_COUNT, PanelPlace, Unit

SIZED = st.lists(
    st.builds(
        SizedPanel,
        panel=st.builds(TextPanel, title=st.just("A"), markdown=st.just("a")),
        place=st.builds(PanelPlace, width=st.integers(1, 24), height=st.integers(1, 9)),
        begins=st.booleans(),
    ),
    max_size=40,
)


def sized(width: int, height: int, *, begins: bool = False, title: str = "A") -> SizedPanel:
    return SizedPanel(
        panel=TextPanel(title=title, markdown="a"), place=PanelPlace(width=width, height=height), begins=begins
    )


def test_what_does_not_fit_begins_a_row_below_the_highest_of_the_row_before() -> None:
    placed = in_flow([sized(12, 6), sized(8, 7), sized(6, 2), sized(6, 3, begins=True), sized(24, 1)])
    assert [(each.x, each.y) for each in placed] == [(0, 0), (12, 0), (0, 7), (0, 9), (0, 12)]


@given(SIZED)
def test_no_panel_lies_over_another_and_their_order_is_kept(panels: list[SizedPanel]) -> None:
    placed = in_flow(panels)
    cells = [
        (x, y)
        for each in placed
        for x in range(each.x, each.x + each.width)
        for y in range(each.y, each.y + each.height)
    ]
    assert len(set(cells)) == len(cells)
    assert all(x < COLUMNS_COUNT for x, _ in cells)
    assert [(each.y, each.x) for each in placed] == sorted((each.y, each.x) for each in placed)


def graph(count: int) -> SizedPanel:
    queries = tuple(stat(f"m{n}", Metric(namespace="N", name="M"), "Sum", "m") for n in range(count))
    return SizedPanel(
        panel=GraphPanel(title="A", queries=queries, unit=Unit.COUNT), place=PanelPlace(width=6, height=6)
    )


def test_a_dashboard_that_is_full_goes_on_as_another() -> None:
    found = dashboards_of("pages", "Shop: pages", [sized(6, 6)] * 501)
    assert [(each.name, each.title, len(each.panels)) for each in found] == [
        ("pages", "Shop: pages, 1 of 2", 500), ("pages-2", "Shop: pages, 2 of 2", 1)
    ]  # fmt: skip
    assert found[1].panels[0].y == 0


def test_it_is_full_by_its_metrics_too() -> None:
    found = dashboards_of("pages", "pages", [graph(500)] * 5 + [graph(1), graph(400)])
    assert [len(each.panels) for each in found] == [5, 2]
    assert [each.title for each in dashboards_of("pages", "pages", [graph(500)] * 5)] == ["pages"]


def test_parts_of_a_panel_have_numbers_and_a_whole_one_has_none() -> None:
    panel = graph(1).panel
    assert isinstance(panel, GraphPanel)
    assert [each.title for each in numbered([panel, panel])] == ["A, 1 of 2", "A, 2 of 2"]
    assert numbered([panel]) == (panel,)
