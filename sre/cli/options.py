"""Options that several commands have alike, and the types of values that only a command line has."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

FILE = click.Path(path_type=Path)


class Time(click.ParamType[datetime]):
    """An instant in ISO 8601."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read it. Fails as click's own types do."""
        try:
            return datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no time; write 2026-03-02T00:00:00Z", param, ctx)


class Seconds(click.ParamType[float]):
    """A duration such as 90s, 5m or 1h, in seconds: one second to one day."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read it. Fails as click's own types do."""
        text = str(value)
        try:
            seconds = float(text[:-1]) * {"s": 1.0, "m": 60.0, "h": 3600.0}[text[-1:]]
        except (ValueError, KeyError):
            self.fail(f"{text!r} is no duration; write 90s, 5m or 1h", param, ctx)
        if not 1 <= seconds <= 86_400:
            self.fail(f"{text!r} is not between 1s and 24h", param, ctx)
        return seconds


def together(*options: Decorator) -> Decorator:
    """Several options as one decorator, in the order in which help is to list them."""

    def with_all(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return with_all


json_option: Decorator = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
objectives_option: Decorator = click.option(
    "--objectives", "objectives_file", type=FILE, help="Another objectives file than T-Developer's."
)
home_option: Decorator = click.option(
    "--home",
    type=FILE,
    default=Path(".sre/local"),
    show_default=True,
    help="Where the platform keeps its state and logs; one platform a directory.",
)
