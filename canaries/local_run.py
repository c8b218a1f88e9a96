"""One run of one handler in a process of its own, as Synthetics' wrapper would call it; the runner starts this.

`python -P local_run.py canaries/api.handler RESULT` writes the steps to RESULT as JSON; StepFailedError = fail, return = pass.
"""

import asyncio
import importlib
import inspect
import json
import logging
import sys
from pathlib import Path
from typing import Any

from aws_synthetics.selenium import synthetics_webdriver

from foundation.errors import StepFailedError


def run(handler: str, result: Path) -> int:
    """Run it; 0 when it returned, 1 when a step failed. A bug passes, and leaves no result: it is no finding."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    path, name = handler.rsplit(".", 1)
    reason: str | None = None
    try:
        function: Any = getattr(importlib.import_module(path.replace("/", ".")), name)
        outcome = function({}, None)
        if inspect.isawaitable(outcome):
            asyncio.run(_awaited(outcome))
    except StepFailedError as error:
        reason = str(error)
    result.write_text(json.dumps({"reason": reason, "steps": synthetics_webdriver.steps}))
    return 0 if reason is None else 1


async def _awaited(outcome: Any) -> Any:
    return await outcome


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], Path(sys.argv[2])))
