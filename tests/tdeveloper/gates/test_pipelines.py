"""What the API takes."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import RefusedError
from tdeveloper.gates.pipelines import PipelineRequest, read_request, timestamp

GOOD = {"repository": "octo/cat", "commit": "a" * 40, "archive_key": "archives/x.zip"}


def test_a_good_request_is_read() -> None:
    assert read_request(json.dumps(GOOD)) == PipelineRequest(**GOOD)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (None, "not JSON"),
        ("[]", "JSON object"),
        (json.dumps({**GOOD, "commit": "main"}), "commit: must be"),
        (json.dumps({**GOOD, "archive_key": "archives/../secrets"}), "archive_key: must be"),
        (json.dumps({**GOOD, "archive_key": "results/x.json"}), "archive_key: must be"),
        (json.dumps({**GOOD, "admin": True}), "admin: unknown field"),
    ],
)
def test_a_bad_request_is_told_what_is_wrong(body: str | None, said: str) -> None:
    with pytest.raises(RefusedError, match=said):
        read_request(body)


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(RefusedError) as caught:
        read_request("{}")
    assert all(name in str(caught.value) for name in GOOD)


@given(st.text())
def test_no_body_crashes_the_reader(body: str) -> None:
    with pytest.raises(RefusedError):
        read_request(body)


def test_instants_are_written_in_utc_with_milliseconds() -> None:
    assert timestamp(datetime(2026, 11, 22, 8, 30, 1, 234_999, UTC)) == "2026-11-22T08:30:01.234Z"
