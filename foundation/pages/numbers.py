"""How people read numbers: one notation of shares, counts, money, durations and burn rates, on pages and in terminals.

The precision follows from the value: what is not zero never prints as zero, and what is below 100 % never prints as 100 %.
Minus is U+2212, thousands have a comma, a unit has a blank before it. JSON has the numbers themselves, and none of these texts.
"""

from datetime import UTC, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

# Wide enough for the quantities of a bill, which are at most 10^12 and are multiplied.
_CONTEXT = Context(prec=200)
_MOST_DIGITS = 9
_HUNDRED, _THOUSAND = Decimal(100), Decimal(1_000)
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
Number = Decimal | float


def percent(
    ratio: Number, *, digits: int = 1, rounding: str = ROUND_HALF_EVEN, apart_from: Number | None = None
) -> str:  # fmt: skip
    """A ratio in percent: 99.9 %, 100 %, 3,095 %.

    It has two significant digits of what is missing to 0 or 100 %, and decimals as asked for or more, without zeros at their end.
    `rounding` is one of decimal's, for a bound; `apart_from` is a ratio that an unequal one never reads as, such as the limit
    that it is held against.
    """
    return f"{_percent(ratio, digits=digits, rounding=rounding, apart_from=apart_from)} %"


def percent_range(low_ratio: Number, high_ratio: Number) -> str:
    """An interval in percent, each end rounded away from the other, so that it holds what it held before: 20.6–100 %."""
    low, high = _percent(low_ratio, rounding=ROUND_FLOOR), _percent(high_ratio, rounding=ROUND_CEILING)
    return f"{low}–{high} %"


def exact_percent(ratio: Decimal) -> str:
    """All digits of a share that somebody has written, such as a target: 99.95 %."""
    return f"{exact(ratio * 100)} %"


def points(difference_ratio: Number) -> str:
    """A difference of two shares in percentage points, with its sign: +1.2, −0.4."""
    text = _percent(difference_ratio, rounding=ROUND_HALF_EVEN)
    return text if text[0] in "0−" else f"+{text}"


def change(now: Number, before: Number) -> str:
    """By which share something grew or fell: +12 %, −5 %; *new* where there was nothing before, a dash where nothing is."""
    if not before:
        return "new" if now else "–"
    grown = _decimal(now) / _decimal(before) - 1
    if not grown:
        return "0 %"
    whole = _signed(_rounded(grown * 100, 0, ROUND_HALF_EVEN))
    text = f"{whole} %" if whole != "0" and whole != "−100" else percent(grown)
    return text if text.startswith("−") else f"+{text}"


def count(number: int) -> str:
    """A count: 5,379."""
    return f"{number:,}".replace("-", "−")


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """A count and what was counted, in singular or plural: 1 alarm, 3 alarms, 0 queries."""
    return f"{count(number)} {noun if number == 1 else plural or plural_of(noun)}"


def quantity(number: Number, *, digits: int | None = None, rounding: str = ROUND_HALF_EVEN) -> str:
    """A number that need not be whole: 1,235, 12.5, 0.004.

    It has at most so many decimals, one and from a thousand on none unless it is told, or as many as keep it from zero.
    """
    exactly = _decimal(number)
    if digits is None:
        digits = 0 if abs(exactly) >= _THOUSAND else 1
    while digits < _MOST_DIGITS and exactly and not _rounded(exactly, digits, rounding):
        digits += 1
    return _signed(_rounded(exactly, digits, rounding))


def reached_at(number: Number) -> str:
    """Where a limit is reached, rounded to what certainly reaches it: 1,559 for 1,558.489, and 12.5 for 12.41."""
    exactly = _decimal(number)
    return quantity(exactly, digits=0 if exactly >= _HUNDRED else 1, rounding=ROUND_CEILING)


def exact(number: Decimal) -> str:
    """All of its digits, as of a bound: a shorter one may lie on its other side."""
    return _signed(number.normalize(_CONTEXT))


def usd(amount: Decimal) -> str:
    """Dollars and cents: $6,350.34, −$5.00; *under* a cent where it is one, and not zero."""
    cents = _rounded(amount, 2, ROUND_HALF_UP)
    if amount and not cents:
        return "under $0.01" if amount > 0 else "under −$0.01"
    return f"−${-cents:,}" if cents < 0 else f"${abs(cents):,}"


def signed_usd(amount: Decimal) -> str:
    """A difference in dollars and cents, with its sign: +$1.20."""
    return f"+{usd(amount)}" if _rounded(amount, 2, ROUND_HALF_UP) > 0 else usd(amount)


def exact_usd(amount: Decimal) -> str:
    """A limit or price with all of its digits: $500, $0.000003."""
    return f"−${exact(-amount)}" if amount < 0 else f"${exact(amount)}"


def unit_usd(amount: Decimal) -> str:
    """What one thing costs: cents, and below a dollar three significant digits, $0.104, $0.00764."""
    digits = 2 if not amount or abs(amount) >= 1 else 2 - amount.adjusted()
    rounded = _rounded(amount, digits, ROUND_HALF_UP)
    return f"−${-rounded:,f}" if rounded < 0 else f"${abs(rounded):,f}"


def milliseconds(ms: Number) -> str:
    """A latency: 2.2 ms, 450 ms, 1,000 ms; below the second never rounded up to it."""
    exactly = _decimal(ms)
    rounding = ROUND_FLOOR if exactly < _THOUSAND <= _rounded(exactly, 1, ROUND_HALF_EVEN) else ROUND_HALF_EVEN
    return f"{quantity(exactly, digits=1 if exactly < _THOUSAND else 0, rounding=rounding)} ms"


def duration(length: timedelta | Number) -> str:
    """A time, or so many seconds of one, in its two largest units, never longer than it is: 56 min, 2 d 19 h, 2.3 s."""
    seconds = _decimal(length.total_seconds() if isinstance(length, timedelta) else length)
    if seconds < 60:
        return f"{quantity(seconds, rounding=ROUND_FLOOR)} s"
    first = next(place for place, (unit_seconds, _) in enumerate(_UNITS) if seconds >= unit_seconds)
    parts: list[str] = []
    for unit_seconds, name in _UNITS[first : first + 2]:
        whole, seconds = divmod(seconds, unit_seconds)
        parts += [f"{whole:,.0f} {name}"] if whole else []
    return " ".join(parts)


def moment(at: datetime) -> str:
    """A moment in UTC, to the minute that it lies in: 2026-11-29 00:36 UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def ratio(number: Number) -> str:
    """A burn rate or another quotient, with one decimal, and as many more as keep it from 0 and from 1: 14.4, 1.0, 1.04, 0.02."""
    exactly = _decimal(number)
    digits = 1
    while digits < _MOST_DIGITS and any(
        exactly != bound and _rounded(exactly, digits, ROUND_HALF_EVEN) == bound for bound in (0, 1)
    ):
        digits += 1
    return f"{_rounded(exactly, digits, ROUND_HALF_EVEN):,f}".replace("-", "−")


def _percent(ratio: Number, *, rounding: str, digits: int = 1, apart_from: Number | None = None) -> str:
    exactly = _CONTEXT.multiply(_decimal(ratio), _HUNDRED)
    bounds = {Decimal(0), _HUNDRED, -_HUNDRED} | (
        set[Decimal]() if apart_from is None else {_decimal(apart_from) * 100}
    )
    digits = max(_digits(exactly), digits if abs(exactly) < _THOUSAND else 0)
    while digits < _MOST_DIGITS and any(exactly != each == _rounded(exactly, digits, rounding) for each in bounds):
        digits += 1
    rounded = _rounded(exactly, digits, rounding)
    if exactly and not rounded:
        return "under 0.000000001" if exactly > 0 else "under −0.000000001"
    if exactly != _HUNDRED == rounded:
        return "over 99.999999999" if exactly < _HUNDRED else "over 100"
    return _signed(rounded)


def _digits(percents: Decimal) -> int:
    """Two significant digits of the way to the nearer of 0 and ±100, one decimal at least, none from a thousand on."""
    if abs(percents) >= _THOUSAND:
        return 0
    way = min(abs(percents), abs(_HUNDRED - abs(percents)))
    return min(_MOST_DIGITS, max(1, 1 - way.adjusted())) if way else 1


def _decimal(number: Number) -> Decimal:
    return number if isinstance(number, Decimal) else Decimal(str(number))


def _rounded(number: Decimal, digits: int, rounding: str) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-digits), rounding, _CONTEXT)


def _signed(number: Decimal) -> str:
    """With thousands, without zeros at the end, and without a sign where it is zero."""
    text = f"{number:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text.replace("-", "−")


def plural_of(noun: str) -> str:
    """The plural of an English noun that has a regular one: orders, queries, boxes."""
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "z", "ch", "sh")) else f"{noun}s"
