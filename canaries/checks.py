"""Where a check that is data lies: beside the handlers in the zip, or in a directory that a run here is given."""

DIRECTORY = "checks"


def file_of(name: str) -> str:
    """The file of a check, by the name of its canary."""
    return f"{DIRECTORY}/{name}.json"
