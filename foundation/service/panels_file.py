"""Reads a service's own pages: a page is a dashboard, its panels flow from left to right in the order of the file."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import Field

from foundation.cloudwatch.emitted import EmittedMetric
from foundation.files.documents import Document, KeyPath, yaml_documents
from foundation.files.explaining import with_hint
from foundation.files.forms import Form, Line
from foundation.service.panel_check import Around, check_panel
from foundation.service.panel_queries import Inventory
from foundation.service.panels import OVERVIEW, Page, PanelTemplate, page_name
from foundation.service.panels_form import PanelForm
from foundation.service.resource_type_file import facts_of, known_titles
from foundation.slo.model import Objectives


class _Page(Form):
    name: str = Field(pattern=r"^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$", max_length=60)
    title: Line = Field(min_length=1, max_length=100)
    instead_of: list[Line] = Field(default_factory=list[str], max_length=100)
    panels: list[PanelForm] = Field(min_length=1, max_length=500)


class _Pages(Form):
    pages: list[_Page] = Field(min_length=1, max_length=50)


def read_pages(
    file: Path,
    *,
    inventory: Inventory,
    own: tuple[EmittedMetric, ...],
    objectives: Objectives,
) -> tuple[Page, ...]:
    """The pages of a file. Raises InputError with every problem: file, line, key and what to do."""
    pages: list[Page] = []
    types = dict.fromkeys(resource.type for resource in inventory.resources)
    facts = frozenset(rule.name for type_ in types for rule in facts_of(type_))
    around = Around(inventory=inventory, own=own, objectives=objectives, facts=facts)
    with yaml_documents(file) as found:
        document = found.only("the pages of a service")
        form = document.read(_Pages)
        for number, page in enumerate(() if form is None else form.pages):
            at = ("pages", number)
            if page.name == OVERVIEW:
                document.problem((*at, "name"), "the overview is made of the objectives; give the page another name")
            if page.name in {each.name for each in pages}:
                document.problem((*at, "name"), "there is a page of this name above")
            _check_kinds(page.instead_of, document, at)
            panels: list[PanelTemplate] = []
            for place, panel in enumerate(page.panels):
                path = (*at, "panels", place)
                problems = panel.problems()
                for below, said in problems:
                    document.problem((*path, *below), said)
                if not problems:
                    panels.append(panel.made())
                    check_panel(panels[-1], around, document, path)
            pages.append(
                Page(name=page.name, title=page.title, instead_of=tuple(page.instead_of), panels=tuple(panels))
            )
    return tuple(pages)


def _check_kinds(names: Sequence[str], document: Document, path: KeyPath) -> None:
    """A kind that the service has no resource of may be named all the same; what is none at all is a slip."""
    kinds = {page_name(title) for title in known_titles()}
    for number, name in enumerate(names):
        if name not in kinds:
            said = with_hint(f"there is no kind of resources {name!r}", name, kinds)
            document.problem((*path, "instead_of", number), said)
