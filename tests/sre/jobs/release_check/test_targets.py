"""Targets: what the address of one that is deployed must be, and what is said of the local one's queue."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from foundation.errors import InputError
from sre.jobs.release_check.targets import deployed_target, queue_facts
from sre.local.queue_record import RECORD_NAME


def test_a_target_is_where_its_address_says() -> None:
    url = "https://abc.execute-api.us-east-1.amazonaws.com/staging/"
    with deployed_target(url, region="us-east-1", given={"archive_key": "archives/x.zip"}) as target:
        assert target.url == url.rstrip("/")


@pytest.mark.parametrize("url", ["production", "ftp://x/y", "https://"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="--url"), deployed_target(url, region="us-east-1", given={"archive_key": "a"}):
        pass


def test_how_long_calls_waited_for_a_worker_is_said_beside_how_many_there_were(tmp_path: Path) -> None:
    at = datetime(2026, 11, 28, 12, tzinfo=UTC)
    line = {
        "at": at.timestamp(),
        "calls": 4,
        "waits_ms": [20, 30],
        "given_up": 0,
        "waiting": 2,
        "workers": {"b": 2, "a": 8},
    }
    (tmp_path / RECORD_NAME).write_text(json.dumps(line) + "\n")
    assert queue_facts(tmp_path, at, at + timedelta(minutes=2)) == (
        (
            "emulator's queue",
            "2 of 4 calls of a function waited for a worker: p50 0 ms, p99 30 ms, longest 30 ms; it is part of the latencies",
        ),
        ("emulator's workers", "8 of a, 2 of b"),
    )


def test_a_queue_of_which_nothing_is_recorded_is_not_called_empty(tmp_path: Path) -> None:
    at = datetime(2026, 11, 28, 12, tzinfo=UTC)
    assert queue_facts(tmp_path, at, at) == (("emulator's queue", "nothing is known of it"),)


def test_of_a_target_that_is_deployed_nothing_is_known_but_what_it_answers() -> None:
    at = datetime(2026, 11, 28, 12, tzinfo=UTC)
    with deployed_target("https://x/y", region="us-east-1", given={"archive_key": "a"}) as target:
        assert target.loaded_facts(at, at) == ()
