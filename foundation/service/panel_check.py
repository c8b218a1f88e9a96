"""Holds a panel of a file against what there is: resources, metrics, their units, ids, objectives. Each problem has its place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from foundation.cloudwatch.emitted import EmittedMetric
from foundation.cloudwatch.expressions import check_expressions, ids_in
from foundation.cloudwatch.known_metrics import known_metrics
from foundation.cloudwatch.metric_check import MetricPart, check_metric
from foundation.cloudwatch.metric_math.syntax import parse
from foundation.cloudwatch.metrics import Query
from foundation.files.documents import Document, KeyPath
from foundation.files.explaining import with_hint
from foundation.service.objective_lines import objective_lines
from foundation.service.panel_queries import Inventory, queries_of
from foundation.service.panel_texts import VARIABLES, filled_ids, placeholders_in
from foundation.service.panels import (
    METRIC_UNITS,
    ForEach,
    GraphTemplate,
    Labelled,
    LogsTemplate,
    MathLine,
    OfFact,
    OfTexts,
    OfType,
    PanelTemplate,
    ResourcePart,
    StatLine,
    Subject,
    Unit,
)
from foundation.service.resources import Resource
from foundation.slo.model import Objectives

MAX_METRICS_A_WIDGET = 500
_PLACES = MappingProxyType(
    {MetricPart.NAMESPACE: "namespace", MetricPart.NAME: "metric", MetricPart.DIMENSIONS: "dimensions"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a panel stands in: the resources that it may name, the service's own metrics, and its objectives.

    `subjects` are the resources that a panel is of where it does not say so; `facts` the names of what is known of these. The
    objectives are None where a panel cannot name any.
    """

    inventory: Inventory
    own: tuple[EmittedMetric, ...]
    objectives: Objectives | None
    subjects: tuple[Resource, ...] = ()
    facts: frozenset[str] = frozenset()


def check_panel(panel: PanelTemplate, around: Around, document: Document, path: KeyPath) -> None:
    """Add every problem of a panel to those of its file."""
    match panel:
        case GraphTemplate():
            _check_graph(panel, around, document, path)
        case LogsTemplate():
            resources = _resources(panel.of, around, document, (*path, "of"))
            if not resources:
                document.problem((*path, "of"), "says whose log groups are read; name a resource or a type")
            known = ("name", *VARIABLES)
            _check_text(panel.log_group, known, document, (*path, "logs", "group"))
            if panel.fact is not None and panel.fact not in around.facts:
                said = with_hint(f"no fact is called {panel.fact!r}", panel.fact, around.facts)
                document.problem((*path, "logs", "fact"), said)
            _check_text(panel.title, VARIABLES, document, (*path, "title"))
        case _:
            _check_text(panel.title, ("stage", "service"), document, (*path, "title"))


def _check_graph(panel: GraphTemplate, around: Around, document: Document, path: KeyPath) -> None:
    before = len(document.problems)
    resources = _resources(panel.of, around, document, (*path, "of"))
    is_by_line = panel.for_each is ForEach.LINE
    _check_text(panel.title, _known(resources and not is_by_line), document, (*path, "title"))
    for number, line in enumerate(panel.lines):
        at = (*path, "lines", number)
        match line:
            case StatLine():
                own = resources if line.of is None else _resources(line.of, around, document, (*at, "of"))
                _check_stat(line, panel, bool(own or line.of or panel.of), around, document, at)
                for key, text in (("id", line.id), ("label", line.label)):
                    _check_text(text, _known(own), document, (*at, key))
            case MathLine():
                for key, text in (("id", line.id), ("label", line.label), ("math", line.expression)):
                    _check_text(text, _known(resources), document, (*at, key))
                if is_by_line and "label" not in placeholders_in(line.id):
                    document.problem((*at, "id"), "must have ${label}: in this panel there is a line for each resource")
    if panel.of is None and not around.subjects and is_by_line:
        document.problem((*path, "for_each"), "says a line for each resource; say `of` which")
    if len(document.problems) == before:
        _check_queries(panel, resources, around, document, path)


def _check_stat(
    line: StatLine, panel: GraphTemplate, has_resource: bool, around: Around, document: Document, path: KeyPath
) -> None:
    dimensions = dict(line.dimensions)
    for name, rule in line.dimensions:
        at = (*path, "dimensions", name)
        match rule:
            case OfFact(fact=fact):
                if fact not in around.facts:
                    document.problem(at, with_hint(f"no fact is called {fact!r}", fact, around.facts))
            case ResourcePart.NAME | ResourcePart.ARN if not has_resource:
                document.problem(at, "holds what a resource is called, and no resource is said; say `of` which")
            case OfTexts(texts=texts):
                for text in texts:
                    _check_text(text, (*_known(has_resource), *(["name"] if has_resource else [])), document, at)
            case _:
                pass
    several = [name for name, rule in dimensions.items() if isinstance(rule, OfTexts) and len(rule.texts) > 1]
    if len(several) > 1:
        document.problem((*path, "dimensions", several[1]), f"has several texts, and so has {several[0]}; one may")
    found = check_metric(line.namespace, line.metric_name, dict.fromkeys(dimensions, "any"), around.own)
    if found is not None and not found.is_warning:
        document.problem((*path, _PLACES[found.part]), found.said)
        return
    if line.is_shown:
        _check_unit(line, panel, frozenset(dimensions), around, document, path)


def _check_unit(
    line: StatLine, panel: GraphTemplate, names: frozenset[str], around: Around, document: Document, path: KeyPath
) -> None:
    """A metric's own unit must be the panel's: an axis that says seconds of milliseconds is wrong by a thousand."""
    known = known_metrics(around.own).get((line.namespace, line.metric_name), ())
    units = [each.unit for each in known if names in each.dimension_sets] or [each.unit for each in known]
    for statistic in line.statistics:
        unit = _unit_of(statistic, units[0] if units else "None")
        if unit is not None and panel.unit is not unit:
            said = f"{statistic} of {line.metric_name} is in {unit.value}, and the panel in {panel.unit.value}"
            document.problem((*path, "statistic"), f"{said}; give it a panel of its own, or hide it and work with math")
            return


def _unit_of(statistic: str, unit: str) -> Unit | None:
    if statistic == "SampleCount" or statistic.startswith("TC("):
        return Unit.COUNT
    return Unit.PERCENT if statistic.startswith("PR(") else METRIC_UNITS.get(unit)


def _check_queries(
    panel: GraphTemplate, resources: Sequence[Resource], around: Around, document: Document, path: KeyPath
) -> None:
    """What can be seen of the queries alone: the ids, the math on them, the objectives on what they draw."""
    before = len(document.problems)
    for part in [resources] if panel.for_each is ForEach.LINE else [(each,) for each in resources] or [()]:
        with document.at(path):
            queries = queries_of(panel, part, around.inventory)
            _check_ids(panel, queries, part, around, document, path)
            if len(document.problems) > before:
                return
            check_expressions(queries, of=f"panel {panel.title!r}")
            if queries and not any(query.returns_data for query in queries):
                document.problem((*path, "lines"), "every line is hidden, so nothing is shown")
            if panel.for_each is ForEach.PANEL and len(queries) > MAX_METRICS_A_WIDGET:
                said = f"{len(queries)} metrics and expressions, and a panel has at most {MAX_METRICS_A_WIDGET}"
                document.problem((*path, "lines"), f"{said}; use for_each, or several panels")
            _check_objectives(panel, queries, around, document, path)


def _check_ids(
    panel: GraphTemplate,
    queries: Sequence[Query],
    resources: Sequence[Resource],
    around: Around,
    document: Document,
    path: KeyPath,
) -> None:
    ids = [query.id for query in queries]
    if twice := sorted({id_ for id_ in ids if ids.count(id_) > 1}):
        document.problem((*path, "lines"), f"ids are of one line each, and {', '.join(twice)} is of several")
    # Math that names what a resource has not is left out with it; what no line has is a slip.
    stated = {*ids, *_ids_of_lines(panel, resources, around)}
    for number, line in enumerate(panel.lines):
        if isinstance(line, MathLine):
            at = (*path, "lines", number, "math")
            with document.at(at):
                known = around.inventory.variables | dict.fromkeys(("label", "text", "statistic"), "any")
                expression = filled_ids(line.expression, known | ({"label": resources[0].label} if resources else {}))
                if not expression.lstrip().upper().startswith("SELECT"):
                    parse(expression)
                if unknown := sorted(ids_in(expression) - stated):
                    document.problem(at, with_hint(f"no line has the id {unknown[0]!r}", unknown[0], stated))


def _ids_of_lines(panel: GraphTemplate, resources: Sequence[Resource], around: Around) -> Iterator[str]:
    """The ids that lines say, with those of lines that a resource has not."""
    for line in panel.lines:
        for resource in resources or (None,):
            label = {} if resource is None else {"label": resource.label}
            texts = [
                text for rule in (() if isinstance(line, MathLine) else dict(line.dimensions).values())
                if isinstance(rule, OfTexts) for text in rule.texts
            ]  # fmt: skip
            for statistic in ("",) if isinstance(line, MathLine) else line.statistics:
                for value in texts or [""]:
                    known = around.inventory.variables | label | {"statistic": statistic, "text": value}
                    yield filled_ids(line.id, known)


def _check_objectives(
    panel: GraphTemplate, queries: Sequence[Query], around: Around, document: Document, path: KeyPath
) -> None:
    if not panel.objectives:
        return
    at = (*path, "objectives")
    if around.objectives is None:
        document.problem(at, "a kind's file cannot name objectives; write all or none")
        return
    names = [objective.name for objective in around.objectives]
    lines = objective_lines(queries, panel.unit, around.objectives, client_latency=None)
    for number, name in enumerate(panel.objectives):
        if name not in names:
            document.problem((*at, number), with_hint(f"no objective is called {name!r}", name, names))
        elif name not in {line.objective for line in lines}:
            document.problem((*at, number), f"{name} is on no metric that the panel draws, so it has no line there")


def _resources(subject: Subject | None, around: Around, document: Document, path: KeyPath) -> tuple[Resource, ...]:
    """The resources that a panel or a line is of; a problem for each that there is not."""
    match subject:
        case None:
            return around.subjects
        case Labelled(labels=labels):
            there = [each.label for each in around.inventory.resources]
            for label in labels:
                if label not in there:
                    document.problem(path, with_hint(f"no resource is called {label!r}", label, there))
        case OfType(type=type_):
            types = {each.type for each in around.inventory.resources}
            if type_ not in types:
                document.problem(path, with_hint(f"the service has no resource of the type {type_!r}", type_, types))
    return around.inventory.of(subject)


def _known(resources: object) -> tuple[str, ...]:
    return VARIABLES if resources else tuple(name for name in VARIABLES if name != "label")


def _check_text(text: str, known: Sequence[str], document: Document, path: KeyPath) -> None:
    may_have_parameters = path[-1] == "group" or "dimensions" in path
    for name in placeholders_in(text):
        # A deployment's parameters begin with a capital letter, as CloudFormation's do by custom.
        if name not in known and not (may_have_parameters and name[:1].isupper()):
            document.problem(path, with_hint(f"${{{name}}} is not known here", name, known))
