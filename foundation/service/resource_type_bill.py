"""What every resource of a kind costs, as values, and the form of the section `bill` of a kind's file."""

from dataclasses import dataclass

from foundation.files.forms import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """One line of the bill of every resource of a kind."""


class BillForm(Form):
    """One entry of `bill`."""

    def made(self) -> BillLine:
        """The entry as a value."""
        return BillLine()
