"""Why an objective no longer sees what it saw: other series, fewer traces, other stacks, or the same ones in every stage."""

from collections.abc import Iterator

from foundation.cloudwatch.known_metrics import DatapointKind, find
from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.names import is_stack_of
from foundation.errors import InputError
from foundation.slo.model import CostObjective, MetricSamples, Objective, Objectives, Source, StackOperations
from foundation.slo.signals import SignalKind, signals_of
from foundation.slo.sources import counted_sources, filter_of, names_in, source_name
from foundation.slo.trace_filter import covers, read_filter
from sre.jobs.objectives.between_files import own_names
from sre.jobs.objectives.view import ServiceView


def blind_sources(before: ServiceView, after: ServiceView, old: Objective, new: Objective) -> Iterator[str]:
    """The reasons, a phrase each; `old` and `new` are one objective before and after."""
    if isinstance(old, CostObjective) or isinstance(new, CostObjective):
        return
    was, now = counted_sources(old.indicator), counted_sources(new.indicator)
    for part in was:
        if part not in now and not _is_seen_elsewhere(was[part], after.made.stage.objectives):
            yield f"{source_name(was[part])} is not watched any more"
    known_kinds = [each.kind for each in signals_of(old) if each.kind is not SignalKind.OTHER]
    kinds_now = {each.kind for each in signals_of(new)}
    for kind in known_kinds:
        if kind not in kinds_now:
            yield f"it watches {kind.value} no more"
    # Sources of two kinds, or filters in other words, may count the same: what they are a signal of says so.
    is_same = bool(known_kinds) and {(each.kind, each.of) for each in signals_of(old)} <= {
        (each.kind, each.of) for each in signals_of(new)
    }
    for part, source in now.items():
        if part in was:
            yield from _of_part(part, was[part], source, before, after, is_same=is_same)
    yield from _in_every_stage(before, after, old, new)


def _is_seen_elsewhere(source: Source, objectives: Objectives) -> bool:
    """Whether some objective counts the same. Of traces and stacks the kinds of the signals say more, and are asked."""
    return not isinstance(source, MetricSamples) or any(
        source == each
        for objective in objectives
        if not isinstance(objective, CostObjective)
        for each in counted_sources(objective.indicator).values()
    )


def _of_part(
    part: str, old: Source, new: Source, before: ServiceView, after: ServiceView, *, is_same: bool
) -> Iterator[str]:  # fmt: skip
    match old, new:
        case MetricSamples(metric=was), MetricSamples(metric=now):
            yield from _of_metric(part, was, now, before, after)
        case StackOperations(stack_name_prefix=was), StackOperations(stack_name_prefix=now):
            if not is_stack_of(now, _renewed(was, before, after)):
                yield f"operations on the stacks of {was} are not counted any more"
        case _ if is_same:
            return
        case _:
            was, now = filter_of(old), filter_of(new)
            if was is None or now is None:
                yield f"{source_name(old)} is not counted any more"
            elif not _has_all(now, was, before, after):
                yield f"traces of {part} that were counted are not any more: {now}"


def _of_metric(part: str, was: Metric, now: Metric, before: ServiceView, after: ServiceView) -> Iterator[str]:
    own = () if after.made.stage.own is None else after.made.stage.own.emitted
    kinds = [known.kind if (known := find(each, own)) is not None else DatapointKind.UNKNOWN for each in (was, now)]
    if (was.namespace, was.name) != (now.namespace, now.name):
        if part == "bad":
            yield f"{was.name} is not counted as bad any more"
        elif not any((was.namespace, was.name) == each for each in _watched(after.made.stage.objectives)):
            yield f"{was.namespace} {was.name} is not watched any more"
        elif part == "total" and kinds[1] is DatapointKind.SPARSE:
            yield f"{now.name} has no datapoint while all is well, so it counts no events"
    yield from _of_dimensions(was, now, before, after)


def _of_dimensions(was: Metric, now: Metric, before: ServiceView, after: ServiceView) -> Iterator[str]:
    """Dimensions that name nothing of the service's own, where they did."""
    if before.made.stage.own is None or after.made.stage.own is None:
        return
    old = own_names(before.made.stage, before.canaries) | {before.made.stage.name}
    new = own_names(after.made.stage, after.canaries) | {after.made.stage.name}
    values = dict(was.dimensions)
    for name, value in now.dimensions:
        if value not in new and (name not in values or values[name] in old):
            yield f"{now.name} of {name} {value} is none of the service's own"
    if (
        (lost := set(values) - {name for name, _ in now.dimensions})
        and set(values.values()) <= old
        and not now.dimensions
    ):
        yield f"{now.name} without {', '.join(sorted(lost))} is of everything in the account"


def _in_every_stage(before: ServiceView, after: ServiceView, old: Objective, new: Objective) -> Iterator[str]:
    """What named the stage before, and is the same in each of them now."""
    was = _texts(old), _texts(_named_as(old, before.elsewhere))
    now = _texts(new), _texts(_named_as(new, after.elsewhere))
    varied = {text for text in was[0] if text not in was[1]}
    constant = [text for text in now[0] if text in now[1] and text not in was[0]]
    # Where one text took the place of one that varied, and itself does not.
    if varied and constant and len([text for text in now[0] if text not in now[1]]) < len(varied):
        yield f"{constant[0]} is the same in every stage"
    stages = (before.made.stage.name, after.made.stage.name)
    same = [text for text in now[0] if text in now[1] and text in varied]
    if same and stages[0] == stages[1]:
        yield f"{same[0]} is the same in every stage"


def _named_as(objective: Objective, there: Objectives) -> Objective | None:
    return next((each for each in there if each.name == objective.name), None)


def _texts(objective: Objective | None) -> tuple[str, ...]:
    """Every name by which an objective's sources are told from those of others."""
    if objective is None or isinstance(objective, CostObjective):
        return ()
    return tuple(name for source in counted_sources(objective.indicator).values() for name in names_in(source))


def _watched(objectives: Objectives) -> frozenset[tuple[str, str]]:
    """The metrics that some objective counts, by namespace and name."""
    return frozenset(
        (source.metric.namespace, source.metric.name)
        for objective in objectives
        if not isinstance(objective, CostObjective)
        for source in counted_sources(objective.indicator).values()
        if isinstance(source, MetricSamples)
    )


def _has_all(wider: str, text: str, before: ServiceView, after: ServiceView) -> bool:
    """Whether a filter has every trace that another had, by the names that the service has now."""
    old = _renewed(text, before, after)
    if " ".join(wider.split()) == " ".join(old.split()):
        return True
    try:
        return covers(read_filter(wider), read_filter(old))
    except InputError:
        return False


def _renewed(text: str, before: ServiceView, after: ServiceView) -> str:
    """A text of before with the names of after in it."""
    return text.replace(before.made.stage.scope.prefix, after.made.stage.scope.prefix)
