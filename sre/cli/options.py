"""The options that several commands have: declared once, so that they mean and say the same everywhere.

A default stands in the brackets of `show_default` and never in the help, which is the same in every command.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import click
from click.types import OptionHelpExtra

from sre.cli.types.addresses import HTTP_BASE, WEBSOCKET_URL
from sre.cli.types.files import READ, READ_ALL, WRITE, WRITE_DIRECTORY
from sre.cli.types.names import (
    ACCOUNT,
    BASE_PATH,
    BUCKET,
    HOST,
    LOAD_PROFILE,
    MODEL,
    OBJECT_KEY,
    REGION,
    STAGE,
    TRAFFIC_PROFILE,
    Line,
    StageName,
)
from sre.cli.types.numbers import SEED
from sre.cli.types.pairs import FAULT_SWITCH, GIVEN_VALUE, LABELLED_MOMENT, PARAMETER, TAG, TARGET
from sre.cli.types.times import Duration

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class SaidOption(click.Option):
    """An option whose default, where it is said in words, stands in help as any other does: click puts parentheses around it."""

    def get_help_extra(self, ctx: click.Context) -> OptionHelpExtra:
        """As click has it, with the words as they are."""
        extra = super().get_help_extra(ctx)
        if isinstance(self.show_default, str) and "default" in extra:
            extra["default"] = self.show_default
        return extra


def option(*names: str, cls: type[click.Option] = SaidOption, **given: Any) -> Decorator:
    """An option as click declares it, of this kind unless another is named."""
    return click.option(*names, cls=cls, **given)


def together(*options: Decorator) -> Decorator:
    """Several options as one decorator, in the order in which help is to list them."""

    def with_all(command: Callable[..., Any]) -> Callable[..., Any]:
        for each in reversed(options):
            command = each(command)
        return command

    return with_all


DEFAULT_REGION = "us-east-1"
DEFAULT_HOME = Path(".sre/local")
DEFAULT_SEED = 1
NO_FAULT = "off"
# Whose files are read where no others are named.
_OURS = "T-Developer's"


def _default(default: str | None, *, required: bool) -> dict[str, Any]:
    """The default of an option, as it is given to click: to that one of None is one, and satisfies what is required."""
    return {} if required else {"default": default}


def stage_option(
    default: str | None = "production", *, among: StageName = STAGE, required: bool = False, otherwise: str = ""
) -> Decorator:  # fmt: skip
    """Which stage; `otherwise` says in the help what is done where none is given and there is no default."""
    given = _default(default, required=required)
    return option(
        "--stage", type=among, required=required, show_default=otherwise or True, help="The stage, such as staging.", **given
    )  # fmt: skip


def region_option(
    default: str | None = DEFAULT_REGION, *, required: bool = False, otherwise: str = ""
) -> Decorator:  # fmt: skip
    """Which Region; `otherwise` says in the help what is done where none is given and there is no default."""
    given = _default(default, required=required)
    return option(
        "--region", type=REGION, required=required, show_default=otherwise or True, help="The AWS Region, such as eu-west-1.",
        **given,
    )  # fmt: skip


def out_file_option(default: str) -> Decorator:
    """The one file that a command writes."""
    return option("--out", type=WRITE, default=default, show_default=True, help="The file to write.")


def out_option(default: str) -> Decorator:
    """Where a command writes several files."""
    return option(
        "--out", type=WRITE_DIRECTORY, default=default, show_default=True, help="The directory to write files to."
    )


def profile_option(default: str) -> Decorator:
    """Which profile of load."""
    return option(
        "--profile", type=LOAD_PROFILE, default=default, show_default=True, help="The load profile, by its name."
    )


profiles_option = option(
    "--profiles", "profiles_file", type=READ, show_default=_OURS, help="A file of load profiles (YAML)."
)


def duration_option(at_least: str, at_most: str, *, default: str | None = None) -> Decorator:
    """How long a load is measured."""
    return option(
        "--duration", type=Duration(at_least, at_most), default=default, show_default=default or "the profile's",
        help="How long to measure, such as 90s or 5m.",
    )  # fmt: skip


def last_option(default: str) -> Decorator:
    """How far back metrics are read; CloudWatch keeps them for fifteen months."""
    return option(
        "--last", type=Duration("1m", "455d"), default=default, show_default=True, help="How far back, such as 90m or 6d."
    )  # fmt: skip


def metrics_option(default: str | None = None) -> Decorator:
    """Recorded metrics."""
    return option(
        "--metrics", type=READ, default=default, show_default=True,
        help="Recorded metrics (Parquet), from `sre alarms record` or your own.",
    )  # fmt: skip


def archive_key_option(default: str | None = None) -> Decorator:
    """Which archive is submitted."""
    return option(
        "--archive-key", type=OBJECT_KEY, default=default, show_default=True, help="The key of an archive in its bucket."
    )  # fmt: skip


value_option = option(
    "--value", "values", multiple=True, type=GIVEN_VALUE, metavar="NAME=VALUE",
    help="A value that the flows leave to be given, such as customer=c-17.",
)  # fmt: skip


def fault_switch_option(otherwise: str = NO_FAULT) -> Decorator:
    """What is broken on purpose; None where nothing is said."""
    return option(
        "--fault-switch", type=FAULT_SWITCH, show_default=otherwise,
        help="Faults to inject: errors=1%, delay=1500ms@5%, cpu=300ms, websocket=silent, unsigned=accepted.",
    )  # fmt: skip


simulate_option = click.option("--simulate", is_flag=True, help="Make metrics up, from --seed.")
_JSON_HELP = "Print JSON instead of text."
OutputFormat = Literal["table", "json", "markdown", "junit"]


class JsonOption(click.Option):
    """`--json`, and the model of what is then printed: `output` is `module:Class` in sre.cli.outputs, which is not imported here.

    By it the schemas of docs/schemas/ and the tests find the output of every command.
    """

    def __init__(self, *given: Any, output: str, **more: Any) -> None:
        super().__init__(*given, **more)
        self.output = output


def json_option(output: str) -> Decorator:
    """Of a command that prints text, or else one object: its model, such as `cost:Explanation`."""
    return option("--json", "as_json", is_flag=True, cls=JsonOption, output=output, help=_JSON_HELP)


def format_option(output: str) -> Decorator:
    """Of a command that prints verdicts; `--json` is short for one of the formats, and of two the last is taken."""
    return together(
        option(
            "--format", "output_format", type=click.Choice(["table", "json", "markdown", "junit"]), default="table",
            show_default=True, help="The format of the output.",
        ),
        click.option(
            "--json", "output_format", flag_value="json", cls=JsonOption, output=output, help=_JSON_HELP
        ),
    )  # fmt: skip


service_option = option(
    "--service", type=READ_ALL, show_default=_OURS, help="A service: its service.yaml, or the directory that has one."
)
objectives_option = option(
    "--objectives", "objectives_file", type=READ, show_default=_OURS, help="An objectives file (OpenSLO, YAML)."
)
policy_option = option("--policy", type=READ, show_default=_OURS, help="A burn-rate policy (YAML).")
what_if_target_option = option(
    "--what-if-target", "what_if_targets", multiple=True, type=TARGET, metavar="OBJECTIVE=PERCENT",
    help="Ask what would be with this target, such as api-errors=99.5%; the answer says so.",
)  # fmt: skip
# For what also depends on alarms.
what_if_options = together(
    what_if_target_option,
    option("--what-if-policy", type=READ, help="Ask what would be with this burn-rate policy; the answer says so."),
)  # fmt: skip
definitions_option = option("--definitions", type=READ, show_default=_OURS, help="A file of canary definitions (YAML).")
# What work there is in a month, for an estimate of its cost: another thing than a profile of load.
traffic_options = together(
    option(
        "--traffic-profile", "profile", type=TRAFFIC_PROFILE, show_default="lean; of another service, the only one of its file",
        help="The traffic profile, by its name.",
    ),
    option(
        "--traffic-profiles", "profiles_file", type=READ, show_default=_OURS, help="A file of traffic profiles (YAML)."
    ),
)  # fmt: skip
model_option = option(
    "--model",
    type=MODEL,
    show_default="the traffic profile's",
    help="The agents' model, by its name in the price book.",
)
# The bill and the stack events of a time, where AWS is not asked.
costs_options = together(
    option(
        "--costs", type=READ_ALL, help="A FOCUS export (CSV, Parquet, or a directory of them) instead of Cost Explorer."
    ),
    option(
        "--account", "accounts", multiple=True, type=ACCOUNT, help="Of --costs: an account whose charges are this service's."
    ),
    option(
        "--provider", "providers", multiple=True, type=Line("provider", longest_count=200),
        help="Of --costs: a provider whose charges are this service's, such as AWS.",
    ),
    option(
        "--tag", "tags", multiple=True, type=TAG, metavar="KEY=VALUE",
        help="Of --costs: a tag that this service's charges carry.",
    ),
)  # fmt: skip
deployments_option = option(
    "--deployments", type=READ,
    help="Stack events (JSON of `aws cloudformation describe-stack-events`) instead of CloudFormation.",
)  # fmt: skip
url_option = option(
    "--url", type=HTTP_BASE, help="A deployed API, such as https://api.example.com/production."
)  # fmt: skip
allow_drop_option = option(
    "--allow-drop", is_flag=True, help="Write although more than 30 % of the alarms that were built last are dropped."
)  # fmt: skip
websocket_url_option = option("--websocket-url", type=WEBSOCKET_URL, help="The WebSocket API of --url.")
archives_bucket_option = option("--archives-bucket", type=BUCKET, help="The bucket of archives of --url.")
_HOME_HELP = "The local platform's directory; each has one platform."
home_option = option("--home", type=WRITE_DIRECTORY, default=str(DEFAULT_HOME), show_default=True, help=_HOME_HELP)
# Where a platform is only one of the places that a command may use: a directory that was not given is None.
local_options = together(
    option("--local", is_flag=True, help="Use the local platform that is up."),
    option("--home", type=WRITE_DIRECTORY, show_default=str(DEFAULT_HOME), help=_HOME_HELP),
)  # fmt: skip
api_host_options = together(
    option("--api-host", type=HOST, help="The host of the API's own domain, such as api.example.com."),
    option(
        "--api-base-path", type=BASE_PATH, default="", help="What paths begin with at --api-host, such as /production."
    ),
)  # fmt: skip
junit_option = option("--junit", type=WRITE, help="Also write the results as JUnit XML.")
incidents_option = option("--incidents", type=READ, help="Incidents: a CSV file of name, start, end, objective.")
annotation_option = option(
    "--annotation", "instants", multiple=True, type=LABELLED_MOMENT, metavar="TIME=LABEL",
    help="A line on every graph, such as a deployment.",
)  # fmt: skip
parameter_option = option(
    "--parameter", "parameters", multiple=True, type=PARAMETER, metavar="NAME=VALUE",
    help="Value of a deployment parameter, such as WebSocketApiId=abc123.",
)  # fmt: skip
runbook_url_option = option(
    "--runbook-url", type=HTTP_BASE, show_default="docs/runbooks of the repository",
    help="Where the runbooks are published, for the links in alarms.",
)  # fmt: skip
_SEED_HELP = "The seed of all that is random."
seed_option = option("--seed", type=SEED, default=str(DEFAULT_SEED), show_default=True, help=_SEED_HELP)
optional_seed_option = option("--seed", type=SEED, show_default=str(DEFAULT_SEED), help=_SEED_HELP)
