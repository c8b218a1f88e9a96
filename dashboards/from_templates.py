"""Panels as data made into panels: a graph of its resources, or one for each of them, with the lines of the objectives."""

from collections.abc import Iterator, Sequence
from typing import assert_never

from dashboards.context import Deployment
from dashboards.model import MAX_LOG_GROUPS, GraphPanel, LogsPanel, TextPanel, Threshold
from dashboards.placing import SizedPanel, numbered
from foundation.service.objective_lines import ObjectiveLine, objective_lines
from foundation.service.panel_queries import queries_of
from foundation.service.panel_texts import filled_text
from foundation.service.panels import ForEach, GraphTemplate, LogsTemplate, PanelTemplate, TextTemplate
from foundation.service.resources import Resource
from foundation.service.service_text import service_text

# More lines than these nobody can tell apart; the resources are shared out over several graphs.
MOST_LINES_A_GRAPH = 20
_MOST_NAMES = 3


def panels_of(
    template: PanelTemplate, deployment: Deployment, subjects: Sequence[Resource] = ()
) -> Iterator[SizedPanel]:
    """The panels of a template; `subjects` are the resources that it is of where it does not say so."""
    match template:
        case TextTemplate():
            panel = TextPanel(title=_text(template.title, deployment), markdown=template.markdown)
            yield SizedPanel(panel=panel, place=template.place)
        case LogsTemplate():
            resources = subjects if template.of is None else deployment.inventory.of(template.of)
            for panel in _logs(template, deployment, resources):
                yield SizedPanel(panel=panel, place=template.place)
        case GraphTemplate():
            resources = subjects if template.of is None else deployment.inventory.of(template.of)
            for panel in _graphs(template, deployment, resources):
                yield SizedPanel(panel=panel, place=template.place)
        case _:
            assert_never(template)


def _graphs(template: GraphTemplate, deployment: Deployment, resources: Sequence[Resource]) -> Iterator[GraphPanel]:
    match template.for_each:
        case ForEach.PANEL:
            for each in [(resource,) for resource in resources] or [()]:
                panel = _graph(template, deployment, each)
                if panel is not None:
                    yield panel
        case ForEach.LINE:
            most = max(1, MOST_LINES_A_GRAPH // _lines_a_resource(template, deployment, resources))
            parts = [resources[at : at + most] for at in range(0, len(resources), most)]
            made = [panel for part in parts if (panel := _graph(template, deployment, part)) is not None]
            yield from numbered(made) if made else ()
        case _:
            assert_never(template.for_each)


def _lines_a_resource(template: GraphTemplate, deployment: Deployment, resources: Sequence[Resource]) -> int:
    """How many lines a resource has that are shown; of the first, as the others have the same."""
    queries = queries_of(template, resources[:1], deployment.inventory)
    return max(1, sum(query.returns_data for query in queries))


def _graph(template: GraphTemplate, deployment: Deployment, resources: Sequence[Resource]) -> GraphPanel | None:
    """One graph; None where nothing of it is known of these resources."""
    queries = queries_of(template, resources, deployment.inventory)
    if not any(query.returns_data for query in queries):
        return None
    lines = objective_lines(
        queries, template.unit, deployment.objectives, client_latency=deployment.client_latency
    )  # fmt: skip
    return GraphPanel(
        title=_text(template.title, deployment, next(iter(resources), None)),
        queries=queries,
        unit=template.unit,
        thresholds=thresholds_of(
            [line for line in lines if template.objectives is None or line.objective in template.objectives]
        ),
        is_stacked=template.is_stacked,
        over=template.over,
        region=template.region,
    )


def thresholds_of(lines: Sequence[ObjectiveLine]) -> tuple[Threshold, ...]:
    """The lines of objectives; those at one value are one, with the names of the first few before it."""
    found: dict[str, list[ObjectiveLine]] = {}
    for line in lines:
        found.setdefault(line.label.removeprefix(line.objective), []).append(line)
    return tuple(
        Threshold(value=same[0].value, label=f"{_listed([each.objective for each in same])}{rest}")
        for rest, same in found.items()
    )


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(names) if more <= 0 else f"{', '.join(names[:_MOST_NAMES])} and {more} more"


def _logs(template: LogsTemplate, deployment: Deployment, resources: Sequence[Resource]) -> Iterator[LogsPanel]:
    """The query on the log groups of all the resources, on as many panels as CloudWatch asks for."""
    # Several functions may write to one group.
    groups = [*dict.fromkeys(_log_group(template, deployment, each) for each in resources)]
    parts = [groups[at : at + MAX_LOG_GROUPS] for at in range(0, len(groups), MAX_LOG_GROUPS)]
    title = _text(template.title, deployment, next(iter(resources), None))
    for number, part in enumerate(parts, start=1):
        said = title if len(parts) == 1 else f"{title}, {number} of {len(parts)}"
        yield LogsPanel(title=said, log_groups=tuple(part), query=template.query)


def _log_group(template: LogsTemplate, deployment: Deployment, resource: Resource) -> str:
    known = None if template.fact is None else resource.fact(template.fact)
    if isinstance(known, str):
        return known
    variables = {"name": resource.name, "label": resource.label}
    return service_text(template.log_group, deployment.inventory.variables | variables)


def _text(text: str, deployment: Deployment, resource: Resource | None = None) -> str:
    """A text for people, with the label of the resource that it is of."""
    label = {} if resource is None else {"label": resource.label}
    return filled_text(text, deployment.inventory.variables | label)
