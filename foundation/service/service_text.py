"""Texts of a service.yaml: `${stage}` and `${service}` are filled in; any other `${…}` is a parameter of a deployment."""

import re
from collections.abc import Mapping

from foundation.cloudwatch.parameters import Parameter, Part, parametrized
from foundation.errors import InputError

# Names of CloudFormation's parameters, of its pseudo parameters, and of what a stack gives out.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(::[A-Za-z]+|\.[A-Za-z0-9.]+)?", re.ASCII)
_OPENED = re.compile(r"\$\{([^}]*)(\}?)")


def service_text(text: str, variables: Mapping[str, str]) -> str:
    """The text with its variables filled in. Raises InputError for a `${` that is not closed, or holds no name."""
    parts: list[Part] = []
    at = 0
    for found in _OPENED.finditer(text):
        name, end = found.groups()
        if not end:
            raise InputError(f"${{{name[:40]} has no closing brace")
        if name not in variables and not _NAME.fullmatch(name):
            raise InputError(
                f"${{{name[:60]}}} holds no name of a parameter: letters and digits, such as ${{QueueName}}"
            )
        parts += [text[at : found.start()], variables.get(name, Parameter(name))]
        at = found.end()
    return parametrized(*parts, text[at:])
