"""The forms of an alarm on every resource of a kind and of its proofs: in the file of a kind, and in one laid over it."""

from typing import Annotated, Any, Literal, assert_never

from pydantic import Field

from foundation.cloudwatch.evaluation import AlarmState, MissingData
from foundation.cloudwatch.series_notation import values_of
from foundation.cloudwatch.statistic_syntax import read_statistic
from foundation.files.documents import Document, KeyPath
from foundation.files.durations import read_duration
from foundation.files.forms import Flag, Form, Line, Number, Real, Whole, read_by
from foundation.service.resource_alarms import (
    AlarmProof,
    AlarmProofs,
    Comparison,
    Dimensions,
    DimensionValue,
    FactShare,
    FixedText,
    OwnFact,
    ProofExpectation,
    ResourceFact,
)  # fmt: skip

AlarmName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
# Where a number is from: a page, or a choice of our own, which may have its reason.
_SOURCE = Field(pattern=r"^(https://\S{4,390}|ours(: .{4,390})?)$")
_FactName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]


def _text_of(reader: Any) -> Any:
    def read(text: str) -> str:
        reader(text)
        return text

    return read_by(read)


_Statistic = Annotated[str, _text_of(read_statistic)]
_Values = Annotated[str, _text_of(values_of)]
_Span = Annotated[str, _text_of(read_duration)]


class OwnFactForm(Form):
    """A dimension that holds a fact of the resource."""

    fact: _FactName


class FixedTextForm(Form):
    """A dimension that holds a text, in which `${name}` is the resource's name."""

    text: Line = Field(min_length=1, max_length=200)


class FactShareForm(Form):
    """So many times a fact."""

    fact: _FactName
    times: Number = Field(gt=0)

    def made(self) -> FactShare:
        """The share as a value."""
        return FactShare(fact=self.fact, times=self.times)


class MetricForm(Form):
    """A metric of a resource: a dimension holds its name, its ARN, its stage, a fact, or a text."""

    namespace: str
    name: str
    dimensions: dict[str, Literal["name", "arn", "stage"] | OwnFactForm | FixedTextForm] = Field(min_length=1)
    statistic: _Statistic

    def values_of_dimensions(self) -> Dimensions:
        """The dimensions as values."""
        return tuple((name, _dimension(given)) for name, given in self.dimensions.items())


class BreachForm(Form):
    """When it is in ALARM: M of N periods are above, or below, a number or a share of a fact."""

    above: Real | FactShareForm | None = None
    below: Real | FactShareForm | None = None
    periodSeconds: Whole
    datapoints: tuple[Whole, Whole]

    def limit(self) -> tuple[Comparison, float | FactShare] | None:
        """On which side of which threshold values are breaching; None unless exactly one is written."""
        if (self.above is None) == (self.below is None):
            return None
        if self.above is not None:
            return Comparison.ABOVE, _number(self.above)
        return None if self.below is None else (Comparison.BELOW, _number(self.below))


class _Expect(Form):
    at: _Span
    state: AlarmState


class ProofForm(Form):
    """Values minute by minute, and the states that they must lead to."""

    says: Line = Field(min_length=5, max_length=200)
    values: _Values
    expect: list[_Expect] = Field(min_length=1)


class ProofsForm(Form):
    """A proof on which an alarm fires, one on which it is quiet, and the metric that both are values of."""

    metric: MetricForm
    scale: FactShareForm | None = None
    fires: ProofForm
    quiet: ProofForm

    def made(self, document: Document, path: KeyPath) -> AlarmProofs:
        """The proofs as values; one that never expects what it is for is a problem of the document."""
        for key, form, state in (("fires", self.fires, AlarmState.ALARM), ("quiet", self.quiet, AlarmState.OK)):
            states = {each.state for each in form.expect}
            if state not in states:
                document.problem(
                    (*path, key, "expect"), f"it expects {state.value} at no time, which is what it is to prove"
                )
        if AlarmState.ALARM in {each.state for each in self.quiet.expect}:
            document.problem((*path, "quiet", "expect"), "it expects ALARM, and is to prove that the alarm stays quiet")
        return AlarmProofs(
            file=str(document.file),
            namespace=self.metric.namespace,
            metric_name=self.metric.name,
            dimensions=self.metric.values_of_dimensions(),
            statistic=self.metric.statistic,
            scale=None if self.scale is None else self.scale.made(),
            fires=_proof(self.fires, document, (*path, "fires")),
            quiet=_proof(self.quiet, document, (*path, "quiet")),
        )


class AlarmForm(Form):
    """One entry of `alarms`: what every resource of the kind is alarmed on, from where that is, and what proves it."""

    name: AlarmName
    when: dict[_FactName, Line] = Field(default_factory=dict[str, str])
    runs: _FactName | None = None
    metric: MetricForm
    breach: BreachForm
    missing: MissingData
    severity: Literal["page", "ticket"]
    impact: Line = Field(min_length=10, max_length=400)
    runbook: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    source: Annotated[Line, _SOURCE]
    proofs: ProofsForm


class OverlayForm(Form):
    """An entry of a file that is laid over: of an alarm that there is, it may say what changes, and nothing else."""

    of: str = Field(pattern=r"^[A-Za-z0-9]+(::[A-Za-z0-9]+){1,2}$")
    name: AlarmName
    disabled: Flag = False
    when: dict[_FactName, Line] | None = None
    metric: MetricForm | None = None
    breach: BreachForm | None = None
    missing: MissingData | None = None
    severity: Literal["page", "ticket"] | None = None
    impact: Line | None = Field(default=None, min_length=10, max_length=400)
    runbook: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9-]*$")
    source: Annotated[Line, _SOURCE] | None = None
    proofs: ProofsForm | None = None


def facts_named(metric: MetricForm, breach: BreachForm | None, proofs: ProofsForm | None) -> dict[str, str]:
    """The facts that an alarm speaks of, each with the key that names it."""
    named = {given.fact: "metric" for given in metric.dimensions.values() if isinstance(given, OwnFactForm)}
    limits = () if breach is None else (breach.above, breach.below)
    named |= {given.fact: "breach" for given in limits if isinstance(given, FactShareForm)}
    if proofs is not None:
        named |= {given.fact: "proofs" for given in proofs.metric.dimensions.values() if isinstance(given, OwnFactForm)}
        named |= {} if proofs.scale is None else {proofs.scale.fact: "proofs"}
    return named


def _dimension(given: str | OwnFactForm | FixedTextForm) -> DimensionValue:
    match given:
        case OwnFactForm():
            return OwnFact(fact=given.fact)
        case FixedTextForm():
            return FixedText(text=given.text)
        case str():
            return ResourceFact(given)
        case _:
            assert_never(given)


def _number(given: float | FactShareForm) -> float | FactShare:
    return given.made() if isinstance(given, FactShareForm) else given


def _proof(form: ProofForm, document: Document, path: KeyPath) -> AlarmProof:
    return AlarmProof(
        line=document.line_of(path),
        says=form.says,
        values=form.values,
        expectations=tuple(
            ProofExpectation(line=document.line_of((*path, "expect", number)), at=each.at, state=each.state)
            for number, each in enumerate(form.expect)
        ),
    )
