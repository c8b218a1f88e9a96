"""What looks like a secret stands in no file: neither by its name nor by how it is made."""

import pytest

from foundation.steps.secrets import is_secret_header, problem_of_key, problem_of_text

KEY = "AKIA" + "IOSFODNN7EXAMPLE"


@pytest.mark.parametrize(
    "name", ["Authorization", "cookie", "X-Api-Key", "x-my-token", "X-Amz-Security-Token", "client-secret"]
)
def test_a_header_that_carries_a_secret_is_known(name: str) -> None:
    assert is_secret_header(name)


@pytest.mark.parametrize("name", ["accept", "x-request-id", "idempotency-key", "x-tokens-left-count"])
def test_other_headers_are_none(name: str) -> None:
    assert not is_secret_header(name)


@pytest.mark.parametrize(
    "name", ["password", "apiKey", "api_key", "clientSecret", "access-token", "token", "db_password"]
)
def test_a_text_under_such_a_key_is_one_unless_it_is_a_placeholder_or_empty(name: str) -> None:
    assert "looks like a secret by its name" in str(problem_of_key(name, "hunter2"))
    assert problem_of_key(name, "{password}") is None
    assert problem_of_key(name, "") is None
    assert "by its name" in str(problem_of_key(name, "Bearer {password}"))


@pytest.mark.parametrize("name", ["item", "tokenizer", "secretary", "passwordless"])
def test_a_text_under_another_key_is_none(name: str) -> None:
    assert problem_of_key(name, "pen") is None


@pytest.mark.parametrize(
    "text",
    [KEY, f"key={KEY}&x=1", "ghp_" + "a" * 36, "xoxb-" + "1" * 12, "sk_live_" + "a" * 20, "eyJhbGciOiJI.eyJzdWIiOiIx.c2ln",
     "-----BEGIN RSA PRIVATE KEY-----"],
)  # fmt: skip
def test_what_is_made_like_a_key_is_one_wherever_it_stands(text: str) -> None:
    assert "looks like a secret by how it is made" in str(problem_of_text(text))
    assert "by how it is made" in str(problem_of_key("item", text))


@pytest.mark.parametrize("text", ["", "pen", "AKIA", "0" * 40, "eyJ", "a-sk-b"])
def test_other_texts_are_none(text: str) -> None:
    assert problem_of_text(text) is None
