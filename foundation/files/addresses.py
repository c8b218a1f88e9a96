"""Addresses as they are written: a scheme, a host, perhaps a port and a path. What is a secret in one is never printed."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

# urlsplit drops tabs and line ends silently; what is not ASCII is written in %-escapes and punycode.
_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]{1,2000}")
_LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(\.{_LABEL})*\.?")
_BEFORE_HOST = re.compile(r"//.*@", re.DOTALL)


def problem_of_address(text: str, *schemes: str, is_base: bool = False) -> str | None:
    """What is wrong with an address of one of the schemes, as the end of a sentence; None when it is one.

    A user and a password are refused, since addresses stand in results, logs and pages. To a base the paths of requests are
    added, so it ends with its path.
    """
    how = f"must be an address such as {schemes[-1]}://api.example.com/production"
    if not _VISIBLE_ASCII.fullmatch(text):
        return how
    try:
        parts = urlsplit(text)
        is_one = parts.scheme in schemes and _is_host(parts.hostname or "") and parts.port != 0
    except ValueError as error:
        # Where a password has a slash in it, it is what the library complains of.
        return how if "@" in text else f"{how}: {error}"
    if "@" in parts.netloc:
        return "has a user or a password in it, which would be kept with what is written of it; leave it out"
    if not is_one:
        return how
    if is_base and ("?" in text or "#" in text):
        return f"has a query or a fragment, and paths are added to it; {how}"
    return None


def without_secret(text: str) -> str:
    """The text of an address without what may be a user and a password."""
    return _BEFORE_HOST.sub("//…@", text)


def _is_host(text: str) -> bool:
    """Whether it is a name of labels, or an IP address; what ends in a number is meant as one."""
    if ":" not in text and not text.rstrip(".").rpartition(".")[2].isdigit():
        return bool(_HOST.fullmatch(text))
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
