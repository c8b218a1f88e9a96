"""How a report prints money: cents, signs and changes."""

from decimal import Decimal

from foundation.costs.bill import cents


def usd(amount: Decimal) -> str:
    """Dollars and cents."""
    return f"−${-cents(amount):,}" if cents(amount) < 0 else f"${cents(amount):,}"


def signed_usd(amount: Decimal) -> str:
    """Dollars and cents with a sign, plus too."""
    return f"+{usd(amount)}" if cents(amount) > 0 else usd(amount)


def change(now: Decimal, before: Decimal) -> str:
    """A change in percent; `new` where there was nothing before."""
    return "new" if not before and now else "–" if not before else f"{(now - before) / before:+.0%}".replace("-", "−")
