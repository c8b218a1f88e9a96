"""Options that have no use beside what else was given, or without it: they are refused, because who gave one meant something."""

from collections.abc import Mapping

from foundation.errors import InputError


def refuse_without(needed: str, **given: object) -> None:
    """Raise InputError for each option that was given and does nothing without `needed`; they are named as click names them."""
    if unused := given_options(given):
        raise InputError(
            f"{', '.join(unused)}: of no use without {needed}; leave {_them(unused)} out, or give {needed}"
        )


def refuse_with(other: str, **given: object) -> None:
    """Raise InputError for each option that was given and does nothing beside `other`."""
    if unused := given_options(given):
        raise InputError(f"{', '.join(unused)}: of no use with {other}; leave {_them(unused)} out")


def given_options(options: Mapping[str, object]) -> list[str]:
    """Those of some options that were given, as click names them; a flag is given where it is true."""
    nothing = (None, False)
    return [
        f"--{name.replace('_', '-')}"
        for name, value in options.items()
        if not any(value is each for each in nothing) and value not in ("", ())
    ]


def _them(unused: list[str]) -> str:
    return "it" if len(unused) == 1 else "them"
