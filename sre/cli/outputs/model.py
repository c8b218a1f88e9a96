"""What every output is made of, and how one is printed."""

import click

from foundation.files.output import Output, Part, to_json

__all__ = ("Output", "Part", "print_output")


def print_output(output: Output) -> None:
    """Print it as one JSON object. Its class is the one that the command declares by `json_option`."""
    click.echo(to_json(output), nl=False)
