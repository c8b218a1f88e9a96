"""The command of the job: runs the tests under coverage in a process of their own, then lets coverage write its JSON.

It ends as the tests' process has ended. That process writes what happens to this one's stderr, line by line, so that it is known
outside however the job ends; all else that is printed goes to stdout.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

# Not in the work directory while tests run, which may look at what is there.
CLAIMS = Path("/box/tmp/t-developer-claims")


def main() -> None:
    """Run what run.json says."""
    spec = json.loads(Path("/box/input/run.json").read_text())
    start = (sys.executable, "-S", "-P", "/box/input/start.py")
    work = Path.cwd()
    CLAIMS.mkdir()
    events = os.dup(2)
    status = subprocess.call(
        [*start, str(events), *spec["run"]], stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT, pass_fds=(events,)
    )
    os.close(events)
    subprocess.call([*start, "-", *spec["report"]], stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    left = work / spec["claims"]
    # The tree may have something of that name, which is not what its tests have left now.
    if left.is_symlink() or left.is_file():
        left.unlink()
    shutil.rmtree(left, ignore_errors=True)
    shutil.move(CLAIMS, left)
    if status < 0:
        signal.signal(-status, signal.SIG_DFL) if -status not in (signal.SIGKILL, signal.SIGSTOP) else None
        os.kill(os.getpid(), -status)
    sys.exit(status)


if __name__ == "__main__":
    main()
