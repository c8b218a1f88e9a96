"""What a sandbox costs: the start of a Python that does nothing, in it and without it."""

import statistics
import subprocess
import time

from foundation.sandbox.model import Exited, Job
from foundation.sandbox.probing import NoSandbox, probe
from foundation.sandbox.view import interpreter

_COUNT = 15
_COMMAND = (interpreter(), "-I", "-S", "-c", "pass")


def run() -> None:
    """Print the medians of both, in turn, and their ratio; where there is no sandbox, why."""
    holds = probe()
    if isinstance(holds, NoSandbox):
        print(f"sandbox: {holds.sentence}")
        return
    confined: list[float] = []
    plain: list[float] = []
    for _ in range(_COUNT):
        began = time.perf_counter()
        ran = holds.run(Job(command=_COMMAND))
        confined.append(time.perf_counter() - began)
        assert ran.ending == Exited(status=0), ran
        began = time.perf_counter()
        subprocess.run(_COMMAND, check=True, env={})
        plain.append(time.perf_counter() - began)
    ours, alone = statistics.median(confined), statistics.median(plain)
    print(
        f"sandbox: python -c pass with {holds.name} {ours * 1000:.0f} ms, plain {alone * 1000:.0f} ms, "
        f"ratio {ours / alone:.1f} (medians of {_COUNT})"
    )
