"""The addresses that a load test speaks to, checked before anything is sent to them."""

from foundation.errors import InputError
from foundation.files.addresses import problem_of_address, without_secret


def check_base(option: str, text: str) -> str:
    """The address of an API, to which paths are added. Raises InputError that names the option, for what is none."""
    return _checked(option, text, "http", "https", is_base=True)


def check_address(option: str, text: str, *schemes: str) -> str:
    """A whole address of one of the schemes. Raises InputError that names the option, for what is none."""
    return _checked(option, text, *schemes, is_base=False)


def _checked(option: str, text: str, *schemes: str, is_base: bool) -> str:
    if problem := problem_of_address(text, *schemes, is_base=is_base):
        raise InputError(f"{option} {without_secret(text)}: {problem}")
    return text
