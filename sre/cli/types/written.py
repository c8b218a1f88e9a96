"""What all types have alike: a value is a text, of which a type makes something, or says how it is written."""

from abc import abstractmethod
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from foundation.errors import InputError

LONGEST_COUNT = 4_000

T = TypeVar("T")


class Written(click.ParamType[T]):
    """A type whose values are read from a text by `read`."""

    @abstractmethod
    def read(self, text: str) -> T:
        """The value of a text. Raises InputError that shows it, and says how to write one."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> T:
        """Read it, unless it is a value already; what is refused names its option, as click's own types do."""
        if not isinstance(value, str):
            return value
        try:
            return self.read(_bounded(value))
        except InputError as error:
            self.fail(str(error), param, ctx)

    def completions(self, incomplete: str) -> list[CompletionItem[Any]]:  # noqa: ARG002 - a type that knows some says them
        """What a shell offers for what was begun."""
        return []

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str  # noqa: ARG002 - as click calls it
    ) -> list[CompletionItem[Any]]:  # fmt: skip
        """Offer what the type knows."""
        return self.completions(incomplete)


def shown(text: str) -> str:
    """A value as an error shows it: quoted, with its control characters escaped, and the first sixty characters of it."""
    return repr(text if len(text) <= 60 else f"{text[:60]}…")


def _bounded(text: str) -> str:
    if len(text) > LONGEST_COUNT or "\0" in text:
        raise InputError(f"{shown(text)} has more than {LONGEST_COUNT:,} characters, or a NUL")
    return text
