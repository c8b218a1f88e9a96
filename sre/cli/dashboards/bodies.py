"""The bodies of CloudWatch's dashboards with what a deployment knows filled in, or as Fn::Sub reads them."""

import json
from collections.abc import Mapping
from typing import Any

from foundation.cloudwatch.parameters import filled, fn_sub, parameters_in, with_texts
from foundation.errors import InputError
from foundation.files.explaining import with_hint

Bodies = dict[str, dict[str, Any]]
_REGION = "AWS::Region"


def open_names(bodies: Bodies) -> tuple[str, ...]:
    """The names of what is left open in them."""
    return tuple(sorted(parameter.name for parameter in parameters_in(bodies)))


def refuse_unknown(given: Mapping[str, str], bodies: Bodies) -> None:
    """Raise InputError for a parameter that stands in no dashboard."""
    names = open_names(bodies)
    if unknown := [name for name in given if name not in (*names, _REGION)]:
        raise InputError(with_hint(f"--parameter {unknown[0]}: no dashboard has it", unknown[0], names))


def filled_bodies(bodies: Bodies, known: Mapping[str, str], *, why: str) -> Bodies:
    """The same with nothing left open. Raises InputError for what is not known, and `why` that is."""
    if left := [name for name in open_names(bodies) if name not in known]:
        raise InputError(f"{listed(left)} {why}; give each as --parameter NAME=VALUE")
    return with_texts(bodies, lambda text: str(filled(text, known)))


def templates(bodies: Bodies) -> Bodies:
    """The same as Fn::Sub reads them."""
    return with_texts(bodies, fn_sub)


def is_filled(there: object, bodies: Bodies) -> bool:
    """Whether what is there has none of the texts that are left open: then it is what came of a template, and none itself."""
    text = json.dumps(there)
    return not any(f"${{{name}}}" in text for name in open_names(bodies))


def listed(names: list[str] | tuple[str, ...]) -> str:
    """Names as a template has them."""
    return ", ".join(f"${{{name}}}" for name in names)
