"""Where a quantity of a bill comes from: a template, a measurement, a traffic profile, or an assumption that says why."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, assert_never


@dataclass(frozen=True, slots=True, kw_only=True)
class OfTemplate:
    """A fact of a resource, as its template has it; by AWS's default where the template says nothing.

    `fact` is empty where the resource itself is what is counted.
    """

    resource: str
    fact: str
    is_default: bool = False
    is_upper_bound: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was measured: by what, and of which time or load."""

    source: str
    window: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfProfile:
    """A key of a traffic profile, with the keys that it stands under."""

    profile: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """An assumption, and why it is this one."""

    why: str


Origin = OfTemplate | Measured | OfProfile | Assumed
Word = Literal["template", "measured", "profile", "assumed"]
# The words of all kinds, the best known first.
WORDS: tuple[Word, ...] = ("template", "measured", "profile", "assumed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """A number that a quantity is a product of, by what it is called, and where it comes from."""

    what: str
    value: Decimal
    origin: Origin


def word_of(origin: Origin) -> Word:
    """The word for the kind of an origin, in tables and in JSON."""
    match origin:
        case OfTemplate():
            return "template"
        case Measured():
            return "measured"
        case OfProfile():
            return "profile"
        case Assumed():
            return "assumed"
        case _:
            assert_never(origin)


def words_of(factors: tuple[Factor, ...]) -> tuple[Word, ...]:
    """The kinds of origins of a quantity, each once, the best known first."""
    found = {word_of(factor.origin) for factor in factors}
    return tuple(word for word in WORDS if word in found)


def origin_text(origin: Origin) -> str:
    """Where a number comes from, in a sentence's part: which resource, window, key or reason."""
    match origin:
        case OfTemplate(resource=resource, fact=""):
            return f"template: {resource}"
        case OfTemplate(resource=resource, fact=fact):
            at_most = "at most " if origin.is_upper_bound else ""
            default = ", AWS's default" if origin.is_default else ""
            return f"template: {at_most}{fact} of {resource}{default}"
        case Measured(source=source, window=window):
            return f"measured: {source}, {window}"
        case OfProfile(profile=profile, key=key):
            return f"profile {profile}: {key}"
        case Assumed(why=why):
            return f"assumed: {why}"
        case _:
            assert_never(origin)
