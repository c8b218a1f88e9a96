"""What the numbers of Locust's command line and web interface may be: finite, and in range."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from foundation.errors import InputError

# API Gateway's own bound on an integration, and so on an answer through it
# (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html).
LONGEST_ANSWER_SECONDS = 29.0
CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 10.0
# What is under way at the end gets as long as an answer may take, and the time to notice.
_BEYOND_ANSWER_SECONDS = 2.0
# A hundred stages of a day are the most that a profile has.
_RANGES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "user_rps": (0.000_001, 100_000.0),
        "measure_seconds": (0.0, 8_640_000.0),
        "warm_up_seconds": (-1.0, 3_600.0),
        "connect_seconds": (0.1, LONGEST_ANSWER_SECONDS),
        "answer_seconds": (0.1, LONGEST_ANSWER_SECONDS),
        "stop_after_seconds": (0.0, 8_640_000.0),
    }
)


def check_options(options: Any) -> None:
    """Raise InputError for a number that is none, or out of range, with every such option."""
    problems: list[str] = []
    for name, (least, most) in _RANGES.items():
        value = getattr(options, name)
        option = f"--{name.replace('_', '-')}"
        if isinstance(value, bool) or not isinstance(value, int | float):
            problems.append(f"{option} {value}: must be a number, such as {most:g}")
        # What is no number is in no range.
        elif not least <= value <= most:
            problems.append(f"{option} {value:g}: must be from {least:g} to {most:g}")
    if problems:
        raise InputError("; ".join(problems))


def drain_seconds(answer_seconds: float) -> float:
    """How long what is under way at the end is waited for."""
    return answer_seconds + _BEYOND_ANSWER_SECONDS
