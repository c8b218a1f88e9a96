"""How a command is kept light: what it does lies in a module of its own, which is imported when it is run and not before.

A group's package declares its commands, their options and their help; the module of a command imports what it needs at its top
and has one function, `run`, which takes the options by their names. So a help text and a completion import nothing but click.
"""

import gc
import os
from importlib import import_module
from typing import Any

from foundation.errors import Exit, InputError


def run(module: str, given: dict[str, Any]) -> Exit:
    """Run the command whose work is in `module`. Raises what it raises, and InputError where there is no directory to work in."""
    try:
        os.getcwd()  # noqa: PTH109 - Path.cwd() is no other, and this is asked for its error alone
    except OSError as error:
        raise InputError("the directory that you are in has gone; change to one that is there") from error
    # Imports leave no garbage that is worth it, and looking for it again and again takes up to a quarter of their time.
    gc.disable()
    try:
        work = import_module(module)
    finally:
        gc.enable()
    return work.run(**given)
