"""What a key may hold, also where JSON's own types come in place of texts."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from foundation.files.forms import Day, Flag, Moment, Number, Real, Whole


@pytest.mark.parametrize(
    ("of", "given", "read"),
    [
        (Whole, 5, 5),
        (Whole, "5", 5),
        (Number, 1.5, Decimal("1.5")),
        (Number, "1.50", Decimal("1.50")),
        (Real, 2, 2.0),
        (Real, "2", 2.0),
        (Flag, True, True),
        (Flag, "false", False),
        (Day, "2026-03-02", date(2026, 3, 2)),
        (Day, date(2026, 3, 2), date(2026, 3, 2)),
        (Moment, "2026-03-02T10:00:00Z", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        (Moment, datetime(2026, 3, 2, 10, tzinfo=UTC), datetime(2026, 3, 2, 10, tzinfo=UTC)),
        (Day, "2000-01-01", date(2000, 1, 1)),
        (Day, "2099-12-31", date(2099, 12, 31)),
        (Moment, "2000-01-01T00:00:00Z", datetime(2000, 1, 1, tzinfo=UTC)),
        (Moment, "2099-12-31T23:59:59Z", datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (Moment | None, None, None),
        (Whole | None, None, None),
    ],
)
def test_what_passes(of: Any, given: object, read: object) -> None:
    found = TypeAdapter[object](of).validate_python(given)
    assert (found, type(found)) == (read, type(read))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("2026-03-02T19:00:00+09:00", "2026-03-02T10:00:00+00:00"),
        ("2026-03-02T01:30:00-05:30", "2026-03-02T07:00:00+00:00"),
        (datetime(2026, 3, 2, 19, tzinfo=timezone(timedelta(hours=9))), "2026-03-02T10:00:00+00:00"),
        ("2000-01-01T00:00:00Z", "2000-01-01T00:00:00+00:00"),
    ],
)
def test_a_moment_is_in_utc_from_where_it_is_read_on(given: object, said: str) -> None:
    at = TypeAdapter[datetime](Moment).validate_python(given)
    assert (at.isoformat(), at.tzinfo) == (said, UTC)


@pytest.mark.parametrize(
    "given",
    [
        "2000-01-01T00:30:00+09:00", "2099-12-31T23:00:00-05:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-14:00",
        "1999-12-31T23:00:00-05:00",
    ],
)  # fmt: skip
def test_the_years_of_a_moment_are_looked_at_in_its_own_zone_and_in_utc(given: str) -> None:
    with pytest.raises(ValidationError, match="must be in the years 2000 to 2099"):
        TypeAdapter[datetime](Moment).validate_python(given)


@pytest.mark.parametrize(
    ("of", "given", "said"),
    [
        (Moment, 5, "must be a time with its zone"),
        (Moment, 1.5e9, "must be a time with its zone"),
        (Moment, True, "must be a time with its zone"),
        (Moment, None, "must be a time with its zone"),
        (Moment, datetime(2026, 3, 2, 10), "must be a time with its zone"),  # noqa: DTZ001 - that is what is refused
        (Moment, date(2026, 3, 2), "must be a time with its zone"),
        (Day, 86_400, "must be a day"),
        (Day, datetime(2026, 3, 2, tzinfo=UTC), "must be a day"),
        (Day, "1999-12-31", "must be in the years 2000 to 2099"),
        (Day, "2100-01-01", "must be in the years 2000 to 2099"),
        (Moment, "1999-12-31T23:59:59Z", "must be in the years 2000 to 2099"),
        (Moment, "2100-01-01T00:00:00Z", "must be in the years 2000 to 2099"),
        (Whole, True, "must be a whole number"),
        (Number, False, "must be a number"),
        (Real, True, "must be a number"),
        (Flag, 1, "must be true or false"),
        (Flag, "yes", "must be true or false"),
    ],
)
def test_what_does_not(of: Any, given: object, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        TypeAdapter[object](of).validate_python(given)
