"""A container of a load test on Fargate: what it refuses."""

import pytest

from foundation.errors import InputError
from sre.jobs.load_test.task import master


@pytest.mark.parametrize(
    "wrong", [{"TARGET_URL": "ftp://x"}, {"WORKERS": "0"}, {"WORKERS": "many"}, {"PROFILE": "relase"}]
)
def test_a_master_with_a_wrong_environment_ends_before_it_sends_anything(wrong: dict[str, str]) -> None:
    right = {
        "STAGE": "staging", "TARGET_URL": "https://x.execute-api.us-east-1.amazonaws.com/staging", "PROFILE": "smoke",
        "WORKERS": "2", "RESULTS_BUCKET": "b", "MASTER_PORT": "5557",
    }  # fmt: skip
    with pytest.raises(InputError):
        master({**right, **wrong})
