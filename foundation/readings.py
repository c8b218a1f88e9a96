"""What is known of a value: nothing at all, said with its reason."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NoData:
    """Nothing was measured; never 0, never 100 %. The reason says why and what would change it."""

    reason: str
