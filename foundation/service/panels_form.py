"""The form of a panel in a file: of a service's own pages, and of the section `panels` of a kind of resource."""

from datetime import timedelta
from typing import Annotated, Any, Literal, Self, cast

from pydantic import Field, PlainValidator, StringConstraints, model_validator

from foundation.cloudwatch.metrics import check_period
from foundation.cloudwatch.statistic_syntax import read_statistic
from foundation.errors import SreError
from foundation.files.durations import read_duration
from foundation.files.forms import Flag, Form, Line, Prose, Whole, read_by
from foundation.service.panels import (
    COLUMNS_COUNT,
    DimensionRule,
    ForEach,
    GraphTemplate,
    Labelled,
    LogsTemplate,
    MathLine,
    OfFact,
    OfTexts,
    OfType,
    PanelLine,
    PanelPlace,
    PanelTemplate,
    ResourcePart,
    StatLine,
    Subject,
    TextTemplate,
    Unit,
)

_MINUTE = timedelta(minutes=1)
_PARTS = {part.value: part for part in ResourcePart}


def _dimension(given: Any) -> DimensionRule:
    match given:
        case str() if given in _PARTS:
            return _PARTS[given]
        case {"fact": str() as name, **rest} if name and not rest:
            return OfFact(fact=name)
        case {"fact": str() as name, "optional": "true" | "false" as optional, **rest} if name and not rest:
            return OfFact(fact=name, is_optional=optional == "true")
        case {"text": str() as text, **rest} if text and not rest:
            return OfTexts(texts=(text,))
        case {"texts": [_, *_] as several, **rest} if not rest and all(
            isinstance(each, str) and each for each in several
        ):
            texts = cast("list[str]", several)
            if len(set(texts)) < len(texts):
                raise ValueError("texts has one twice")
            return OfTexts(texts=tuple(texts))
        case _:
            raise ValueError(
                "must be name, arn, stage, {fact: NAME, optional: true}, {text: TEXT} or {texts: [TEXT, …]}"
            )


def _subject(given: Any) -> Subject:
    match given:
        case str() if given:
            return Labelled(labels=(given,))
        case [_, *_] if all(isinstance(each, str) and each for each in cast("list[Any]", given)):
            return Labelled(labels=tuple(cast("list[str]", given)))
        case {"type": str() as type_, **rest} if type_ and not rest:
            return OfType(type=type_)
        case _:
            raise ValueError("must be the label of a resource, a list of labels, or {type: AWS::…}")


def _statistics(given: Any) -> tuple[str, ...]:
    names: list[Any] = cast("list[Any]", given) if isinstance(given, list) else [given]
    if not names or not all(isinstance(each, str) for each in names):
        raise ValueError("must be a statistic such as Sum or p99, or a list of them")
    for each in names:
        try:
            read_statistic(each)
        except SreError as error:
            raise ValueError(str(error)) from error
    return tuple(names)


def _period(text: str) -> timedelta:
    length = read_duration(text)
    check_period(int(length.total_seconds()))
    return length


def _objectives(given: Any) -> tuple[str, ...] | None:
    match given:
        case "all":
            return None
        case "none":
            return ()
        case [_, *_] if all(isinstance(each, str) for each in cast("list[Any]", given)):
            return tuple(cast("list[str]", given))
        case _:
            raise ValueError("must be all, none, or a list of objectives")


_Id = Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9_]|\$\{[a-z]+\})+$", max_length=200)]
_Namespace = Annotated[Line, StringConstraints(min_length=1, max_length=255)]
_Dimensions = dict[
    Annotated[Line, StringConstraints(min_length=1, max_length=255)], Annotated[Any, PlainValidator(_dimension)]
]
_Statistics = Annotated[Any, PlainValidator(_statistics)]
_Subject = Annotated[Any, PlainValidator(_subject)]
_Period = Annotated[timedelta, read_by(_period)]


class _OfMetric(Form, defer_build=True):
    """What a line says of its metric, and what a panel says for all of its lines."""

    of: _Subject | None = None
    namespace: _Namespace | None = None
    dimensions: _Dimensions | None = Field(default=None, max_length=30)
    statistic: _Statistics | None = None
    period: _Period | None = None


class LineForm(_OfMetric):
    """A line: a metric, or math on the ids of other lines."""

    id: _Id | None = None
    label: Line | None = Field(default=None, min_length=1, max_length=200)
    metric: Line | None = Field(default=None, min_length=1, max_length=255)
    math: Line | None = Field(default=None, min_length=1, max_length=2_048)
    hidden: Flag = False

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.metric is None) == (self.math is None):
            raise ValueError("a line has a metric or math, one of them")
        return self

    def made(self, number: int, panel: "PanelForm") -> PanelLine:
        """The line as a value; what it does not say, its panel says. Both must have been looked at by `problems_of`."""
        is_by_line = panel.for_each == "line"
        if self.math is not None:
            return MathLine(
                id=self.id or (f"m{number}_${{label}}" if is_by_line else f"m{number}"),
                label=self.label or ("${label}" if is_by_line else self.math[:200]),
                expression=self.math,
                is_shown=not self.hidden,
            )
        dimensions: dict[str, DimensionRule] = (
            self.dimensions if self.dimensions is not None else panel.dimensions or {}
        )
        statistics: tuple[str, ...] = self.statistic or panel.statistic or ()
        parts = [
            *(["${label}"] if is_by_line and self.of is None else []),
            *(["${text}"] if any(isinstance(each, OfTexts) and len(each.texts) > 1 for each in dimensions.values()) else []),
            *(["${statistic}"] if len(statistics) > 1 else []),
        ]  # fmt: skip
        return StatLine(
            id=self.id or "_".join((f"m{number}", *parts)),
            label=self.label or " ".join(parts) or cast("str", self.metric),
            namespace=self.namespace or panel.namespace or "",
            metric_name=cast("str", self.metric),
            dimensions=tuple(dimensions.items()),
            statistics=statistics,
            period_seconds=int((self.period or panel.period or _MINUTE).total_seconds()),
            is_shown=not self.hidden,
            of=self.of,
        )

    def problems(self, panel: "PanelForm") -> list[tuple[str, str]]:
        """What it must not say, and what neither it nor its panel says: keys, and what is wrong with them."""
        if self.math is not None:
            keys = ("of", "namespace", "dimensions", "statistic", "period")
            return [(key, "is of a metric, and not of math") for key in keys if getattr(self, key) is not None]
        missing = [key for key in ("namespace", "statistic") if not (getattr(self, key) or getattr(panel, key))]
        return [(key, "is missing; say it here, or for all lines in the panel") for key in missing]


class _Logs(Form):
    group: Line = Field(min_length=1, max_length=512)
    fact: Line | None = Field(default=None, min_length=1, max_length=60)
    query: Prose = Field(min_length=1, max_length=10_000)


class PanelForm(_OfMetric):
    """A panel: a graph of lines, a query on logs, or a text."""

    title: Line = Field(min_length=1, max_length=200)
    width: Whole = Field(default=12, ge=1, le=COLUMNS_COUNT)
    height: Whole = Field(default=6, ge=1, le=100)
    text: Prose | None = Field(default=None, min_length=1, max_length=10_000)
    logs: _Logs | None = None
    unit: Unit | None = None
    lines: list[LineForm] | None = Field(default=None, min_length=1, max_length=500)
    for_each: Literal["panel", "line"] = "panel"
    stacked: Flag = False
    over: Annotated[timedelta, read_by(read_duration)] | None = None
    region: Line | None = Field(default=None, pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")
    objectives: Annotated[Any, PlainValidator(_objectives)] = None
    under_load: Flag = False

    @property
    def place(self) -> PanelPlace:
        """How large it is."""
        return PanelPlace(width=self.width, height=self.height)

    def problems(self) -> list[tuple[tuple[str | int, ...], str]]:
        """What its keys say that does not go together: paths, and what is wrong with them."""
        kinds = [key for key in ("lines", "logs", "text") if getattr(self, key) is not None]
        if len(kinds) != 1:
            return [((kinds[1],) if kinds else (), "a panel has lines, logs or a text, one of them")]
        given = self.model_fields_set - {"title", "width", "height", kinds[0]}
        allowed = {"lines": set(PanelForm.model_fields), "logs": {"of"}, "text": set[str]()}[kinds[0]]
        if others := sorted(given - allowed):
            return [((key,), f"is of no use in a panel of {kinds[0]}") for key in others]
        problems: list[tuple[tuple[str | int, ...], str]] = []
        if self.lines is not None:
            if self.unit is None:
                problems.append((("unit",), f"is missing; a graph needs one of {', '.join(_units())}"))
            for number, line in enumerate(self.lines):
                problems += ((("lines", number, key), said) for key, said in line.problems(self))
        return problems

    def made(self) -> PanelTemplate:
        """The panel as a value, where it has no `problems`."""
        if self.text is not None:
            return TextTemplate(title=self.title, place=self.place, markdown=self.text)
        if self.logs is not None:
            return LogsTemplate(
                title=self.title, place=self.place, of=self.of, log_group=self.logs.group, query=self.logs.query,
                fact=self.logs.fact,
            )  # fmt: skip
        return GraphTemplate(
            title=self.title,
            place=self.place,
            unit=self.unit or Unit.OWN,
            lines=tuple(line.made(number, self) for number, line in enumerate(self.lines or (), start=1)),
            of=self.of,
            for_each=ForEach(self.for_each),
            is_stacked=self.stacked,
            over=self.over,
            region=self.region,
            objectives=self.objectives,
            is_under_load=self.under_load,
        )


def _units() -> list[str]:
    return [unit.value for unit in Unit if unit is not Unit.TIMES]
