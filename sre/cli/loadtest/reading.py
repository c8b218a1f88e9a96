"""How the options of `sre loadtest` are read."""

from decimal import Decimal, InvalidOperation

from foundation.errors import InputError
from foundation.slo.model import BudgetedObjective, Objectives
from loadtests.planning import Tokens


def budgeted(objectives: Objectives, name: str) -> BudgetedObjective:
    """The objective of this name. Raises InputError when none with an error budget has it."""
    known = {each.name: each for each in objectives if isinstance(each, BudgetedObjective)}
    if name not in known:
        raise InputError(f"{name}: no objective with an error budget has this name; there are {', '.join(known)}")
    return known[name]


def share_of(text: str, option: str) -> Decimal:
    """A percentage as a ratio. Raises InputError for what is none."""
    try:
        share = Decimal(text.removesuffix("%")) / 100
    except InvalidOperation as error:
        raise InputError(f"{option} {text}: write a percentage, such as 0.02%") from error
    if not 0 <= share < 1:
        raise InputError(f"{option} {text}: must be 0% up to 100%")
    return share


def tokens_of(text: str | None) -> Tokens | None:
    """Counts and prices of --tokens. Raises InputError for what is none."""
    if text is None:
        return None
    try:
        said, heard, said_usd, heard_usd = text.split(",")
        return Tokens(
            input_count=int(said), output_count=int(heard), input_usd_per_million=Decimal(said_usd),
            output_usd_per_million=Decimal(heard_usd),
        )  # fmt: skip
    except (ValueError, InvalidOperation) as error:
        raise InputError(f"--tokens {text}: write IN,OUT,USD,USD, such as 8000,900,3,15") from error
