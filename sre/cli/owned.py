"""A command owns the directory of its `--out` from its beginning to its end."""

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, cast

from foundation.errors import Exit
from foundation.processes.lock import owning

_Options = ParamSpec("_Options")


def owning_out(run: Callable[_Options, Exit]) -> Callable[_Options, Exit]:
    """The same command. Raises InputError where another run owns the directory, which it names; nothing has changed then."""

    @functools.wraps(run)
    def owned(*given: _Options.args, **options: _Options.kwargs) -> Exit:
        with owning(cast("Any", options)["out"], instead="give this run a directory of its own by --out"):
            return run(*given, **options)

    return owned
