"""A stage with something changed, to ask what would then be; the stage says what it is."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from foundation.errors import InputError
from foundation.files.explaining import with_hint
from foundation.service.stage import AlarmRules, PolicyChange, Stage, TargetChange
from foundation.slo.burn_rate import BurnRatePolicy
from foundation.slo.model import BudgetedObjective


def what_if(
    stage: Stage, *, targets: Sequence[tuple[str, Decimal]] = (), policy: BurnRatePolicy | None = None
) -> Stage:  # fmt: skip
    """The same stage with other targets, as ratios, and another policy; everything else stays as it is.

    Raises InputError for a target of no objective with an error budget, or two of one, and for a policy where no alarms are made.
    """
    for name, ratio in targets:
        stage = _with_target(stage, name, ratio)
    if policy is None:
        return stage
    rules = _rules_of(stage)
    change = PolicyChange(policy=policy.name, instead_of=rules.policy.name)
    return replace(stage, alarm_rules=replace(rules, policy=policy), changes=(*stage.changes, change))


def _with_target(stage: Stage, name: str, ratio: Decimal) -> Stage:
    found = {each.name: each for each in stage.objectives if isinstance(each, BudgetedObjective)}
    if name not in found:
        raise InputError(with_hint(f"no objective with an error budget is named {name!r}", name, found))
    if any(isinstance(change, TargetChange) and change.objective == name for change in stage.changes):
        raise InputError(f"{name}: two other targets are given for it; give one")
    changed = replace(found[name], target_ratio=ratio)
    items = tuple(changed if each is found[name] else each for each in stage.objectives)
    change = TargetChange(objective=name, target_ratio=ratio, instead_of_ratio=found[name].target_ratio)
    return replace(
        stage, objectives=replace(stage.objectives, items=items), changes=(*stage.changes, change)
    )  # fmt: skip


def _rules_of(stage: Stage) -> AlarmRules:
    if stage.alarm_rules is None:
        raise InputError(
            f"the stage {stage.name} has no alarms that a burn-rate policy could change: only its objectives are known"
        )
    return stage.alarm_rules
