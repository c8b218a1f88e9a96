"""What the types of the command line make of values that are right; what they refuse is the fuzz's."""

import os
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import pytest

from foundation.errors import InputError
from sre.cli.types.addresses import HTTP_URL, WEBSOCKET_URL
from sre.cli.types.files import READ, READ_ALL, READ_DIRECTORY, WRITE, WRITE_DIRECTORY, WRITE_PICTURE
from sre.cli.types.names import BASE_PATH, DEPLOYED_STAGE, HOST, MODEL, OBJECT_KEY, REGION, STAGE, TOPIC_ARN, Line
from sre.cli.types.numbers import PORT, SEED, Count, Number, Share, Tokens
from sre.cli.types.pairs import FAULT_SWITCH, LABELLED_MOMENT, PARAMETER, TARGET
from sre.cli.types.times import Duration, Moment, TimeOfDay, Week
from sre.cli.types.written import Written

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("of", "text", "value"),
    [
        (Number("0", "100"), "12.5", Decimal("12.5")),
        (Number("-5", "5"), "-5", Decimal(-5)),
        (Count(0, 10), "10", 10),
        (PORT, "4566", 4566),
        (SEED, "4294967295", 4_294_967_295),
        (Share("0", "99"), "0.02%", Decimal("0.0002")),
        (Share("0", "99"), "0%", Decimal(0)),
        (Tokens(), "8000,900,3,0.15", (8000, 900, Decimal(3), Decimal("0.15"))),
        (Duration("1s", "24h"), "1h30m", timedelta(minutes=90)),
        (Duration("1s", "24h"), "24h", timedelta(days=1)),
        (Moment(), "2026-03-02T10:00:00Z", AT),
        (Moment(), "2026-03-02T11:00+01:00", AT),
        (Week(), "2026-W53", "2026-W53"),
        (TimeOfDay(), "7:05", time(7, 5)),
        (STAGE, "production", "production"),
        (DEPLOYED_STAGE, "staging", "staging"),
        (REGION, "us-gov-west-1", "us-gov-west-1"),
        (MODEL, "haiku-5.5-us", "haiku-5.5-us"),
        (OBJECT_KEY, "archives/2026/sample (1).zip".replace(" ", "-"), "archives/2026/sample-(1).zip"),
        (HOST, "api.example.com", "api.example.com"),
        (BASE_PATH, "", ""),
        (BASE_PATH, "/production/v1", "/production/v1"),
        (TOPIC_ARN, "arn:aws:sns:eu-west-1:123456789012:reports", "arn:aws:sns:eu-west-1:123456789012:reports"),
        (Line(), "AWS Lambda – requests", "AWS Lambda – requests"),
        (HTTP_URL, "http://[::1]:4566/x?y=z", "http://[::1]:4566/x?y=z"),
        (HTTP_URL, "http://127.0.0.1:4566", "http://127.0.0.1:4566"),
        (HTTP_URL, "https://a_b-c.example.com./x", "https://a_b-c.example.com./x"),
        (WEBSOCKET_URL, "wss://abc.execute-api.us-east-1.amazonaws.com/live", "wss://abc.execute-api.us-east-1.amazonaws.com/live"),
        (PARAMETER, "AWS::AccountId=123456789012", ("AWS::AccountId", "123456789012")),
        (PARAMETER, "a=b=c", ("a", "b=c")),
        (TARGET, "api-errors=99.5%", ("api-errors", Decimal("0.995"))),
        (LABELLED_MOMENT, "2026-03-02T10:00:00Z=release=1.2", (AT, "release=1.2")),
        (FAULT_SWITCH, "errors=1%,delay=1500ms@5%", "errors=1%,delay=1500ms@5%"),
    ],
)  # fmt: skip
def test_a_value_is_read(of: Written[Any], text: str, value: object) -> None:
    assert of.convert(text, None, None) == value


@pytest.mark.parametrize("text", ["2026-03-02T19:00:00+09:00", "2026-03-02T10:00Z", "2026-03-02 04:30-0530"])
def test_a_moment_is_in_utc_from_where_it_is_read_on(text: str) -> None:
    at, (labelled_at, _) = Moment().read(text), LABELLED_MOMENT.read(f"{text}=x")
    assert at.tzinfo is UTC
    assert labelled_at.tzinfo is UTC
    assert f"{at:%Y-%m-%d %H:%M} {labelled_at:%H:%M}" == "2026-03-02 10:00 10:00"


@pytest.mark.parametrize("text", ["2000-01-01T00:30:00+09:00", "2099-12-31T23:00-05:00", "0001-01-01T00:00+14:00"])
def test_the_years_of_a_moment_are_looked_at_in_its_own_zone_and_in_utc(text: str) -> None:
    with pytest.raises(InputError, match="is not in the years 2000 to 2099"):
        Moment().read(text)


def test_what_is_a_value_already_stays_as_it_is() -> None:
    assert Duration("1s", "1m").convert(timedelta(hours=5), None, None) == timedelta(hours=5)


def test_places_that_will_do_are_paths(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert READ.convert(str(tmp_path / "file"), None, None) == tmp_path / "file"
    assert READ_ALL.convert(str(tmp_path), None, None) == tmp_path
    assert READ_DIRECTORY.convert(str(tmp_path), None, None) == tmp_path
    assert WRITE.convert(str(tmp_path / "new" / "file"), None, None) == tmp_path / "new" / "file"
    assert WRITE.convert("/dev/null", None, None) == Path("/dev/null")
    assert WRITE_PICTURE.convert("x.svg", None, None) == Path("x.svg")
    assert WRITE_DIRECTORY.convert(str(tmp_path / "a" / "b"), None, None) == tmp_path / "a" / "b"
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_what_is_written_goes_to_no_pipe_but_that_of_a_descriptor(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(
        click.BadParameter, match="pipe: cannot be written: it is a pipe or a socket; write to a file or"
    ):
        WRITE.convert(str(tmp_path / "pipe"), None, None)
    for name in ("/dev/stdout", "/dev/fd/63"):
        assert WRITE.convert(name, None, None) == Path(name)


def test_a_directory_below_a_link_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(click.BadParameter, match="link is no directory"):
        WRITE_DIRECTORY.convert(str(tmp_path / "link" / "x"), None, None)


def test_the_error_shows_the_value_briefly_and_names_the_option() -> None:
    option = click.Option(["--wait"], type=Duration("1s", "1m"))
    with pytest.raises(click.BadParameter) as refused:
        option.type.convert("\x1b[31m" * 1_000, option, None)
    assert refused.value.param is option
    assert "\x1b" not in refused.value.message
    assert len(refused.value.message) < 200


def test_a_shell_is_offered_the_stages_and_left_to_complete_paths() -> None:
    def completed(of: Written[Any], begun: str) -> list[tuple[str, str]]:
        context = click.Context(click.Command("x"))
        return [(each.value, each.type) for each in of.shell_complete(context, click.Option(["--x"]), begun)]

    assert completed(STAGE, "st") == [("staging", "plain")]
    assert completed(DEPLOYED_STAGE, "l") == []
    assert completed(READ, "a/b") == [("a/b", "file")]
    assert completed(WRITE_DIRECTORY, "a") == [("a", "dir")]
    assert completed(Week(), "2") == []
