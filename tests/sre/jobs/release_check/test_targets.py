"""Targets that are deployed already: what their address must be."""

import pytest

from foundation.errors import InputError
from sre.jobs.release_check.targets import deployed_target


def test_a_target_is_where_its_address_says() -> None:
    url = "https://abc.execute-api.us-east-1.amazonaws.com/staging/"
    with deployed_target(url, region="us-east-1", archive_key="archives/x.zip") as target:
        assert target.url == url.rstrip("/")


@pytest.mark.parametrize("url", ["production", "ftp://x/y", "https://"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="--url"), deployed_target(url, region="us-east-1", archive_key="a"):
        pass


def test_a_deployed_target_needs_an_archive() -> None:
    with (
        pytest.raises(InputError, match="--archive-key"),
        deployed_target("https://x/y", region="us-east-1", archive_key=None),
    ):
        pass
