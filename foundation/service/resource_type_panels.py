"""The section `panels` of a kind's file: what a dashboard shows of every resource of a kind, held against a resource made up."""

from collections.abc import Sequence
from decimal import Decimal

from foundation.cloudwatch.names import Scope
from foundation.files.documents import Document
from foundation.service.panel_check import Around, check_panel
from foundation.service.panel_queries import Inventory
from foundation.service.panels import PanelTemplate
from foundation.service.panels_form import PanelForm
from foundation.service.resources import Resource

_ANY_SCOPE = Scope(service="any", stage="any")


def kind_panels(
    forms: Sequence[PanelForm], document: Document, *, type_name: str, facts: Sequence[str]
) -> tuple[PanelTemplate, ...]:
    """The panels of a kind with these facts; every problem of them is added to those of the file."""
    known = tuple((name, Decimal(1)) for name in facts)
    subjects = tuple(
        Resource(type=type_name, label=label, name=label, arn=label, facts=known) for label in ("one", "other-one")
    )
    around = Around(
        inventory=Inventory(scope=_ANY_SCOPE, resources=subjects),
        own=(),
        objectives=None,
        subjects=subjects,
        facts=frozenset(facts),
    )
    panels: list[PanelTemplate] = []
    for number, form in enumerate(forms):
        problems = form.problems()
        for below, said in problems:
            document.problem(("panels", number, *below), said)
        if form.of is not None:
            document.problem(("panels", number, "of"), "a kind's panels are of its resources; take this key away")
        elif not problems:
            panels.append(form.made())
            check_panel(panels[-1], around, document, ("panels", number))
    return tuple(panels)
