"""Options that were called otherwise: who writes the old name is told the new one, and nothing is done."""

from collections.abc import Mapping
from types import MappingProxyType

import click

from foundation.errors import InputError

# By the command, or by the beginning of the names of several, and the old name.
RENAMED: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("sre alarms", "--fact"): "--parameter",
        ("sre alarms build", "--format"): "--template",
        ("sre canaries build", "--blueprint"): "--api-host",
        ("sre canaries build", "--base-path"): "--api-base-path",
        ("sre cost", "--profile"): "--traffic-profile",
        ("sre cost", "--profiles"): "--traffic-profiles",
        ("sre dashboards", "--fact"): "--parameter",
        ("sre report", "--profile"): "--traffic-profile",
        ("sre report", "--profiles"): "--traffic-profiles",
        ("sre report demo", "--seconds"): "--duration",
    }
)


def renamed(error: click.NoSuchOption) -> InputError | None:
    """What to write instead of an option that is no more; None where it never was."""
    command = error.ctx.command_path if error.ctx is not None else ""
    for (of, old), new in RENAMED.items():
        if error.option_name == old and f"{command} ".startswith(f"{of} "):
            return InputError(f"{old} of `{command}` is called {new} now")
    return None
