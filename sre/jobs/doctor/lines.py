"""In which line of a service.yaml a metric, or the resource that it is of, is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from foundation.cloudwatch.metrics import Metric
from foundation.errors import InputError
from foundation.files.bounded import read_text
from foundation.files.yaml_tree import Node, read_tree
from foundation.service.metric_subjects import MetricSubjects
from foundation.service.service import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedLines:
    """The lines of a service's resources by their labels, and of its own metrics by their names."""

    subjects: MetricSubjects
    namespace: str | None
    of_resources: Mapping[str, int]
    of_metrics: Mapping[str, int]

    def of(self, metric: Metric) -> int | None:
        """The line that names a metric, as the files have it; None where none does."""
        if self.namespace is not None and metric.namespace == self.namespace:
            return self.of_metrics.get(metric.name)
        found = (self.of_resources.get(each.label) for each in self.subjects.of(metric))
        return next((line for line in found if line is not None), None)


def named_lines(service: Service, file: Path) -> NamedLines:
    """The lines of a service's file, which was read before; none where it cannot be any more."""
    try:
        documents = read_tree(read_text(file), file)
    except InputError:
        documents = ()
    return NamedLines(
        subjects=MetricSubjects(resources=service.resources),
        namespace=None if service.own is None else service.own.load_test.requests.namespace,
        of_resources=_lines(documents, "resources", "label"),
        of_metrics=_lines(documents, "metrics", "name"),
    )


def _lines(documents: Sequence[Node], of: str, named_by: str) -> Mapping[str, int]:
    """The line of each item of a list, by what it is named."""
    root = documents[0].value if documents else None
    items = root[of].value if isinstance(root, dict) and of in root else None
    lines: dict[str, int] = {}
    for item in items if isinstance(items, list) else ():
        name = item.value.get(named_by) if isinstance(item.value, dict) else None
        if name is not None and isinstance(name.value, str):
            lines[name.value] = name.line
    return lines
