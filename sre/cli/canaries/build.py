"""`sre canaries build`."""

from datetime import UTC, datetime
from pathlib import Path

import click

from canaries.blueprint import platform_blueprint
from canaries.definitions import read_canaries
from canaries.package import build_package, pack_blueprint
from canaries.plain_checks import blueprint_of
from canaries.runtimes import problem_of_list
from foundation.errors import Exit
from foundation.files.writing import write_bytes
from foundation.service.files import FileKind
from sre.cli.stage import files_of
from sre.cli.unused import refuse_without


def run(
    *, out: Path, api_host: str | None, api_base_path: str, service: Path | None, definitions: Path | None
) -> Exit:  # fmt: skip
    """Write the zip and print its size and hash."""
    defined = read_canaries(definitions or files_of(service=service).needed(FileKind.CANARIES))
    unproved = problem_of_list(defined.runtimes_read_on, today=datetime.now(UTC).date())
    if unproved is not None:
        click.echo(f"Note: {unproved} of `sre canaries list`.", err=True)
    if api_host is None:
        refuse_without("--api-host", api_base_path=api_base_path)
        package = build_package(defined)
    elif service is None and definitions is None:
        package = pack_blueprint(platform_blueprint(api_host, base_path=api_base_path).to_json())
    else:
        plain = blueprint_of(defined, api_host, base_path=api_base_path)
        for each in plain.left_out:
            click.echo(f"· not in the blueprint: {each}", err=True)
        package = pack_blueprint(plain.blueprint.to_json())
    write_bytes(out, package.content)
    click.echo(f"{out}: {len(package.content):,} bytes, sha256 {package.sha256}")
    return Exit.MET
