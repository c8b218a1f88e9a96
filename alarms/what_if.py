"""Objectives with one target changed, to ask what the alarms would then have done."""

from dataclasses import replace
from decimal import Decimal, InvalidOperation

from foundation.errors import InputError
from foundation.slo.model import BudgetedObjective, Objectives


def with_target(objectives: Objectives, given: str) -> Objectives:
    """The objectives with one target changed, from OBJECTIVE=PERCENT. Raises InputError for no such objective or target."""
    name, _, percent = given.partition("=")
    try:
        ratio = Decimal(percent) / 100
    except InvalidOperation as error:
        raise InputError(f"--what-if-target {given}: write OBJECTIVE=PERCENT, such as api-errors=99.5") from error
    named = {each.name for each in objectives if isinstance(each, BudgetedObjective)}
    if name not in named or not 0 < ratio < 1:
        raise InputError(
            f"--what-if-target {given}: one of {', '.join(sorted(named))}, with a target between 0 and 100"
        )
    items = tuple(
        replace(each, target_ratio=ratio) if isinstance(each, BudgetedObjective) and each.name == name else each
        for each in objectives
    )
    return replace(objectives, items=items)
