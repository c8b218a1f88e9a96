"""Options that have no use beside what else was given, or without it: they are refused, because who gave one meant something."""

from foundation.errors import InputError


def refuse_without(needed: str, **given: object) -> None:
    """Raise InputError for each option that was given and does nothing without `needed`; they are named as click names them."""
    unused = [f"--{name.replace('_', '-')}" for name, value in given.items() if value not in (None, "", ())]
    if unused:
        raise InputError(
            f"{', '.join(unused)}: of no use without {needed}; leave {'it' if len(unused) == 1 else 'them'} out, or give {needed}"
        )
