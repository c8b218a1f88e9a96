"""Steps and values as a file has them."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from foundation.files.forms import Flag, Form, Line, Real, Whole
from foundation.steps.model import Relation

MOST_STEPS = 20
# An interim answer (1xx) is none that ends a request.
Status = Annotated[Whole, Field(ge=200, le=599)]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,59}$")]
Variable = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$")]
# https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
_HeaderName = Annotated[str, StringConstraints(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$")]
_PathText = Annotated[Line, Field(min_length=1, max_length=2_000)]
_Text = Annotated[Line, Field(max_length=2_000)]
RELATIONS = frozenset(each.value for each in Relation)


class HeaderForm(Form):
    """A header whose value is in the environment."""

    name: _HeaderName
    environment: Variable


class BearerForm(Form):
    """A bearer token in the environment."""

    environment: Variable


class AuthorisationForm(Form):
    """One way of being authorised."""

    sigv4: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,40}$")] | None = None
    bearer: BearerForm | None = None
    header: HeaderForm | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(each is not None for each in (self.sigv4, self.bearer, self.header)) != 1:
            raise ValueError("needs one of sigv4, bearer and header; or write none")
        return self


AnyAuthorisation = Literal["none", "sigv4"] | AuthorisationForm


class ConditionForm(Form):
    """What has to hold of one place; the values are read of the tree, where a number is one."""

    path: _PathText
    equals: Any = None
    one_of: list[Any] | None = Field(default=None, min_length=1, max_length=100)
    not_one_of: list[Any] | None = Field(default=None, min_length=1, max_length=100)
    at_least: Any = None
    at_most: Any = None
    exists: Flag | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_fields_set & RELATIONS) != 1:
            raise ValueError(f"needs one of {', '.join(sorted(RELATIONS))}")
        if self.exists is False:
            raise ValueError("exists: false is not asked; leave the check out, or write what has to be there")
        return self


class CheckForm(ConditionForm):
    """A check with a name."""

    name: Annotated[Line, Field(min_length=1, max_length=100)]


class RepeatForm(Form):
    """How often, how long, until when."""

    every_seconds: Real = Field(ge=0.1, le=60)
    for_seconds: Real = Field(gt=0, le=600)
    until: ConditionForm


class StepForm(Form):
    """One request, and what its answer has to be."""

    name: Annotated[Line, Field(min_length=1, max_length=120)] | None = None
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    path: _PathText
    query: dict[_Text, _Text] = Field(default_factory=dict[str, str], max_length=50)
    headers: dict[_HeaderName, _Text] = Field(default_factory=dict[str, str], max_length=50)
    body: Any = None
    authorisation: AnyAuthorisation | None = None
    expect: list[Status] | Status = Field(default=200)
    checks: list[CheckForm] = Field(default_factory=list[CheckForm], max_length=50)
    keep: dict[Name, _PathText] = Field(default_factory=dict[str, str], max_length=20)
    pause_seconds: Real = Field(default=0.0, ge=0, le=600)
    repeat: RepeatForm | None = None


class WholeNumberForm(Form):
    """From one to another."""

    least: Whole
    most: Whole

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.least > self.most:
            raise ValueError(f"least, {self.least}, is more than most, {self.most}")
        return self


class CsvForm(Form):
    """A table beside the file: which of its columns are texts, and which numbers."""

    file: Annotated[Line, Field(min_length=1, max_length=300)]
    texts: list[Name] = Field(default_factory=list[str], max_length=50)
    numbers: list[Name] = Field(default_factory=list[str], max_length=50)


class ValueForm(Form):
    """Where a value comes from."""

    one_of: list[Any] | None = Field(default=None, min_length=1, max_length=1_000)
    whole_number: WholeNumberForm | None = None
    uuid: Flag | None = None
    csv: CsvForm | None = None
    recent: Name | None = None
    given: Any = None
    environment: Variable | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        kinds = sorted(ValueForm.model_fields)
        if len(self.model_fields_set) != 1:
            raise ValueError(f"needs one of {', '.join(kinds)}")
        if self.uuid is False:
            raise ValueError("uuid: false is no value; write true, or another kind")
        return self
