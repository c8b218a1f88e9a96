"""The options that several commands have: declared once, so that they mean and say the same everywhere."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import click

from sre.cli.types.addresses import HTTP_BASE, WEBSOCKET_URL
from sre.cli.types.files import READ, WRITE, WRITE_DIRECTORY
from sre.cli.types.names import BUCKET, NAME, OBJECT_KEY, REGION, STAGE, StageName
from sre.cli.types.numbers import SEED
from sre.cli.types.pairs import FAULT_SWITCH, LABELLED_MOMENT, PARAMETER, TARGET
from sre.cli.types.times import Duration

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def together(*options: Decorator) -> Decorator:
    """Several options as one decorator, in the order in which help is to list them."""

    def with_all(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return with_all


DEFAULT_REGION = "us-east-1"
DEFAULT_HOME = Path(".sre/local")
DEFAULT_SEED = 1


def stage_option(
    default: str | None = "production", *, among: StageName = STAGE, required: bool = False, otherwise: str = ""
) -> Decorator:  # fmt: skip
    """Which stage; `otherwise` says in the help what is done where none is given and there is no default."""
    return click.option(
        "--stage", type=among, default=default, required=required, show_default=otherwise or True,
        help="The stage that is meant.",
    )  # fmt: skip


def region_option(
    default: str | None = DEFAULT_REGION, *, required: bool = False, otherwise: str = ""
) -> Decorator:  # fmt: skip
    """Which Region; `otherwise` says in the help what is done where none is given and there is no default."""
    return click.option(
        "--region", type=REGION, default=default, required=required, show_default=otherwise or True, help="The AWS Region."
    )  # fmt: skip


def out_file_option(default: str) -> Decorator:
    """The one file that a command writes."""
    return click.option("--out", type=WRITE, default=default, show_default=True, help="The file that is written.")


def out_option(default: str) -> Decorator:
    """Where a command writes several files."""
    return click.option(
        "--out", type=WRITE_DIRECTORY, default=default, show_default=True, help="The directory that files are written to."
    )  # fmt: skip


def profile_option(default: str) -> Decorator:
    """Which profile of the command's file of profiles."""
    return click.option("--profile", type=NAME, default=default, show_default=True, help="The profile, by its name.")


def duration_option(at_least: str, at_most: str, *, default: str | None = None) -> Decorator:
    """How long a load is measured."""
    return click.option(
        "--duration", type=Duration(at_least, at_most), default=default, show_default=default or "as the profile says",
        help="How long is measured, such as 90s or 5m.",
    )  # fmt: skip


def last_option(default: str) -> Decorator:
    """How far back metrics are read; CloudWatch keeps them for fifteen months."""
    return click.option(
        "--last", type=Duration("1m", "455d"), default=default, show_default=True, help="How far back, such as 90m or 6d."
    )  # fmt: skip


def metrics_option(default: str | None = None) -> Decorator:
    """Recorded metrics."""
    return click.option(
        "--metrics", type=READ, default=default, show_default=True,
        help="Recorded metrics (Parquet), from `sre alarms record` or your own.",
    )  # fmt: skip


def url_option(*, required: bool = False) -> Decorator:
    """Which API."""
    return click.option(
        "--url", type=HTTP_BASE, required=required, help="An API that is deployed, such as https://api.example.com/production."
    )  # fmt: skip


def archive_key_option(default: str | None = None) -> Decorator:
    """Which archive is submitted."""
    return click.option(
        "--archive-key", type=OBJECT_KEY, default=default, show_default=True, help="The key of an archive in its bucket."
    )  # fmt: skip


OutputFormat = Literal["table", "json", "markdown", "junit"]


class JsonOption(click.Option):
    """`--json`, and the model of what is then printed: `output` is `module:Class` in sre.cli.outputs, which is not imported here.

    By it the schemas of docs/schemas/ and the tests find the output of every command.
    """

    def __init__(self, *given: Any, output: str | None, **more: Any) -> None:
        super().__init__(*given, **more)
        self.output = output


def json_option(output: str | None) -> Decorator:
    """Of a command that prints text, or else one object: its model, such as `cost:Explanation`."""
    return click.option(
        "--json", "as_json", is_flag=True, cls=JsonOption, output=output, help="Print JSON instead of text."
    )


def format_option(output: str, *, with_junit: bool = True) -> Decorator:
    """Of a command that prints verdicts; `--json` is short for one of the formats, and of two the last is taken."""
    formats = ("table", "json", "markdown", *(("junit",) if with_junit else ()))
    return together(
        click.option(
            "--format", "output_format", type=click.Choice(formats), default="table",
            show_default=True, help="The format of the output.",
        ),
        click.option(
            "--json", "output_format", flag_value="json", cls=JsonOption, output=output, help="Short for --format json."
        ),
    )  # fmt: skip


objectives_option = click.option(
    "--objectives", "objectives_file", type=READ, help="Another objectives file than T-Developer's."
)
policy_option = click.option("--policy", type=READ, help="A burn-rate policy (YAML).")
what_if_target_option = click.option(
    "--what-if-target", "what_if_targets", multiple=True, type=TARGET, metavar="OBJECTIVE=PERCENT",
    help="Ask what would be with this target, such as api-errors=99.5%; the answer says so.",
)  # fmt: skip
# For what also depends on alarms.
what_if_options = together(
    what_if_target_option,
    click.option("--what-if-policy", type=READ, help="Ask what would be with this burn-rate policy; the answer says so."),
)  # fmt: skip
profiles_option = click.option("--profiles", "profiles_file", type=READ, help="Another file of profiles.")
definitions_option = click.option("--definitions", type=READ, help="Another file of canaries.")
_HOME_HELP = "Where the platform keeps its state and logs; one platform a directory."
home_option = click.option(
    "--home", type=WRITE_DIRECTORY, default=str(DEFAULT_HOME), show_default=True, help=_HOME_HELP
)
# Where a platform is only one of the places that a command may read from: what was not given is None.
optional_home_option = click.option(
    "--home", type=WRITE_DIRECTORY, show_default=str(DEFAULT_HOME), help=_HOME_HELP
)  # fmt: skip
allow_drop_option = click.option(
    "--allow-drop", is_flag=True, help="Write although more than 30 % of the alarms that were built last are dropped."
)  # fmt: skip
junit_option = click.option("--junit", type=WRITE, help="Also write the results as JUnit XML.")
incidents_option = click.option("--incidents", type=READ, help="Incidents: a CSV file of name, start, end, objective.")
annotation_option = click.option(
    "--annotation", "instants", multiple=True, type=LABELLED_MOMENT, metavar="TIME=LABEL",
    help="A line on every graph, such as a deployment.",
)  # fmt: skip
parameter_option = click.option(
    "--parameter", "parameters", multiple=True, type=PARAMETER, metavar="NAME=VALUE",
    help="What only a deployment knows.",
)  # fmt: skip
_SEED_HELP = "What is random follows from it alone."
seed_option = click.option("--seed", type=SEED, default=str(DEFAULT_SEED), show_default=True, help=_SEED_HELP)
optional_seed_option = click.option("--seed", type=SEED, show_default=str(DEFAULT_SEED), help=_SEED_HELP)
fault_switch_option = click.option(
    "--fault-switch", type=FAULT_SWITCH, default="off", show_default=True,
    help="Break the local platform: errors=1%, delay=1500ms@5%, websocket=silent or unsigned=accepted, several with commas.",
)  # fmt: skip
websocket_url_option = click.option("--websocket-url", type=WEBSOCKET_URL, help="The WebSocket API of --url.")
archives_bucket_option = click.option("--archives-bucket", type=BUCKET, help="The bucket of archives of --url.")
