"""What the values of a result file may be: counts, seconds, times, names of flows and stages, and histograms.

A histogram is read within bounds: its text is packed, and what it unpacks to is looked at before anything is made of it.
"""

import base64
import struct
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from hdrh.codec import HdrCookieException, HdrHistogramSettingsException, HdrLengthException
from hdrh.histogram import HdrHistogram
from pydantic import AfterValidator, ConfigDict, Field

from foundation.errors import InputError
from foundation.files.documents import KeyPath
from foundation.files.explaining import did_you_mean

LOWEST_US, HIGHEST_US, DIGITS = 1, 120_000_000, 3
MOST_COUNT = 10**12
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
# A key that is none of ours is a mistake, and a text is no number.
STRICT = ConfigDict(extra="forbid", allow_inf_nan=False)
# Of 18,432 counts, each nine bytes at most, there are 166 KB.
_MOST_BYTES = 1 << 18
_MOST_CHARACTERS = 4 * _MOST_BYTES // 3
# Cookie and length; then cookie, length, offset, digits, lowest, highest, ratio.
_OUTER, _INNER = struct.Struct(">II"), struct.Struct(">IIIIQQd")
_OUTER_COOKIE, _INNER_COOKIE = 0x1C849314, 0x1C849313


def new_histogram() -> HdrHistogram:
    """An empty histogram of microseconds."""
    return HdrHistogram(LOWEST_US, HIGHEST_US, DIGITS)


def recorded(histogram: HdrHistogram) -> Iterator[tuple[int, int]]:
    """Every latency that was seen, in microseconds, and how often, from the lowest on; of equal ones the highest stands for all.

    The library's own iterator says the same of every one of 18,432 counts by a dozen calls each.
    """
    for index, count in enumerate(histogram.counts):
        if count:
            yield histogram.get_highest_equivalent_value(histogram.get_value_from_index(index)), count


def decode_histogram(text: str) -> HdrHistogram:
    """A histogram from its base64 form. Raises InputError for what is none of `new_histogram`'s kind."""
    try:
        found = HdrHistogram.decode(text) if _is_one(text) else None
    except (
        ValueError, IndexError, ArithmeticError, MemoryError, struct.error, zlib.error,
        HdrCookieException, HdrHistogramSettingsException, HdrLengthException,
    ):  # fmt: skip
        found = None
    if found is None or not 0 <= found.get_total_count() <= MOST_COUNT:
        raise InputError("is no histogram of microseconds in HDR's form; run the load test again")
    return found


def contradictions(result: Any) -> Iterator[tuple[KeyPath, str]]:
    """Counts that cannot be true together: of so many that ended, no more can have been bad or refused."""
    groups: list[tuple[KeyPath, Sequence[Any], str]] = [
        (("seconds",), result.seconds, "sent_count"),
        (("journey_seconds",), result.journey_seconds, "ended_count"),
    ]
    for name, phase in (("warm_up", result.warm_up), ("measured", result.measured)):
        groups.append(((name, "requests"), phase.requests, "sent_count"))
        groups.append(((name, "journeys"), phase.journeys, "ended_count"))
    names = [each.name for each in result.flows]
    for path, items, _ in groups:
        for number, item in enumerate(items):
            flow = getattr(item, "flow", None)
            if flow is not None and flow not in names:
                yield (*path, number, "flow"), f"{flow!r} is no flow of this run; {did_you_mean(flow, names)}"
    for path, items, whole in groups:
        for number, item in enumerate(items):
            answered_count = getattr(item, whole) - item.refused_count - item.closing_count
            less = f"{whole} less refused_count" + (" and closing_count" if item.closing_count else "")
            for key in ("fault_count", "slow_count"):
                if (count := getattr(item, key)) > answered_count:
                    said = f"is {count:,}, and {less} is {answered_count:,}; it can be no more than that"
                    yield (*path, number, key), said


def _is_one(text: str) -> bool:
    if len(text) > _MOST_CHARACTERS:
        return False
    content = base64.b64decode(text, validate=True)
    unpacking = zlib.decompressobj()
    unpacked = unpacking.decompress(content[_OUTER.size :], _MOST_BYTES)
    inner, counts_bytes, offset, *kind, _ = _INNER.unpack_from(unpacked)
    return (
        _OUTER.unpack_from(content) == (_OUTER_COOKIE, len(content) - _OUTER.size)
        and unpacking.eof
        and not unpacking.unused_data
        and (inner, counts_bytes, offset) == (_INNER_COOKIE, len(unpacked) - _INNER.size, 0)
        and kind == [DIGITS, LOWEST_US, HIGHEST_US]
    )


def _histogram(text: str) -> str:
    try:
        decode_histogram(text)
    except InputError as error:
        raise ValueError(str(error)) from error
    return text


def _time(text: str) -> str:
    try:
        at: Any = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise ValueError("must be a time with its zone, such as 2026-03-02T10:00:00+00:00")
    if not _FIRST_YEAR <= at.year < _LAST_YEAR:
        raise ValueError(f"must be in the years {_FIRST_YEAR} to {_LAST_YEAR - 1}")
    return str(at.astimezone(UTC).isoformat())


Count = Annotated[int, Field(strict=True, ge=0, le=MOST_COUNT)]
# A hundred stages of a day are the most that a profile has.
Place = Annotated[int, Field(strict=True, ge=0, le=10**7)]
Seconds = Annotated[float, Field(strict=True, ge=0, le=10**7)]
Load = Annotated[float, Field(strict=True, ge=0, le=10**9)]
Seed = Annotated[int, Field(strict=True, ge=-(2**63), le=2**64)]
Switch = Annotated[bool, Field(strict=True)]
Text = Annotated[str, Field(max_length=10_000)]
FlowName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
# A stage; results of earlier versions may have the host of an API that was checked by its address.
StageName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$")]
# In UTC, whatever zone it was written in: results are put in order by it.
Time = Annotated[str, AfterValidator(_time)]
Histogram = Annotated[str, AfterValidator(_histogram)]
