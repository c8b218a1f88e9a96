"""`sre canaries build`."""

from pathlib import Path

import click

from canaries.blueprint import platform_blueprint
from canaries.package import build_package, pack_blueprint
from foundation.errors import Exit
from foundation.files.writing import write_bytes
from sre.cli.unused import refuse_without


def run(*, out: Path, api_host: str | None, api_base_path: str) -> Exit:
    """Write the zip and print its size and hash."""
    if api_host is None:
        refuse_without("--api-host", api_base_path=api_base_path)
        package = build_package()
    else:
        package = pack_blueprint(platform_blueprint(api_host, base_path=api_base_path).to_json())
    write_bytes(out, package.content)
    click.echo(f"{out}: {len(package.content):,} bytes, sha256 {package.sha256}")
    return Exit.MET
