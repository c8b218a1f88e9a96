"""How a command is kept light: what it does lies in a module of its own, which is imported when it is run and not before.

A group's package declares its commands, their options and their help; the module of a command imports what it needs at its top
and has one function, `run`, which takes the options by their names. So a help text and a completion import nothing but click.
"""

from importlib import import_module
from typing import Any

from foundation.errors import Exit


def run(module: str, given: dict[str, Any]) -> Exit:
    """Run the command whose work is in `module`. Raises what it raises."""
    return import_module(module).run(**given)
