"""What the keys of a file may hold, as pydantic types: a file's scalars come as the texts that they are.

A `Line` is what can be seen in one line, `Prose` may have several. Numbers are written in ASCII digits, without `_`, and are
finite; a day and a moment are ISO 8601, a moment with its zone, and in UTC from here on.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainValidator

from foundation.errors import SreError

AnyDay = TypeVar("AnyDay", date, datetime)

_NUMBER = re.compile(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,3})?", re.ASCII)
# Control characters, halves of characters, ends of lines and of paragraphs.
_CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})
_WHOLE = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})", re.ASCII)


class Form(BaseModel):
    """A part of a file: its keys, no others, and no number that is none."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def _whole(given: Any) -> Any:
    if isinstance(given, str):
        if not _WHOLE.fullmatch(given):
            raise ValueError("must be a whole number, such as 5")
        return int(given)
    return _no_flag(given, "must be a whole number, such as 5")


def _number(given: Any) -> Any:
    if isinstance(given, str):
        if not _NUMBER.fullmatch(given):
            raise ValueError("must be a number, such as 99.9")
        return Decimal(given)
    return _no_flag(given, "must be a number, such as 99.9")


def _real(given: Any) -> Any:
    number = _number(given)
    return float(number) if isinstance(given, str) else number


def _flag(given: Any) -> Any:
    if isinstance(given, str):
        if given not in ("true", "false"):
            raise ValueError("must be true or false")
        return given == "true"
    if not isinstance(given, bool):
        raise ValueError("must be true or false")  # noqa: TRY004 - pydantic collects ValueErrors
    return given


def _no_flag(given: Any, problem: str) -> Any:
    """To Python, and so to pydantic, JSON's true is 1."""
    if isinstance(given, bool):
        raise ValueError(problem)  # noqa: TRY004 - pydantic collects ValueErrors
    return given


def _in_our_years(given: AnyDay) -> AnyDay:
    """What is earlier or later is a slip, and arithmetic on it leaves the years that there are."""
    if not 2000 <= given.year < 2100:
        raise ValueError("must be in the years 2000 to 2099")
    return given


def _day(given: Any) -> Any:
    # A number of JSON would be seconds since 1970 to pydantic.
    if type(given) is date:
        return given
    try:
        return date.fromisoformat(given if isinstance(given, str) and _DAY.fullmatch(given) else "")
    except ValueError:
        raise ValueError("must be a day, such as 2026-03-02") from None


def _moment(given: Any) -> Any:
    if isinstance(given, datetime) and given.tzinfo is not None:
        return given
    try:
        return datetime.fromisoformat(given if isinstance(given, str) and _MOMENT.fullmatch(given) else "")
    except ValueError:
        raise ValueError("must be a time with its zone, such as 2026-03-02T10:00:00Z") from None


def _visible(given: str, *, also: str) -> str:
    """A text as people see it: a control character or an odd end of a line would do something where it is shown."""
    hidden = (each for each in given if each not in also and unicodedata.category(each) in _CONTROLS)
    found = next(hidden, None)
    if found is not None:
        raise ValueError(f"has the character {ascii(found)[1:-1]}, which cannot be seen; remove it")
    return given


def _line(given: str) -> str:
    return _visible(given, also="")


def _prose(given: str) -> str:
    return _visible(given, also="\n\t")


def _to_utc(given: datetime) -> datetime:
    return given.astimezone(UTC)


def read_by(reader: Callable[[str], Any]) -> PlainValidator:
    """A validator that makes a value of a text by a reader of ours; its error becomes one of pydantic's, beside all others."""

    def read(given: Any) -> Any:
        if not isinstance(given, str):
            raise ValueError("must be a text")  # noqa: TRY004 - pydantic collects ValueErrors
        try:
            return reader(given)
        except SreError as error:
            raise ValueError(str(error)) from error

    return PlainValidator(read)


Line = Annotated[str, AfterValidator(_line)]
Prose = Annotated[str, AfterValidator(_prose)]
Whole = Annotated[int, BeforeValidator(_whole)]
Number = Annotated[Decimal, BeforeValidator(_number)]
Real = Annotated[float, BeforeValidator(_real)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Day = Annotated[date, BeforeValidator(_day), AfterValidator(_in_our_years)]
# The year is looked at before, because what is near the first or the last that there is has no other zone, and after it.
Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    AfterValidator(_in_our_years),
    AfterValidator(_to_utc),
    AfterValidator(_in_our_years),
]
