"""What only a deployment knows, as text variables of Grafana's dashboards: a variable's name has letters, digits and underscores.

https://grafana.com/docs/grafana/latest/dashboards/variables/variable-syntax/
"""

import re
from collections.abc import Iterable, Iterator

from dashboards.model import Dashboard, GraphPanel, LogsPanel
from foundation.cloudwatch.parameters import REGION, Parameter, Part, parameters_in, parts_of

_NO_PART_OF_A_NAME = re.compile(r"\W", re.ASCII)


def grafana_variable(parameter: Parameter) -> str:
    """The variable of a parameter: that of AWS::Region is `region`, which every dashboard has."""
    return "region" if parameter == REGION else _NO_PART_OF_A_NAME.sub("_", parameter.name.removeprefix("AWS::"))


def grafana_variables(boards: Iterable[Dashboard]) -> dict[str, Parameter]:
    """The variables that the panels need beside the Region, in the order in which these come."""
    found = (parameter for board in boards for text in _texts(board) for parameter in _of(text))
    return {grafana_variable(each): each for each in found if each != REGION}


def with_variables(text: str) -> str:
    """The text with its parameters as Grafana's variables."""
    return "".join(_written(part) for part in parts_of(text))


def _written(part: Part) -> str:
    return part if isinstance(part, str) else f"${{{grafana_variable(part)}}}"


def _of(text: str) -> Iterator[Parameter]:
    if parameters_in(text):
        yield from (part for part in parts_of(text) if isinstance(part, Parameter))


def _texts(board: Dashboard) -> Iterator[str]:
    for placed in board.panels:
        match placed.panel:
            case GraphPanel() as panel:
                # Not the set of its metrics: the order of that is another in each process.
                yield from (value for metric in panel.metrics_in_order for _, value in metric.dimensions)
            case LogsPanel() as panel:
                yield from panel.log_groups
            case _:
                pass
