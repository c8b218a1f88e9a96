"""Texts of a service.yaml: `${stage}` and `${service}` are filled in; any other `${…}` is a parameter of a deployment."""

import re
from collections.abc import Mapping

from foundation.cloudwatch.parameters import PSEUDO_PARAMETERS, Parameter, Part, parametrized
from foundation.errors import InputError

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
_NAME = re.compile(r"[A-Za-z0-9]{1,255}", re.ASCII)
# What is the same for all stacks of a Region; the name of a stack is of one alone.
_PSEUDO = frozenset(each.name for each in PSEUDO_PARAMETERS)
_OPENED = re.compile(r"\$\{([^}]*)(\}?)")


def service_text(text: str, variables: Mapping[str, str]) -> str:
    """The text with its variables filled in. Raises InputError for a `${` that is not closed, or holds no name."""
    parts: list[Part] = []
    at = 0
    for found in _OPENED.finditer(text):
        name, end = found.groups()
        if not end:
            raise InputError(f"${{{name[:40]} has no closing brace")
        if name not in variables and name not in _PSEUDO and not _NAME.fullmatch(name):
            known = ", ".join(sorted(_PSEUDO))
            said = f"holds no name of a parameter: letters and digits, such as ${{QueueName}}, or {known}"
            raise InputError(f"${{{name[:60]}}} {said}")
        parts += [text[at : found.start()], variables.get(name, Parameter(name))]
        at = found.end()
    return parametrized(*parts, text[at:])
