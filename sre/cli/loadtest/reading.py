"""Which objective an option of `sre loadtest` names."""

from foundation.errors import InputError
from foundation.slo.model import BudgetedObjective, Objectives


def budgeted(objectives: Objectives, name: str) -> BudgetedObjective:
    """The objective of this name. Raises InputError when none with an error budget has it."""
    known = {each.name: each for each in objectives if isinstance(each, BudgetedObjective)}
    if name not in known:
        raise InputError(f"{name}: no objective with an error budget has this name; there are {', '.join(known)}")
    return known[name]
