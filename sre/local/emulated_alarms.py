"""Keeps MiniStack from evaluating the alarms that are deployed on it: `deployed_alarms.py` does, as CloudWatch would.

MiniStack 1.5.33 takes all datapoints of a metric's name together, whatever their dimensions, over all evaluation periods at
once: an error of one function would be in the alarms of all. It has neither M of N nor missing data, and looks only when metrics
are put.
"""

import inspect
from importlib import import_module
from typing import Any

from foundation.errors import PlatformError

_CLOUDWATCH, _EVALUATES, _PARAMETERS = "ministack.services.cloudwatch", "_evaluate_alarm", ["alarm"]


def leave_alarms() -> None:
    """Have MiniStack store alarms and their states, and send their messages, and decide nothing.

    Raises PlatformError when MiniStack is made otherwise than it was.
    """
    leave_alarms_of(import_module(_CLOUDWATCH))


def leave_alarms_of(cloudwatch: Any) -> None:
    """The same in a module. Raises as above."""
    evaluates = getattr(cloudwatch, _EVALUATES, None)
    asks = getattr(cloudwatch, "_evaluate_all_alarms", None)
    if (
        not callable(evaluates)
        or list(inspect.signature(evaluates).parameters) != _PARAMETERS
        or asks is None
        or _EVALUATES not in asks.__code__.co_names
    ):
        raise PlatformError(
            f"MiniStack is made otherwise than the version that the local platform knows ({_CLOUDWATCH}.{_EVALUATES}); "
            "install the locked one: make setup"
        )
    setattr(cloudwatch, _EVALUATES, _decide_nothing)


def _decide_nothing(alarm: Any) -> None:
    """In the place of what would have decided on the state of an alarm."""
