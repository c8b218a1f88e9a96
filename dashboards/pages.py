"""The dashboards of panels that are data: a service's own pages, and one page for each kind of resource that it has."""

from collections.abc import Iterator

from dashboards.context import Deployment, ResourceKind
from dashboards.from_templates import panels_of
from dashboards.model import Dashboard
from dashboards.placing import SizedPanel, dashboards_of
from foundation.service.panels import ForEach, GraphTemplate, Page, PanelTemplate


def own_page(page: Page, deployment: Deployment) -> tuple[Dashboard, ...]:
    """A page of the service's own; several dashboards where its resources are too many for one."""
    panels = [panel for template in page.panels for panel in panels_of(template, deployment)]
    return dashboards_of(page.name, f"{deployment.prefix}: {page.title}", panels)


def kind_page(kind: ResourceKind, deployment: Deployment) -> tuple[Dashboard, ...]:
    """The page of a kind: what all of its resources have in common graphs, then each resource in rows of its own."""
    panels = list(_of_kind(kind, deployment))
    return dashboards_of(kind.name, f"{deployment.prefix}: {kind.title}", panels) if panels else ()


def _of_kind(kind: ResourceKind, deployment: Deployment) -> Iterator[SizedPanel]:
    single = [template for template in kind.panels if _is_of_one(template)]
    for template in kind.panels:
        if template not in single:
            yield from panels_of(template, deployment, kind.resources)
    for resource in kind.resources:
        rows = [panel for template in single for panel in panels_of(template, deployment, (resource,))]
        for number, panel in enumerate(rows):
            yield SizedPanel(panel=panel.panel, place=panel.place, begins=number == 0)


def _is_of_one(template: PanelTemplate) -> bool:
    return isinstance(template, GraphTemplate) and template.for_each is ForEach.PANEL
