"""The fault switch: makes a stated share of API requests fail, wait or burn CPU time, for tests and game days.

It is off by default, is set by an environment variable of the Lambdas, and never acts in production.
"""

import logging
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from foundation.errors import InputError

_log = logging.getLogger(__name__)

VARIABLE = "FAULT_SWITCH"
OFF = "off"

# No request is held longer than API Gateway waits for a function:
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
MAX_DELAY_MS = 29_000
_SILENT, _OPEN = "websocket=silent", "unsigned=accepted"
_LENGTH, _PERCENT = r"(?P<length>[0-9]+(?:\.[0-9]{1,3})?)(?P<unit>ms|s)", r"(?P<percent>[0-9]{1,3}(?:\.[0-9]{1,6})?)%"
_ERRORS = re.compile(f"errors={_PERCENT}")
_DELAY = re.compile(f"delay={_LENGTH}@{_PERCENT}")
_CPU = re.compile(f"cpu={_LENGTH}(?:@{_PERCENT})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultSwitch:
    """Shares are of all REST requests, 0 to 1; the delay and the CPU time are spent before the request is served.

    A silent WebSocket API takes subscriptions and sends nothing. Unsigned calls are let in by the local platform's own API,
    not by code of ours, and nowhere else.
    """

    error_ratio: float = 0.0
    delay_ratio: float = 0.0
    delay_seconds: float = 0.0
    cpu_ratio: float = 0.0
    cpu_seconds: float = 0.0
    is_websocket_silent: bool = False
    is_unsigned_accepted: bool = False

    def strike(
        self,
        *,
        draw: Callable[[], float] = random.random,
        sleep: Callable[[float], None] = time.sleep,
        cpu_clock: Callable[[], float] = time.thread_time,
    ) -> bool:
        """Wait and burn CPU time if this request is chosen to; True if it is chosen to fail."""
        if self.delay_ratio and draw() < self.delay_ratio:
            sleep(self.delay_seconds)
        if self.cpu_ratio and draw() < self.cpu_ratio:
            _burn(self.cpu_seconds, cpu_clock)
        return bool(self.error_ratio) and draw() < self.error_ratio


def read_switch(text: str, *, stage: str) -> FaultSwitch:
    """Read `errors=1%`, `delay=1500ms@5%` (or `1.5s@5%`), `cpu=300ms`, `websocket=silent`, `unsigned=accepted` or `off`.

    Several have commas between them. CPU time without a share (`cpu=300ms@5%`) is burned by every request.
    Raises InputError when the text is not understood, names a fault in production, or would let strangers in elsewhere than on
    this machine.
    """
    if text.strip() in ("", OFF):
        return FaultSwitch()
    if stage == "production":
        raise InputError(f"the fault switch is set to {text!r} in production; it acts in other stages only")
    error_ratio = delay_ratio = delay_seconds = cpu_ratio = cpu_seconds = 0.0
    is_silent = is_open = False
    for part in (part.strip() for part in text.split(",")):
        if found := _ERRORS.fullmatch(part):
            error_ratio = _ratio(found["percent"], part)
        elif found := _DELAY.fullmatch(part):
            delay_ratio = _ratio(found["percent"], part)
            delay_seconds = _seconds(found["length"], found["unit"], part)
        elif found := _CPU.fullmatch(part):
            cpu_ratio = _ratio(found["percent"] or "100", part)
            cpu_seconds = _seconds(found["length"], found["unit"], part)
        elif part == _SILENT:
            is_silent = True
        elif part == _OPEN:
            if stage != "local":
                raise InputError(f"{_OPEN} lets strangers in, and acts on the local platform only")
            is_open = True
        else:
            raise InputError(
                f"cannot read {part!r}: write errors=1%, delay=1500ms@5%, cpu=300ms, {_SILENT} or {_OPEN}, or off"
            )
    return FaultSwitch(
        error_ratio=error_ratio,
        delay_ratio=delay_ratio,
        delay_seconds=delay_seconds,
        cpu_ratio=cpu_ratio,
        cpu_seconds=cpu_seconds,
        is_websocket_silent=is_silent,
        is_unsigned_accepted=is_open,
    )


def switch_of(environment: Mapping[str, str], *, stage: str) -> FaultSwitch:
    """The switch as an environment sets it; one that must not act or cannot be read is off, and says so in the log."""
    try:
        return read_switch(environment.get(VARIABLE, OFF), stage=stage)
    except InputError:
        _log.exception("the fault switch is refused")
        return FaultSwitch()


def _burn(seconds: float, cpu_clock: Callable[[], float]) -> None:
    """Keep the processor busy for so much CPU time of this thread: a machine that is shared takes longer for it."""
    until = cpu_clock() + seconds
    while cpu_clock() < until:
        pass


def _seconds(length: str, unit: str, part: str) -> float:
    # How long it is written first: Python reads no number of thousands of digits.
    milliseconds = 0.0 if len(length) > 10 else float(length) * (1_000 if unit == "s" else 1)
    if len(length) > 10 or milliseconds > MAX_DELAY_MS:
        raise InputError(
            f"cannot read {part!r}: a request is held for at most {MAX_DELAY_MS:,} ms, which is as long as API Gateway waits"
        )
    return milliseconds / 1000


def _ratio(percent: str, part: str) -> float:
    if float(percent) > 100:
        raise InputError(f"cannot read {part!r}: a share is at most 100%")
    return float(percent) / 100
