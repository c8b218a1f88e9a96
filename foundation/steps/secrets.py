"""What looks like a secret, and so belongs in no file: by where it stands, and by how it is made."""

import re

# Headers and keys that carry one.
_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "x-api-key", "x-amz-security-token", "x-auth-token", "x-csrf-token"}
)  # fmt: skip
_KEY = re.compile(
    r"(?:^|[_-])(?:password|passwd|secret|client_secret|api_?key|access_?token|auth_?token|refresh_?token|token|"
    r"signature|credential)s?$",
    re.IGNORECASE,
)
# How keys of well-known services begin (https://docs.github.com/en/code-security/secret-scanning).
_MADE_LIKE = re.compile(
    r"(?<![A-Za-z0-9])(?:A(?:KIA|SIA)[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,}|[sr]k_(?:live|test)_[A-Za-z0-9]{16,}|sk-[A-Za-z0-9_-]{20,}|AIza[0-9A-Za-z_-]{35}"
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*)|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
_OTHERWISE = "a secret does not stand in a file: name a variable of the environment"


def is_secret_header(name: str) -> bool:
    """Whether a header of this name carries a secret."""
    return name.lower() in _HEADERS or _KEY.search(name) is not None


def problem_of_key(name: str, text: str) -> str | None:
    """What is wrong with a text under a key, as the end of a sentence: None where it is no secret, or a placeholder alone."""
    is_placeholder = re.fullmatch(r"\{[^{}]*\}", text) is not None
    if _KEY.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)) and text and not is_placeholder:
        return f"looks like a secret by its name; {_OTHERWISE} under values, {{environment: NAME}}, and write its placeholder"
    return problem_of_text(text)


def problem_of_text(text: str) -> str | None:
    """What is wrong with a text that is made like a secret, as the end of a sentence."""
    if _MADE_LIKE.search(text):
        return f"looks like a secret by how it is made; {_OTHERWISE} under values, {{environment: NAME}}"
    return None
