"""What a dashboard shows of every resource of a kind, as values, and the form of the section `panels` of a kind's file."""

from dataclasses import dataclass

from foundation.files.forms import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultPanel:
    """One panel of every resource of a kind."""


class PanelForm(Form):
    """One entry of `panels`."""

    def made(self) -> DefaultPanel:
        """The entry as a value."""
        return DefaultPanel()
