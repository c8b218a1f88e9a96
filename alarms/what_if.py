"""Objectives with one target changed, to ask what the alarms would then have done."""

from dataclasses import replace
from decimal import Decimal

from foundation.errors import InputError
from foundation.files.explaining import with_hint
from foundation.slo.model import BudgetedObjective, Objectives


def with_target(objectives: Objectives, name: str, target_ratio: Decimal) -> Objectives:
    """The objectives with another target for one. Raises InputError for no such objective, or none that has a budget."""
    named = {each.name for each in objectives if isinstance(each, BudgetedObjective)}
    if name not in named:
        raise InputError(with_hint(f"no objective with an error budget is named {name!r}", name, named))
    items = tuple(
        replace(each, target_ratio=target_ratio) if isinstance(each, BudgetedObjective) and each.name == name else each
        for each in objectives
    )
    return replace(objectives, items=items)
