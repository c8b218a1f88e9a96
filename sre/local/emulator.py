"""Runs MiniStack as the local platform needs it: `python -m sre.local.emulator PYTHON RECORD`.

MiniStack starts Lambda workers with its own interpreter, whose packages include this checkout: a file that a bundle lacks would
be found there, and be missing on AWS only. So its workers run on PYTHON. And they take calls in turn, which RECORD tells of.
"""

import runpy
import sys
from pathlib import Path
from threading import Thread

from foundation.errors import PlatformError
from sre.local.capped_workers import cap_workers, function_of
from sre.local.emulated_alarms import leave_alarms
from sre.local.queue_record import record_queue
from sre.local.worker_queue import WorkerQueue
from sre.local.workers import PATIENCE_SECONDS, core_count, worker_count


def main() -> None:
    """Be MiniStack, with workers on the Python that the command line names, as many as this machine carries."""
    match sys.argv[1:]:
        case [python, record]:
            # Where MiniStack looks for it: ministack/core/lambda_runtime.py, _detect_runtime_binary.
            sys.executable = python
            sys.argv = ["ministack"]
            try:
                _cap(Path(record))
                leave_alarms()
            except PlatformError as error:
                print(error, file=sys.stderr)
                sys.exit(2)
            runpy.run_module("ministack", run_name="__main__", alter_sys=True)
        case _:
            print("usage: python -m sre.local.emulator PYTHON RECORD", file=sys.stderr)
            sys.exit(2)


def _cap(record: Path) -> None:
    cores = core_count()

    def places(pool: str) -> int:
        return worker_count(function_of(pool), cores=cores)

    queue = WorkerQueue(places=places, patience_seconds=PATIENCE_SECONDS)
    workers = cap_workers(queue, places=places)
    file = record.open("a")
    Thread(target=record_queue, args=(queue, workers, file), daemon=True, name="queue-record").start()


if __name__ == "__main__":
    main()
