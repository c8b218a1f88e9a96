"""The form of the section `alarms` of a kind's file."""

from foundation.files.forms import Form
from foundation.service.resource_type_alarms import DefaultAlarm


class AlarmForm(Form):
    """One entry of `alarms`."""

    def made(self) -> DefaultAlarm:
        """The entry as a value."""
        return DefaultAlarm()
