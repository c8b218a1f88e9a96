"""Values of two parts with = between them, and the fault switch, which has a notation of its own."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from click.shell_completion import CompletionItem

from foundation.errors import InputError
from foundation.fault_switch import read_switch
from sre.cli.types.names import OBJECTIVE, Line
from sre.cli.types.numbers import Share
from sre.cli.types.times import Moment
from sre.cli.types.written import Written, shown


class Parameter(Written[tuple[str, str]]):
    """What only a deployment knows, by the name that its template has for it."""

    name = "name=value"

    def read(self, text: str) -> tuple[str, str]:
        """Read one such as WebSocketApiId=abc123."""
        found = re.fullmatch(r"([A-Za-z][A-Za-z0-9:]{0,254})=([\x21-\x7e]{1,1000})", text)
        if found is None:
            raise InputError(f"{shown(text)}: write NAME=VALUE, such as WebSocketApiId=abc123")
        return found[1], found[2]


class GivenValue(Written[tuple[str, str]]):
    """A value that the flows of a load leave to whoever starts it."""

    name = "name=value"

    def read(self, text: str) -> tuple[str, str]:
        """Read one such as customer=c-17."""
        found = re.fullmatch(r"([A-Za-z_][A-Za-z0-9_]{0,59})=([\x20-\x7e]{1,1000})", text)
        if found is None:
            raise InputError(f"{shown(text)}: write NAME=VALUE, such as customer=c-17")
        return found[1], found[2]


class Tag(Written[tuple[str, str]]):
    """A tag of a bill's charges, and the value that it has."""

    name = "key=value"
    _part = Line(longest_count=256)

    def read(self, text: str) -> tuple[str, str]:
        """Read one such as Project=t-developer."""
        key, separator, value = text.partition("=")
        if not separator:
            raise InputError(f"{shown(text)}: write KEY=VALUE, such as Project=t-developer")
        return self._part.read(key), self._part.read(value)


class Target(Written[tuple[str, Decimal]]):
    """An objective, and another target for it as a ratio."""

    name = "objective=percent"
    _share = Share("0.000001", "99.999999")

    def read(self, text: str) -> tuple[str, Decimal]:
        """Read one such as api-errors=99.5%."""
        name, separator, percent = text.partition("=")
        if not separator:
            raise InputError(f"{shown(text)}: write OBJECTIVE=PERCENT, such as api-errors=99.5%")
        return OBJECTIVE.read(name), self._share.read(percent)

    def completions(self, incomplete: str) -> list[CompletionItem[Any]]:
        """The objectives, each with the sign that its target follows."""
        return [CompletionItem(f"{each.value}=") for each in OBJECTIVE.completions(incomplete)]


class LabelledMoment(Written[tuple[datetime, str]]):
    """A moment and what happened then."""

    name = "moment=label"
    _moment, _label = Moment(), Line(longest_count=200)

    def read(self, text: str) -> tuple[datetime, str]:
        """Read one such as 2026-03-02T10:00:00Z=release 1.2."""
        moment, separator, label = text.partition("=")
        if not separator:
            raise InputError(f"{shown(text)}: write TIME=LABEL, such as 2026-03-02T10:00:00Z=release 1.2")
        return self._moment.read(moment), self._label.read(label)


_FAULTS = ("errors=1%", "errors=5%", "delay=1500ms@5%", "cpu=300ms", "websocket=silent", "unsigned=accepted", "off")


class FaultSwitchText(Written[str]):
    """The fault switch of a local platform, as it is written."""

    name = "switch"

    def read(self, text: str) -> str:
        """Read one such as errors=1%,delay=1500ms@5%."""
        if not re.fullmatch(r"[\x20-\x7e]{1,200}", text):
            raise InputError(f"{shown(text)} is no fault switch; write errors=1%, delay=1500ms@5%, cpu=300ms or off")
        read_switch(text, stage="local")
        return text

    def completions(self, incomplete: str) -> list[CompletionItem[Any]]:
        """A fault of each kind, after those that stand there already."""
        begun, comma, part = incomplete.rpartition(",")
        return [CompletionItem(f"{begun}{comma}{each}") for each in _FAULTS if each.startswith(part)]


GIVEN_VALUE = GivenValue()
PARAMETER = Parameter()
TAG = Tag()
TARGET = Target()
LABELLED_MOMENT = LabelledMoment()
FAULT_SWITCH = FaultSwitchText()
