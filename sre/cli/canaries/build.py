"""`sre canaries build`."""

from pathlib import Path

import click

from canaries.blueprint import platform_blueprint
from canaries.package import build_package, pack_blueprint
from canaries.settings import judged_settings
from foundation.errors import Exit
from foundation.files.writing import write_bytes
from foundation.slo.reader import read_objectives
from infra.service import T_DEVELOPER


def run(*, out: Path, blueprint: str | None, base_path: str) -> Exit:
    """Write the zip and print its size and hash."""
    if blueprint is None:
        package = build_package()
    else:
        slow_after_ms = float(judged_settings(read_objectives(T_DEVELOPER.objectives))["SLOW_AFTER_MS"])
        package = pack_blueprint(
            platform_blueprint(blueprint, base_path=base_path, slow_after_ms=slow_after_ms).to_json()
        )
    write_bytes(out, package.content)
    click.echo(f"{out}: {len(package.content):,} bytes, sha256 {package.sha256}")
    return Exit.MET
