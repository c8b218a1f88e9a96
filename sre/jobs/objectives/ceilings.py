"""Objectives that promise more than what they speak of can give, together with all that it needs."""

from decimal import ROUND_DOWN, Decimal

from foundation.files.documents import KeyPath
from foundation.files.problem import Problem
from foundation.pages.numbers import exact_percent
from foundation.service.ceiling import Ceiling, ceiling_of, spoken_of, with_needs
from foundation.service.metric_subjects import MetricSubjects
from foundation.service.resource_type_file import kind_of
from foundation.service.stage import Stage
from foundation.slo.model import BudgetedObjective
from foundation.slo.reader import ReadObjectives

_TARGET: KeyPath = ("spec", "objectives", 0)


def warnings_of_ceilings(read: ReadObjectives, stage: Stage) -> tuple[Problem, ...]:
    """A warning for each objective that promises more than AWS commits itself to for all that it needs, with the arithmetic."""
    resources = () if stage.alarm_rules is None else stage.alarm_rules.resources
    kinds = {each.label: kind for each in resources if (kind := kind_of(each)) is not None}
    subjects = MetricSubjects(resources=resources)
    warnings: list[Problem] = []
    for objective in read.objectives:
        if not isinstance(objective, BudgetedObjective):
            continue
        needed = with_needs([each.label for each in spoken_of(objective, subjects)], resources)
        ceiling = ceiling_of(needed, kinds)
        if objective.target_ratio > ceiling.ratio:
            document = read.documents[objective.name]
            said = f"promises {exact_percent(objective.target_ratio)}, and {_said(ceiling)}"
            key = "target" if document.text((*_TARGET, "target")) else "targetPercent"
            warnings.append(document.where((*_TARGET, key), said))
    return tuple(warnings)


def _said(ceiling: Ceiling) -> str:
    parts = ", ".join(f"{kind.title} {exact_percent(ratio)}" for kind, ratio in ceiling.committed)
    left_out = "" if not ceiling.unknown else f"; without {', '.join(each.label for each in ceiling.unknown)}"
    return (
        f"all that it needs is committed to {exact_percent(_down(ceiling.ratio))} by AWS together ({parts}{left_out}): "
        "what fails beyond that is not in your hands"
    )


def _down(ratio: Decimal) -> Decimal:
    """To a thousandth of a percent, and no promise more than there is."""
    return ratio.quantize(Decimal("0.00001"), ROUND_DOWN)
