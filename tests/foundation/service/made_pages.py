"""Pages with panels of every kind and odd texts, for the laws on what brings them into another process."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from foundation.service.panels import (
    ForEach,
    GraphTemplate,
    Labelled,
    LogsTemplate,
    MathLine,
    OfFact,
    OfTexts,
    OfType,
    Page,
    PanelPlace,
    ResourcePart,
    StatLine,
    TextTemplate,
    Unit,
)

_TEXTS = st.text(max_size=8)


def _tuples(each: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(each, max_size=2).map(tuple)


_SUBJECTS = st.none() | st.builds(Labelled, labels=_tuples(_TEXTS)) | st.builds(OfType, type=_TEXTS)
_RULES = (
    st.sampled_from(ResourcePart)
    | st.builds(OfFact, fact=_TEXTS, is_optional=st.booleans())
    | st.builds(OfTexts, texts=_tuples(_TEXTS))
)
_STATS = st.builds(
    StatLine,
    id=_TEXTS,
    label=_TEXTS,
    namespace=_TEXTS,
    metric_name=_TEXTS,
    dimensions=_tuples(st.tuples(_TEXTS, _RULES)),
    statistics=_tuples(_TEXTS),
    period_seconds=st.integers(1, 86_400),
    is_shown=st.booleans(),
    of=_SUBJECTS,
)
_MATH = st.builds(MathLine, id=_TEXTS, label=_TEXTS, expression=_TEXTS, is_shown=st.booleans())
_PLACES = st.builds(PanelPlace, width=st.integers(1, 24), height=st.integers(1, 100))
_PANELS = st.one_of(
    st.builds(
        GraphTemplate,
        title=_TEXTS,
        place=_PLACES,
        unit=st.sampled_from(Unit),
        lines=_tuples(_STATS | _MATH),
        of=_SUBJECTS,
        for_each=st.sampled_from(ForEach),
        is_stacked=st.booleans(),
        over=st.none() | st.timedeltas(timedelta(0), timedelta(days=400)),
        region=st.none() | _TEXTS,
        objectives=st.none() | _tuples(_TEXTS),
        is_under_load=st.booleans(),
    ),
    st.builds(LogsTemplate, title=_TEXTS, place=_PLACES, of=_SUBJECTS, log_group=_TEXTS, query=_TEXTS),
    st.builds(TextTemplate, title=_TEXTS, place=_PLACES, markdown=_TEXTS),
)
PAGES = st.builds(Page, name=_TEXTS, title=_TEXTS, instead_of=_tuples(_TEXTS), panels=_tuples(_PANELS))
