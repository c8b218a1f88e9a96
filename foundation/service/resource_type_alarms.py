"""What every resource of a kind is alarmed on, as values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultAlarm:
    """One alarm of every resource of a kind."""
