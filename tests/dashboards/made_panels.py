"""Panels of every kind with odd texts, for the laws on what readers make of them."""

from datetime import timedelta

from hypothesis import strategies as st

from dashboards.model import AlarmsPanel, GraphPanel, LogsPanel, TextPanel, Threshold, math, stat
from foundation.cloudwatch.metrics import Metric, Query
from foundation.service.panels import Unit

_names = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
_texts = st.text(alphabet="aZ0 $%{}[]*\"'<>&é", min_size=1, max_size=12)
_metrics = st.builds(
    lambda name, value: Metric(namespace="AWS/Lambda", name=name, dimensions=(("FunctionName", value),)),
    st.sampled_from(["Errors", "Duration"]), st.from_regex(r"[a-z-]{1,9}", fullmatch=True),
)  # fmt: skip


@st.composite
def graphs(draw: st.DrawFn) -> GraphPanel:
    """A graph of metrics, some hidden, with math over all of them."""
    ids = draw(st.lists(_names, min_size=1, max_size=30, unique=True))
    shown = draw(st.integers(0, len(ids) - 1))
    queries: list[Query] = [
        stat(id_, draw(_metrics), draw(st.sampled_from(["Sum", "p99"])), draw(_texts), shown=number == shown)
        for number, id_ in enumerate(ids)
    ]
    if draw(st.booleans()):
        queries.append(math("z_sum", " + ".join(ids), draw(_texts)))
    return GraphPanel(
        title=draw(_texts), queries=tuple(queries), unit=draw(st.sampled_from(Unit)),
        thresholds=tuple(Threshold(value=each, label=draw(_texts)) for each in draw(st.lists(st.floats(-5, 5), max_size=4))),
        over=draw(st.sampled_from([None, timedelta(days=3), timedelta(minutes=90)])),
    )  # fmt: skip


PANELS = st.one_of(
    graphs(),
    st.builds(
        lambda title, names: AlarmsPanel(title=title, alarms=tuple(names)),
        _texts,
        st.lists(_names, min_size=1, max_size=5),
    ),
    st.builds(lambda title, text: TextPanel(title=title, markdown=text), _texts, _texts),
    st.builds(lambda title, query: LogsPanel(title=title, log_groups=("/aws/lambda/a",), query=query), _texts, _texts),
)
