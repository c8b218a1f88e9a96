"""The form of a file of a kind of resource: identity, facts, and the sections of alarms, panels and bill."""

import re
from typing import Annotated, Literal, assert_never

from pydantic import Field, TypeAdapter, ValidationError

from foundation.errors import InputError
from foundation.files.explaining import shown
from foundation.files.forms import Flag, Form, Line, Number, read_by
from foundation.service.panels_form import PanelForm
from foundation.service.resource_type import (
    FactKind,
    FactRule,
    Identity,
    OtherPlace,
    Related,
    ReturnValue,
    ServiceCommitment,
)
from foundation.service.resource_type_alarms_form import AlarmForm
from foundation.service.resource_type_bill_form import BillForm
from foundation.service.resources import FactValue

TypeName = Annotated[str, Field(pattern=r"^[A-Za-z0-9]+(::[A-Za-z0-9]+){1,2}$")]
FactName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
_Path = Annotated[str, Field(pattern=r"^[A-Za-z0-9]+(\.[A-Za-z0-9]+)*$")]
_Source = Annotated[str, Field(pattern=r"^https://")]


_NUMBER = TypeAdapter(Number)
_FLAG = TypeAdapter(Flag)


def value_of(kind: FactKind, written: str) -> FactValue:
    """The value of a fact from what is written in a file. Raises InputError where it is none of its kind."""
    try:
        match kind:
            case FactKind.NUMBER | FactKind.COUNT | FactKind.SUM:
                return _NUMBER.validate_python(written)
            case FactKind.FLAG:
                return _FLAG.validate_python(written)
            case FactKind.TEXT:
                return written
            case _:
                assert_never(kind)
    except ValidationError as error:
        raise InputError(f"{error.errors()[0]['ctx']['error']}, not {shown(written)}") from error


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise InputError(f"is no regular expression: {error}") from error
    return text


class _Identity(Form):
    name: _Path | None = None
    nameAttribute: _Path | None = None
    arn: str | None = Field(default=None, pattern=r"^arn:")
    ref: Literal["name", "arn", "id", "url", "other"] = "name"
    attributes: dict[_Path, Literal["name", "arn", "id", "url", "other"]] = Field(
        default_factory=dict[str, Literal["name", "arn", "id", "url", "other"]]
    )
    lowerCase: Flag = False

    def made(self) -> Identity:
        return Identity(
            name_property=self.name,
            name_attribute=self.nameAttribute,
            arn=self.arn,
            ref=ReturnValue(self.ref),
            attributes=tuple((name, ReturnValue(gives)) for name, gives in self.attributes.items()),
            is_lower_case=self.lowerCase,
        )


class _Related(Form):
    type: TypeName
    by: _Path


class _OtherPlace(Form):
    """Where a fact stands otherwise; `is` is what it then is, whatever stands there, or where it matches or is above a number."""

    property: _Path
    related: _Related | None = None
    attribute: _Path | None = None
    matches: Annotated[str, Field(min_length=1, max_length=100), read_by(_pattern)] | None = None
    above: Number | None = None
    counted: Flag = False
    value: str | None = Field(default=None, alias="is")

    def made(self, kind: FactKind) -> OtherPlace:
        return OtherPlace(
            property=self.property,
            related=None if self.related is None else Related(type=self.related.type, by=self.related.by),
            value=None if self.value is None else value_of(kind, self.value),
            attribute=self.attribute,
            matches=self.matches,
            above=self.above,
            is_counted=self.counted,
        )


class FactForm(Form):
    """Where one fact stands in a template."""

    kind: Literal["number", "text", "flag", "count", "sum"] = "number"
    property: _Path | None = None
    attribute: _Path | None = None
    related: _Related | None = None
    default: str | None = None
    source: _Source | None = None
    named: Flag = False
    first: Flag = False
    otherwise: list[_OtherPlace] = Field(default_factory=list[_OtherPlace], max_length=10)

    def made(self, name: str) -> FactRule:
        """The fact as a value. Raises InputError for a default that is none of its kind."""
        kind = FactKind(self.kind)
        return FactRule(
            name=name,
            kind=kind,
            property=self.property,
            attribute=self.attribute,
            related=None if self.related is None else Related(type=self.related.type, by=self.related.by),
            default=None if self.default is None else value_of(kind, self.default),
            source=self.source,
            otherwise=tuple(each.made(kind) for each in self.otherwise),
            is_name=self.named,
            is_first=self.first,
        )


class _Commitment(Form):
    """A monthly uptime in percent, as a service level agreement of AWS has it."""

    uptimePercent: Number = Field(gt=0, le=100)
    source: _Source

    def made(self) -> ServiceCommitment:
        return ServiceCommitment(uptime_ratio=self.uptimePercent / 100, source=self.source)


class ResourceTypeForm(Form):
    """A file of a kind of resource."""

    type: TypeName
    where: dict[FactName, str | list[str]] = Field(default_factory=dict[str, str | list[str]])
    title: Line
    one: Line
    source: _Source
    commitment: _Commitment | None = None
    identity: _Identity
    facts: dict[FactName, FactForm]
    unwatched: Line = Field(default="", max_length=200)
    alarms: list[AlarmForm]
    panels: list[PanelForm]
    bill: BillForm


class FreeForm(Form):
    """Types without price and without watch, which one reason holds for."""

    reason: Line = Field(min_length=5)
    types: list[TypeName] = Field(min_length=1)
