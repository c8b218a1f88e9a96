"""A metric's names are within what CloudWatch takes: API_Metric and API_Dimension, at their bounds."""

import pytest

from foundation.cloudwatch.limits import LimitError
from foundation.cloudwatch.metrics import Metric


def metric(namespace: str = "N", name: str = "M", dimension: str = "D", value: str = "V") -> Metric:
    return Metric(namespace=namespace, name=name, dimensions=((dimension, value),))


@pytest.mark.parametrize(
    "taken",
    [
        {"namespace": "n" * 255}, {"namespace": "My App/x.y-z_1#2:3"}, {"name": "m" * 255}, {"name": "p99 (ms) : x"},
        {"dimension": "d" * 255}, {"value": "v" * 1_024}, {"value": ":v"}, {"value": " v "}, {"name": "~"},
    ],
)  # fmt: skip
def test_what_cloudwatch_takes_is_taken(taken: dict[str, str]) -> None:
    assert metric(**taken)


@pytest.mark.parametrize(
    ("refused", "said"),
    [
        ({"namespace": ""}, "namespace ''"), ({"namespace": "n" * 256}, "1 to 255"), ({"namespace": ":n"}, "no colon"),
        ({"namespace": "n\n"}, "namespace"), ({"namespace": "Größe"}, "namespace"), ({"namespace": "  "}, "namespace"),
        ({"namespace": "a$b"}, "namespace"),
        ({"name": ""}, "metric name"), ({"name": "m" * 256}, "metric name"), ({"name": "Verzögerung"}, "of ASCII"),
        ({"name": " "}, "not all blank"), ({"name": "m\n"}, "metric name"), ({"name": "m\x7f"}, "no control"),
        ({"dimension": ""}, "M: dimension ''"), ({"dimension": ":d"}, "no colon"), ({"dimension": "d" * 256}, "1 to 255"),
        ({"dimension": "dü"}, "M: dimension"),
        ({"value": ""}, "M: D ''"), ({"value": "Größe"}, "M: D 'Größe'"), ({"value": "v" * 1_025}, "1 to 1,024"),
        ({"value": "\t"}, "M: D"), ({"value": "v\n"}, "no control characters"),
    ],
)  # fmt: skip
def test_what_it_refuses_is_refused_with_the_page_that_says_so(refused: dict[str, str], said: str) -> None:
    with pytest.raises(LimitError, match=r"API_(Metric|Dimension)\.html") as raised:
        metric(**refused)
    assert said in str(raised.value)
