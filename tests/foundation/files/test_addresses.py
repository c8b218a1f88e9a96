"""Addresses as they are written, and what is never printed of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.files.addresses import problem_of_address, without_secret

GOOD = (
    "http://127.0.0.1:4566", "http://[::1]:4566/x", "https://a_b-c.example.com./x", "https://api.example.com/stage/",
    "https://api.example.com/@x",
)  # fmt: skip
SECRET = "s3cr3t"


@pytest.mark.parametrize("address", GOOD)
def test_a_good_address_has_no_problem(address: str) -> None:
    assert problem_of_address(address, "http", "https") is None
    assert problem_of_address(address, "http", "https", is_base=True) is None


@pytest.mark.parametrize(
    "address", ["https://x/?x=1", "https://x/#x", "https://x?", "https://x/a#", "https://x/a?b=c#d"]
)
def test_a_base_ends_with_its_path(address: str) -> None:
    assert problem_of_address(address, "https") is None
    said = problem_of_address(address, "https", is_base=True)
    assert said is not None
    assert said.startswith("has a query or a fragment, and paths are added to it; ")


@pytest.mark.parametrize(
    "address",
    [
        f"https://user:{SECRET}@host", f"https://{SECRET}@host/", f"https://:{SECRET}@[::1]:80/x?y=z", f"https://u:{SECRET}/x@host",
        f"https://u:{SECRET}@@host", f"https://u:{SECRET}\\@host", f"ftp://u:{SECRET}@host", f"https://u:{SECRET} @host",
        f"https://u:{SECRET}@host:99999", f"https://u:{SECRET}@", f"https://u\n:{SECRET}@host", "https://@host",
    ],
)  # fmt: skip
def test_a_user_and_a_password_are_refused_and_not_printed(address: str) -> None:
    said = problem_of_address(address, "http", "https")
    assert said is not None
    assert SECRET not in said + without_secret(address)


@given(user=st.text(alphabet="ab:@%[]\\ \n\u00e9", max_size=8), path=st.text(alphabet="/?#@ab", max_size=6))
def test_whatever_stands_before_the_host_is_refused_and_not_printed(user: str, path: str) -> None:
    address = f"https://{user}:{SECRET}@host.example{path}"
    said = problem_of_address(address, "https")
    assert said is not None
    assert SECRET not in said + without_secret(address)


@pytest.mark.parametrize(
    "address",
    ["", "host", "//host", "https:host", "https://", "https:///x", "https://x:0", "https://x:99999", "https://x y", "https://é.example",
     "https://[::1", "https://999.1.1.1", "https://a..b", "https://x\n.example", "https://x\t/", f"https://x/{'a' * 2000}"],
)  # fmt: skip
def test_what_is_no_address_says_how_one_is_written(address: str) -> None:
    said = problem_of_address(address, "http", "https")
    assert said is not None
    assert said.startswith("must be an address such as https://api.example.com/production")
