"""`sre init`: the first files of a service, from its templates, and what is new in them later."""

from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import json_option, option, out_option, parameter_option, region_option, stage_option
from sre.cli.types.files import READ_ALL
from sre.cli.types.names import SERVICE, STACK


@click.command("init", short_help="Write the first files of a service, from its templates.")
@option(
    "--template", "templates", multiple=True, type=READ_ALL, show_default="none, and the files say which keys there are",
    help="A template of CloudFormation or SAM, or a cdk.out; may be repeated.",
)  # fmt: skip
@parameter_option
@option(
    "--stack", "stacks", multiple=True, type=STACK, help="A deployed stack, with those nested in it; may be repeated."
)  # fmt: skip
@region_option(None, otherwise="none; --stack needs one")
@option("--name", type=SERVICE, show_default="the template's", help="The name of the service, such as orders.")
@stage_option()
@out_option(".")
@option("--force", is_flag=True, help="Write the files anew where they are there already.")
@option("--update", is_flag=True, help="Add what is new in the templates to the files that are there.")
@json_option("init:Initialized")
def init(**given: Any) -> Exit:
    """Write service.yaml and objectives.yaml: what a service is made of, and what it begins to promise.

    No account is needed: the templates of CloudFormation, of SAM and of CDK are read as they are, with the values that
    --parameter gives. The name of --stage in names becomes `${stage}`, so that the files are those of every stage.

    With --stack what is deployed is read instead, with the ids that its resources have.

    With --update what is new is added, nothing that stands in the files is changed, and what has gone is named.
    """
    return deferred.run("sre.cli.init.files", given)
