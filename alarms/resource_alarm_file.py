"""What the resources of a service are alarmed on: what is known of their kinds, and over it what files of its own change.

    - {of: AWS::Lambda::Function, name: errors, disabled: true}
    - of: AWS::DynamoDB::Table
      name: write-throttles
      impact: Orders may be lost.          # what an entry does not say stays as it is

An entry of a name that the type has not is an alarm more, on every resource of the type.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from foundation.cloudwatch.emitted import EmittedMetric
from foundation.cloudwatch.evaluation import MissingData
from foundation.files.documents import Document, KeyPath, yaml_documents
from foundation.files.explaining import with_hint
from foundation.service.resource_alarms import ResourceAlarm
from foundation.service.resource_type_alarms import check_alarm
from foundation.service.resource_type_alarms_form import OverlayForm
from foundation.service.resource_type_file import kinds_of, known_types
from foundation.service.resources import Resource
from foundation.slo.burn_rate import Severity

_DECIDING = (
    "namespace", "metric_name", "dimensions", "statistic", "comparison", "threshold", "period_seconds",
    "datapoints_to_alarm", "evaluation_periods", "missing_data",
)  # fmt: skip
_NEEDED = ("metric", "breach", "severity", "impact", "runbook")


def read_resource_alarms(
    resources: Iterable[Resource],
    overlays: Sequence[Path] = (),
    *,
    own: tuple[EmittedMetric, ...] = (),
    runbooks: Path | None = None,
    has_own_runbooks: bool = False,
) -> tuple[ResourceAlarm, ...]:
    """What is known of the kinds of these resources, and over it the files, each over the one before.

    `own` are the service's own metrics. `runbooks` is the directory of the pages, where it is at hand; those that the last file
    names are elsewhere where it `has_own_runbooks`. Raises InputError with every problem of a file, each with its line.
    """
    laid = _Laid(own=own)
    for resource in resources:
        laid.know(resource.type)
    for number, file in enumerate(overlays, start=1):
        laid.lay_over(file, None if has_own_runbooks and number == len(overlays) else runbooks)
    return tuple(laid.alarms.values())


@dataclass(slots=True, kw_only=True)
class _Laid:
    """The alarms so far, by type, kind and name, and the types whose own ones are among them."""

    own: tuple[EmittedMetric, ...]
    alarms: dict[tuple[str, str | None, str], ResourceAlarm] = field(
        default_factory=dict[tuple[str, str | None, str], ResourceAlarm]
    )
    types: set[str] = field(default_factory=set[str])

    def know(self, of: str) -> bool:
        """Take in what is known of a type, once; whether there is such a type."""
        kinds = kinds_of(of)
        if of not in self.types:
            self.types.add(of)
            self.alarms |= {(of, each.kind, each.name): each for kind in kinds for each in kind.alarms}
        return bool(kinds)

    def lay_over(self, file: Path, runbooks: Path | None) -> None:
        """What a file changes. Raises InputError with every problem of it."""
        seen: set[tuple[str, str]] = set()
        with yaml_documents(file) as found:
            document = found.only("a list of resource alarms")
            for path in document.items():
                entry = document.read(OverlayForm, path)
                if entry is None:
                    continue
                if not self.know(entry.of):
                    document.problem((*path, "of"), _no_such_type(entry.of))
                    continue
                if (entry.of, entry.name) in seen:
                    document.problem(path, f"{entry.of} has an alarm of this name already")
                seen.add((entry.of, entry.name))
                self._take(entry, document, path, runbooks)

    def _take(self, entry: OverlayForm, document: Document, path: KeyPath, runbooks: Path | None) -> None:
        of_type = [each for each in self.alarms.values() if each.resource_type == entry.of]
        before = [each for each in of_type if each.name == entry.name]
        if entry.disabled:
            if not before:
                said = f"{entry.of} has no alarm of this name to take away"
                document.problem(path, with_hint(said, entry.name, [each.name for each in of_type]))
            for each in before:
                del self.alarms[each.resource_type, each.kind, each.name]
            return
        for alarm in _changed(entry, before, document, path):
            self.alarms[alarm.resource_type, alarm.kind, alarm.name] = alarm
            check_alarm(alarm, document, path, self.own)
            if runbooks is not None:
                _check_runbook(alarm, runbooks, document, path)


def _no_such_type(of: str) -> str:
    """What was meant first, then all that there are."""
    types = known_types()
    said = with_hint(f"no type of resource is called {of}", of, types)
    return f"{said}{' ' if said.endswith('?') else '; '}known are {', '.join(types)}"


def _changed(
    entry: OverlayForm, before: Sequence[ResourceAlarm], document: Document, path: KeyPath
) -> Iterator[ResourceAlarm]:  # fmt: skip
    """The alarms of before with what an entry says, or the one that it makes."""
    if not before:
        made = _made(entry, document, path)
        if made is not None:
            yield made
        return
    changes = _changes(entry, document, path)
    for alarm in before:
        changed = replace(alarm, **changes)
        is_another = any(getattr(changed, each) != getattr(alarm, each) for each in _DECIDING)
        # What proves an alarm says nothing of one that decides otherwise.
        yield replace(changed, proofs=None) if is_another and entry.proofs is None else changed


def _made(entry: OverlayForm, document: Document, path: KeyPath) -> ResourceAlarm | None:
    lacking = [key for key in _NEEDED if getattr(entry, key) is None]
    for key in lacking:
        document.problem((*path, key), "is missing, and there is no alarm of this name that says it")
    changes = _changes(entry, document, path)
    if lacking or "threshold" not in changes:
        return None
    rest: dict[str, Any] = {"when": (), "missing_data": MissingData.NOT_BREACHING, "source": "ours", "proofs": None}
    return ResourceAlarm(resource_type=entry.of, kind=None, name=entry.name, **(rest | changes))


def _changes(entry: OverlayForm, document: Document, path: KeyPath) -> dict[str, Any]:
    """What an entry says, by the fields of an alarm."""
    changes: dict[str, Any] = {}
    if entry.metric is not None:
        changes |= {
            "namespace": entry.metric.namespace, "metric_name": entry.metric.name, "statistic": entry.metric.statistic,
            "dimensions": entry.metric.values_of_dimensions(),
        }  # fmt: skip
    if entry.breach is not None:
        limit = entry.breach.limit()
        if limit is None:
            document.problem((*path, "breach"), "write above or below, and one of them")
        else:
            changes |= {"comparison": limit[0], "threshold": limit[1]}
        needed, evaluated = entry.breach.datapoints
        changes |= {
            "period_seconds": entry.breach.periodSeconds, "datapoints_to_alarm": needed, "evaluation_periods": evaluated,
        }  # fmt: skip
    said = {
        "when": None if entry.when is None else tuple(entry.when.items()),
        "missing_data": entry.missing,
        "severity": None if entry.severity is None else Severity(entry.severity),
        "impact": entry.impact,
        "runbook": entry.runbook,
        "source": entry.source,
        "proofs": None if entry.proofs is None else entry.proofs.made(document, (*path, "proofs")),
    }
    return changes | {key: value for key, value in said.items() if value is not None}


def _check_runbook(alarm: ResourceAlarm, runbooks: Path, document: Document, path: KeyPath) -> None:
    pages = {page.stem for page in runbooks.glob("*.md")} - {"README"}
    if alarm.runbook not in pages:
        said = f"there is no runbook {alarm.runbook!r} in {runbooks.name}"
        document.problem((*path, "runbook"), f"{with_hint(said, alarm.runbook, pages)}; write its page first")
